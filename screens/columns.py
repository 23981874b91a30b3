"""Columns of a table: what they show of their cells in the width there is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from octavia_wizard.core.browse import printable

_GAP = 2
_LEAST = 13
"""Columns below which a cell is not cut; rather is the last column left out."""
_FIRST = 24
"""The same for the first cell, which is the name."""


def in_cells(text: str, width: int, *, right: bool = False) -> str:
    """Return a text as wide as a number of columns, cut where it is longer."""
    size = cell_len(text)
    if size > width:
        cut = set_cell_size(text, max(width - 1, 0))
        return cut + "…" if width > 0 else ""
    return " " * (width - size) + text if right else text + " " * (width - size)


class Columns:
    """Headers, and how wide the cells under them are."""

    def __init__(self, headers: Sequence[str] = ()) -> None:
        self.headers = tuple(headers)
        self._natural: list[int] = []
        self._right: list[bool] = []
        self._laid: tuple[int, int, list[int]] = (-1, 0, [])

    def measure(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Learn the width of these cells; numbers stand under one another by their last digit."""
        count = max([len(self.headers), *(len(row) for row in rows)])
        self._natural = [cell_len(header) for header in self.headers]
        self._natural += [0] * (count - len(self.headers))
        texts, numbers = [False] * count, [False] * count
        for row in rows:
            for place, text in enumerate(row):
                self._natural[place] = max(self._natural[place], cell_len(printable(text)))
                texts[place] |= bool(text) and not text.isdecimal()
                numbers[place] |= text.isdecimal()
        self._right = [number and not text for number, text in zip(numbers, texts, strict=True)]
        self._laid = (-1, 0, [])

    def widths(self, room: int) -> tuple[int, list[int]]:
        """Return the gap between columns and their widths; what does not fit at all is left out."""
        if self._laid[0] != room:
            self._laid = (room, *self._widths(room))
        return self._laid[1], self._laid[2]

    def _widths(self, room: int) -> tuple[int, list[int]]:
        natural = list(self._natural)
        while natural:
            for gap in (_GAP, 1):
                free = room - gap * (len(natural) - 1)
                if sum(natural) <= free:
                    # The last column takes the rest.
                    return gap, [*natural[:-1], natural[-1] + free - sum(natural)]
            free = room - (len(natural) - 1)
            least = [min(size, _FIRST if n == 0 else _LEAST) for n, size in enumerate(natural)]
            if sum(least) <= free:
                return 1, _shrunk(natural, least, free)
            if len(natural) == 1:
                return 1, [max(room, 0)]
            natural.pop()
        return 1, []

    def lay_out(self, cells: tuple[str, ...], room: int) -> list[tuple[str, int]]:
        """Return each cell as wide as its column, with the columns free after it."""
        gap, widths = self.widths(room)
        found = []
        for place, width in enumerate(widths):
            text = printable(cells[place]) if place < len(cells) else ""
            last = place == len(widths) - 1
            right = self._right[place] and not last
            found.append((in_cells(text, width, right=right), 0 if last else gap))
        return found


def _shrunk(natural: list[int], least: list[int], room: int) -> list[int]:
    """Take from the widest columns first, until all fit."""

    def cut_at(level: int) -> list[int]:
        wide = (max(low, level) for low in least)
        return [min(size, most) for size, most in zip(natural, wide, strict=True)]

    level = max(natural)
    while sum(cut_at(level)) > room:
        level -= 1
    widths = cut_at(level)
    spare = room - sum(widths)
    for place, size in enumerate(natural):
        given = min(spare, size - widths[place])
        widths[place] += given
        spare -= given
    return widths
