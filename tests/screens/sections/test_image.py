"""The section of the image builds it while the interview goes on, and offers so once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.image.build.hindrances import Gravity, Hindrance
from octavia_wizard.screens.build import BuildScreen
from octavia_wizard.screens.confirm import AskScreen
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.sections.image import ImageScreen
from tests.screens.builds_site import BUILD, press, until, until_seen
from tests.screens.conftest import Desk, Opened
from tests.screens.fake_builds import FakeBuild, standing_at


@pytest.fixture
def build() -> Iterator[FakeBuild]:
    """A build that does as it is told; at the end it is let go."""
    found = FakeBuild()
    yield found
    found.over.set()


def _asked(desk: Desk) -> str:
    screen = desk.app.screen
    assert isinstance(screen, AskScreen), desk.text()
    return f"{screen.heading}\n{screen.text}"


@pytest.mark.usefixtures("free_host")
async def test_build_now_says_what_comes_and_begins_it(opened: Opened, build: FakeBuild) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3")
        assert "F7 build now" in desk.lines()[-1]
        assert "F8" not in desk.lines()[-1]
        await desk.press("f7")
        asked = _asked(desk)
        for text in (
            "ubuntu noble",
            "disk of 2 GiB",
            "stable/2026.1",
            "min; none was built here yet",
        ):
            assert text in asked
        assert not build.requests

        await press(desk, "y")
        await until(desk, build.started.is_set)
        assert isinstance(desk.app.screen, ImageScreen)
        assert "F7 build now" not in desk.lines()[-1]
        await press(desk, "f8")
        assert isinstance(desk.app.screen, BuildScreen)


@pytest.mark.usefixtures("free_host")
async def test_an_answer_is_given_while_it_builds(opened: Opened, build: FakeBuild) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3", "f7")
        await press(desk, "y")
        await until(desk, build.started.is_set)
        build.tell(standing_at("root.d", 0.3, 3, 10))
        await until_seen(desk, "building 30 %")
        await press(desk, "escape", "2")
        desk.app.show_section("network", "network.name")
        await desk.pilot.pause(0.1)
        await press(desk, *"lbm", "enter")
        assert desk.session.effective.text("network.name") == "lbm"


async def test_what_stands_in_the_way_is_told_and_nothing_begun(
    opened: Opened, build: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Hindrance("image-build-loop", "There is no free loop device.", "Load the module loop.")
    monkeypatch.setattr(
        "octavia_wizard.core.image.build.preflight.preflight", lambda *_, **__: (wrong,)
    )
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3", "f7")
        asked = _asked(desk)
        assert "cannot be built yet" in asked
        assert "There is no free loop device. Load the module loop." in asked
        await desk.press("escape", "escape")
        assert isinstance(desk.app.screen, HubScreen)
        assert not build.requests


async def test_where_a_hindrance_names_no_cure_the_usual_one_is_told(
    opened: Opened, build: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Hindrance("image-build-release", "debootstrap of this host does not know noble.")
    monkeypatch.setattr(
        "octavia_wizard.core.image.build.preflight.preflight", lambda *_, **__: (wrong,)
    )
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3", "f7")
        assert "know noble. Correct the release, install a newer debootstrap" in _asked(desk)


@pytest.mark.usefixtures("free_host")
async def test_no_file_of_somebody_else_is_written_over(
    opened: Opened, build: FakeBuild, image: Path
) -> None:
    async with opened({**BUILD, "image.path": str(image)}, bring_about=build) as desk:
        await desk.press("3", "f7")
        asked = _asked(desk)
        assert f"{image} is there, and was not built here. Answer another image.path" in asked
        await desk.press("escape", "escape")
        assert isinstance(desk.app.screen, HubScreen), "nor is the build offered"
        assert not build.requests


@pytest.mark.usefixtures("free_host")
async def test_packages_are_named_before_they_are_installed(
    opened: Opened, build: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = "These packages will be installed: debootstrap."
    note = Hindrance("image-build-installs", what, "", Gravity.NOTE)
    monkeypatch.setattr(
        "octavia_wizard.core.image.build.preflight.preflight", lambda *_, **__: (note,)
    )
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3", "f7")
        assert what in _asked(desk)


@pytest.mark.usefixtures("free_host")
@pytest.mark.parametrize(("key", "begun"), [("y", True), ("l", False)])
async def test_leaving_the_section_offers_it_once(
    opened: Opened, build: FakeBuild, key: str, begun: bool
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3", "escape")
        assert "in the background?" in _asked(desk)
        await press(desk, key)
        await desk.pilot.pause(0.1)
        assert build.started.is_set() is begun
        assert isinstance(desk.app.screen, HubScreen)
        if not begun:
            await desk.press("3", "escape")
            assert isinstance(desk.app.screen, HubScreen)
            desk.app.give("image.size_gib", 3)
            await desk.press("3", "escape")
            assert "disk of 3 GiB" in _asked(desk)


@pytest.mark.usefixtures("free_host")
async def test_a_file_of_ones_own_offers_no_build(
    opened: Opened, build: FakeBuild, image: Path
) -> None:
    answers = {**BUILD, "image.source": "file", "image.path": str(image)}
    async with opened(answers, bring_about=build) as desk:
        await desk.press("3")
        assert "F7 build now" not in desk.lines()[-1]
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)


@pytest.mark.usefixtures("free_host")
async def test_the_form_with_all_options_opens_fast_and_can_be_walked(
    opened: Opened, build: FakeBuild
) -> None:
    async with opened({**BUILD, "image.tune_build": "yes"}, bring_about=build) as desk:
        began = time.perf_counter()
        await desk.pilot.press("3")
        await desk.pilot.pause()
        took = time.perf_counter() - began
        screen = desk.app.screen
        assert isinstance(screen, ImageScreen)
        count = len(screen.visible_rows)
        assert count > 30
        assert took < 1.5
        for _ in range(count // 8 + 1):
            await desk.press("pagedown")
        assert screen.row is screen.visible_rows[-1]
        assert f"{count} of {count}" in desk.lines()[0]
        row = screen.row
        assert row is not None
        assert row.title in desk.text()
