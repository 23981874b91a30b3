"""One start or stop of a rehearsal cloud at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from octavia_wizard.core.errors import LockedError


@contextmanager
def hold(path: Path, *, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file; the kernel lets go of it however this process ends.

    While another process holds it, ``waiting`` is called again and again, which is to pause and may
    raise; without ``waiting`` LockedError is raised at once.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _taken(handle):
            if waiting is None:
                holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
                raise LockedError(
                    f"the rehearsal cloud is being started or stopped by process {holder}",
                    hint="wait until that has ended, then try again",
                )
            waiting()
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
