"""One run at a time for a deployment."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from octavia_wizard.core.errors import FileError, LockedError
from octavia_wizard.core.places import DeploymentPlace, private_directory

# How long a lock that is only being probed by ``held`` may keep a run from starting, in seconds.
_PATIENCE = 0.25
_PAUSE = 0.05


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

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def acquire(cls, place: DeploymentPlace, command: str) -> DeploymentLock:
        """Take the lock, or raise LockedError with who holds it and since when."""
        private_directory(place.root)
        handle = _open(place, os.O_RDWR | os.O_CREAT)
        try:
            if not _taken(handle, fcntl.LOCK_EX, _PATIENCE):
                raise LockedError(
                    f"this deployment is locked by {_holder(handle)}",
                    hint="wait until it has ended, or stop it with Ctrl-C there",
                )
            _sign(handle, command)
        except OSError as error:
            os.close(handle)
            raise FileError(
                f"cannot lock {place.lock}: {error.strerror}",
                hint="the state directory must be on a file system with locks and free space",
            ) from error
        except BaseException:
            os.close(handle)
            raise
        return cls(handle)

    def release(self) -> None:
        """Let go; the file stays, so that two waiting runs never lock two different files."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def held(place: DeploymentPlace) -> Holder | None:
    """Return who holds the lock, or None when it is free."""
    if not place.lock.exists():
        return None
    handle = _open(place, os.O_RDONLY)
    try:
        return None if _taken(handle, fcntl.LOCK_SH, 0) else _holder(handle)
    finally:
        os.close(handle)


def _open(place: DeploymentPlace, flags: int) -> int:
    try:
        return os.open(place.lock, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise FileError(
            f"cannot open {place.lock}: {error.strerror}",
            hint="check the owner and mode of the file and of its directory",
        ) from error


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
    except (ValueError, KeyError, TypeError):
        return Holder()
