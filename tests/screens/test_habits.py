"""Themes, colours, Ctrl+C and what is told in passing behave alike on every screen."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import cast

import pexpect
import pyte
import pytest
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Input
from textual.widgets._toast import Toast

from octavia_wizard.core.session import Session
from octavia_wizard.core.settings import Settings, load_settings
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.frame import FindingsLine
from octavia_wizard.screens.habits import Colourless, starting_theme
from octavia_wizard.screens.hub import HubScreen
from tests.screens.conftest import Desk, Opened

KNOWN = ("textual-dark", "nord", "ansi-dark", "ansi-light")


class TestTheme:
    """The theme comes from where the operator says."""

    @pytest.mark.parametrize(
        ("environ", "chosen", "expected"),
        [
            ({}, "", ""),
            ({}, "nord", "nord"),
            ({"TEXTUAL_THEME": "ansi-light"}, "nord", "ansi-light"),
            ({"TEXTUAL_THEME": "unheard, ansi-light"}, "nord", "ansi-light"),
            ({"TEXTUAL_THEME": "unheard"}, "nord", "nord"),
            ({"TERM": "linux"}, "", "ansi-dark"),
            ({"TERM": "linux"}, "nord", "ansi-dark"),
            ({"TERM": "linux"}, "ansi-light", "ansi-light"),
            ({"TERM": "linux", "TEXTUAL_THEME": "nord"}, "", "nord"),
            ({"NO_COLOR": "1", "TEXTUAL_THEME": "nord"}, "nord", "ansi-dark"),
        ],
    )
    def test_what_is_nearest_to_the_operator_wins(
        self, environ: dict[str, str], chosen: str, expected: str
    ) -> None:
        assert starting_theme(environ, chosen, KNOWN) == expected

    async def test_a_theme_chosen_in_the_palette_is_kept(
        self, opened: Opened, tmp_path: Path
    ) -> None:
        path = tmp_path / "config" / "settings.yml"
        async with opened(settings=load_settings(path)) as desk:
            assert not path.exists()
            await desk.press("ctrl+p")
            await desk.type("theme")
            await desk.pilot.pause(0.5)
            await desk.press("enter")
            await desk.type("nord")
            await desk.pilot.pause(0.5)
            await desk.press("enter")
            assert desk.app.theme == "nord"
        assert load_settings(path).theme == "nord"
        assert path.stat().st_mode & 0o777 == 0o600
        async with opened(settings=load_settings(path)) as desk:
            assert desk.app.theme == "nord"

    async def test_a_theme_that_cannot_be_kept_holds_and_is_told(
        self, opened: Opened, tmp_path: Path
    ) -> None:
        path = tmp_path / "settings.yml"
        path.write_text("- a list\n")
        async with opened(settings=load_settings(path), toasts=True) as desk:
            desk.app.theme = "nord"
            await desk.settle()
            assert desk.app.theme == "nord"
            assert "Theme not kept" in desk.text()
        assert path.read_text() == "- a list\n"

    def test_a_theme_nobody_knows_is_told_with_the_nearest(
        self, session: Session, tmp_path: Path
    ) -> None:
        path = tmp_path / "settings.yml"
        path.write_text("# mine\ntheme: norrd\n")
        app = WizardApp(session, settings=load_settings(path))
        assert app.greeting == (f"{path}:2: theme: there is no theme norrd (did you mean nord?)",)
        assert app.theme == "textual-dark"

    async def test_wrong_settings_start_with_defaults_and_say_so_on_the_first_screen(
        self, opened: Opened, tmp_path: Path
    ) -> None:
        path = tmp_path / "s.yml"
        path.write_text("theme: [broken\n")
        async with opened(settings=load_settings(path), size=(120, 36)) as desk:
            assert isinstance(desk.app.screen, HubScreen)
            assert "is not valid YAML" in " ".join(desk.text().split())

    @pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
    @pytest.mark.parametrize("keys", [(), ("2", "down", "down"), ("9",), ("7",), ("ctrl+p",)])
    async def test_nothing_is_invisible_in_the_terminals_own_colours(
        self, opened: Opened, theme: str, keys: tuple[str, ...]
    ) -> None:
        own = {"ansi-dark": ("black", "color(0)"), "ansi-light": ("bright_white", "color(15)")}
        async with opened(settings=Settings(theme=theme)) as desk:
            await desk.press(*keys)
            grounds = set()
            for segment in _segments(desk):
                style = segment.style
                if style is None or not segment.text.strip() or "▔" in segment.text:
                    continue
                ink, ground = _name(style.color), _name(style.bgcolor)
                grounds.add(ground if not style.reverse else "reverse")
                assert ink != ground or ink == "default", segment
                assert ground != "default" or ink not in own[theme], segment
            assert len(grounds) > 1, "no cursor can be seen"


def _name(colour: RichColor | None) -> str:
    return "default" if colour is None else colour.name


def _segments(desk: Desk) -> list[Segment]:
    strips = desk.app.screen._compositor.render_strips()
    return [segment for strip in strips for segment in strip]


class TestCtrlC:
    """Ctrl+C, pressed by habit, ends nothing and says what does."""

    @pytest.mark.parametrize("keys", [(), ("1",), ("7",), ("9",), ("f1",), ("f2",)])
    async def test_it_says_how_to_leave(self, opened: Opened, keys: tuple[str, ...]) -> None:
        async with opened(toasts=True) as desk:
            await desk.press(*keys, "ctrl+c")
            assert desk.app.is_running
            assert "Ctrl+Q leaves; your answers are kept." in desk.text()

    async def test_it_names_the_key_that_leaves_now(self, opened: Opened) -> None:
        settings = Settings(keys={"wizard.leave": "f12"})
        async with opened(settings=settings, toasts=True) as desk:
            await desk.press("ctrl+c")
            assert "F12 leaves" in desk.text()

    async def test_in_a_field_it_copies_and_says_so(self, opened: Opened) -> None:
        async with opened(toasts=True) as desk:
            await desk.press("2", "down", "down", "ctrl+c")
            assert desk.app.clipboard == "lbaas-mgmt"
            assert "Copied. Ctrl+Q leaves" in desk.text()

    async def test_a_secret_is_not_copied(self, opened: Opened) -> None:
        async with opened(toasts=True) as desk:
            field = Input("correct horse", password=True)
            await desk.app.screen.mount(field)
            field.focus()
            await desk.settle()
            await desk.press("ctrl+a", "shift+end", "ctrl+c")
            assert desk.app.clipboard == ""
            assert "A secret is not copied" in desk.text()


class TestToasts:
    """What is told in passing covers neither findings nor keys."""

    @pytest.mark.parametrize("size", [(40, 10), (60, 15), (80, 24), (120, 36)])
    async def test_they_stand_above_the_last_lines(
        self, opened: Opened, size: tuple[int, int]
    ) -> None:
        async with opened(size=size, toasts=True) as desk:
            for number in range(3):
                desk.app.notify(f"{number} is told", markup=False)
            await desk.settle()
            top = desk.app.screen.query_one(FindingsLine).region.y
            toasts = list(desk.app.screen.query(Toast))
            assert toasts
            assert all(toast.region.bottom <= top for toast in toasts)
            assert desk.lines()[-1].rstrip().endswith("Ctrl+Q leave")


class TestColourless:
    """Without colours, what a ground told is told by reverse."""

    GROUND = Color.parse("ansi_default")

    def _shown(self, style: str) -> Style:
        segments = Colourless().apply([Segment("x", Style.parse(style))], self.GROUND)
        assert segments[0].style is not None
        return segments[0].style

    def test_colours_go_and_attributes_stay(self) -> None:
        shown = self._shown("bold underline red")
        assert (shown.color, shown.bgcolor) == (None, None)
        assert shown.bold
        assert shown.underline
        assert not shown.reverse

    def test_a_ground_of_its_own_becomes_reverse(self) -> None:
        assert self._shown("black on blue").reverse
        assert not self._shown("red on default").reverse

    def test_what_the_mouse_is_on_is_still_known(self) -> None:
        style = Style(color="red", meta={"option": 3})
        (segment,) = Colourless().apply([Segment("x", style)], self.GROUND)
        assert segment.style is not None
        assert segment.style.meta == {"option": 3}


COLOUR = re.compile(rb"\x1b\[(?:[0-9;:]*[;:])?(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m")


@pytest.mark.parametrize("term", ["xterm-256color", "linux"])
def test_under_no_color_no_colour_reaches_a_terminal_and_the_cursor_is_seen(
    tmp_path: Path, term: str
) -> None:
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TERM": term,
        "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
        "NO_COLOR": "1",
    }
    arguments = ["-m", "octavia_wizard", "--deploy-dir", str(deploy)]
    child = pexpect.spawn(sys.executable, arguments, env=environ, dimensions=(24, 80))
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    raw = b""

    def until(wanted: str) -> None:
        nonlocal raw
        end = time.monotonic() + 60
        while wanted not in "\n".join(screen.display):
            assert time.monotonic() < end, "\n".join(screen.display)
            try:
                data = cast("bytes", child.read_nonblocking(65536, 0.1))
            except pexpect.TIMEOUT:
                continue
            raw += data
            stream.feed(data)

    def reversed_texts() -> list[str]:
        return [
            "".join(line[x].data for x in range(80) if line[x].reverse).strip()
            for line in (screen.buffer[y] for y in range(24))
        ]

    try:
        until("Review and apply")
        until("to do")
        assert any("Cloud and release" in text for text in reversed_texts())
        child.send("2")
        until("1 of ")
        child.send("\x1b[B\x1b[B")
        until("3 of ")
        assert any("lbaas-mgmt" in text for text in reversed_texts())
        child.send("\x10")
        until("role variable")
        child.send("\x03\x11")
        child.expect(pexpect.EOF, timeout=60)
        raw += cast("bytes", child.before)
    finally:
        child.close(force=True)
    assert b"\x1b[" in raw
    assert not COLOUR.findall(raw)
    if term == "linux":
        assert raw.isascii()
