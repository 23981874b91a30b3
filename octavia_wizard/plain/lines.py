"""Prompts for any terminal or none: numbered lists and typed lines, nothing drawn twice."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console

from octavia_wizard.output.paper import INDENT, Paper
from octavia_wizard.plain.options import Move, Option, literal, move_of, padded, shown, widths_of
from octavia_wizard.plain.prompter import MOVE_KEYS, Prompter, columns_of
from octavia_wizard.plain.searching import Search

WIDTH = 80
"""Columns, where the line does not say how many it has."""
LISTED = 20
"""Most matches listed; more are not read by anybody."""
_NONE = "none"
_YES = {"y": True, "yes": True, "n": False, "no": False}


def line_paper(stream: TextIO) -> Paper:
    """Return a paper without colour and without any control character."""
    console = Console(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        force_terminal=False,
        no_color=True,
        width=columns_of(stream) or WIDTH,
    )
    return Paper(console, wraps=stream.isatty())


class LinePrompter(Prompter):
    """Numbered lists and typed lines."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(line_paper(stream))
        self._stream = stream
        self._open = ""
        """The prompt an answer is waited for at."""

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return what can be typed at every prompt."""
        return (
            ("Enter", "keeps what stands in brackets"),
            ("a number", "takes that line of a list; a part of a name finds it"),
            *MOVE_KEYS,
        )

    def text(self, message: str, current: str) -> str | Move:
        """Ask for a line."""
        typed = self._read(f"{message}{self._bracketed(message, current)}: ")
        return move_of(typed) or literal(typed)

    def path(self, message: str, current: str) -> str | Move:
        """Ask for a path."""
        return self.text(message, current)

    def search(
        self,
        message: str,
        current: str,
        options: Sequence[Option],
        columns: Sequence[str] = (),
        *,
        again: bool = False,
    ) -> Option | str | Move:
        """Ask for a part of a name until it means one thing; the same text twice is meant so."""
        search = Search(options)
        listed: Sequence[Option] = options if len(options) <= LISTED else ()
        if again:
            pass
        elif listed:
            self._table(listed, columns)
        else:
            self.paper.line(f"{len(options)} to choose from: type a part of the name", indent=1)
        former = ""
        while True:
            only = listed[0] if former and len(listed) == 1 else None
            typed = self.text(message, only.label if only else "" if former else current)
            if isinstance(typed, Move):
                return typed
            if not typed and former and only is None:
                former = ""
                continue
            if not typed:
                return only or typed
            found = search.exact(typed) or _numbered(typed, listed)
            if found is not None:
                return found
            close = [] if typed.lower() == _NONE else search.find(typed)
            if typed == former or not close or search.is_a_word(typed):
                return typed
            former = typed
            listed = self._offer(close, typed, columns)

    def _offer(
        self, found: Sequence[Option], typed: str, columns: Sequence[str]
    ) -> Sequence[Option]:
        if len(found) > LISTED:
            self.paper.line(f"{len(found)} match {typed!r}; type more of the name", indent=1)
            return ()
        self._table(found, columns)
        ways = f"a number, more letters, or {typed!r} again to mean just that"
        self.paper.line(f"{'Enter, ' if len(found) == 1 else ''}{ways}", indent=1)
        return found

    def _table(self, options: Sequence[Option], columns: Sequence[str]) -> None:
        if not columns:
            self._list(options)
            return
        rows = [("", *columns)]
        rows += [(f"{n})", *shown(option)) for n, option in enumerate(options, start=1)]
        widths = widths_of(rows, self.paper.console.width - len(INDENT))
        for row in rows:
            self.paper.line(padded(row, widths), indent=1)

    def choose(
        self,
        message: str,
        options: Sequence[Option],
        current: object,
        *,
        moves: bool = True,
        again: bool = False,
    ) -> object | Move:
        """Ask for a number, a value, or the beginning of a label."""
        if not again:
            self._list(options)
        default = next((o.label for o in options if o.value == current), "")
        while True:
            typed = self._read(f"{message}{self._bracketed(message, default)}: ")
            move = move_of(typed)
            if move is not None and moves and not any(o.key == typed for o in options):
                return move
            if not typed and default:
                return current
            found = _meant(typed, options)
            if found is not None:
                return found.value
            self.paper.line(_which(options))

    def several(
        self,
        message: str,
        options: Sequence[Option],
        current: Sequence[object],
        *,
        again: bool = False,
    ) -> list[object] | Move:
        """Ask for numbers or names with commas between them."""
        if not again:
            marks = ["x" if option.value in current else "-" for option in options]
            rows = [
                (f"{n})", mark, option.label, option.detail)
                for n, (mark, option) in enumerate(zip(marks, options, strict=True), start=1)
            ]
            self.paper.rows(rows, indent=1)
            self.paper.line("x is chosen; type all you want, with commas between", indent=1)
        labels = ", ".join(option.label for option in options if option.value in current)
        while True:
            typed = self._read(f"{message}{self._bracketed(message, labels)}: ")
            move = move_of(typed)
            if move is not None:
                return move
            if not typed:
                return list(current)
            parts = [part.strip() for part in typed.split(",") if part.strip()]
            if [part.lower() for part in parts] == ["none"]:
                return []
            found = [_meant(part, options) for part in parts]
            unknown = [part for part, option in zip(parts, found, strict=True) if option is None]
            if not unknown:
                return [option.value for option in found if option is not None]
            self.paper.line(f"not in the list: {', '.join(unknown)}")

    def secret(self, message: str) -> str:
        """Ask for a line; on a terminal it is not shown."""
        if sys.stdin.isatty():
            self._stream.flush()
            return getpass.getpass(self.paper.fit(f"{message}: "), self._stream)
        return self._read(f"{message}: ")

    def confirm(self, message: str, *, default: bool = False) -> bool:
        """Ask for a yes."""
        while True:
            typed = self._read(f"{message} {'[Y/n]' if default else '[y/N]'} ").lower()
            if not typed:
                return default
            if typed in _YES:
                return _YES[typed]
            self.paper.line("type yes or no")

    def _list(self, options: Sequence[Option]) -> None:
        rows, number = [], 0
        for option in options:
            number += not option.key
            mark = f"{option.key or number})"
            rows.append((mark, option.label, option.detail))
        self.paper.rows(rows, indent=1)

    def _bracketed(self, message: str, current: str) -> str:
        """Write what Enter keeps, cut where the line would break: it stands above in full."""
        room = max(self.paper.console.width - len(message) - 12, 16)
        return f" [{padded([current], [min(len(current), room)])}]" if current else ""

    def announce(self, write: Callable[[], None]) -> None:
        """Write at once where a person waits at a prompt, which is then written again."""
        super().announce(write)
        prompt = self._open
        if prompt and self._stream.isatty():
            self._stream.write("\n")
            self.catch_up()
            self._stream.write(prompt)
            self._stream.flush()

    def _read(self, prompt: str) -> str:
        self.catch_up()
        self._open = self.paper.fit(prompt)
        self._stream.write(self._open)
        self._stream.flush()
        try:
            line = sys.stdin.readline()
        finally:
            self._open = ""
        if not line:
            raise EOFError
        if not sys.stdin.isatty():
            self._stream.write("\n")
        return line.strip()


def _which(options: Sequence[Option]) -> str:
    if any(option.key for option in options):
        return "type what stands before the bracket, or the name"
    return f"choose a number from 1 to {len(options)}, or type the name"


def _numbered(typed: str, listed: Sequence[Option]) -> Option | None:
    number = typed.removeprefix("#")
    return (
        listed[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(listed) else None
    )


def _meant(typed: str, options: Sequence[Option]) -> Option | None:
    by_key = next((option for option in options if option.key and option.key == typed), None)
    if by_key is not None:
        return by_key
    numbered = [option for option in options if not option.key]
    if typed.isdecimal() and 0 < int(typed) <= len(numbered):
        return numbered[int(typed) - 1]
    exact = [o for o in options if typed in (str(o.value), o.label)]
    # A mark may stand before the name: nobody types it.
    names = [(re.sub(r"^\W+", "", option.label).lower(), option) for option in options]
    same = [option for name, option in names if name == typed.lower()]
    begun = [option for name, option in names if typed and name.startswith(typed.lower())]
    found = exact or same or begun
    return found[0] if len(found) == 1 else None
