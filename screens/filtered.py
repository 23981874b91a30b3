"""A long list with a line to narrow it down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

LIMIT = 300
"""Most rows shown at once; more would take longer to draw than to narrow down."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, by the text that is searched; how it looks is asked for when it is shown."""

    id: str
    words: str


class FilteredList(Widget):
    """Entries of which only those are shown that contain every word typed."""

    class Moved(Message):
        """The cursor is on another entry."""

        def __init__(self, id: str | None) -> None:
            super().__init__()
            self.id = id

    class Chosen(Message):
        """An entry was chosen with the mouse."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    def __init__(self, draw: Callable[[str], Content], *, empty: str) -> None:
        super().__init__()
        self._draw = draw
        self._empty = empty
        self._entries: list[tuple[str, Entry]] = []

    def compose(self) -> ComposeResult:
        """Yield the line to type in, the list, and how many more there are."""
        with Horizontal(classes="filter-line"):
            yield Static("Search", markup=False)
            yield Input(id="filter", compact=True, placeholder="type to narrow the list")
        yield OptionList(id="entries", compact=True, markup=False)
        yield Static("", classes="more", markup=False)

    @property
    def field(self) -> Input:
        """Return the line to type in."""
        return self.query_one("#filter", Input)

    @property
    def options(self) -> OptionList:
        """Return the list."""
        return self.query_one("#entries", OptionList)

    @property
    def current(self) -> str | None:
        """Return the id of the entry under the cursor."""
        place = self.options.highlighted
        return None if place is None else self.options.get_option_at_index(place).id

    def fill(self, entries: Sequence[Entry], current: str | None = None) -> None:
        """Show these entries, with the cursor on one of them."""
        self._entries = [(entry.words.casefold(), entry) for entry in entries]
        self._show(current)

    def redraw(self) -> None:
        """Draw the entries that are shown anew."""
        for option in self.options.options:
            if option.id is not None:
                prompt = self._draw(option.id)
                if str(option.prompt) != prompt.plain:
                    self.options.replace_option_prompt(option.id, prompt)

    def move(self, by: int) -> None:
        """Move the cursor."""
        count = self.options.option_count
        if count:
            place = (self.options.highlighted or 0) + by
            self.options.highlighted = min(max(place, 0), count - 1)

    async def typed(self) -> None:
        """Wait until the keys typed so far have narrowed the list."""
        reached = asyncio.Event()
        self.field.call_later(reached.set)
        await asyncio.wait_for(reached.wait(), 2.0)
        self._show(self.current)

    def _show(self, current: str | None) -> None:
        wanted = self.field.value.casefold().split()
        found = [entry for words, entry in self._entries if all(word in words for word in wanted)]
        options = self.options
        shown = found[:LIMIT]
        if [entry.id for entry in shown] != [option.id for option in options.options] or not shown:
            options.clear_options()
            options.add_options(Option(self._draw(entry.id), id=entry.id) for entry in shown)
        if shown:
            ids = [entry.id for entry in shown]
            options.highlighted = ids.index(current) if current in ids else 0
        self.query_one(".more", Static).update(self._more(len(found)))

    def _more(self, found: int) -> str:
        if not self._entries:
            return self._empty
        if not found:
            return "nothing matches; shorten what you typed"
        if found > LIMIT:
            return f"{found - LIMIT} more, type to narrow"
        return f"{found} of {len(self._entries)}"

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._show(self.current)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Moved(event.option_id))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Chosen(event.option_id))
