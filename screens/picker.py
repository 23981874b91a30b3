"""Choosing from what was found, such as the networks of the cloud, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList

from octavia_wizard.core.questions import Choice, Question
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.filtered import Entry, FilteredList
from octavia_wizard.screens.frame import WizardScreen
from octavia_wizard.screens.wording import fit
from octavia_wizard.screens.workers.threads import in_thread

_LABEL = 36
"""Columns a label may take, with the room after it."""


class PickScreen(WizardScreen[Choice | None]):
    """A list of choices to narrow down by typing; ends with the one chosen."""

    BINDINGS = [
        Binding("enter", "pick", "choose", priority=True),
        Binding("escape", "leave", "back", priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
        Binding("f1", "explain", "why"),
    ]

    def __init__(
        self, question: Question, choices: Callable[[], tuple[Choice, ...]], current: object
    ) -> None:
        super().__init__()
        self.question = question
        self.place = f"{question.title} ▸ choose"
        self.section = question.section
        self._find = choices
        self._choices: tuple[Choice, ...] = ()
        self._column = _LABEL
        self._current = current

    def body(self) -> ComposeResult:
        """Yield the list."""
        yield FilteredList(
            self._draw, empty="nothing was found to choose from; Esc, and type a value"
        )

    def on_mount(self) -> None:
        """Begin to fill the list."""
        super().on_mount()
        self.query_one(OptionList).can_focus = False
        self.set_focus(self.query_one(FilteredList).field)
        self.fill()

    @work
    async def fill(self) -> None:
        """Find the choices, which may be many, and show them with the cursor on what holds."""
        self._choices, entries = await in_thread(partial(_found, self._find), "choices")
        widest = max((len(choice.label) for choice in self._choices), default=0)
        self._column = min(widest + 2, _LABEL)
        values = [choice.value for choice in self._choices]
        at = str(values.index(self._current)) if self._current in values else None
        self.query_one(FilteredList).fill(entries, at)

    def _draw(self, place: str) -> Content:
        choice = self._choices[int(place)]
        mark = glyphs.DONE if choice.value == self._current else " "
        label = fit(choice.label, self._column - 2).ljust(self._column)
        detail = fit(choice.detail, max(self.size.width - self._column - 5, 10))
        return Content.assemble(f"{mark} {label}", (detail, "$foreground 60%"))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.query_one(FilteredList).move(by)

    async def action_pick(self) -> None:
        """End with the choice under the cursor."""
        listing = self.query_one(FilteredList)
        await listing.typed()
        if listing.current is not None:
            self.dismiss(self._choices[int(listing.current)])

    @on(FilteredList.Chosen)
    def _clicked(self, event: FilteredList.Chosen) -> None:
        self.dismiss(self._choices[int(event.id)])

    def action_leave(self) -> None:
        """End without a choice."""
        self.dismiss(None)

    async def action_explain(self) -> None:
        """Explain the question."""
        self.app.show_explanation(self.question)


def _found(find: Callable[[], tuple[Choice, ...]]) -> tuple[tuple[Choice, ...], list[Entry]]:
    choices = find()
    return choices, [
        Entry(str(place), f"{choice.label} {choice.value} {choice.detail}")
        for place, choice in enumerate(choices)
    ]
