"""One wizard at a time in a directory that several share."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from octavia_wizard.core.errors import FileError, Interrupted, LockedError
from octavia_wizard.core.image.build.children import Log
from octavia_wizard.core.places import private_directory

_PAUSE = 0.2
_SECONDS = 1800.0
"""How long to wait for another wizard, which may be downloading."""


@contextmanager
def turn(directory: Path, *, log: Log, cancel: threading.Event) -> Iterator[None]:
    """Make a private directory, and be alone in it; FileError, LockedError, Interrupted."""
    private_directory(directory)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        handle = os.open(directory / "lock", flags, 0o600)
    except OSError as error:
        raise FileError(f"cannot open {directory / 'lock'}: {error.strerror}") from None
    try:
        _take(handle, directory, log, cancel)
        yield
    finally:
        os.close(handle)


def _take(handle: int, directory: Path, log: Log, cancel: threading.Event) -> None:
    until, told = time.monotonic() + _SECONDS, False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        if not told:
            log(f"waiting for another wizard that works in {directory}")
            told = True
        if cancel.wait(_PAUSE):
            raise Interrupted("stopped while waiting for another wizard")
        if time.monotonic() > until:
            raise LockedError(
                f"another wizard has worked in {directory} for half an hour",
                hint="see what it does, or end it",
            )
