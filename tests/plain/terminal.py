"""The wizard in a pseudo-terminal, read as a person reads it."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Mapping

import pexpect
import pyte

UP, DOWN, ENTER, INTERRUPT = "\x1b[A", "\x1b[B", "\r", "\x03"
PATIENCE = 90.0
"""Seconds to wait for a text to appear on a busy machine."""
_QUIET = 0.3
"""Seconds without output after which the program is taken to wait for keys."""
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_COLOURS = {*range(30, 50), *range(90, 108)}


class Terminal:
    """A program in a terminal, of 80 columns and 24 lines unless said otherwise."""

    def __init__(
        self,
        *arguments: str,
        term: str,
        environ: Mapping[str, str] | None = None,
        size: tuple[int, int] = (24, 80),
    ) -> None:
        # Whoever reads a line without a size has a sheet of paper of some size.
        self.screen = pyte.HistoryScreen(size[1] or 80, size[0] or 24, history=4000)
        self._stream = pyte.Stream(self.screen)
        self.raw = ""
        usual = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LC_ALL", "LC_CTYPE")}
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "octavia_wizard", *arguments],
            env={**usual, "TERM": term, "LANG": "C.UTF-8", **(environ or {})},
            dimensions=size,
            encoding="utf-8",
            echo=False,
        )

    def read(self, seconds: float = 0.2) -> bool:
        """Take in what was written, and answer where the cursor is; say whether any was."""
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self._stream.feed(data)
        if "\x1b[6n" in data:
            self.child.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return True

    @property
    def text(self) -> str:
        """Return what is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def lines(self) -> list[str]:
        """Return all lines that were written, those that scrolled away too."""
        columns = range(self.screen.columns)
        gone = ["".join(row[x].data for x in columns) for row in self.screen.history.top]
        return [line.rstrip() for line in [*gone, *self.screen.display]]

    @property
    def colours(self) -> set[str]:
        """Return the codes that set a colour."""
        return {
            found.group()
            for found in _SGR.finditer(self.raw)
            if _COLOURS.intersection(int(part or 0) for part in found.group(1).split(";"))
        }

    def wait_for(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until a text is on the screen."""
        end = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < end, f"no {text!r} in:\n{self.text}"
            self.read()

    def settle(self) -> None:
        """Wait until the program is waiting for keys."""
        while self.read(_QUIET):
            pass

    def send(self, keys: str) -> None:
        """Press keys, once the program is waiting for them."""
        self.settle()
        self.child.send(keys)

    def end(self) -> int | None:
        """Wait for the end and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.child.isalive():
            assert time.monotonic() < deadline, self.text
            self.read()
        self.read()
        self.child.close()
        status: int | None = self.child.exitstatus
        return status
