"""What earlier wizards left is found at the start: builds that go on, remains of killed ones."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.image.build import leftovers
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    builds,
    new_record,
    save_record,
)
from octavia_wizard.core.image.build.remains import Leftovers
from octavia_wizard.screens.confirm import AskScreen
from octavia_wizard.screens.hub import HubScreen
from tests.screens.builds_site import BUILD, until, until_seen
from tests.screens.conftest import Opened
from tests.screens.fake_builds import FakeBuild, request_for, standing_at


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for remains of builds where no other build of this host has any."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(leftovers, "_ROOTS", (tmp_path / "tmp",))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


def _recorded(directory: Path, **values: object) -> BuildRecord:
    values = {"wizard_pid": 0, **values}
    return save_record(replace(new_record(request_for(directory)), **values))  # type: ignore[arg-type]


@pytest.fixture
def killed(tmp_path: Path) -> BuildRecord:
    """A build that was killed with its wizard, and has left its staging directory."""
    record = _recorded(tmp_path, pid=2**22 - 3, pid_started=1.0)
    staging = record.request.output.parent / f".{record.request.output.name}.{record.id}"
    staging.mkdir(parents=True)
    (staging / "half").write_text("made")
    return save_record(replace(record, staging=str(staging)))


def _state(record: BuildRecord) -> BuildState:
    return next(found for found in builds() if found.id == record.id).state


async def test_a_build_that_goes_on_is_taken_up(opened: Opened, tmp_path: Path) -> None:
    own = psutil.Process()
    _recorded(tmp_path, pid=os.getpid(), pid_started=own.create_time())
    build = FakeBuild()
    try:
        async with opened(BUILD, bring_about=build, toasts=True, settled=False) as desk:
            await until(desk, build.started.is_set)
            build.tell(standing_at("install.d", 0.62, 9, 16))
            await until_seen(desk, "building 62 %", "A build goes on")
            assert [request.output for request in build.requests] == [request_for(tmp_path).output]
    finally:
        build.over.set()


async def test_one_that_ended_with_nobody_there_has_its_outcome_taken_in(
    opened: Opened, tmp_path: Path
) -> None:
    record = _recorded(tmp_path, pid=2**22 - 3, pid_started=1.0)
    record.code.write_text("0\n")
    build = FakeBuild()
    build.over.set()
    async with opened(BUILD, bring_about=build, toasts=True, settled=False) as desk:
        await until_seen(desk, "The image is built")
        assert not desk.app.builds.is_going_on


async def test_left_overs_are_shown_and_removed_on_request_only(
    opened: Opened, killed: BuildRecord
) -> None:
    async with opened(BUILD, toasts=True) as desk:
        ask = desk.app.screen
        assert isinstance(ask, AskScreen)
        assert f"directory {killed.staging}" in str(ask.text)
        assert Path(killed.staging).exists()
        await desk.press("l")
        assert isinstance(desk.app.screen, HubScreen)
        assert Path(killed.staging).exists()
        assert _state(killed) is BuildState.RUNNING
    assert _state(killed) is BuildState.RUNNING


async def test_cleaned_up_they_are_gone_and_not_told_of_again(
    opened: Opened, killed: BuildRecord
) -> None:
    async with opened(BUILD, toasts=True) as desk:
        await desk.press("c")
        assert "All of it is gone." in desk.text()
    assert not Path(killed.staging).exists()
    assert _state(killed) is BuildState.FAILED


async def test_what_cannot_be_removed_is_named_and_told_of_again(
    opened: Opened, killed: BuildRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clean(left: Leftovers, tell: Callable[[str], None]) -> tuple[str, ...]:
        tell("removing")
        return ("mount /tmp/dib_build.x/mnt",)

    monkeypatch.setattr("octavia_wizard.core.image.build.leftovers.clean", clean)
    async with opened(BUILD, toasts=True) as desk:
        await desk.press("c")
        assert "Could not be removed: mount /tmp/dib_build.x/mnt" in " ".join(desk.text().split())
    assert _state(killed) is BuildState.RUNNING


async def test_a_killed_build_that_left_nothing_is_written_off_in_silence(
    opened: Opened, tmp_path: Path
) -> None:
    record = _recorded(tmp_path, pid=2**22 - 3, pid_started=1.0)
    async with opened(BUILD) as desk:
        assert isinstance(desk.app.screen, HubScreen)
    assert _state(record) is BuildState.FAILED


async def test_a_build_of_another_wizard_is_left_to_it(opened: Opened, tmp_path: Path) -> None:
    own = psutil.Process()
    values = {"pid": os.getpid(), "pid_started": own.create_time()}
    _recorded(tmp_path, **values, wizard_pid=os.getpid(), wizard_started=own.create_time())
    async with opened(BUILD) as desk:
        assert desk.app.builds.model is None
