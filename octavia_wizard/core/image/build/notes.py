"""What is kept of a build's lines: the last ones, and those that may tell why it fails."""

from __future__ import annotations

from collections import deque

from octavia_wizard.core.image.build.lines import shown

_TAIL = 200
_KEPT = 150
"""Telling lines kept from either end of a script's output."""
# fmt: off
_TELLING = (
    "error", "fail", "fatal", "cannot", "can't", "couldn", "unable", "no space", "not ", "n't ",
    "denied", "exception", "unsup", "invalid", "requir", "no such", "no match", "no_pubkey",
    "badsig", "keysig", "kill", "memory", " lock", "busy", "unknown", "quota", "expired",
    "read-only", "usage:", "version:", "illegal", "retry", "resolv", "timed out", "refused",
    "mismatch", "conflict", "must ", "minimum", "more space", "free space", "enough", "unmet",
    "broken", "certificate", "unreach", "no route", "exceed", "signature",
)
# fmt: on
_DULL = ("dib-run-parts ", "Copying ", "+", "Selecting previously", "Preparing to unpack", "-----")


class Notes:
    """Keeps lines, and no more of them than is of use."""

    def __init__(self) -> None:
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._first: list[str] = []
        self._latest: deque[str] = deque(maxlen=_KEPT)
        self.last = ""
        """The last line worth showing."""
        self.lines = 0
        """How many lines came."""

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines, fit to be shown."""
        return tuple(self._tail)

    @property
    def telling(self) -> tuple[str, ...]:
        """Lines since the last boundary that may tell why the build failed, oldest first."""
        return (*self._first, *self._latest)

    def boundary(self) -> None:
        """Forget what may have told: a script began or was completed."""
        self._first.clear()
        self._latest.clear()

    def add(self, text: str) -> str:
        """Take a line in; return it fit to be shown."""
        line = shown(text)
        self.lines += 1
        self._tail.append(line)
        if line and not line.startswith(_DULL):
            self.last = line
        if not line.startswith("+") and _may_tell(line):
            if len(self._first) < _KEPT:
                self._first.append(line)
            else:
                self._latest.append(line)
        return line


def _may_tell(line: str) -> bool:
    # One search by a pattern of so many words takes several times as long.
    text = line.lower()
    return any(word in text for word in _TELLING) or line.startswith(("E: ", "W: "))
