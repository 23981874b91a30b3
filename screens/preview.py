"""The file as it would be emitted now, beside the form or on a screen of its own."""

from __future__ import annotations

import difflib
from functools import partial

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.core.emit.diff import covered
from octavia_wizard.core.emit.user_variables import user_variables
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.session import Session
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.outlook import twin
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.workers.threads import in_thread


class PreviewPane(VerticalScroll):
    """The text of the variables file; lines that just changed are marked."""

    app = getters.app(Desk)

    def __init__(self, id: str) -> None:
        super().__init__(id=id, can_focus=False)
        self._lines: list[str] = []
        self._first = True
        self._width = 0

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static(id="preview-text", markup=False)

    def show_news(self) -> None:
        """Write the text anew, if it can be seen."""
        if self.is_attached and self.styles.display != "none":
            self.emit()

    @work(exclusive=True, group="preview")
    async def emit(self) -> None:
        """Work the text out in the background and show it."""
        text = await in_thread(partial(_text, twin(self.app.session)), "preview")
        lines = text.splitlines()
        changed = set() if self._first else _changed(self._lines, lines)
        if lines == self._lines and self.size.width == self._width:
            return
        self._first, self._lines, self._width = False, lines, self.size.width
        shown = [
            Content.styled(f"{glyphs.CHANGED}{line}", "$text-warning")
            if number in changed
            else Content.styled(f" {line}", "$foreground 60%" if line.startswith("#") else "")
            for number, line in enumerate(lines)
        ]
        room = self.size.width - 2
        self.query_one("#preview-text", Static).update(hanging(Content("\n").join(shown), room))
        if changed:
            above = hanging(Content("\n").join(shown[: min(changed)]), room).plain.count("\n")
            self.scroll_to(y=max(above - 2, 0), animate=False)


class PreviewScreen(WizardScreen[None]):
    """The variables file as it would be emitted now."""

    place = f"Preview ▸ {OUR_VARIABLES}"
    BINDINGS = [
        Binding("escape,f2,enter", "leave", "back", key_display="Esc"),
        Binding("down", "scroll(1)", "scroll", key_display="↑↓"),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(15)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
    ]

    def body(self) -> ComposeResult:
        """Yield the text."""
        yield PreviewPane(id="text")

    def show_news(self) -> None:
        """Write the text anew."""
        self.query_one(PreviewPane).show_news()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(PreviewPane).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _text(session: Session) -> str:
    return covered(user_variables(session.effective, session.facts).text)


def _changed(before: list[str], after: list[str]) -> set[int]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return {
        number
        for tag, _, _, start, end in matcher.get_opcodes()
        if tag in ("replace", "insert")
        for number in range(start, end)
    }
