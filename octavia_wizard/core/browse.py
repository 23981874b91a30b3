"""What is in a directory of this host, for choosing a file or a directory there."""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

MOST = 20_000
"""Entries that are read of a directory; whoever has more knows the name and types it."""

STAND_IN = "·"
"""What is shown in place of a character that would command the terminal."""


class EntryKind(StrEnum):
    """What a name in a directory leads to, links followed."""

    DIRECTORY = "directory"
    FILE = "file"
    SPECIAL = "special file"
    """A device, FIFO or socket: nothing to read an answer from."""
    BROKEN = "broken link"
    UNKNOWN = "unknown"
    """There is something, and this user may not learn what."""


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One name in a directory; size in bytes, time of the last change in seconds since 1970."""

    name: str
    """As the system has it: any character but a slash may be in it."""
    kind: EntryKind
    size: int | None = None
    mode: int | None = None
    """Permission bits."""
    changed: float | None = None
    target: str = ""
    """What a link says it leads to."""

    @property
    def hidden(self) -> bool:
        """Whether the name begins with a dot."""
        return self.name.startswith(".")


@dataclass(frozen=True, slots=True)
class Folder:
    """A directory with what is in it, directories first, each by name."""

    path: str
    """Absolute; links in it are left as they were written."""
    entries: tuple[PathEntry, ...] = ()
    problem: str = ""
    """Why it could not be read; empty when it was."""
    complete: bool = True
    """Whether everything in it was read."""

    @property
    def parent(self) -> str:
        """The directory above, by name; the root is its own."""
        return os.path.dirname(self.path)


def printable(text: str) -> str:
    """Replace what would command a terminal or move what is written after it by a dot.

    Names of files and of things in a cloud may hold any character.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _harmless(char) for char in text)


def _harmless(char: str) -> str:
    return " " if unicodedata.category(char) == "Zs" else STAND_IN


def where(typed: str) -> tuple[str, str]:
    """Take what was typed apart into an absolute directory and the rest after its last slash.

    A "~" is the home directory; what is relative starts from the working directory.
    """
    head, slash, rest = typed.rpartition("/")
    path = os.path.normpath(os.path.join(_here(), os.path.expanduser(head + slash)))
    # normpath() leaves two slashes at the beginning as they are.
    return ("/" + path.lstrip("/"), rest)


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        # The working directory was removed meanwhile.
        return "/"


def nearest(typed: str) -> tuple[str, str]:
    """Find the directory to begin in and the name to begin at, for a path that may not exist."""
    directory, name = where(typed)
    if name and os.path.isdir(os.path.join(directory, name)):
        return os.path.join(directory, name), ""
    while not os.path.isdir(directory):
        directory, name = os.path.split(directory)
    return directory, name


def browse(path: str) -> Folder:
    """Read a directory; what goes wrong is said in it, and never raised.

    A link is followed to tell what it leads to, but never opened.
    """
    try:
        with os.scandir(path) as found:
            listed = list(islice(found, MOST + 1))
    except (OSError, ValueError) as error:
        # A null character in a path is a ValueError.
        reason = getattr(error, "strerror", None) or str(error)
        return Folder(path, problem=f"cannot be read: {reason}")
    entries = sorted((_entry(each) for each in listed[:MOST]), key=_order)
    return Folder(path, tuple(entries), complete=len(listed) <= MOST)


def _order(entry: PathEntry) -> tuple[bool, str, str]:
    return (entry.kind is not EntryKind.DIRECTORY, entry.name.casefold(), entry.name)


def _entry(found: os.DirEntry[str]) -> PathEntry:
    target = _target(found)
    try:
        state = found.stat()
    except OSError as error:
        # ELOOP and ENOENT say that a link leads nowhere; EACCES says nothing of the kind.
        broken = target and not isinstance(error, PermissionError)
        kind = EntryKind.BROKEN if broken else EntryKind.UNKNOWN
        return PathEntry(found.name, kind, target=target)
    kind = EntryKind.SPECIAL
    if stat.S_ISDIR(state.st_mode):
        kind = EntryKind.DIRECTORY
    elif stat.S_ISREG(state.st_mode):
        kind = EntryKind.FILE
    mode = stat.S_IMODE(state.st_mode)
    return PathEntry(found.name, kind, state.st_size, mode, state.st_mtime, target)


def _target(found: os.DirEntry[str]) -> str:
    try:
        return os.readlink(found.path) if found.is_symlink() else ""
    except OSError:
        return "?"


def size_text(size: int) -> str:
    """Write a number of bytes as it is read most easily."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":
            break
        amount /= 1024
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
