"""The app as a whole: starting, resuming, leaving, and staying whole when something breaks."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList
from textual.worker import WorkerFailed

from octavia_wizard.core.answers.save import preset_document
from octavia_wizard.core.engine.history import HistoryStatus
from octavia_wizard.core.engine.resume import Resumable
from octavia_wizard.core.session import Session
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.preview import PreviewScreen
from octavia_wizard.screens.review import ReviewScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.screens.conftest import COMPLETE, Opened

SIZES = [(40, 10), (60, 15), (80, 24), (120, 36)]


def _unfinished(session: Session) -> Resumable:
    earlier = Session(session.options)
    earlier.give_text("cloud.name", "site")
    earlier.give_text("network.name", "from-the-run")
    return Resumable(
        run_id="0003-x",
        command="octavia-wizard guide",
        status=HistoryStatus.FAILED,
        started="2026-11-22T10:00:00+00:00",
        deploy_dir=str(session.options.deploy_dir),
        cloud="site",
        region="RegionOne",
        release="33.0.1",
        answers=preset_document(earlier.answers),
        only=(),
        done=("network",),
        failed=("subnet",),
        pending=(),
        message="the quota of subnets is used up",
    )


async def test_an_unfinished_run_is_offered_and_resumed_by_way_of_its_plan(
    opened: Opened, session: Session
) -> None:
    async with opened(unfinished=_unfinished(session)) as desk:
        text = " ".join(desk.text().split())
        assert "An earlier run did not come to its end" in text
        assert "the quota of subnets is used up" in text
        assert "Done: management network." in text
        await desk.press("r")
        assert isinstance(desk.app.screen, ReviewScreen)
        assert desk.app.resumes == "0003-x"
        assert session.answers.values["network.name"] == "from-the-run"


async def test_the_offer_may_be_put_off(opened: Opened, session: Session) -> None:
    async with opened(unfinished=_unfinished(session)) as desk:
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)
        assert desk.app.resumes is None
        assert "network.name" not in session.answers


async def test_the_palette_leads_to_a_section(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("ctrl+p")
        await desk.type("certif")
        await desk.pilot.pause(0.5)
        await desk.press("enter")
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert desk.app.screen.section == "certificates"


@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("f1",),
        ("f2",),
        ("1",),
        ("1", "down", "f4"),
        ("2",),
        ("2", "f1"),
        ("2", "f6"),
        ("3",),
        ("4",),
        ("6",),
        ("7",),
        ("8",),
        ("9",),
        ("9", "2"),
        ("9", "3"),
    ],
)
async def test_every_screen_keeps_a_way_out_in_every_size(
    opened: Opened, keys: tuple[str, ...]
) -> None:
    answers = {**COMPLETE, "image.path": "/srv/none.qcow2"}
    async with opened(answers, size=SIZES[0]) as desk:
        await desk.press(*keys)
        for width, height in SIZES:
            await desk.pilot.resize_terminal(width, height)
            await desk.settle()
            lines = desk.lines()
            assert lines[-1].rstrip().endswith("Ctrl+Q leave")
            assert lines[0].strip()
            assert set(lines[1]) == {"─"}


@pytest.mark.parametrize("size", SIZES)
async def test_each_section_takes_one_line_of_the_hub(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=size) as desk:
        sections = desk.app.screen.query_one("#sections", OptionList)
        assert sections.virtual_size.height == sections.option_count


async def test_a_resize_while_typing_loses_nothing(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down")
        await desk.type("half-ty")
        for width, height in ((60, 15), (40, 10), (120, 36), (80, 24)):
            await desk.pilot.resize_terminal(width, height)
            await desk.settle()
            focused = desk.app.screen.focused
            assert isinstance(focused, Input)
            assert focused.value == "half-ty"
            assert "half-ty" in desk.text()


async def test_f2_shows_the_file_beside_the_form_or_on_its_own(opened: Opened) -> None:
    async with opened({"network.mtu": "1400"}) as desk:
        await desk.press("2", "f2")
        assert isinstance(desk.app.screen, PreviewScreen)
        assert "user_variables_octavia.yml" in desk.lines()[0]
        await desk.press("f2")
        assert isinstance(desk.app.screen, QuestionsScreen)
    async with opened(size=(120, 36)) as desk:
        await desk.press("2")
        assert "octavia_management_net_subnet" in desk.text()
        await desk.press("f2")
        assert "octavia_management_net_subnet" not in desk.text()


async def test_a_line_that_changes_is_marked_in_the_preview(opened: Opened) -> None:
    async with opened(size=(120, 36)) as desk:
        await desk.press("2", "down", "down", "down", "right")
        assert "▎octavia_provider_network_type: vlan" in desk.text()


async def test_a_bug_ends_the_app_without_showing_variables(
    session: Session, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = WizardApp(session, looker=lambda _: None)

    def break_down() -> None:
        passphrase = "correct horse battery staple"
        raise RuntimeError(f"a bug of {len(passphrase)} letters")

    monkeypatch.setattr(app, "say_where", break_down)
    with pytest.raises(RuntimeError, match="a bug of 28 letters"):
        async with app.run_test() as pilot:
            await pilot.press("ctrl+s")
    assert isinstance(app.bug, RuntimeError)
    printed = capfd.readouterr()
    assert "correct horse" not in printed.out + printed.err


async def test_a_bug_in_the_background_ends_the_app_too(session: Session) -> None:
    def looker(_: Session) -> None:
        raise RuntimeError("a bug in a thread")

    session.give_text("cloud.name", "site")
    app = WizardApp(session, looker=looker)
    with pytest.raises(WorkerFailed, match="a bug in a thread"):  # noqa: PT012
        async with app.run_test() as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
    assert isinstance(app.bug, RuntimeError)


@pytest.mark.parametrize("no_color", [True, False])
async def test_states_are_told_without_colour(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, no_color: bool
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as desk:
        assert "○ to do" in desk.text()
        assert "✓ proposed" in desk.text()


async def test_the_linux_console_gets_ascii_only(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    async with opened() as desk:
        assert desk.app.theme == "ansi-dark"
        for keys in ((), ("2",), ("escape", "9")):
            await desk.press(*keys)
            for strip in desk.app.screen._compositor.render_strips():
                shown = strip.apply_filter(desk.app._ascii, desk.app.screen.background_colors[1])
                assert shown.text.isascii()


async def test_the_palette_says_what_it_finds(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("ctrl+p")
        await desk.pilot.pause(0.3)
        assert "role variable, finding or verb" in desk.text()
