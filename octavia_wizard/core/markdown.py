"""Writing Markdown in which no text from outside is taken for markup."""

from __future__ import annotations

import re

_ACTIVE = re.compile(r"([\\`*\[\]<>|~&@#]|(?<![^\W_])_|_(?![^\W_]))")
"""An underscore between two letters or digits is no markup."""
_LINKS = re.compile(r"(://|www\.)", re.IGNORECASE)
_TICKS = re.compile(r"`+")


def code(text: str) -> str:
    """Write a value as it is, in a code span; control characters become spaces."""
    plain = one_line(text)
    ticks = "`" * (_longest(plain) + 1)
    # A span takes one space off both ends where both have one, so these are not lost; of spaces
    # alone it takes none.
    padded = plain.strip() != "" and (plain.startswith(("`", " ")) or plain.endswith(("`", " ")))
    return f"{ticks} {plain} {ticks}" if padded else f"{ticks}{plain}{ticks}"


def prose(text: str) -> str:
    """Write a sentence that may quote values, so that all of it stays text."""
    escaped = _ACTIVE.sub(r"\\\1", one_line(text))
    return _LINKS.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", escaped)


def shell(*lines: str) -> list[str]:
    """Write command lines as a block."""
    fence = "`" * max(3, *(_longest(line) + 1 for line in lines))
    return [f"{fence}sh", *(one_line(line) for line in lines), fence]


def one_line(text: str) -> str:
    """Return a text without line ends and control characters."""
    return "".join(char if char.isprintable() else " " for char in text)


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
