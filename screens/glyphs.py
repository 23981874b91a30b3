"""The signs of states, and a filter for terminals that cannot print them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

DONE: Final = "✓"
TO_DO: Final = "○"
RUNNING: Final = "◐"
ATTENTION: Final = "!"
ERROR: Final = "✗"
UNWANTED: Final = "–"  # noqa: RUF001  # a dash as a sign, not a minus
CURSOR: Final = "▸"
CHANGED: Final = "▎"
RULE: Final = "─"
DOT: Final = "·"

_PLAIN = {
    DONE: "+",
    TO_DO: "o",
    RUNNING: "*",
    ERROR: "x",
    UNWANTED: "-",
    CURSOR: ">",
    CHANGED: "|",
    RULE: "-",
    DOT: "|",
    "•": "*",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "×": "x",  # noqa: RUF001
    "▾": "v",
    "…": ".",
    "—": "-",
    "━": "=",
    "╸": "=",
    "╺": "=",
    "‘": "'",  # noqa: RUF001
    "’": "'",  # noqa: RUF001
    "“": '"',
    "”": '"',
}
SIGNS: Final = "".join(_PLAIN)


def needs_ascii(environ: Mapping[str, str] | None = None, encoding: str | None = None) -> bool:
    """Say whether the terminal cannot print the signs.

    The Linux console has 256 or 512 glyphs, and the signs are not among them.
    """
    if (os.environ if environ is None else environ).get("TERM") == "linux":
        return True
    # Textual writes to the standard error stream.
    known = encoding or getattr(sys.__stderr__, "encoding", None) or "ascii"
    try:
        SIGNS.encode(known)
    except (UnicodeEncodeError, LookupError):
        return True
    return False


@lru_cache(4096)
def plain(text: str) -> str:
    """Return a text with every character replaced by one of ASCII that is as wide."""
    return "".join(char if char.isascii() else _PLAIN.get(char) or _drawn(char) for char in text)


def _drawn(char: str) -> str:
    """Replace what draws lines and blocks, of which Textual uses many; letters have no stand-in."""
    if "\u2500" <= char <= "\u257f":
        return "|" if char in "│┃┆┇┊┋╎╏║╷╵╻╹" else "-" if char in "─━┄┅┈┉╌╍═╴╶╸╺" else "+"
    return " " if "\u2580" <= char <= "\u259f" else "?"


class AsciiFilter(LineFilter):
    """Replaces what a plain terminal cannot print, wherever on the screen it comes from."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(plain(segment.text), segment.style)
            for segment in segments
        ]
