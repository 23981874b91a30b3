"""The build is watched, left, cancelled, mended and begun again from its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from octavia_wizard.core.errors import StepError
from octavia_wizard.core.image.build.hindrances import Hindrance
from octavia_wizard.core.session import Session
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.build import BuildScreen
from octavia_wizard.screens.confirm import AskScreen
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.screens.builds_site import BUILD, press, until, until_seen
from tests.screens.conftest import Desk, Opened
from tests.screens.fake_builds import FakeBuild, standing_at

pytestmark = pytest.mark.usefixtures("free_host")


@pytest.fixture
def build() -> Iterator[FakeBuild]:
    """A build that does as it is told; at the end it is let go."""
    found = FakeBuild()
    yield found
    found.cleaned.set()
    found.over.set()


async def _begin(desk: Desk, build: FakeBuild) -> None:
    request = desk.app.builds.wanted
    assert request is not None
    desk.app.builds.start(request)
    await until(desk, build.started.is_set)


async def test_every_screen_tells_how_far_it_is(opened: Opened, build: FakeBuild) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        build.tell(standing_at("install.d", 0.62, 9, 16, left=(120.0, 185.0)))
        await until_seen(desk, "◐ running building 62 %, 2 to 3 min left")
        await press(desk, "2")
        assert "building 62 %" in desk.lines()[-2]
        build.tell(standing_at("install.d", 0.7, 12, 16, left=(90.0, 120.0)))
        await until(desk, lambda: "building 70 %" in desk.lines()[-2])


async def test_its_screen_shows_phases_time_script_and_log(
    opened: Opened, build: FakeBuild
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        await press(desk, "b")
        assert isinstance(desk.app.screen, BuildScreen)
        build.tell(standing_at("root.d", 0.2, 3, 10))
        script = "75-amphora-agent-install"
        build.tell(standing_at("install.d", 0.62, 9, 16, script=script, quiet=25.0))
        build.log("2026-11-22 17:45:01.123 | Unpacking haproxy (2.8.5)")
        await until_seen(
            desk,
            "62 % ",
            "min left",
            f"installing packages and the amphora agent 9/16 · {script}",
            "no output for 25 s, that is usual here",
            "✓ bootstrapping the base system",
            "◐ installing packages and the amphora agent",
            "○ setting up services",
            "17:45:01 Unpacking haproxy (2.8.5)",
        )
        await press(desk, "escape")
        assert isinstance(desk.app.screen, HubScreen)
        assert desk.app.builds.is_going_on


async def test_its_good_end_is_told_and_what_follows_is_looked_at_again(
    opened: Opened, build: FakeBuild
) -> None:
    async with opened(BUILD, bring_about=build, toasts=True) as desk:
        await _begin(desk, build)
        await press(desk, "2")
        before = desk.app.outlook
        build.over.set()
        await desk.settle()
        assert "The image is built" in desk.text()
        assert desk.app.outlook is not before
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert "building" not in desk.lines()[-2]
        await press(desk, "escape", "b")
        assert "345 MiB, built in 6 min 56 s" in desk.text()
        assert "100 %" in desk.text()


TOO_SMALL = StepError(
    "the disk of the image is too small\ncp: error writing '/x': No space left on device",
    hint="answer image.size_gib: 3; the whole log is /log",
)


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 36)])
async def test_a_failure_says_why_what_to_do_and_leads_to_the_answer(
    opened: Opened, build: FakeBuild, size: tuple[int, int]
) -> None:
    async with opened(BUILD, bring_about=build, size=size) as desk:
        await _begin(desk, build)
        build.tell(standing_at("block-device", 0.8))
        build.error = TOO_SMALL
        build.over.set()
        await desk.settle()
        assert "! failed" in desk.text()
        await press(desk, "b")
        text = " ".join(desk.text().split())
        assert "✗ the disk of the image is too small" in text
        assert "No space left on device" in text
        assert "Do answer image.size_gib: 3" in text
        for key in ("R try again", "E change the answer", "Esc back"):
            assert key in desk.lines()[-1]
        await press(desk, "e")
        await desk.settle()
        screen = desk.app.screen
        assert isinstance(screen, QuestionsScreen)
        assert screen.row is not None
        assert screen.row.question.key == "image.size_gib"


async def test_the_answer_behind_a_failure_is_reached_on_the_form_it_was_opened_from(
    opened: Opened, build: FakeBuild
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await desk.press("3")
        form = desk.app.screen
        await _begin(desk, build)
        build.error = StepError("the cache is used", hint="answer another image.cache_directory")
        build.over.set()
        await desk.settle()
        await press(desk, "f8", "e")
        await desk.settle()
        assert desk.app.screen is form
        assert isinstance(form, QuestionsScreen)
        assert form.row is not None
        assert form.row.question.key == "image.cache_directory"


async def test_try_again_builds_by_the_answers_as_they_are_now(
    opened: Opened, build: FakeBuild
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        build.error = TOO_SMALL
        build.over.set()
        await desk.settle()
        build.error = None
        desk.app.give("image.size_gib", 3)
        await desk.settle()
        await press(desk, "b", "r")
        await until(desk, build.started.is_set)
        assert [request.size_gib for request in build.requests] == [2, 3]
        await until_seen(desk, "◐ building; leaving this screen does not stop it")


async def test_try_again_begins_nothing_where_something_stands_in_the_way(
    opened: Opened, build: FakeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        build.error = TOO_SMALL
        build.over.set()
        await desk.settle()
        busy = Hindrance("image-build-busy", "Build 1 uses the cache.")
        monkeypatch.setattr(
            "octavia_wizard.core.image.build.preflight.preflight", lambda *_, **__: (busy,)
        )
        await press(desk, "b", "r")
        await until(desk, lambda: isinstance(desk.app.screen, AskScreen))
        screen = desk.app.screen
        assert isinstance(screen, AskScreen)
        assert "Build 1 uses the cache. Wait until it is done" in str(screen.text)
        await press(desk, "escape")
        assert isinstance(desk.app.screen, BuildScreen)
        assert len(build.requests) == 1


async def test_cancel_asks_cleans_up_and_meanwhile_answers_are_taken(
    opened: Opened, build: FakeBuild
) -> None:
    build.cleaned.clear()
    async with opened(BUILD, bring_about=build, toasts=True) as desk:
        await _begin(desk, build)
        await press(desk, "b", "c")
        assert isinstance(desk.app.screen, AskScreen)
        await press(desk, "escape")
        assert desk.app.builds.is_going_on
        assert not desk.app.builds.is_cancelled

        await press(desk, "c", "y")
        assert "cancelling and cleaning up" in desk.text()
        assert "C cancel" not in desk.lines()[-1]
        await press(desk, "escape", "6")
        desk.app.give("capacity.load_balancers", 7)
        assert desk.app.builds.is_going_on

        build.cleaned.set()
        await desk.settle()
        assert "The build was cancelled" in desk.text()
        model = desk.app.builds.model
        assert model is not None
        assert model.status == "cancelled"


async def test_a_flood_of_lines_does_not_slow_typing(opened: Opened, build: FakeBuild) -> None:
    line = "17:45:00 Get:1 http://archive.ubuntu.com/ubuntu noble/main amd64 haproxy " * 2
    async with opened(BUILD, bring_about=build, size=(120, 36)) as desk:
        await _begin(desk, build)
        await press(desk, "2")
        stalls: list[float] = []

        async def watch() -> None:
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.01)
                stalls.append(time.perf_counter() - began - 0.01)

        watching = asyncio.create_task(watch())
        for number in range(20):
            for _ in range(500):
                build.log(line)
            build.tell(standing_at("install.d", 0.4 + number / 100, number, 30))
            await asyncio.sleep(0.05)
        watching.cancel()
        assert sorted(stalls)[-3] < 0.05
        assert "building 5" in desk.lines()[-2]


@pytest.mark.parametrize(("keys", "code"), [(("l",), 0), (("c",), 0)])
async def test_leaving_asks_what_becomes_of_the_build(
    opened: Opened, build: FakeBuild, keys: tuple[str, ...], code: int
) -> None:
    build.is_process = True
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        build.tell(standing_at("root.d", 0.2))
        await until(desk, lambda: desk.app.builds.is_launched)
        await press(desk, "ctrl+q")
        assert isinstance(desk.app.screen, AskScreen)
        await press(desk, "s")
        assert desk.app.return_value is None
        await press(desk, "ctrl+q", *keys)
        await until(desk, lambda: desk.app.return_value is not None)
        assert desk.app.return_value == code
        model = desk.app.builds.model
        assert model is not None
        assert model.cancel.is_set() is (keys == ("c",))


async def test_what_is_being_prepared_cannot_be_left_running(
    opened: Opened, build: FakeBuild
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        await press(desk, "ctrl+q")
        ask = desk.app.screen
        assert isinstance(ask, AskScreen)
        assert "does not go on without the wizard yet" in str(ask.text)
        assert "Leave it running" not in desk.text()


async def test_a_lost_terminal_leaves_the_build_alone(opened: Opened, build: FakeBuild) -> None:
    build.is_process = True
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        build.tell(standing_at("root.d", 0.2))
        await until(desk, lambda: desk.app.builds.is_launched)
        app: WizardApp = desk.app
        app.hang_up()
        await until(desk, lambda: app.return_value is not None)
        assert app.return_value == 130
        assert app.builds.model is not None
        assert not app.builds.model.cancel.is_set()


async def test_a_second_build_is_not_begun_beside_the_first(
    opened: Opened, build: FakeBuild, session: Session
) -> None:
    async with opened(BUILD, bring_about=build) as desk:
        await _begin(desk, build)
        await _begin(desk, build)
        assert len(build.requests) == 1
