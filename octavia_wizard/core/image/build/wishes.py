"""The wish to end one build, which may come from here or from another wizard."""

from __future__ import annotations

import threading
import time

from octavia_wizard.core.files import write_file
from octavia_wizard.core.image.build.record import BuildRecord

_MARK = "cancelled"
"""File beside the record of a build that is being ended."""
_LOOK = 0.2
"""Seconds between looks at that file."""


class Wish(threading.Event):
    """Is set once a build is cancelled, be it by this wizard or another one.

    It is looked at, and not set: those who wait for it look several times a second.
    """

    def __init__(self, record: BuildRecord, own: threading.Event) -> None:
        super().__init__()
        self._record = record
        self._own = own

    def is_set(self) -> bool:
        """Say whether the build is cancelled."""
        return self._own.is_set() or was_cancelled(self._record)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait some seconds for it; say whether it came."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = _LOOK if until is None else min(_LOOK, until - time.monotonic())
            if left <= 0:
                return False
            self._own.wait(left)
        return True


def mark_cancelled(record: BuildRecord) -> None:
    """Let all who follow or prepare a build know that it is cancelled; raises FileError."""
    write_file(record.directory / _MARK, "", 0o600)


def was_cancelled(record: BuildRecord) -> bool:
    """Say whether a build was ended on request, here or elsewhere."""
    return (record.directory / _MARK).exists()
