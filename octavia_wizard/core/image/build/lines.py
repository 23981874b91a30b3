"""Lines of a build's log, from bytes that come cut anywhere.

disk-image-create puts ``YYYY-MM-DD HH:MM:SS.mmm | `` (UTC) before its lines, unless
DIB_NO_TIMESTAMP is set; lines of diskimage-create.sh itself carry nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from octavia_wizard.core.urls import shown as without_secrets

WIDTH = 500
"""Characters of a line that are shown."""
_ENDING = 100
_HEAD = 8192
_TAIL = 8192
"""Bytes kept of either end of a line; the list of packages alone takes 34 KB in a real log."""

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) \| ?")
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a terminal would show it in the end, at its full width."""

    text: str
    stamp: float | None = None
    """When it was written, in seconds since 1970; None where it carries no time."""


class Splitter:
    """Cuts a stream of bytes into lines; keeps no more than both ends of an endless one."""

    def __init__(self) -> None:
        self._pending = b""

    @property
    def pending(self) -> bytes:
        """What came after the last newline, as far as it is kept."""
        return self._pending

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that became whole, without their newlines."""
        first, *others = data.split(b"\n")
        self._pending = _ends(self._pending + first)
        if not others:
            return []
        lines = [self._pending, *map(_ends, others[:-1])]
        self._pending = _ends(others[-1])
        return lines

    def rest(self) -> bytes:
        """Return what was left without a newline, and forget it."""
        rest, self._pending = self._pending, b""
        return rest


def read(raw: bytes) -> Line:
    """Return a line without its time, control characters and what ``\\r`` overwrote.

    Users and passwords in URLs are left out as well: what is shown must not tell them.
    """
    text = raw.decode("utf-8", "replace")
    stamp = None
    if found := _STAMP.match(text):
        stamp, text = _seconds(found[1]), text[found.end() :]
    if "\r" in text:
        text = next((part for part in reversed(text.split("\r")) if part.strip()), "")
    if not text.isprintable():
        text = _printable(text)
    return Line(without_secrets(text).rstrip(), stamp)


def shown(text: str) -> str:
    """Return a line fit to be shown: of an overlong one its beginning and its end."""
    if len(text) <= WIDTH:
        return text
    return f"{text[: WIDTH - _ENDING - 3]} … {text[-_ENDING:]}"


def _ends(line: bytes) -> bytes:
    # Applied again after more came, this gives what it gives for the line as a whole,
    # so that lines do not depend on how the bytes were cut.
    return line if len(line) <= _HEAD + _TAIL else line[:_HEAD] + line[-_TAIL:]


def _seconds(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _printable(text: str) -> str:
    text = _ESCAPES.sub("", text).expandtabs(4)
    return "".join(c if c.isprintable() else _instead(c) for c in text)


def _instead(character: str) -> str:
    return " " if character.isspace() else ""
