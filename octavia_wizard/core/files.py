"""The one writer of files: atomic, synced to disk, with its mode from creation on."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from octavia_wizard.core.errors import FileError

MAX_BYTES = 5_000_000
"""Largest file that is read, in bytes; a configuration file beyond it is a mistake or an attack."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None where there is none; raises FileError."""
    data = read_bytes(path)
    return None if data is None else digest(data)


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes | None:
    """Return the content of a regular file, or None where there is none.

    Raises FileError for anything that is not a regular file, cannot be read, or is
    longer than ``limit`` bytes.
    """
    try:
        # Opening a FIFO without O_NONBLOCK would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        if path.is_symlink():
            raise FileError(f"{path} is a link to a file that does not exist") from None
        return None
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise FileError(f"{path} is not a regular file")
        if state.st_size > limit:
            raise FileError(f"{path} is larger than {limit // 1_000_000} MB; it is not read")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read(limit)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
    finally:
        os.close(handle)


def read_text(path: Path, *, limit: int = MAX_BYTES) -> str | None:
    """Return the UTF-8 text of a file with its line ends as they are, or None where there is none.

    Raises FileError for what ``read_bytes`` refuses and for a file that is not text.
    """
    data = read_bytes(path, limit=limit)
    if data is None:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line} is not UTF-8 text") from None
    if "\0" in text:
        raise FileError(f"{path} is a binary file, not text")
    return text


def is_there(path: Path) -> bool:
    """Say whether there is anything at a path; FileError where that cannot be told."""
    try:
        return path.exists()
    except OSError as error:
        raise FileError(f"cannot look at {path}: {error.strerror}") from None


def write_file(path: Path, content: str | bytes, mode: int) -> str:
    """Write a file in one move and return the SHA-256 of its content.

    A reader sees the old content or the new, never a part; the content is on disk when
    this returns. A link is followed, and an owner that differs is kept. Raises FileError.
    """
    data = content.encode() if isinstance(content, str) else content
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_synced(beside, data, mode)
        _keep_owner(target, beside)
        os.replace(beside, target)
        sync_directory(target.parent)
    except OSError as error:
        raise FileError(
            f"cannot write {path}: {error.strerror}",
            hint="check the owner and mode of its directory, and that the disk has room",
        ) from None
    finally:
        # After os.replace the name is gone already; before it, nothing may be left behind.
        with suppress(OSError):
            beside.unlink()
    return digest(data)


def make_directory(path: Path, mode: int = 0o755) -> None:
    """Create a directory below an existing one, with this mode; raises FileError."""
    if path.is_dir():
        return
    try:
        path.mkdir(mode=mode)
    except OSError as error:
        raise FileError(
            f"cannot create {path}: {error.strerror}",
            hint="check the owner and mode of its parent directory",
        ) from None


def remove_file(path: Path) -> None:
    """Remove a file, and see to it that it stays removed after a crash; raises FileError."""
    try:
        path.unlink()
        sync_directory(path.parent)
    except OSError as error:
        raise FileError(f"cannot remove {path}: {error.strerror}") from None


def back_up(path: Path, directory: Path) -> Path | None:
    """Copy a file into a private directory, readable by its owner only; None where there is none.

    The copy bears the SHA-256 of its content in its name, so that an earlier one is never
    replaced. Raises FileError.
    """
    data = read_bytes(path)
    if data is None:
        return None
    copy = directory / f"{path.name}.{digest(data)[:12]}"
    write_file(copy, data, 0o600)
    return copy


def sync_directory(path: Path) -> None:
    """Bring the names in a directory to disk; raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as stream:
        # The mode given to open() is cut by the umask; never wider, but maybe too narrow.
        os.fchmod(stream.fileno(), mode)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _keep_owner(target: Path, beside: Path) -> None:
    with suppress(FileNotFoundError):
        before, now = target.stat(), beside.stat()
        if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
            os.chown(beside, before.st_uid, before.st_gid)
