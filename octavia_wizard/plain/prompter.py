"""How a prompt is shown and answered, with a cursor or without."""

from __future__ import annotations

import os
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TextIO

from rich.console import Console

from octavia_wizard.output.paper import Paper


class Move(Enum):
    """What can be typed in place of an answer."""

    BACK = "<"
    HELP = "?"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: object
    label: str
    detail: str = ""


class Prompter(ABC):
    """Shows lines and asks; every ask raises KeyboardInterrupt or EOFError when left."""

    def __init__(self, stream: TextIO, *, dumb: bool) -> None:
        console = Console(file=stream, highlight=False, markup=False, emoji=False)
        if dumb:
            console = Console(
                file=stream,
                highlight=False,
                markup=False,
                emoji=False,
                force_terminal=False,
                no_color=True,
                width=80,
            )
        self.paper = Paper(console)

    @abstractmethod
    def text(self, message: str, current: str, suggestions: Sequence[Option] = ()) -> str | Move:
        """Ask for a line; an empty one stands for ``current``."""

    @abstractmethod
    def choose(
        self, message: str, options: Sequence[Option], current: object, *, moves: bool = True
    ) -> object | Move:
        """Ask for one of several; ``moves`` offers going back and help too."""

    @abstractmethod
    def confirm(self, message: str) -> bool:
        """Ask for a yes; anything else is a no."""


class LinePrompter(Prompter):
    """Numbered lists and typed lines, for any terminal or none."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream, dumb=True)
        self._stream = stream

    def text(self, message: str, current: str, suggestions: Sequence[Option] = ()) -> str | Move:
        """Ask for a line; ``#2`` stands for the second suggestion."""
        self._list(suggestions, "#{}")
        typed = self._read(f"{message}{f' [{current}]' if current else ''}: ")
        if typed in (Move.BACK.value, Move.HELP.value):
            return Move(typed)
        # A bare number could be the answer itself: a release, a VLAN id.
        number = typed.removeprefix("#")
        if number != typed and number.isdecimal() and 0 < int(number) <= len(suggestions):
            return str(suggestions[int(number) - 1].value)
        return typed

    def choose(
        self, message: str, options: Sequence[Option], current: object, *, moves: bool = True
    ) -> object | Move:
        """Ask for a number, a value, or the beginning of a label."""
        self._list(options, "{})")
        default = next((o.label for o in options if o.value == current), "")
        while True:
            typed = self._read(f"{message}{f' [{default}]' if default else ''}: ")
            if moves and typed in (Move.BACK.value, Move.HELP.value):
                return Move(typed)
            if not typed and default:
                return current
            found = _meant(typed, options)
            if found is not None:
                return found.value
            self.paper.line(f"choose a number from 1 to {len(options)}, or type the name")

    def confirm(self, message: str) -> bool:
        """Ask for a yes."""
        return self._read(f"{message} [y/N] ").lower() in ("y", "yes")

    def _list(self, options: Sequence[Option], mark: str) -> None:
        rows = [(mark.format(n), o.label, o.detail) for n, o in enumerate(options, start=1)]
        self.paper.rows(rows, indent=1)

    def _read(self, prompt: str) -> str:
        self._stream.write(self.paper.fit(prompt))
        self._stream.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        if not sys.stdin.isatty():
            self._stream.write("\n")
        return line.strip()


def _meant(typed: str, options: Sequence[Option]) -> Option | None:
    if typed.isdecimal() and 0 < int(typed) <= len(options):
        return options[int(typed) - 1]
    exact = [o for o in options if typed in (str(o.value), o.label)]
    # A mark may stand before the name: nobody types it.
    names = [(re.sub(r"^\W+", "", option.label).lower(), option) for option in options]
    begun = [option for name, option in names if typed and name.startswith(typed.lower())]
    found = exact or begun
    return found[0] if len(found) == 1 else None


def make_prompter() -> Prompter:
    """Return prompts with a cursor where the terminal has one, else plain lines."""
    stream = sys.stdout if sys.stdout.isatty() or not sys.stderr.isatty() else sys.stderr
    if not (sys.stdin.isatty() and stream.isatty()) or _is_dumb(stream):
        return LinePrompter(stream)
    from octavia_wizard.plain.cursor import CursorPrompter

    return CursorPrompter(stream)


def _is_dumb(stream: TextIO) -> bool:
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return True
    size = os.get_terminal_size(stream.fileno())
    return not size.columns or not size.lines
