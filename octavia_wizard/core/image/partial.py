"""The part of a file that a download has brought so far, and what it is known by.

It lies beside the target as ``<target>.part``, with ``<target>.part.json`` that says where it
came from, so that a later run can go on from it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError, LockedError
from octavia_wizard.core.files import read_text, sync_directory, write_file

_FULL = (errno.ENOSPC, errno.EDQUOT)
_KEPT = "make room: what has come is kept, and the download goes on from there"


@dataclass(frozen=True, slots=True)
class Origin:
    """What tells the version of a file on a server."""

    url: str
    """Without credentials."""
    etag: str = ""
    last_modified: str = ""
    size: int | None = None
    """Bytes of the whole file, where the server tells."""

    @property
    def validator(self) -> str:
        """What makes a server send the rest only of the same file (RFC 9110, If-Range)."""
        weak = not self.etag or self.etag.startswith("W/")
        return self.last_modified if weak else self.etag


class Partial:
    """An open, locked partial file."""

    def __init__(self, target: Path, handle: int, origin: Origin) -> None:
        self.target, self.origin, self._handle = target, origin, handle
        self.path, self._note = _places(target)
        self.size = os.fstat(handle).st_size
        """Bytes that are there."""

    def reset(self) -> None:
        """Throw away what is there; raises OSError."""
        os.ftruncate(self._handle, 0)
        self.size = 0

    def begin(self, origin: Origin) -> None:
        """Note down where the following data comes from; raises FileError."""
        self.origin = origin
        note = {
            "url": origin.url,
            "etag": origin.etag,
            "last_modified": origin.last_modified,
            "size": origin.size,
        }
        write_file(self._note, json.dumps(note) + "\n", 0o600)
        if origin.size is not None:
            lacking = origin.size - self.size - shutil.disk_usage(self.path.parent).free
            if lacking > 0:
                raise FileError(_lacks(self.path.parent, lacking), hint=_KEPT)

    def write(self, block: bytes) -> None:
        """Append data; raises FileError, after which what was written is kept."""
        rest = memoryview(block)
        try:
            while rest:
                written = os.pwrite(self._handle, rest, self.size)
                self.size += written
                rest = rest[written:]
        except OSError as error:
            if error.errno not in _FULL:
                raise FileError(f"cannot write {self.path}: {error.strerror}") from None
            lacking = (self.origin.size or 0) - self.size
            raise FileError(_lacks(self.path.parent, max(lacking, len(rest))), hint=_KEPT) from None

    def keep(self) -> None:
        """Bring all to disk and give it the name of the target; raises FileError."""
        try:
            with suppress(ValueError, TypeError, OverflowError):
                # The age of an image is that of its file on the server, not of this copy.
                at = parsedate_to_datetime(self.origin.last_modified).timestamp()
                os.utime(self._handle, (at, at))
            os.fsync(self._handle)
            os.replace(self.path, self.target)
            self._note.unlink(missing_ok=True)
            sync_directory(self.target.parent)
        except OSError as error:
            raise FileError(f"cannot write {self.target}: {error.strerror}") from None

    def discard(self) -> None:
        """Remove it; raises FileError."""
        discard_partial(self.target)


def discard_partial(target: Path) -> None:
    """Remove what a broken download to a target has left, if anything; raises FileError."""
    for path in _places(Path(os.path.realpath(target))):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"cannot remove {path}: {error.strerror}") from None


@contextmanager
def open_partial(target: Path, url: str, log: Callable[[str], None]) -> Iterator[Partial]:
    """Open what an earlier download from ``url`` has left, or begin; FileError, LockedError."""
    path = _places(target)[0]
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        handle = os.open(path, flags, 0o644)
    except OSError as error:
        raise FileError(
            f"cannot write {path}: {error.strerror}",
            hint="check that its directory exists and is yours, and that it is no link",
        ) from None
    try:
        _lock(handle, path)
        origin = _noted(target, url)
        partial = Partial(target, handle, origin or Origin(url))
        if partial.size and (origin is None or not origin.validator):
            log(
                "what an earlier download left cannot be told to be of the same file; starting anew"
            )
            partial.reset()
        yield partial
    finally:
        with suppress(OSError):
            if os.fstat(handle).st_size == 0 and os.path.samestat(os.fstat(handle), path.lstat()):
                path.unlink()
                _places(target)[1].unlink(missing_ok=True)
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    """Make sure that the file is ours alone."""
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid() or state.st_nlink > 1:
        raise FileError(
            f"{path} is not a file of a download", hint="remove it, or choose another place"
        )
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        same = os.path.samestat(state, path.lstat())
    except (BlockingIOError, FileNotFoundError):
        same = False
    if not same:
        raise LockedError(f"another download writes {path}", hint="wait until it has ended")


def _noted(target: Path, url: str) -> Origin | None:
    """Read where a partial file came from; None where that is not known, or was another place."""
    try:
        note = json.loads(read_text(_places(target)[1]) or "null")
        etag, modified, size = note["etag"], note["last_modified"], note["size"]
    except (FileError, ValueError, TypeError, KeyError):
        return None
    if note.get("url") != url or not isinstance(etag, str) or not isinstance(modified, str):
        return None
    return Origin(url, etag, modified, size if isinstance(size, int) else None)


def _places(target: Path) -> tuple[Path, Path]:
    part = target.with_name(f"{target.name}.part")
    return part, part.with_name(f"{part.name}.json")


def _lacks(directory: Path, lacking: int) -> str:
    return f"{directory} lacks {-(-lacking // 1024**2)} MiB for the download"
