"""Putting pictures together: wrapped texts, blocks side by side, tables of numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.model import Line, Picture, Role, Span, line, width_of

_SIGNS = {Role.GOOD: glyphs.DONE, Role.ATTENTION: glyphs.ATTENTION, Role.BAD: glyphs.ERROR}


def wrapped(text: str, width: int, role: Role = Role.PLAIN, *, indent: int = 0) -> Picture:
    """Return a text in lines of a width; the lines after the first are indented."""
    lines = textwrap.wrap(
        text,
        max(width, 10),
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )
    return tuple(line((part, role)) for part in lines)


def verdict(role: Role, text: str, width: int) -> Picture:
    """Return a statement behind the glyph of its role, in as many lines as it takes."""
    sign = _SIGNS.get(role, glyphs.DOT)
    first, *rest = wrapped(text, width - 2, Role.QUIET if role is Role.QUIET else Role.PLAIN)
    return (line((f"{sign} ", role), *first), *(line("  ", *row) for row in rest))


def padded(row: Line, width: int) -> Line:
    """Return a line filled up with room to a width."""
    room = width - width_of(row)
    return (*row, Span(" " * room)) if room > 0 else row


def beside(left: Picture, right: Picture, column: int) -> Picture:
    """Put two pictures side by side, the right one beginning at a column."""
    return tuple(
        (*padded(one, column), *other) for one, other in zip_longest(left, right, fillvalue=())
    )


def cut(text: str, width: int) -> str:
    """Return a text cut to a width, with a sign where something is missing."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def numbers(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells flush right, each in its width."""
    return "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
