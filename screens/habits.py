"""What the app does alike on every screen: theme, colours, keys and their panel, and Ctrl+C."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import cast

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.app import App
from textual.binding import Binding
from textual.color import Color
from textual.command import CommandPalette
from textual.events import Event, InputEvent
from textual.filter import LineFilter
from textual.screen import ModalScreen
from textual.widgets import Input

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.settings import Settings, nearest, save_theme
from octavia_wizard.screens.glyphs import AsciiFilter, needs_ascii
from octavia_wizard.screens.key_names import key_word
from octavia_wizard.screens.key_panel import KeyPanel
from octavia_wizard.screens.keys import Keyed, key_map, word_for
from octavia_wizard.screens.tidying import STILL, Tidying
from octavia_wizard.screens.workers.threads import in_thread

ANSI = "ansi-dark"
"""The theme whose colours are the terminal's own."""
_PANEL_WIDTH = 60
"""Fewest columns in which the panel of keys leaves room for a screen."""


class Colourless(LineFilter):
    """Takes every colour away, as NO_COLOR asks for; what a ground told is told by reverse."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with bold, reverse and underline only."""
        ground = background.rich_color
        return [
            Segment(text, _colourless(style, ground) if style else None, control)
            for text, style, control in segments
        ]


@lru_cache(1024)
def _colourless(style: Style, ground: RichColor) -> Style:
    bare = style.without_color
    if style.bgcolor is not None and not style.bgcolor.is_default and style.bgcolor != ground:
        bare += Style(reverse=True)
    # What the mouse is on is told by the meta data, which Rich drops with the colours.
    return bare + Style(meta=style.meta) if style.meta else bare


class Habits(Keyed):
    """Takes the operator's settings, and keeps the theme that is chosen."""

    NOTIFICATION_TIMEOUT = 4
    BINDINGS = [
        Binding(
            "f2",
            "preview",
            "preview",
            id="wizard.preview",
            tooltip="Show the variables file as it would be written now",
        ),
        Binding(
            "f5",
            "read_again",
            "read again",
            show=False,
            id="wizard.read_again",
            tooltip="Read host and cloud again",
        ),
        Binding(
            "f10,question_mark",
            "key_panel",
            "all keys",
            show=False,
            id="wizard.keys",
            tooltip="Show beside the screen what every key does, or take that away",
        ),
        Binding(
            "ctrl+s",
            "where",
            "saved where",
            show=False,
            priority=True,
            id="wizard.where",
            tooltip="Say where the answers are saved",
        ),
        Binding(
            "ctrl+p",
            "command_palette",
            "commands",
            id="wizard.commands",
            tooltip="Search sections, actions and themes by name",
        ),
        Binding(
            "ctrl+q",
            "leave",
            "leave",
            priority=True,
            id="wizard.leave",
            tooltip="Leave; every answer is kept",
        ),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]
    _ascii = AsciiFilter(enabled=False)
    _settings = Settings()
    _is_begun = False
    _tidying: Tidying | None = None

    def take_settings(self, settings: Settings) -> tuple[str, ...]:
        """Suit the terminal, take theme and keys, and return in words what is wrong with them."""
        self._settings = settings
        self._ascii = AsciiFilter(enabled=needs_ascii())
        problems = list(settings.problems)
        theme = settings.theme
        if theme and theme not in self.available_themes:
            fix = nearest(theme, self.available_themes) or "Ctrl+P lists them"
            problems.append(settings.problem("theme", f"there is no theme {theme}", fix))
            theme = ""
        self.theme = starting_theme(os.environ, theme, tuple(self.available_themes)) or self.theme
        self.key_map, wrong = key_map(type(self), settings)
        return settings.told([*problems, *wrong])

    def on_mount(self) -> None:
        """Put the keys where the operator wants them."""
        if self.key_map:
            self.set_keymap(self.key_map)
        self._is_begun = True
        self._tidying = Tidying()
        self._tidying.begin()
        self.set_interval(STILL / 2, self._tidying.look)

    def on_unmount(self) -> None:
        """Leave the garbage to Python."""
        if self._tidying is not None:
            self._tidying.end()

    async def on_event(self, event: Event) -> None:
        """Take note of the operator's keys; garbage is collected between them."""
        if isinstance(event, InputEvent) and self._tidying is not None:
            self._tidying.touch()
        await super().on_event(event)

    def action_command_palette(self) -> None:
        """Open the palette, saying what all it finds."""
        if not CommandPalette.is_open(cast("App[object]", self)):
            said = "A section, question, role variable, finding or verb…"
            self.push_screen(CommandPalette(id="--command-palette", placeholder=said))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Send no colour where NO_COLOR is set, and ASCII only where nothing else is printed."""
        # Textual's own filter would send greys.
        colours = [Colourless()] if self.no_color else super().get_line_filters()
        return [*colours, self._ascii] if self._ascii.enabled else colours

    def get_key_display(self, binding: Binding) -> str:
        """Name keys in the panel as everywhere else."""
        return binding.key_display or key_word(binding.key)

    def watch_theme(self, theme: str) -> None:
        """Keep a theme that was chosen."""
        if self._is_begun and self._settings.source:
            self.keep_theme(theme)

    @work(exclusive=True, group="settings")
    async def keep_theme(self, theme: str) -> None:
        """Write the theme into the settings."""
        path = Path(self._settings.source)
        try:
            await in_thread(partial(save_theme, path, theme), "settings")
        except FileError as error:
            self.notify(error.message, title="Theme not kept", severity="error", markup=False)

    def action_key_panel(self) -> None:
        """Show what the keys of this screen do, or take that away."""
        screen = self.screen
        if isinstance(screen, ModalScreen):
            return
        shown = screen.query(KeyPanel)
        screen.set_class(not shown, "-keys")
        if shown:
            shown.remove()
        elif self.size.width < _PANEL_WIDTH:
            screen.remove_class("-keys")
            self.notify(f"{word_for(self, 'wizard.help')} tells the keys here.", markup=False)
        else:
            screen.mount(KeyPanel())

    def action_help_quit(self) -> None:
        """Say how to leave: Ctrl+C is pressed by habit, and must not end anything."""
        self.notify(self._how_to_leave(), markup=False)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy what Ctrl+C was pressed on, unless it is a secret, and say how to leave."""
        focused = self.focused
        if isinstance(focused, Input) and focused.password:
            self.notify(f"A secret is not copied. {self._how_to_leave()}", markup=False)
            return
        super().copy_to_clipboard(text)
        self.notify(f"Copied. {self._how_to_leave()}", markup=False)

    def _how_to_leave(self) -> str:
        return f"{word_for(self, 'wizard.leave')} leaves; your answers are kept."


def starting_theme(environ: Mapping[str, str], chosen: str, known: Sequence[str]) -> str:
    """Return the theme to begin with, or "" for Textual's own."""
    if "NO_COLOR" in environ:
        return ANSI
    named = [name.strip() for name in environ.get("TEXTUAL_THEME", "").split(",")]
    for name in named:
        if name in known:
            return name
    if environ.get("TERM") == "linux" and not chosen.startswith("ansi-"):
        return ANSI
    return chosen
