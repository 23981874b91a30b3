"""What can be chosen or typed at a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Move(Enum):
    """What can be typed in place of an answer."""

    BACK = "<"
    HELP = "?"
    DEFAULT = "="
    VIEW = "v"
    MORE = "!"


_GAP = 2
_LEAST = 8
"""Columns a cell keeps, however narrow the table."""
ESCAPE = "\\"
"""Before an answer that would else be a move, as in a network called v."""


def move_of(typed: str) -> Move | None:
    """Return the move a text stands for."""
    return next((move for move in Move if move.value == typed), None)


def literal(typed: str) -> str:
    """Return what was typed without the sign that makes it no move."""
    rest = typed.removeprefix(ESCAPE)
    return rest if rest != typed and move_of(rest) is not None else typed


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: object
    label: str
    detail: str = ""
    key: str = ""
    """What is typed for it where it has a letter instead of a number."""
    cells: tuple[str, ...] = ()
    """What a table shows of it, where the list is one."""


def shown(option: Option) -> tuple[str, ...]:
    """Return what a list shows of an option, in columns."""
    return option.cells or (option.label, option.detail)


def widths_of(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return how wide the columns of a table are, which together fit into ``room`` columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    # A column in which nothing stands takes no gap either.
    gaps = _GAP * (sum(map(bool, widths)) - 1)
    while sum(widths) + gaps > room and max(widths) > _LEAST:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def padded(row: Sequence[str], widths: Sequence[int]) -> str:
    """Write a row of a table, each cell cut to its column."""
    cells = (_cut(cell, width) for cell, width in zip(row, widths, strict=True) if width)
    return (" " * _GAP).join(cells).rstrip()


def _cut(text: str, width: int) -> str:
    if len(text) <= width:
        return text.ljust(width)
    # The end of a path tells more than its beginning.
    return f"…{text[1 - width :]}" if text.startswith(("/", "~/")) else f"{text[: width - 1]}…"
