"""Choosing from what was found, such as the networks of the cloud, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.core.browse import printable
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions import Choice, Question
from octavia_wizard.core.views.model import Role
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.filtered import Entry, FilteredList, Search
from octavia_wizard.screens.frame import Rule, WizardScreen
from octavia_wizard.screens.listing import Row
from octavia_wizard.screens.outlook import Sight
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.workers.threads import in_thread

Source = Callable[[], tuple[Choice, ...]]
"""Finds the choices; may take long."""

_NOTHING = "Nothing was found to choose from."
_WAY_OUT = "F5 looks again; Esc goes back to type a value."


class PickScreen(WizardScreen[Choice | None]):
    """A table of choices to narrow down by typing; ends with the one chosen."""

    DEFAULT_CSS = """
    PickScreen {
        & #picked { height: 4; padding: 0 1; }
        &.-short #picked { height: 2; }
    }
    """
    BINDINGS = [
        Binding(
            "enter", "pick", "choose", priority=True, id="picker.pick", tooltip="Take this one"
        ),
        Binding(
            "escape", "leave", "back", priority=True, id="picker.leave", tooltip="Choose nothing"
        ),
        Binding(
            "f5",
            "read_again",
            "look again",
            id="wizard.read_again",
            tooltip="Read host and cloud again",
        ),
        Binding("f1", "explain", "why", id="wizard.help", tooltip="Why this is asked"),
    ]

    def __init__(self, question: Question, choices: Source | None, current: object) -> None:
        super().__init__()
        self.question = question
        self.place = f"{question.title} ▸ choose"
        self.section = question.section
        self._source = choices
        self._choices: tuple[Choice, ...] = ()
        self._current = current
        self._seen: Facts | None = None

    def body(self) -> ComposeResult:
        """Yield the table, and the pane about what the cursor is on."""
        yield FilteredList(self._draw, empty=_NOTHING)
        yield Rule()
        with VerticalScroll(id="picked", can_focus=False):
            yield Paragraph(id="picked-text", markup=False)

    def show_news(self) -> None:
        """Fill the table, anew where something else is known of host and cloud."""
        listing = self.query_one(FilteredList)
        reading = self.app.cloud_sight.sight is Sight.READING
        listing.say(f"{glyphs.RUNNING} reading the cloud" if reading else "")
        listing.explain(self._nothing())
        if self._seen is not self.app.session.facts:
            self._seen = self.app.session.facts
            self.fill()
        self._show_picked()

    def _nothing(self) -> str:
        sight, error = self.app.cloud_sight.sight, self.app.cloud_sight.error
        if sight is Sight.READING:
            return "Nothing yet: the cloud is still being read. Esc goes back to type a value."
        if sight is Sight.FAILED and error is not None:
            return f"The cloud could not be read: {error.message}. {_WAY_OUT}"
        return f"{_NOTHING} {_WAY_OUT}"

    @work(exclusive=True, group="choices")
    async def fill(self) -> None:
        """Find the choices, which may be many, and show them; cursor and filter stay."""
        listing = self.query_one(FilteredList)
        under = self._under(listing.current)
        wanted = self._current if under is None else under.value
        own = self.question.choices
        source = partial(own, self.app.session.context) if own is not None else self._source
        if source is None:
            return
        listing.say(f"{glyphs.RUNNING} looking")
        choices, search = await in_thread(partial(_found, source), "choices")
        self._choices = choices
        values = [choice.value for choice in choices]
        at = str(values.index(wanted)) if wanted in values else None
        table = any(choice.cells for choice in choices)
        listing.say("")
        listing.fill(search, at, self.question.columns if table else ())
        self._show_picked()

    def _under(self, place: str | None) -> Choice | None:
        return None if place is None else self._choices[int(place)]

    def _draw(self, place: str) -> Row:
        choice = self._choices[int(place)]
        holds = choice.value == self._current
        mark = glyphs.DONE if holds else ""
        if choice.cells:
            roles = (Role.STRONG,) if holds else ()
            return Row(place, choice.cells, roles, mark)
        first = Role.STRONG if holds else Role.PLAIN
        return Row(place, (choice.label, choice.detail), (first, Role.QUIET), mark)

    # --- what the cursor is on

    def _show_picked(self) -> None:
        choice = self._under(self.query_one(FilteredList).current)
        text = Content("") if choice is None else self._about(choice)
        self.query_one("#picked-text", Static).update(text)

    def _about(self, choice: Choice) -> Content:
        value = printable(str(choice.value))
        also = "" if value == choice.label else value
        holds = f"{glyphs.DONE} holds now  " if choice.value == self._current else ""
        parts = [Content.assemble(holds, (printable(choice.label), "bold"), "  ", (also, _QUIET))]
        named = zip(self.question.columns[1:], choice.cells[1:], strict=False)
        facts = [
            Content.assemble((f"{name} ", _QUIET), printable(cell)) for name, cell in named if cell
        ]
        if facts:
            parts.append(Content("   ").join(facts))
        if choice.detail and not facts:
            parts.append(Content(printable(choice.detail)))
        return Content("\n").join(parts)

    @on(FilteredList.Moved)
    def _moved(self) -> None:
        self._show_picked()

    # --- keys

    async def action_pick(self) -> None:
        """End with the choice under the cursor."""
        listing = self.query_one(FilteredList)
        await listing.typed()
        choice = self._under(listing.current)
        if choice is not None:
            self.dismiss(choice)

    @on(FilteredList.Chosen)
    def _clicked(self, event: FilteredList.Chosen) -> None:
        self.dismiss(self._under(event.id))

    def action_read_again(self) -> None:
        """Read host and cloud afresh; the table follows, cursor and filter stay."""
        self.app.look_again(host=True)

    def action_leave(self) -> None:
        """End without a choice."""
        self.dismiss(None)

    async def action_explain(self) -> None:
        """Explain the question."""
        self.app.show_explanation(self.question)


_QUIET = "$foreground 60%"


def _found(source: Source) -> tuple[tuple[Choice, ...], Search]:
    choices = source()
    entries = [
        Entry(str(place), " ".join((choice.label, str(choice.value), choice.detail, *choice.cells)))
        for place, choice in enumerate(choices)
    ]
    return choices, Search(entries)
