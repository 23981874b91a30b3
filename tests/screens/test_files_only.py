"""Without a cloud the interview leads to files on disk, and contacts nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.session import Session
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.review import ReviewScreen
from tests.screens.conftest import Opened


@pytest.mark.parametrize("release", ["33.0.1", "16.0.5"])
async def test_the_whole_interview_ends_with_the_files_written(
    opened: Opened, session: Session, release: str
) -> None:
    def looker(_: Session) -> None:
        raise AssertionError("a cloud was looked at")

    async with opened(looker=looker) as desk:
        await desk.press("1")
        assert "What will be done" in desk.text()
        await desk.press("right")
        assert "contacts no cloud" in desk.text()
        await desk.press("enter")
        assert desk.app.screen.row.question.key == "cloud.release"
        await desk.paste(release)
        await desk.press("enter", "escape")
        assert "files only" in desk.lines()[0]
        for _ in range(6):
            if isinstance(desk.app.screen, ReviewScreen):
                break
            if isinstance(desk.app.screen, HubScreen):
                await desk.press("n")
                continue
            key = desk.app.screen.row.question.key
            assert key == "deployment.hosts"
            await desk.paste("infra1=172.29.236.11")
            await desk.press("enter")
        assert isinstance(desk.app.screen, ReviewScreen), desk.text()
        desk.app.accept([finding.id for finding in session.blocking])
        await desk.settle()
        await desk.press("2")
        assert "user_variables_octavia.yml" in desk.text()
        assert "A applies" in desk.text()
        await desk.press("a", "y")
        await desk.settle()
        model = desk.app.run_model
        assert model is not None
        assert model.status == "done", model.failure
    written = {path.name for path in session.options.deploy_dir.rglob("*") if path.is_file()}
    assert {"user_variables_octavia.yml", "user_secrets_octavia.yml", "octavia.yml"} <= written
    assert session.facts.cloud is None


async def test_sections_adapt_to_files_only(opened: Opened, image: Path) -> None:
    async with opened({"cloud.mode": "files", "cloud.release": "33.0.1"}) as desk:
        text = desk.text()
        assert "files only, 2026.1" in text
        assert "the role makes lbaas-mgmt" in text
        assert "answer  Cloud" not in text
