"""A long list with a line to narrow it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from octavia_wizard.screens.listing import Listing, Row
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.typed import reached
from octavia_wizard.screens.wording import fit

LIMIT = 500
"""Most rows shown at once; of more, nobody reads the end."""

NO_MATCH = "nothing matches; shorten what you typed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, by the text that is searched; how it looks is asked for when it is shown."""

    id: str
    words: str


class Search:
    """Entries, and those of them that hold every word of a text, whatever the case."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self._all = [(entry.words.casefold(), entry.id) for entry in entries]
        self._text = ""
        self._found = self._all

    def __len__(self) -> int:
        return len(self._all)

    def find(self, text: str) -> list[str]:
        """Return the ids of the entries that hold every word of a text, in their order."""
        text = text.casefold()
        # What holds "net-1" holds "net-": a text that was typed on searches what it found before.
        among = self._found if text.startswith(self._text) else self._all
        words = text.split()
        self._text = text
        self._found = [pair for pair in among if all(word in pair[0] for word in words)]
        return [entry for _, entry in self._found]


class FilterLine(Input):
    """The line to type in; Backspace in an empty one means something to the list."""

    class Erased(Message):
        """Backspace was pressed with nothing typed."""

    def action_delete_left(self) -> None:
        """Take the last character away, or tell that there is none.

        The keys before it have reached the line by now; a binding of the screen would be
        looked up too early for those that come in one piece.
        """
        if self.value:
            super().action_delete_left()
        else:
            self.post_message(self.Erased())


class CountLine(Widget):
    """How many there are, and at the other end what goes on in the background."""

    DEFAULT_CSS = "CountLine { height: 1; width: 100%; padding: 0 1; color: $foreground 60%; }"

    counted = reactive("")
    """How many there are."""
    said = reactive("")
    """What goes on."""

    def render(self) -> Content:
        """Draw both ends; what goes on comes first where there is no room."""
        width = self.size.width
        said = fit(self.said, max(width, 1))
        counted = fit(self.counted, max(width - len(said) - 2, 1))
        return Content(counted.ljust(width - len(said)) + said)


class FilteredList(Widget):
    """Entries of which only those are shown that contain every word typed."""

    DEFAULT_CSS = """
    FilteredList {
        height: 1fr;
        width: 100%;
        layout: vertical;
        & .filter-line { height: 1; width: 100%; padding: 0 1; }
        & .filter-line Static { width: 9; height: 1; }
        & .filter-line Input { width: 1fr; height: 1; border: none; background: transparent; }
        & .filter-line Input:focus { border: none; background: $boost; }
        & .nothing { height: auto; width: 100%; padding: 1 1 0 3; }
    }
    """
    BINDINGS = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("home", "first", show=False, priority=True),
        Binding("end", "last", show=False, priority=True),
    ]

    HINT: ClassVar = "type to narrow the list"
    """What stands in the line to type in while nothing is typed."""

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

    class Typed(Message):
        """Another text stands in the line to type in, and has narrowed the list."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(
        self,
        draw: Callable[[str], Row],
        *,
        empty: str,
        columns: Sequence[str] = (),
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._empty = empty
        self._draw = draw
        self._headers = columns
        self._search: Search | None = None
        self._found: list[str] = []
        self.shown = ""
        """The text the list was narrowed down by last."""

    def compose(self) -> ComposeResult:
        """Yield the line to type in, the list, and how many more there are."""
        with Horizontal(classes="filter-line"):
            yield Static("Search", markup=False)
            yield FilterLine(id="filter", compact=True, placeholder=self.HINT)
        yield Paragraph("", classes="nothing", markup=False)
        listing = Listing((), id="entries")
        # Keys go to the line to type in, and what is no text moves the cursor of the list.
        listing.can_focus = False
        yield listing
        yield CountLine()

    def on_mount(self) -> None:
        """Begin with the line to type in."""
        self.field.focus()

    @property
    def field(self) -> Input:
        """Return the line to type in."""
        return self.query_one("#filter", Input)

    @property
    def listing(self) -> Listing:
        """Return the list."""
        return self.query_one("#entries", Listing)

    @property
    def current(self) -> str | None:
        """Return the id of the entry under the cursor."""
        return self.listing.current

    def searched(self, text: str) -> str:
        """Return what of a typed text is searched; a subclass may read more into it."""
        return text

    def fill(
        self,
        entries: Sequence[Entry] | Search,
        current: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> None:
        """Show these entries as far as they match, the cursor on a wanted one or where it was."""
        self._search = entries if isinstance(entries, Search) else Search(entries)
        self._headers = self._headers if columns is None else columns
        self._show(current)

    def say(self, text: str) -> None:
        """Say at the end of the last line what goes on in the background."""
        self.query_one(CountLine).said = text

    def explain(self, empty: str) -> None:
        """Say this when there is nothing to choose from."""
        self._empty = empty
        self._show_nothing()

    def _show_nothing(self) -> None:
        nothing = self.query_one(".nothing", Static)
        nothing.display = self._search is not None and not self._found
        nothing.update(NO_MATCH if len(self._search or ()) else self._empty)

    def move(self, by: int) -> None:
        """Move the cursor."""
        self.listing.move(by)

    async def typed(self) -> None:
        """Wait until the keys typed so far have narrowed the list."""
        await reached(self.field)
        self._show(None)

    def _show(self, current: str | None) -> None:
        if self._search is not None:
            self.shown = self.field.value
            self._found = self._search.find(self.searched(self.shown))
            self._show_rows(current)

    def _show_rows(self, current: str | None) -> None:
        rows = [self._draw(entry) for entry in self._found[:LIMIT]]
        self.listing.fill(rows, current, self._headers if rows else ())
        self._show_nothing()
        self.query_one(CountLine).counted = self._more()

    def _more(self) -> str:
        total, found = len(self._search or ()), len(self._found)
        if found > LIMIT:
            return f"{found - LIMIT} more, type to narrow"
        return f"{found} of {total}" if total else ""

    # --- keys and messages

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.listing.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by screenfuls."""
        self.listing.action_page(by)

    def action_first(self) -> None:
        """Put the cursor on the first row."""
        self.listing.action_first()

    def action_last(self) -> None:
        """Put the cursor on the last row."""
        self.listing.action_last()

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._show(None)
        self.post_message(self.Typed(event.value))

    @on(Listing.Moved)
    def _moved(self, event: Listing.Moved) -> None:
        event.stop()
        self.post_message(self.Moved(event.id))

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(event.id))
