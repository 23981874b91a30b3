"""Directories and files only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from octavia_wizard.core.errors import RehearsalError


def make_directory(path: Path) -> None:
    """Make a directory of mode 0700, and those above it as the umask has it.

    Raises RehearsalError when that cannot be done, or when the path is a symbolic link: what lies
    behind one could be anybody's, and it is going to hold passwords and be deleted whole.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            raise RehearsalError(
                f"{path} is a symbolic link; the rehearsal cloud writes only to a real directory",
                hint="remove the link, or choose another cache directory with XDG_CACHE_HOME",
            )
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise RehearsalError(
            f"cannot make the directory {path}: {error.strerror}",
            hint="make it writable, or choose another cache directory with XDG_CACHE_HOME",
        ) from error


def write(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all; the directory must exist."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    unfinished.replace(path)
