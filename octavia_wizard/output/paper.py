"""Lines for people: colour only repeats what the words and marks already say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

_DIFF_STYLES = {"+": "green", "-": "red", "~": "yellow", "@": "cyan"}
INDENT = "  "
_NARROW = 24
"""Columns below which the last cell of a row gets lines of its own."""


class Paper:
    """A console that writes whole lines, never a control character from outside."""

    def __init__(self, console: Console, *, wraps: bool | None = None) -> None:
        self.console = console
        self._wraps = console.is_terminal if wraps is None else wraps
        """Whether a person reads it in lines of the console's width, and not a program."""

    @property
    def _unicode(self) -> bool:
        bare = self.console.is_terminal and os.environ.get("TERM") == "linux"
        return self.console.encoding.lower().startswith("utf") and not bare

    def fit(self, text: str) -> str:
        """Return text that this terminal can show and that cannot command it."""
        shown = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
        if self._unicode:
            return shown
        # Here, because few need it, and what views are made from comes along with it.
        from octavia_wizard.core.views.ascii import to_ascii

        return to_ascii(shown)

    def line(self, *parts: str | tuple[str, str], indent: int = 0) -> None:
        """Write a line made of texts and (text, style) pairs."""
        text = Text(INDENT * indent)
        for part in parts:
            plain, style = (part, "") if isinstance(part, str) else part
            text.append(self.fit(plain), style)
        self.console.print(text, soft_wrap=True)

    def title(self, text: str) -> None:
        """Write a heading."""
        self.line((text, "bold"))

    def paragraph(self, text: str, style: str = "", *, indent: int = 0) -> None:
        """Write each line of a text, indented."""
        for line in text.splitlines() or [""]:
            self.line((line, style), indent=indent)

    def prose(self, text: str, label: tuple[str, str] | None = None, *, indent: int = 0) -> None:
        """Write sentences, broken between words and indented on a terminal."""
        shown = Text()
        if label is not None:
            shown.append(self.fit(label[0]), label[1])
        shown.append(self.fit(text))
        lead = Text(INDENT * indent)
        if not self._wraps:
            self.console.print(lead + shown, soft_wrap=True)
            return
        for row in shown.wrap(self.console, max(self.console.width - len(lead), _NARROW)):
            row.rstrip()
            self.console.print(lead + row, soft_wrap=True)

    def diff(self, lines: Iterable[str], *, indent: int = 0) -> None:
        """Write a diff: additions green, removals red, changes yellow."""
        for line in lines:
            for part in line.splitlines() or [""]:
                self.line((part, _DIFF_STYLES.get(part[:1], "")), indent=indent)

    def rows(
        self, rows: Sequence[Sequence[str]], styles: Sequence[str] = (), *, indent: int = 0
    ) -> None:
        """Write rows in columns; ``styles`` are the styles of the columns.

        A column in which nothing is written is left out.
        """
        fitted = [[self.fit(cell) for cell in row] for row in rows]
        columns = [
            (column, _style(styles, n)) for n, column in enumerate(zip(*fitted, strict=True))
        ]
        columns = [(column, style) for column, style in columns if any(column)]
        widths = [max(map(len, column)) for column, _ in columns]
        for row in zip(*(column for column, _ in columns), strict=True):
            last = max((n for n, cell in enumerate(row) if cell), default=0)
            parts = [
                (cell if n == last else f"{cell:<{widths[n]}}  ", columns[n][1])
                for n, cell in enumerate(row[: last + 1])
            ]
            self._row(parts, indent)

    def _row(self, parts: list[tuple[str, str]], indent: int) -> None:
        """Write a row; on a terminal its last cell is broken where it would not fit."""
        *former, (cell, style) = parts
        start = len(INDENT) * indent + sum(len(text) for text, _ in former)
        if not self._wraps or start + len(cell) <= self.console.width:
            self.line(*parts, indent=indent)
            return
        own, left = len(INDENT) * (indent + 1), self.console.width - start
        pieces = broken(cell, left)
        # A path that fits on a line of its own stays whole, to be copied.
        whole = " " not in cell and own + len(cell) <= self.console.width
        if former and (whole or left < _NARROW or max(map(len, pieces)) > left):
            filled = max((n for n, (text, _) in enumerate(former) if text.strip()), default=0)
            text, kind = former[filled]
            self.line(*former[:filled], (text.rstrip(), kind), indent=indent)
            former, start = [], own
            pieces = broken(cell, self.console.width - own)
        first, *others = pieces
        lead = INDENT * indent if former else " " * start
        self.line(lead, *former, (first, style))
        for piece in others:
            self.line(" " * start, (piece, style))

    def gap(self) -> None:
        """Write an empty line."""
        self.console.print()


def broken(text: str, width: int) -> list[str]:
    """Break a text after spaces and slashes, so that its lines fit where that can be."""
    lines = [""]
    for part in re.findall(r"[^ /]*[ /]|[^ /]+", text):
        if lines[-1] and len(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def _style(styles: Sequence[str], number: int) -> str:
    return styles[number] if number < len(styles) else ""
