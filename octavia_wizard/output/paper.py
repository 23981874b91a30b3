"""Lines for people: colour only repeats what the words and marks already say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

_ASCII = {"✓": "ok", "○": "o", "◐": "*", "✗": "x", "→": "->", "·": "-", "…": "..."}
_DIFF_STYLES = {"+": "green", "-": "red", "~": "yellow", "@": "cyan"}
INDENT = "  "


class Paper:
    """A console that writes whole lines, never a control character from outside."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @property
    def _unicode(self) -> bool:
        return self.console.encoding.lower().startswith("utf")

    def fit(self, text: str) -> str:
        """Return text that this terminal can show and that cannot command it."""
        shown = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
        if self._unicode:
            return shown
        for mark, plain in _ASCII.items():
            shown = shown.replace(mark, plain)
        return shown.encode("ascii", "replace").decode()

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
        if self.console.is_terminal:
            self.console.print(Padding(shown, (0, 0, 0, len(INDENT) * indent)))
        else:
            self.console.print(Text(INDENT * indent) + shown, soft_wrap=True)

    def diff(self, lines: Iterable[str], *, indent: int = 0) -> None:
        """Write a diff: additions green, removals red, changes yellow."""
        for line in lines:
            for part in line.splitlines() or [""]:
                self.line((part, _DIFF_STYLES.get(part[:1], "")), indent=indent)

    def rows(
        self, rows: Sequence[Sequence[str]], styles: Sequence[str] = (), *, indent: int = 0
    ) -> None:
        """Write rows in columns; ``styles`` are the styles of the columns."""
        if not rows:
            return
        fitted = [[self.fit(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*fitted, strict=True)]
        for row in fitted:
            last = max((n for n, cell in enumerate(row) if cell), default=0)
            parts: list[tuple[str, str]] = []
            for number, cell in enumerate(row[: last + 1]):
                padded = cell if number == last else f"{cell:<{widths[number]}}  "
                parts.append((padded, styles[number] if number < len(styles) else ""))
            self.line(*parts, indent=indent)

    def gap(self) -> None:
        """Write an empty line."""
        self.console.print()
