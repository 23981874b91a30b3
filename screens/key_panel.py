"""A panel that tells what each key does here, beside the screen or below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.screens.keys import ShownKey, keys_now, word_for
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.wording import fit

_BROAD = 70
"""Columns in which two keys find room side by side."""


class KeyPanel(VerticalScroll, can_focus=False):
    """Every key that works on the screen now, as it is mapped now."""

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Paragraph(id="key-text", markup=False)

    def on_mount(self) -> None:
        """Follow the focus, which brings keys of its own."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._show())
        self._show()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._show()

    def _show(self) -> None:
        if not self.is_attached:
            return
        close = word_for(self.app, "wizard.keys")
        told = [key for key in keys_now(self.screen) if key.enabled and key.key != close]
        column = max((len(key.key) for key in told), default=0) + 2
        room = self.content_size.width - 1
        if room < _BROAD:
            cells = [_cell(key, key.tooltip or key.description, column) for key in told]
            text = hanging(Content("\n").join(cells), room)
        else:
            text = _side_by_side([_short(key, column, room // 2 - 2) for key in told], room // 2)
        title = Content.assemble(("All keys", "bold"), f"  {close} closes\n")
        self.query_one("#key-text", Static).update(title + text)


def _cell(key: ShownKey, text: str, column: int) -> Content:
    return Content.assemble((key.key.ljust(column), "bold"), text)


def _short(key: ShownKey, column: int, width: int) -> Content:
    """Return a cell with the longer words where they fit."""
    room = width - column
    text = key.tooltip if key.tooltip and len(key.tooltip) <= room else key.description
    return _cell(key, fit(text, room), column)


def _side_by_side(cells: list[Content], width: int) -> Content:
    half = (len(cells) + 1) // 2
    others = [*cells[half:], Content("")]
    rows = zip(cells[:half], others, strict=False)
    lines = [left + " " * (width - len(left)) + right for left, right in rows]
    return Content("\n").join(lines)
