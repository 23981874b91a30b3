"""The files as they would be emitted now, beside the form or on a screen of their own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Protocol, runtime_checkable

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions import Question
from octavia_wizard.core.sheets import Mark, Sheet, SheetLine, Sheets, sheets, since
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.frame import TitleLine, WizardScreen
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.wording import fit
from octavia_wizard.screens.workers.threads import in_thread

_STYLES = {
    Mark.SAME: "",
    Mark.CHANGED: "$text-warning",
    Mark.ADDED: "$text-success",
    Mark.REMOVED: "$text-error",
    Mark.ASIDE: "$foreground 60%",
}
_SIGNS = {Mark.CHANGED: glyphs.CHANGED, Mark.ADDED: "+", Mark.REMOVED: "-"}


@runtime_checkable
class Asking(Protocol):
    """A screen on which one question is in focus."""

    @property
    def asked_question(self) -> Question | None:
        """Return the question in focus."""


class PreviewPane(Widget):
    """One emitted file; it follows what is typed and the question that is in focus."""

    DEFAULT_CSS = """
    PreviewPane {
        layout: vertical;
        & #preview-head { height: 1; width: 100%; }
        & #preview-scroll { height: 1fr; width: 100%; scrollbar-gutter: stable; }
        & #preview-text { height: auto; width: 100%; }
    }
    PreviewScreen #text { padding: 0; }
    """
    app = getters.app(Desk)

    class Shown(Message):
        """A file is shown."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._sheets = Sheets((), {})
        self._place = 0
        self._state: object = None
        self._drawn: object = None
        self._emitted: object = None
        self._home: tuple[Question | None, int] = (None, 0)
        """The question in focus, and the file in which it ends."""
        self._question: Question | None = None
        self._wanted: tuple[int, int] | None = None
        """The row to scroll to, and how many rows there are once the text is laid out."""
        self._before = self._effective = self.app.session.effective

    def compose(self) -> ComposeResult:
        """Yield the name of the file and its text."""
        yield Static(id="preview-head", markup=False)
        with VerticalScroll(id="preview-scroll", can_focus=False):
            yield Paragraph(id="preview-text", markup=False)

    def on_mount(self) -> None:
        """Follow the focus, and what is typed."""
        self.app.tried.subscribe(self, lambda _: self.show_news())
        self.watch(self.screen, "focused", lambda: self.show_news(), init=False)
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self._reach())

    def on_resize(self, event: Resize) -> None:
        """Wrap the lines anew."""
        self._draw()

    @property
    def scroller(self) -> VerticalScroll:
        """Return what scrolls."""
        return self.query_one("#preview-scroll", VerticalScroll)

    @property
    def sheet(self) -> Sheet | None:
        """Return the file that is shown."""
        files = self._sheets.files
        return files[min(self._place, len(files) - 1)] if files else None

    def show_news(self) -> None:
        """Work the files out anew where something changed, if they can be seen."""
        if not self.is_attached or self.styles.display == "none":
            return
        trial = self.app.trial
        tried = trial.outlook if trial is not None else None
        effective = tried.effective if tried is not None else self.app.session.effective
        question = _asked(self.app, self.screen)
        state = (effective, self.app.session.facts, question)
        if state != self._state:
            self._state = state
            self.emit(effective, question)

    @work(exclusive=True, group="preview", description="preview")
    async def emit(self, effective: Effective, question: Question | None) -> None:
        """Work the files out in the background and show the one that is asked about."""
        facts = self.app.session.facts
        if (effective, facts) != self._emitted:
            working = partial(_worked_out, effective, self._before, facts)
            self._sheets = await in_thread(working, "preview")
            self._emitted = (effective, facts)
        self._follow(question, effective)

    def _follow(self, question: Question | None, effective: Effective) -> None:
        """Show the file in which the question ends, unless another was chosen meanwhile."""
        found = self._found(question, effective) if question is not None else None
        home = (question, found[0] if found is not None else 0)
        if home != self._home and question is not None:
            self._home, self._place = home, home[1]
        self._question = question
        self._effective = effective
        self._draw()

    def switch(self, by: int) -> None:
        """Show another file."""
        count = len(self._sheets.files)
        if count:
            self._place = (min(self._place, count - 1) + by) % count
            self.scroller.scroll_home(animate=False)
            self._draw()

    def scroll(self, by: int) -> None:
        """Scroll by lines."""
        self._wanted = None
        self.scroller.scroll_relative(y=by, animate=False)

    def on_click(self, event: Click) -> None:
        """Show the next file when its name is clicked."""
        if event.widget is not None and event.widget.id == "preview-head":
            self.switch(1)

    def _found(self, question: Question, effective: Effective) -> tuple[int, frozenset[int]] | None:
        setting = effective.settings.get(question.key)
        return self._sheets.about(question, setting.value if setting is not None else None)

    def _draw(self) -> None:
        sheet, width = self.sheet, self.size.width
        if sheet is None or width < 4:
            return
        focus: frozenset[int] = frozenset()
        if self._question is not None:
            found = self._found(self._question, self._effective)
            if found is not None and self._sheets.files[found[0]] is sheet:
                focus = found[1]
        state = (sheet, focus, width)
        if state == self._drawn:
            return
        moved = not isinstance(self._drawn, tuple) or self._drawn[:2] != state[:2]
        self._drawn = state
        self.post_message(self.Shown(sheet.path))
        place, count = self._sheets.files.index(sheet) + 1, len(self._sheets.files)
        head = f" {glyphs.DOT} ".join((sheet.path, f"{place} of {count}", sheet.state))
        self.query_one("#preview-head", Static).update(Content.styled(fit(head, width), "bold"))
        lines = [_line(line, number in focus) for number, line in enumerate(sheet.lines)]
        room = width - 1
        text = hanging(Content("\n").join(lines), room)
        self.query_one("#preview-text", Static).update(text)
        self._wanted = None
        if focus and moved:
            row = hanging(Content("\n").join(lines[: min(focus)]), room).plain.count("\n")
            self._wanted = max(row - 1, 0), text.plain.count("\n") + 1

    def _reach(self) -> None:
        """Scroll to the row in question, once more where the text was not laid out as yet."""
        if self._wanted is None:
            return
        row, rows = self._wanted
        if self.scroller.virtual_size.height == rows:
            self._wanted = None
        self.scroller.scroll_to(y=row, animate=False)


class PreviewScreen(WizardScreen[None]):
    """The files as they would be emitted now, in the whole width."""

    place = "Preview"
    BINDINGS = [
        Binding("escape,f2,enter", "leave", "back", id="preview.leave", tooltip="Go back"),
        Binding(
            "right", "switch(1)", "file", key_display="←→", id="preview.next", tooltip="Next file"
        ),
        Binding("left", "switch(-1)", show=False, id="preview.former"),
        Binding(
            "down", "scroll(1)", "scroll", key_display="↑↓", id="preview.scroll", tooltip="Scroll"
        ),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(15)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
    ]
    purpose = (
        f"The files as they would be written now. {glyphs.CURSOR} marks what follows from the "
        f"question you came from, {glyphs.CHANGED} what differs from the file on disk."
    )

    def body(self) -> ComposeResult:
        """Yield the files."""
        yield PreviewPane(id="text")

    def show_news(self) -> None:
        """Write the text anew."""
        self.query_one(PreviewPane).show_news()

    def on_preview_pane_shown(self, event: PreviewPane.Shown) -> None:
        """Say in the title which file is shown."""
        self.place = f"Preview ▸ {event.path}"
        self.query_one(TitleLine).place = self.place

    def action_switch(self, by: int) -> None:
        """Show another file."""
        self.query_one(PreviewPane).switch(by)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(PreviewPane).scroll(by)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _worked_out(effective: Effective, before: Effective, facts: Facts) -> Sheets:
    """Return the files, of new ones the lines marked that were not there before."""
    found = sheets(effective, facts)
    former = {sheet.path: sheet for sheet in sheets(before, facts).files}
    marked = (since(sheet, former.get(sheet.path, sheet)) for sheet in found.files)
    return replace(found, files=tuple(marked))


def _asked(desk: Desk, screen: object) -> Question | None:
    """Return the question in focus on this screen, or on the one it was opened from."""
    stack = desk.screen_stack
    below = stack[-2] if isinstance(screen, PreviewScreen) and len(stack) > 1 else screen
    return below.asked_question if isinstance(below, Asking) else None


def _line(line: SheetLine, in_focus: bool) -> Content:
    sign = _SIGNS.get(line.mark) or (glyphs.CURSOR if in_focus else " ")
    comment = line.mark is Mark.SAME and line.text.startswith("#")
    style = "$foreground 60%" if comment else _STYLES[line.mark]
    if in_focus and not comment:
        style = f"{style} bold".strip()
    return Content.styled(f"{sign}{line.text}", style)
