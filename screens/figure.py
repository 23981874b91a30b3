"""Pictures of what the answers mean: one beside the question in focus, or all on a screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from octavia_wizard.core.questions import find_section
from octavia_wizard.core.views import Picture, Subject, View, views_of
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.drawing import drawn
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.workers.threads import in_thread


def subject_of(desk: Desk) -> Subject:
    """Return what is to be drawn: the answers as they would be with what is being typed."""
    shown = desk.shown
    return Subject(shown.effective, desk.session.facts, shown.findings)


class FigurePane(VerticalScroll):
    """The picture beside a question; takes no room where there is none."""

    app = getters.app(Desk)

    class Drawn(Message):
        """There is a picture now, or none any more."""

        def __init__(self, is_drawn: bool) -> None:
            super().__init__()
            self.is_drawn = is_drawn

    def __init__(self, id: str) -> None:
        super().__init__(id=id, can_focus=False)
        self.is_drawn = False
        self._view: View | None = None
        self._subject: Subject | None = None
        self._last: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Yield the picture."""
        yield Paragraph(id="figure-text", markup=False)

    def show(self, view: View | None) -> None:
        """Show a view of the present subject."""
        subject, width = subject_of(self.app), self.app.size.width - 4
        # By identity: to compare ten thousand networks one by one would hold up the keyboard.
        state = (view, id(subject.effective), id(subject.facts), width)
        if state == self._last:
            return
        self._last, self._subject = state, subject
        if view is not self._view:
            self.scroll_home(animate=False)
        self._view = view
        if view is None:
            self._put(())
        elif view.slow:
            self._draw_slowly(view, subject, width)
        else:
            self._put(view.draw(subject, width))

    @work(exclusive=True, group="figure", description="figure")
    async def _draw_slowly(self, view: View, subject: Subject, width: int) -> None:
        picture = await in_thread(partial(view.draw, subject, width), "figure")
        # Whoever leaves the section meanwhile takes the pane apart.
        if self._subject is subject and self._view is view and self.is_attached:
            self._put(picture)

    def _put(self, picture: Picture) -> None:
        # A pane that is being taken apart may have lost its text already.
        for text in self.query("#figure-text").results(Static):
            text.update(drawn(picture))
        if self.is_drawn is not bool(picture):
            self.is_drawn = bool(picture)
            self.post_message(self.Drawn(self.is_drawn))


class FigureScreen(WizardScreen[None]):
    """All pictures of a section, in the room they need."""

    BINDINGS = [
        Binding("escape,f6,enter", "leave", "back", id="figures.leave", tooltip="Go back"),
        Binding(
            "down", "scroll(1)", "scroll", key_display="↑↓", id="figures.scroll", tooltip="Scroll"
        ),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(15)", show=False),
        Binding("pageup", "scroll(-15)", show=False),
    ]

    def __init__(self, section: str) -> None:
        super().__init__()
        self.section = section
        self.place = f"{find_section(section).title} ▸ pictures"
        self._subject: Subject | None = None
        self._last: tuple[object, ...] = ()

    def body(self) -> ComposeResult:
        """Yield the pictures."""
        with VerticalScroll(id="text", can_focus=False):
            yield Paragraph(id="page", markup=False)

    def show_news(self) -> None:
        """Draw afresh where something changed."""
        subject, width = subject_of(self.app), self.size.width
        state = (id(subject.effective), id(subject.facts), width)
        if state != self._last:
            self._last, self._subject = state, subject
            self.draw(subject, width)

    @work(exclusive=True, group="figure", description="figure")
    async def draw(self, subject: Subject, width: int) -> None:
        """Draw all views in the background."""
        views = views_of(self.section)
        drawing = partial(_all_of, views, subject, width - 4)
        pictures = await in_thread(drawing, "figure")
        parts: list[Content] = []
        for view, picture in zip(views, pictures, strict=True):
            if picture:
                parts += [Content.styled(view.title, "bold"), drawn(picture), Content("")]
        page = Content("\n").join(parts) if parts else Content("There is nothing to draw yet.")
        for text in self.query("#page").results(Static):
            text.update(page)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#text", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _all_of(views: Sequence[View], subject: Subject, width: int) -> list[Picture]:
    return [view.draw(subject, width) for view in views]
