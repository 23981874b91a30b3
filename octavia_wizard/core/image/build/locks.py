"""One at a time: who begins builds, and who brings one of them to its end."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from octavia_wizard.core.errors import FileError, Interrupted, LockedError
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.wishes import mark_cancelled
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.stopping import is_asked

_PAUSE = 0.1
_LONGEST = 900.0
"""Seconds another may take: it hashes an image, or waits for a build to clean up."""


@contextmanager
def alone(record: BuildRecord, cancel: threading.Event | None = None) -> Iterator[None]:
    """Be the only one that begins the process of a build, ends the build or takes its image in.

    On ``cancel`` whoever is at it is asked to stop too, and waited for. Raises FileError,
    LockedError, and Interrupted where only the terminal was lost.
    """
    private_directory(record.directory)
    with locked(record.directory / "end", record, cancel):
        yield


@contextmanager
def locked(
    path: Path, record: BuildRecord | None = None, cancel: threading.Event | None = None
) -> Iterator[None]:
    """Hold a lock file; the kernel lets go of it however the process ends."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise FileError(f"cannot lock {path}: {error.strerror}") from None
    try:
        _take(handle, path, record, cancel)
        yield
    finally:
        os.close(handle)


def _take(
    handle: int, path: Path, record: BuildRecord | None, cancel: threading.Event | None
) -> None:
    until, told = time.monotonic() + _LONGEST, False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        if cancel is not None and record is not None and cancel.is_set() and not told:
            if not is_asked(cancel):
                raise Interrupted("stopped while another wizard brings the build to its end")
            mark_cancelled(record)
            told = True
        if time.monotonic() > until:
            raise LockedError(
                f"another wizard has held {path} for a quarter of an hour",
                hint="see what it does, or end it",
            )
        time.sleep(_PAUSE)
