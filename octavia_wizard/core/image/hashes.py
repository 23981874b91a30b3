"""Hashes of image files, remembered by path, size and times, so that planning stays quick."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from octavia_wizard.core.checksums import Checksum
from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.image.memory import entry_of, keep_entry
from octavia_wizard.core.places import cache_root

_BLOCK = 4 * 1024 * 1024
_TICK = 20_000_000
"""Nanoseconds; Linux counts time in ticks of 1 to 10 ms."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes of a file in hexadecimal; Glance reports MD5, and SHA-512 since Rocky."""

    md5: str
    sha512: str


def hashes(
    path: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: threading.Event | None = None,
) -> Digests:
    """Read a file once and hash it, telling bytes done and in all; FileError, Interrupted."""
    return compare(path, None, progress, cancel)[0]


def verified(
    path: Path,
    checksum: Checksum,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: threading.Event | None = None,
) -> Digests:
    """Hash a file as ``hashes`` does; FileError too where it has another checksum than this."""
    digests, found = compare(path, checksum, progress, cancel)
    if found != checksum:
        raise FileError(
            f"{path} has another checksum: expected {checksum}, got {found}",
            hint="bring the file again, or correct image.checksum",
        )
    return digests


def compare(
    path: Path,
    checksum: Checksum | None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: threading.Event | None = None,
) -> tuple[Digests, Checksum | None]:
    """Hash a file, also by the algorithm of a checksum, in one pass; FileError, Interrupted.

    Returns what the checksum should be, or None where none is given.
    """
    md5, sha512 = hashlib.md5(usedforsecurity=False), hashlib.sha512()
    other = checksum.hasher() if checksum is not None else None
    done = 0
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if cancel is not None and cancel.is_set():
                    raise Interrupted("stopped while hashing")
                for hasher in (md5, sha512, other):
                    if hasher is not None:
                        hasher.update(block)
                done += len(block)
                progress(done, total)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    found = Checksum(checksum.algorithm, other.hexdigest()) if checksum and other else None
    return Digests(md5.hexdigest(), sha512.hexdigest()), found


def stamp(path: Path) -> str:
    """Return what changes when a file does: size, time of change, inode; raises FileError.

    Waits up to 20 ms for a file that was changed just now: a change within the same tick of
    the kernel's clock would leave its times as they are.
    """
    try:
        state = path.stat()
        if 0 <= time.time_ns() - state.st_ctime_ns < _TICK:
            time.sleep(_TICK / 1e9)
            state = path.stat()
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    return f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_dev}:{state.st_ino}"


def recall(path: Path) -> Digests | None:
    """Return the hashes of a file that is as it was when they were remembered."""
    try:
        entry = entry_of(_place(), path)
        if entry is None or entry.get("stamp") != stamp(path):
            return None
        return Digests(str(entry["md5"]), str(entry["sha512"]))
    except (FileError, KeyError):
        return None


def remember(path: Path, digests: Digests, taken: str) -> None:
    """Keep hashes of a file for later plans; ``taken`` is its stamp before it was read."""
    if stamp(path) != taken:
        return
    keep_entry(_place(), path, {"stamp": taken, **asdict(digests)})


def _place() -> Path:
    return cache_root() / "image-hashes.json"
