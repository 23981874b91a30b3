"""A log on a screen: it follows the newest line, can be scrolled, and filtered by a text."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Log, Static

from octavia_wizard.screens.run_model import LOG_LINES
from octavia_wizard.screens.wording import count

_SHOWN = 1000
"""Matching lines shown at most, the newest: more would take too long to write."""


class Logged(Protocol):
    """What has a log."""

    @property
    def log(self) -> deque[str]:
        """Return its newest lines."""

    @property
    def logged(self) -> int:
        """Return how many lines there were in all."""


class SearchField(Input):
    """Where the text to look for is typed."""

    BINDINGS = [
        Binding("enter", "submit", "keep what is found"),
        Binding("escape", "end_search", "end the search"),
    ]

    class Ended(Message):
        """The search was ended."""

    def action_end_search(self) -> None:
        """End the search."""
        self.post_message(self.Ended())


class LogPane(Vertical):
    """The lines of a log; with a search open, those that hold what was typed."""

    class SearchClosed(Message):
        """The search came to its end, and every line is shown again."""

    DEFAULT_CSS = """
    LogPane { height: 1fr; width: 100%; }
    LogPane Log {
        height: 1fr;
        background: transparent;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
    }
    LogPane .search { height: 1; width: 100%; padding: 0 1; display: none; }
    LogPane .search Input { width: 1fr; height: 1; border: none; background: transparent; }
    LogPane .search Input:focus { border: none; background: $boost; }
    LogPane.-searching .search { display: block; }
    """

    def __init__(self, model: Logged) -> None:
        super().__init__()
        self.model = model
        self._width = 0
        self._taken = 0
        self._lines: deque[tuple[str, list[str]]] = deque(maxlen=LOG_LINES)
        self._matching = 0
        self._following = True

    def compose(self) -> ComposeResult:
        """Yield the log, and below it the line of the search."""
        log = Log(id="log", max_lines=2 * LOG_LINES, auto_scroll=True)
        log.can_focus = False
        yield log
        with Horizontal(classes="search"):
            mark, found = Static("/ ", markup=False), Static("", classes="found", markup=False)
            # Else they are as wide as every text on the screens.
            mark.styles.width = found.styles.width = "auto"
            yield mark
            yield SearchField(compact=True, placeholder="text to look for in the log")
            yield found

    def on_mount(self) -> None:
        """Notice when the log is scrolled, by whatever means."""
        self.watch(self.log_widget, "scroll_y", self._scrolled, init=False)

    def _scrolled(self) -> None:
        self._following = self.log_widget.is_vertical_scroll_end

    def on_resize(self) -> None:
        """Keep the newest line in sight when there is less room than before."""
        if self._following:
            self.call_after_refresh(self.follow)

    @property
    def is_searching(self) -> bool:
        """Say whether the search is open, be it being typed or held."""
        return self.has_class("-searching")

    @property
    def is_typing(self) -> bool:
        """Say whether keys go into the search."""
        return self.query_one(SearchField).has_focus

    @property
    def wanted(self) -> str:
        """Return what is looked for, in lower case; "" where all lines are shown."""
        return self.query_one(Input).value.casefold() if self.is_searching else ""

    @property
    def log_widget(self) -> Log:
        """Return the widget with the lines."""
        return self.query_one(Log)

    def take(self, width: int) -> None:
        """Take in what was logged since; the width is that of the screen, in columns."""
        # Less the padding and the scrollbar, which may not be there yet.
        room = max(width - 4, 20)
        if room != self._width:
            self._width = room
            self._lines.clear()
            self._take_new(len(self.model.log))
            self._write_all()
            return
        fresh = self._take_new(self.model.logged - self._taken)
        matching = [parts for line, parts in fresh if self.wanted in line]
        self._matching += len(matching)
        if matching:
            self.log_widget.write_lines(part for parts in matching for part in parts)
        if fresh:
            self._count()

    def _take_new(self, number: int) -> list[tuple[str, list[str]]]:
        self._taken = self.model.logged
        found = []
        for line in list(self.model.log)[-number:] if number > 0 else []:
            short = len(line) <= self._width
            found.append((line.casefold(), [line] if short else broken(line, self._width)))
        self._lines.extend(found)
        return found

    def _write_all(self) -> None:
        matching = [parts for line, parts in self._lines if self.wanted in line]
        self._matching = len(matching)
        shown = matching[-_SHOWN:] if self.wanted else matching
        self.log_widget.clear().write_lines(part for parts in shown for part in parts)
        self.log_widget.scroll_end(animate=False, immediate=True, x_axis=False)
        self._count()

    def _count(self) -> None:
        text = f"  {self._matching} of {count(len(self._lines), 'line')}"
        self.query_one(".found", Static).update(text)

    # --- the search

    def open_search(self) -> None:
        """Let a text be typed; lines without it are hidden as it is typed."""
        self.add_class("-searching")
        self.query_one(Input).focus()
        self._count()

    def close_search(self) -> None:
        """Show every line again."""
        self.remove_class("-searching")
        self.query_one(Input).value = ""
        self.screen.set_focus(None)
        self._write_all()
        self.post_message(self.SearchClosed())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_searching:
            self._write_all()

    @on(SearchField.Ended)
    def _ended(self, event: SearchField.Ended) -> None:
        event.stop()
        self.close_search()

    @on(Input.Submitted)
    def _hold(self, event: Input.Submitted) -> None:
        """Leave the field with what was found kept, so that the keys of the screen work."""
        event.stop()
        if self.wanted:
            self.screen.set_focus(None)
        else:
            self.close_search()

    # --- scrolling

    def scroll_by(self, lines: int) -> None:
        """Scroll; away from the end, the log stays where it is when lines come."""
        self.log_widget.scroll_relative(y=lines, animate=False, immediate=True)

    def follow(self) -> None:
        """Go to the newest line, and on with every one that comes."""
        self.log_widget.scroll_end(animate=False, immediate=True, x_axis=False)


def broken(line: str, width: int) -> list[str]:
    """Break a line between words where it can; textwrap would take seconds for a whole log."""
    parts, indent = [], ""
    while len(line) > width - len(indent):
        room = width - len(indent)
        cut = line.rfind(" ", 1, room + 1)
        if cut < room // 2:
            cut = room
        parts.append(indent + line[:cut].rstrip())
        line, indent = line[cut:].lstrip(), "  "
    return [*parts, indent + line] if line else parts
