"""From the key to the finished image and back, with processes, logs and files as they are.

Only diskimage-create.sh and what it starts are replaced: they replay the log of a real build.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.image.build import leftovers
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import BuildState, builds, save_record
from octavia_wizard.screens.build import BuildScreen
from tests.core.image.build.fake_build import LOGS, FakeBuild, make_fake
from tests.screens.builds_site import BUILD, press, until, until_seen
from tests.screens.conftest import Opened

pytestmark = pytest.mark.usefixtures("free_host")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBuild]:
    """Octavia's repository with a build that replays; whatever it leaves at work is ended."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(leftovers, "_ROOTS", (tmp_path / "tmp",))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr("octavia_wizard.core.image.build.packages.missing", lambda *_, **__: ())
    monkeypatch.setattr("octavia_wizard.core.image.build.packages.missing_for", lambda *_, **__: ())
    yield make_fake(tmp_path, commit=True)
    for record in builds():
        for process in sessions.members(record):
            process.kill()


def answers_for(fake: FakeBuild, directory: Path, **environment: str) -> dict[str, str]:
    """Return answers that build with the fake."""
    variables = {f"DIB_FAKE_{name.upper()}": value for name, value in environment.items()}
    return {
        **BUILD,
        "image.path": str(directory / "images" / "amphora.qcow2"),
        "image.octavia_repository": str(fake.checkout),
        "image.octavia_ref": "master",
        "image.tune_build": "yes",
        "image.builder": str(fake.builder),
        "image.constraints": str(fake.checkout / "diskimage-create" / "version.txt"),
        "image.cache_directory": str(directory / "cache"),
        "image.work_directory": str(directory / "work"),
        "image.tmpfs": "no",
        "image.build_environment": ",".join(f"{k}={v}" for k, v in variables.items()),
    }


async def test_an_image_is_built_and_the_plan_knows_it(
    opened: Opened, fake: FakeBuild, tmp_path: Path
) -> None:
    async with opened(answers_for(fake, tmp_path), toasts=True) as desk:
        await desk.press("3", "f7")
        await press(desk, "y", "f8")
        assert isinstance(desk.app.screen, BuildScreen)
        model = desk.app.builds.model
        assert model is not None
        await until(desk, lambda: model.ended, 60)
        assert model.error is None, model.error
        await until_seen(desk, "✓ the image is built", "✓ checking the finished image", "100 %")
        assert (tmp_path / "images" / "amphora.qcow2").is_file()
        (record,) = builds()
        assert record.state is BuildState.DONE
        assert str(record.log) == model.log_path
        assert model.logged > 1000
        await press(desk, "slash", *"haproxy")
        await until_seen(desk, "haproxy")
        await press(desk, "escape", "escape", "escape")
        await desk.settle()
        await desk.press("9", "3")
        plan = desk.session.plan()
        assert next(item.action for item in plan.items if item.step == "image_file") == "keep"


async def test_cancelled_it_leaves_nothing(opened: Opened, fake: FakeBuild, tmp_path: Path) -> None:
    answers = answers_for(fake, tmp_path, slow="install.d")
    async with opened(answers, toasts=True) as desk:
        await desk.press("3", "f7")
        await press(desk, "y", "f8")
        await until_seen(desk, "◐ installing packages and the amphora agent")
        await press(desk, "c", "y")
        await until_seen(desk, "cancelled and cleaned up; R builds again")
        (record,) = builds()
        assert record.state is BuildState.CANCELLED
        assert not sessions.members(record)
        assert not leftovers.find_leftovers(record)


async def test_left_running_it_is_taken_up_by_the_next_wizard(
    opened: Opened, fake: FakeBuild, tmp_path: Path
) -> None:
    answers = answers_for(fake, tmp_path, slow="install.d")
    async with opened(answers) as desk:
        await desk.press("3", "f7")
        await press(desk, "y", "f8")
        await until_seen(desk, "◐ installing packages and the amphora agent")
        await press(desk, "ctrl+q", "l")
        await until(desk, lambda: desk.app.return_value is not None)
        (record,) = builds()
        assert alive(record)
        # Of this process the thread that followed it lives on: it is cut off as by an exit.
        follower = desk.app.builds.model
        assert follower is not None
    other = psutil.Process().ppid()
    save_record(replace(record, wizard_pid=other, wizard_started=1.0))
    async with opened(settled=False, toasts=True) as desk:
        await until_seen(desk, "A build goes on", "building")
        await press(desk, "b")
        await until_seen(desk, "taken up from an earlier start", "◐ installing packages")
        await press(desk, "c", "y")
        await until_seen(desk, "cancelled and cleaned up; R builds again")
    assert not alive(record)


async def test_a_build_that_fails_says_which_script_and_why(
    opened: Opened, fake: FakeBuild, tmp_path: Path
) -> None:
    log = LOGS / "image_build_image_too_small.log.gz"
    answers = answers_for(fake, tmp_path, log=str(log))
    async with opened(answers) as desk:
        await desk.press("3", "f7")
        await press(desk, "y", "f8")
        model = desk.app.builds.model
        assert model is not None
        await until(desk, lambda: model.ended, 60)
        await until_seen(desk, "No space left on device", "image.size_gib", "E change the answer")
