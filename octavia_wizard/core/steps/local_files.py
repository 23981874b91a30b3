"""What steps share that write files on this host: journaled writing, finding again, undoing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from octavia_wizard.core.files import file_digest, is_there, remove_file
from octavia_wizard.core.pki.writing import make_private_directory, missing_directories
from octavia_wizard.core.steps.base import Pending, Record, Undone, UndoResult, Work
from octavia_wizard.core.steps.shapes import found_again

FILE = "file"
DIRECTORY = "directory"


def make_directories(work: Work, path: Path) -> None:
    """Create a directory and its missing parents, each for its owner alone and journaled."""
    for place in missing_directories(path):
        with work.intent(DIRECTORY, str(place)) as intent:
            make_private_directory(place)
            intent.created(str(place), {})


def make_file(work: Work, path: Path, sha256: str, write: Callable[[], object]) -> None:
    """Let ``write`` create a file, journaled with the SHA-256 of what it will hold."""
    with work.intent(FILE, str(path), sha256=sha256) as intent:
        write()
        intent.created(str(path), {"sha256": sha256})


def find_local(step: str, pending: Pending) -> Record | None:
    """Return what an announced file or directory became, if it is there as announced."""
    path = Path(pending.name)
    if pending.kind == DIRECTORY:
        return found_again(step, pending, str(path), {}) if path.is_dir() else None
    sweep(path)
    sha256 = str(pending.lookup.get("sha256", ""))
    if pending.kind != FILE or file_digest(path) != sha256:
        return None
    return found_again(step, pending, str(path), {"sha256": sha256})


def undo_local(record: Record) -> Undone:
    """Remove a file that still holds what was written, or a directory that is empty."""
    path = Path(record.id)
    sweep(path)
    if not is_there(path):
        return Undone(UndoResult.GONE)
    if record.kind == DIRECTORY:
        try:
            path.rmdir()
        except OSError as error:
            return Undone(UndoResult.CHANGED_SINCE, f"{path}: {error.strerror}")
        return Undone(UndoResult.REMOVED)
    if file_digest(path) != record.after.get("sha256"):
        return Undone(UndoResult.CHANGED_SINCE, f"{path} was changed since and stays")
    remove_file(path)
    return Undone(UndoResult.REMOVED)


def sweep(path: Path) -> None:
    """Remove what a killed write left beside a file; the lock sees to it that none goes on."""
    real = Path(os.path.realpath(path))
    for place in dict.fromkeys((path, real)):
        with suppress(OSError):
            for entry in list(place.parent.iterdir()):
                if _is_left_of(place.name, entry.name):
                    entry.unlink()


def _is_left_of(name: str, other: str) -> bool:
    """Say whether ``write_file`` or ``write_new`` gave this name to a file on the way to another.

    As exact as can be: a file such as ``.name.old.tmp`` is somebody else's.
    """
    written, new = re.escape(name), r"[0-9a-f]{8}\.new"
    beside = rf"\.{written}\.(?:[0-9a-f]{{8}}\.tmp|{new})|\.\.{written}\.{new}\.[0-9a-f]{{8}}\.tmp"
    return re.fullmatch(beside, other) is not None
