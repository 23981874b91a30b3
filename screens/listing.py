"""A list of rows in aligned columns that draws only what can be seen of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Click, Resize
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from octavia_wizard.core.browse import printable
from octavia_wizard.core.views.model import Role
from octavia_wizard.screens.columns import Columns, in_cells


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its texts are plain, whatever is in them."""

    id: str
    cells: tuple[str, ...]
    roles: tuple[Role, ...] = ()
    """What each cell is for; plain where nothing is said."""
    mark: str = ""
    """A sign of one column before the cells."""


class Listing(ScrollView, can_focus=True):
    """Rows to go through by keys and mouse, however many."""

    DEFAULT_CSS = """
    Listing {
        height: 1fr;
        width: 100%;
        padding: 0 1;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-color: $foreground 30%;
        scrollbar-color-hover: $foreground 50%;
        scrollbar-color-active: $foreground 50%;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        & > .listing--header { color: $foreground 60%; }
        & > .listing--strong { text-style: bold; }
        & > .listing--quiet { color: $foreground 60%; }
        & > .listing--good { color: $text-success; }
        & > .listing--attention { color: $text-warning; }
        & > .listing--bad { color: $text-error; }
        & > .listing--cursor { background: $primary-muted; text-style: bold; }
        &:nocolor > .listing--cursor { background: transparent; text-style: bold reverse; }
        &:ansi > .listing--cursor { background: ansi_default; text-style: bold reverse; }
        &:nocolor > .listing--header, &:ansi > .listing--header { text-style: dim; }
        &:nocolor > .listing--quiet, &:ansi > .listing--quiet { text-style: dim; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--row",
        "listing--header",
        "listing--cursor",
        "listing--strong",
        "listing--quiet",
        "listing--good",
        "listing--attention",
        "listing--bad",
    }
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter", "choose", "choose"),
    ]

    cursor: reactive[int | None] = reactive(None)
    """Place of the row under the cursor; None while there is no row."""

    class Moved(Message):
        """The cursor is on another row, or on none."""

        def __init__(self, listing: Listing, id: str | None) -> None:
            super().__init__()
            self.listing = listing
            self.id = id

        @property
        def control(self) -> Listing:
            """Return the list."""
            return self.listing

    class Chosen(Message):
        """A row was chosen, by Enter or by a click on what is under the cursor."""

        def __init__(self, listing: Listing, id: str) -> None:
            super().__init__()
            self.listing = listing
            self.id = id

        @property
        def control(self) -> Listing:
            """Return the list."""
            return self.listing

    def __init__(
        self, columns: Sequence[str] = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = Columns(columns)
        self._rows: list[Row] = []
        self._told: str | None = None

    # --- what is shown

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows."""
        return tuple(self._rows)

    @property
    def current(self) -> str | None:
        """Return the id of the row under the cursor."""
        return None if self.cursor is None else self._rows[self.cursor].id

    def fill(
        self,
        rows: Sequence[Row],
        current: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> None:
        """Show these rows, the cursor on a wanted one, else where it was, else on the first."""
        wanted = self.current if current is None else current
        self._rows = list(rows)
        self._columns = Columns(self._columns.headers if columns is None else columns)
        self._columns.measure([row.cells for row in rows])
        place = next((n for n, row in enumerate(rows) if row.id == wanted), 0)
        self._measure()
        self.set_reactive(Listing.cursor, place if rows else None)
        self._show_cursor()
        self.refresh()
        self._tell()

    def replace(self, row: Row) -> None:
        """Draw a row anew; its id says which."""
        for place, former in enumerate(self._rows):
            if former.id == row.id and former != row:
                self._rows[place] = row
                self._columns.measure([each.cells for each in self._rows])
                self.refresh()

    def _measure(self) -> None:
        lines = len(self._rows) + self._header
        self.virtual_size = Size(self.scrollable_content_region.width, lines)

    @property
    def _header(self) -> int:
        return int(bool(self._columns.headers))

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in sight."""
        self._measure()
        self._show_cursor()

    # --- the cursor

    def validate_cursor(self, cursor: int | None) -> int | None:
        """Keep the cursor on a row."""
        if cursor is None or not self._rows:
            return None
        return min(max(cursor, 0), len(self._rows) - 1)

    def watch_cursor(self) -> None:
        """Show the row under the cursor, and tell of it."""
        self._show_cursor()
        self._tell()

    def _show_cursor(self) -> None:
        if self.cursor is not None and self.is_attached:
            line = Region(0, self.cursor + self._header, 1, 1)
            spacing = Spacing(top=self._header)
            self.scroll_to_region(line, spacing=spacing, animate=False, force=True)

    def _tell(self) -> None:
        if self.current != self._told:
            self._told = self.current
            self.post_message(self.Moved(self, self._told))

    def move(self, by: int) -> None:
        """Move the cursor by rows, as far as there are any."""
        self.move_to((self.cursor or 0) + by)

    def move_to(self, place: int) -> None:
        """Put the cursor on the row at a place, or the nearest there is."""
        self.cursor = place

    @property
    def page(self) -> int:
        """Return how many rows are seen at once."""
        return max(self.scrollable_content_region.height - self._header, 1)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by screenfuls."""
        self.move(by * max(self.page - 1, 1))

    def action_first(self) -> None:
        """Put the cursor on the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Put the cursor on the last row."""
        self.move_to(len(self._rows) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def on_click(self, event: Click) -> None:
        """Put the cursor on a row; choose it where the cursor was there before."""
        at = event.get_content_offset(self)
        if at is None or at.y < self._header:
            return
        event.stop()
        place = at.y + self.scroll_offset.y - self._header
        if place >= len(self._rows):
            return
        if place == self.cursor:
            self.action_choose()
        else:
            self.move_to(place)

    # --- drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight."""
        width = self.scrollable_content_region.width
        if self._header and y == 0:
            return self._strip(Row("", self._columns.headers), width, "listing--header")
        place = y + self.scroll_offset.y - self._header
        if not 0 <= place < len(self._rows):
            return Strip.blank(width, self._style("listing--row"))
        under = place == self.cursor
        return self._strip(self._rows[place], width, "listing--cursor" if under else "listing--row")

    def _strip(self, row: Row, width: int, component: str) -> Strip:
        base = self._style(component)
        segments = [Segment(in_cells(printable(row.mark), 1) + " ", base)]
        for place, (text, gap) in enumerate(self._columns.lay_out(row.cells, width - 2)):
            role = row.roles[place] if place < len(row.roles) else Role.PLAIN
            style = base if role is Role.PLAIN else self._style(f"listing--{role}", component)
            segments += [Segment(text, style), Segment(" " * gap, base)]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, *components: str) -> Style:
        known = [name for name in components if name in self.COMPONENT_CLASSES]
        style = self.get_visual_style(*known).rich_style
        # A visual style has no reverse; without it no cursor would be seen in monochrome.
        if any(self.get_component_styles(name).text_style.reverse for name in known):
            style += Style(reverse=True)
        return style
