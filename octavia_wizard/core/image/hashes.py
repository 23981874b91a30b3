"""Hashes of image files, remembered by path, size and times, so that planning stays quick."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.places import cache_root, private_directory

_BLOCK = 4 * 1024 * 1024
_MOST = 64
"""Files remembered."""


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
    md5, sha512 = hashlib.md5(usedforsecurity=False), hashlib.sha512()
    done = 0
    try:
        total = path.stat().st_size
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if cancel is not None and cancel.is_set():
                    raise Interrupted("stopped while hashing")
                md5.update(block)
                sha512.update(block)
                done += len(block)
                progress(done, total)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    return Digests(md5.hexdigest(), sha512.hexdigest())


def stamp(path: Path) -> str:
    """Return what changes when a file does: size, time of change, inode; raises FileError."""
    try:
        state = path.stat()
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    return f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_dev}:{state.st_ino}"


def recall(path: Path) -> Digests | None:
    """Return the hashes of a file that is as it was when they were remembered."""
    try:
        entry = _load().get(str(path))
        if entry is None or entry.get("stamp") != stamp(path):
            return None
        return Digests(entry["md5"], entry["sha512"])
    except (FileError, KeyError):
        return None


def remember(path: Path, digests: Digests, taken: str) -> None:
    """Keep hashes of a file for later plans; ``taken`` is its stamp before it was read."""
    if stamp(path) != taken:
        return
    entries = _load()
    entries.pop(str(path), None)
    entries[str(path)] = {"stamp": taken, **asdict(digests)}
    kept = dict(list(entries.items())[-_MOST:])
    write_file(private_directory(_place().parent) / _place().name, json.dumps(kept), 0o600)


def _place() -> Path:
    return cache_root() / "image-hashes.json"


def _load() -> dict[str, Mapping[str, str]]:
    """Read the cache; a damaged one is no reason to stop, it is written afresh."""
    try:
        loaded = json.loads(read_text(_place()) or "{}")
    except (FileError, ValueError):
        return {}
    entries = loaded.items() if isinstance(loaded, dict) else ()
    return {path: entry for path, entry in entries if isinstance(entry, dict)}
