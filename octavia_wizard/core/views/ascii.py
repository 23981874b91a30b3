"""What stands for a character on a terminal that prints ASCII only, at the same width.

The width is kept because views and tables are aligned by it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_SIGNS: Final = {
    "✓": "+",
    "○": "o",
    "◐": "*",
    "✗": "x",
    "●": "*",
    "•": "*",
    "·": "|",
    "■": "#",
    "□": ".",
    "▸": ">",
    "▾": "v",
    "▲": "^",
    "▴": "^",
    "▼": "v",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "×": "x",  # noqa: RUF001
    "÷": "/",
    "±": "+",
    "≤": "<",
    "≥": ">",
    "≠": "#",
    "°": "o",
    "–": "-",  # noqa: RUF001  # a dash as a sign, not a minus
    "—": "-",
    "‐": "-",  # noqa: RUF001
    "−": "-",  # noqa: RUF001
    "…": ".",
    "‘": "'",  # noqa: RUF001
    "’": "'",  # noqa: RUF001
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
}
_BLOCKS: Final = {"█": "#", "▓": "#", "▒": ":", "░": ".", "▎": "|"}
_LINES: Final = {
    **dict.fromkeys("│┃┆┇┊┋╎╏║╷╵╻╹├┤┝┥┠┨┣┫╟╢╠╣", "|"),
    **dict.fromkeys("─┄┈╌╴╶", "-"),
    **dict.fromkeys("━┅┉╍═╸╺", "="),
    **dict.fromkeys("└╰┕┖┗╚", "`"),
}
_LETTERS: Final = {"ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
"""Letters Unicode does not take apart into one of ASCII and an accent."""
STAND_INS: Final[Mapping[str, str]] = {**_SIGNS, **_BLOCKS, **_LINES, **_LETTERS}
"""One character of ASCII for each sign, block and line the wizard draws with."""

SIGNS: Final = "".join((*_SIGNS, *_BLOCKS, "─━├┤└"))
"""What the wizard draws with, to ask whether an encoding has it."""


@lru_cache(4096)
def to_ascii(text: str) -> str:
    """Return a text in ASCII that takes as many columns; "?" where nothing stands for a letter."""
    return "".join(char if char.isascii() else _stand_in(char) for char in text)


def needs_ascii(environ: Mapping[str, str], encoding: str | None) -> bool:
    """Say whether a terminal cannot print the signs.

    The Linux console has 256 or 512 glyphs, and the signs are not among them.
    """
    if environ.get("TERM") == "linux":
        return True
    try:
        SIGNS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def _stand_in(char: str) -> str:
    width = _columns(char)
    found = STAND_INS.get(char) or _drawn(char) or _letter(char)
    return found.ljust(width) if found.isascii() and len(found) <= width else "?" * width


def _drawn(char: str) -> str:
    """Replace other lines by a crossing, and other blocks, which frame things, by room."""
    if "\u2500" <= char <= "\u257f":
        return "+"
    return " " if "\u2580" <= char <= "\u259f" else ""


def _letter(char: str) -> str:
    """Take the accents away; what is no letter of ASCII then stays as it is."""
    apart = unicodedata.normalize("NFKD", char)
    return "".join(part for part in apart if not unicodedata.combining(part))


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
