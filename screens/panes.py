"""A list above (or beside) the details of what its cursor is on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from octavia_wizard.screens.frame import Rule
from octavia_wizard.screens.paragraph import Paragraph

_LABEL = re.compile(r"\s*\S{1,12}(?: \S{1,10}){0,3}\s{2,18}(?=\S)")
_WIDEST = 24
"""Columns a label takes at most; what looks like a longer one is text."""
_NARROWEST = 8
"""Columns below which options are cut off rather than broken further."""
_HANG = 2
"""Columns by which a continued line is indented more than its beginning."""


class Options(OptionList):
    """A list of options that may be without any room.

    Textual's own would end the app then: its page keys look for lines there are none of, and
    texts are broken into lines of no column.
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the options take, in a width that holds a letter at least."""
        return super().get_content_height(container, viewport, max(width, _NARROWEST))

    def action_page_up(self) -> None:
        """Move up by a page."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move down by a page."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list with its details."""

    id: str
    line: Content
    detail: Content


class MasterDetail(Widget):
    """Items to go through; the pane scrolls with Page Up and Page Down."""

    class Opened(Message):
        """Enter was pressed on an item."""

        def __init__(self, pane: MasterDetail, id: str) -> None:
            super().__init__()
            self.pane = pane
            self.id = id

        @property
        def control(self) -> MasterDetail:
            """Return the pane."""
            return self.pane

    def __init__(self, id: str, *, empty: str) -> None:
        super().__init__(id=id)
        self._empty = empty
        self._items: dict[str, Item] = {}

    def compose(self) -> ComposeResult:
        """Yield list and details."""
        yield Options(compact=True, markup=False)
        yield Rule()
        with VerticalScroll(classes="detail", can_focus=False):
            yield Paragraph("", classes="detail-text", markup=False)

    @property
    def options(self) -> OptionList:
        """Return the list."""
        return self.query_one(OptionList)

    @property
    def current(self) -> str | None:
        """Return the id of the item under the cursor."""
        place = self.options.highlighted
        return None if place is None else self.options.get_option_at_index(place).id

    def fill(self, items: Sequence[Item], begin: str = "") -> None:
        """Show these items, the cursor staying where it was if it can, else at ``begin``."""
        current = self.current
        former, self._items = self._items, {item.id: item for item in items}
        options = self.options
        if former.keys() == self._items.keys():
            for item in items:
                if former[item.id].line.plain != item.line.plain:
                    options.replace_option_prompt(item.id, self._fitted(item))
        else:
            options.clear_options()
            options.add_options(Option(self._fitted(item), id=item.id) for item in items)
            if items:
                ids = list(self._items)
                start = ids.index(begin) if begin in ids else 0
                options.highlighted = ids.index(current) if current in ids else start
        self._show_detail()

    def scroll_detail(self, by: int) -> None:
        """Scroll the details by lines."""
        self.query_one(".detail", VerticalScroll).scroll_relative(y=by, animate=False)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.call_after_refresh(self._refit)

    def _refit(self) -> None:
        for item in self._items.values():
            self.options.replace_option_prompt(item.id, self._fitted(item))
        self._show_detail()

    def _fitted(self, item: Item) -> Content:
        """Return a line that does not run over the width of the list."""
        room = (self.options.size.width or self.size.width) - 2
        if len(item.line) <= room or room < 20:
            return item.line
        cut = item.line.plain[: room - 1].rstrip().rpartition(" ")[0]
        path = item.line[len(cut) + 1 :]
        if path.plain.startswith("/") and " " not in path.plain:
            # The end of a path tells more than its beginning.
            return item.line[: len(cut) + 1] + "…" + path[len(item.line) + 1 - room :]
        return item.line[: len(cut.rstrip())] + "…"

    def _show_detail(self) -> None:
        item = self._items.get(self.current or "")
        text = item.detail if item is not None else Content(self._empty if not self._items else "")
        pane = self.query_one(".detail-text", Static)
        pane.update(hanging(text, pane.size.width))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_detail()
        self.query_one(".detail", VerticalScroll).scroll_home(animate=False)
        # What is under the cursor decides which keys make sense.
        self.screen.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _opened(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Opened(self, event.option_id))


def _indent(line: str) -> int:
    """Return where a line goes on: under the text after its label, or a little further in."""
    label = _LABEL.match(line)
    if label is not None and label.end() <= _WIDEST:
        return label.end()
    return len(line) - len(line.lstrip()) + _HANG


def hanging(text: Content, width: int) -> Content:
    """Break long lines between words, their continuations indented; rules are cut off."""
    if width < 20:
        return text
    lines: list[Content] = []
    for line in text.split("\n", allow_blank=True):
        if len(line) <= width:
            lines.append(line)
        elif line.plain[width - 10 :].strip("-") == "":
            lines.append(line[:width])
        else:
            lead = " " * _indent(line.plain)
            least = len(line.plain) - len(line.plain.lstrip()) + _HANG
            longest = max(map(len, line.plain.split()))
            if width - len(lead) < longest <= width - least:
                # A long name is kept whole rather than put under the text before it.
                lead = " " * least
            first = line.wrap(width)[0].rstrip()
            rest = line[len(first) :]
            rest = rest[len(rest) - len(rest.plain.lstrip()) :]
            parts = rest.wrap(width - len(lead)) if rest else []
            lines += [first, *(Content(lead) + part for part in parts)]
    return Content("\n").join(lines)
