"""Writes keys and certificates: private from creation, whole or not at all, never over a file."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import is_there, make_directory, sync_directory, write_file

FILE_MODE = 0o600
DIRECTORY_MODE = 0o700


def write_new(path: Path, data: bytes) -> str:
    """Write a file of mode 0600 and return its SHA-256; FileError if anything is there already."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    digest = write_file(aside, data, FILE_MODE)
    try:
        place_new(aside, path)
    finally:
        with suppress(OSError):
            aside.unlink()
    return digest


def place_new(source: Path, path: Path) -> None:
    """Give a file a second name on the same file system, atomically; FileError if it is taken."""
    try:
        # Unlike a rename, a link never replaces what is there.
        os.link(source, path, follow_symlinks=False)
        sync_directory(path.parent)
    except FileExistsError:
        raise FileError(
            f"{path} exists already and is not overwritten", hint="move it away, or use it"
        ) from None
    except OSError as error:
        raise FileError(
            f"cannot write {path}: {error.strerror}",
            hint="check the owner and mode of its directory, and that the disk has room",
        ) from None


def missing_directories(path: Path) -> tuple[Path, ...]:
    """List a directory and its parents as far as they do not exist, outermost first; FileError."""
    return tuple(reversed([place for place in (path, *path.parents) if not is_there(place)]))


def make_private_directory(path: Path) -> None:
    """Create a directory only its owner can enter, below one that exists; FileError."""
    make_directory(path, DIRECTORY_MODE)
    with suppress(OSError):
        sync_directory(path.parent)
