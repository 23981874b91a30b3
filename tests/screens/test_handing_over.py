"""A run whose steps are done, and of which nothing could be kept, is not called done."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.session import Session
from tests.fakes import FakeCloud
from tests.screens.conftest import COMPLETE, Opened


async def test_a_full_disk_at_the_hand_over_is_told_and_retry_writes_what_is_missing(
    opened: Opened,
    image: Path,
    session: Session,
    cloud: FakeCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> object:
        raise FileError("cannot write preset.yml: No space left on device")

    monkeypatch.setattr("octavia_wizard.screens.desk.hand_over", full)
    answers = {**COMPLETE, "image.path": str(image), "capacity.topology": "SINGLE"}
    async with opened(answers) as desk:
        desk.app.accept([finding.id for finding in desk.app.outlook.blocking])
        await desk.settle()
        await desk.press("9", "a", "y")
        text = desk.text()
        assert "All steps are done, but what is to be kept of it could not be written" in text
        assert "No space left on device" in text
        assert "✗ failed; what is done is kept" in text
        assert "N says what comes next" not in text
        assert desk.app.code == FileError.exit_code
        assert not desk.app.is_applied

        monkeypatch.setattr("octavia_wizard.screens.desk.hand_over", hand_over)
        made = len(cloud.writes)
        await desk.press("r")
        assert "done: everything is as planned. N says what comes next" in desk.text()
        assert len(cloud.writes) == made
        assert desk.app.code == 0
    assert session.place.preset.exists()
