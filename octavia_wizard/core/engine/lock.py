"""One run at a time for a deployment."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import stat
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError, LockedError
from octavia_wizard.core.files import is_there
from octavia_wizard.core.places import DeploymentPlace, private_directory

# How long a lock that is only being probed by ``held`` may keep a run from starting, in seconds.
_PATIENCE = 0.25
_PAUSE = 0.05
_ELSEWHERE = "another octavia-wizard, under another state directory"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock, as that process wrote it; empty fields where it is not known."""

    pid: int = 0
    host: str = ""
    since: str = ""
    """UTC, ISO 8601."""
    command: str = ""

    def __str__(self) -> str:
        if not self.pid:
            return "another process"
        where = f" on {self.host}" if self.host != socket.gethostname() else ""
        return f"{self.command or 'a run'} (process {self.pid}{where}, since {self.since})"


class DeploymentLock:
    """The lock of a deployment; the kernel lets go of it however its process ends."""

    def __init__(self, *handles: int) -> None:
        self._handles = list(handles)

    @classmethod
    def acquire(
        cls, place: DeploymentPlace, command: str, deploy_dir: Path | None = None
    ) -> DeploymentLock:
        """Take the lock, or raise LockedError with who holds it and since when.

        With ``deploy_dir`` also runs of other users are kept away from that directory, whose
        state is elsewhere.
        """
        private_directory(place.root)
        lock = cls(_open(place, os.O_RDWR | os.O_CREAT))
        (handle,) = lock._handles
        try:
            if not _taken(handle, fcntl.LOCK_EX, _PATIENCE):
                raise _locked(_holder(handle))
            if deploy_dir is not None:
                lock._handles += _directory(deploy_dir, fcntl.LOCK_EX, _PATIENCE)
            _sign(handle, command)
        except OSError as error:
            lock.release()
            raise _no_lock(place, error) from error
        except BaseException:
            lock.release()
            raise
        return lock

    def release(self) -> None:
        """Let go; the file stays, so that two waiting runs never lock two different files."""
        while self._handles:
            os.close(self._handles.pop())


def held(place: DeploymentPlace) -> Holder | None:
    """Return who holds the lock, or None when it is free; raises FileError."""
    if not is_there(place.lock):
        return None
    handle = _open(place, os.O_RDONLY)
    try:
        return None if _taken(handle, fcntl.LOCK_SH, 0) else _holder(handle)
    except OSError as error:
        raise _no_lock(place, error) from error
    finally:
        os.close(handle)


def require_free(place: DeploymentPlace, deploy_dir: Path) -> None:
    """Raise LockedError while a run of this deployment goes on, whoever started it."""
    holder = held(place)
    if holder is not None:
        raise _locked(holder)
    for handle in _directory(deploy_dir, fcntl.LOCK_SH, 0):
        os.close(handle)


def _locked(holder: Holder | str) -> LockedError:
    return LockedError(
        f"this deployment is locked by {holder}",
        hint="wait until it has ended, or stop it with Ctrl-C there",
    )


def _no_lock(place: DeploymentPlace, error: OSError) -> FileError:
    return FileError(
        f"cannot lock {place.lock}: {error.strerror}",
        hint="the state directory must be on a file system with locks and free space",
    )


def _directory(path: Path, kind: int, patience: float) -> list[int]:
    """Lock a directory, which leaves nothing in it, and return the handle that holds the lock.

    None is returned for a directory that is not there, or whose file system has no such locks.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        # Whoever needs to read or write there will say so better.
        return []
    try:
        if _taken(handle, kind, patience):
            return [handle]
    except OSError:
        # NFS takes an exclusive lock only through a handle that can write.
        os.close(handle)
        return []
    os.close(handle)
    raise _locked(_ELSEWHERE)


def _open(place: DeploymentPlace, flags: int) -> int:
    try:
        # Opening a FIFO without O_NONBLOCK would wait for a writer for ever.
        flags |= os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(place.lock, flags, 0o600)
    except OSError as error:
        raise FileError(
            f"cannot open {place.lock}: {error.strerror}",
            hint="check the owner and mode of the file and of its directory",
        ) from error
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise FileError(
        f"cannot open {place.lock}: it is not a regular file", hint="move it out of the way"
    )


def _taken(handle: int, kind: int, patience: float) -> bool:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_PAUSE)
        else:
            return True


def _sign(handle: int, command: str) -> None:
    content = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
    }
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(content).encode() + b"\n", 0)


def _holder(handle: int) -> Holder:
    try:
        content = json.loads(os.pread(handle, 4096, 0))
        return Holder(
            pid=int(content["pid"]),
            host=str(content["host"]),
            since=str(content["since"]),
            command=str(content["command"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return Holder()
