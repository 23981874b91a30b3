"""Replacing several files of one set: whole or not at all, journaled, and put back exactly.

All new contents wait in a private directory before the first file is touched, so that whoever goes
on after a crash ends with the very same set.  Each file is backed up before it is replaced.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.files import (
    back_up,
    digest,
    file_digest,
    read_bytes,
    read_text,
    remove_file,
    sync_directory,
    write_file,
)
from octavia_wizard.core.pki.writing import (
    make_private_directory,
    missing_directories,
    write_new,
)
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Pending, Record, Step, Undone, UndoResult, Work
from octavia_wizard.core.steps.local_files import FILE
from octavia_wizard.core.steps.rewriting import find_rewritten, rewrite, undo_rewritten
from octavia_wizard.core.steps.shapes import CHANGED, found_again

STAGING = "staging"
REMOVAL = "removal"
_LIST = "list.json"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A file and what takes the place of its content."""

    path: Path
    before: str | None
    """SHA-256 of what is there; None where nothing is."""
    after: bytes | None = field(repr=False)
    """None where the file is to go."""

    @property
    def wanted(self) -> str | None:
        """Return the SHA-256 of what is to be there."""
        return None if self.after is None else digest(self.after)


def exchange(path: Path, after: bytes | None) -> Exchange:
    """Plan to replace what is in a file now; raises FileError."""
    return Exchange(path, file_digest(path), after)


def waiting(place: Path) -> tuple[Exchange, ...]:
    """Return the set that waits, or nothing; raises FileError where it is damaged."""
    text = read_text(place / _LIST) if place.is_dir() else None
    if text is None:
        return ()
    try:
        return tuple(_read(place, number, entry) for number, entry in enumerate(json.loads(text)))
    except (ValueError, KeyError, TypeError):
        raise FileError(
            f"{place} holds a set of files that is damaged", hint="undo the run that made it"
        ) from None


def strangers(exchanges: Sequence[Exchange]) -> list[Path]:
    """Return the files that are neither as they were nor as they are to be; raises FileError."""
    return [one.path for one in exchanges if file_digest(one.path) not in (one.before, one.wanted)]


def put_by(work: Work, place: Path, exchanges: Sequence[Exchange]) -> None:
    """Let a whole set wait, journaled; raises FileError."""
    with work.intent(STAGING, str(place)) as intent:
        _stage(place, exchanges)
        intent.created(str(place), {})


def carry_over(work: Work, place: Path, exchanges: Sequence[Exchange]) -> None:
    """Replace the files one by one, those that are replaced already excepted; raises StepError."""
    for number, one in enumerate(exchanges, 1):
        work.checkpoint()
        if file_digest(one.path) != one.wanted:
            _replace(work, one)
        work.progress(number, len(exchanges), str(one.path))
    _remove(place)


def find_replaced(step: str, pending: Pending) -> Record | None:
    """Return what an announced replacement became, if it was carried out."""
    path = Path(pending.name)
    if pending.kind == STAGING:
        _remove(_unfinished(path))
        return found_again(step, pending, pending.name, {}) if path.is_dir() else None
    if pending.kind != REMOVAL:
        return find_rewritten(step, pending)
    state = pending.lookup.get("before")
    if file_digest(path) is not None or not isinstance(state, dict):
        return None
    return Record(pending.seq, step, REMOVAL, pending.name, CHANGED, pending.name, state, {})


def undo_replaced(record: Record) -> Undone:
    """Put back what was replaced or removed, if it is as it was left; raises FileError."""
    path = Path(record.id)
    if record.kind == STAGING:
        return _undo_staging(path)
    if record.kind != REMOVAL:
        return undo_rewritten(record)
    present = file_digest(path)
    if present is not None:
        same = present == record.before.get("sha256")
        return Undone(UndoResult.RESTORED if same else UndoResult.CHANGED_SINCE)
    backup = Path(str(record.before.get("backup")))
    data = read_bytes(backup)
    if data is None or digest(data) != record.before.get("sha256"):
        raise FileError(f"{path} cannot be put back: its backup {backup} is gone or was changed")
    for directory in missing_directories(path.parent):
        make_private_directory(directory)
    mode = record.before.get("mode")
    write_file(path, data, mode if isinstance(mode, int) else 0o600)
    return Undone(UndoResult.RESTORED)


def whole_or_not(work: Work, records: Sequence[Record]) -> str:
    """Say which file keeps a replaced set from being put back whole; "" where none does.

    The answers are no part of a set: what they approve stands for itself.
    """
    place = DeploymentPlace.of(work.facts.host.deploy_dir)
    answers = {str(place.preset), str(place.autosave)}
    for record in records:
        if record.kind in (FILE, REMOVAL) and record.id not in answers:
            problem = _not_put_back(record)
            if problem:
                return problem
    return ""


def _not_put_back(record: Record) -> str:
    path = Path(record.id)
    present, before = file_digest(path), record.before.get("sha256")
    after = None if record.kind == REMOVAL else record.after.get("sha256")
    if present not in (before, after):
        return f"{path} was changed since"
    if present == before:
        return ""
    backup = record.before.get("backup")
    if before is not None and file_digest(Path(str(backup))) != before:
        return f"the backup {backup} is gone or was changed"
    return ""


def _replace(work: Work, one: Exchange) -> None:
    present = file_digest(one.path)
    if present != one.before:
        raise StepError(
            f"{one.path} was changed while the run was going on; it is left as it is",
            hint="look at what changed, then resume the run",
        )
    if one.after is None:
        _take_away(work, one.path)
        return
    before = read_text(one.path)
    rewrite(work, one.path, before, one.after.decode(), 0o600 if before is None else None)


def _take_away(work: Work, path: Path) -> None:
    state = {
        "sha256": file_digest(path),
        "backup": str(back_up(path, work.backup_dir)),
        "mode": path.stat().st_mode & 0o7777,
    }
    with work.intent(REMOVAL, str(path), before=state) as intent:
        remove_file(path)
        intent.changed(str(path), state, {})


def _stage(place: Path, exchanges: Sequence[Exchange]) -> None:
    unfinished = _unfinished(place)
    _remove(unfinished)
    _remove(place)
    make_private_directory(unfinished)
    listed = []
    for number, one in enumerate(exchanges):
        if one.after is not None:
            write_new(unfinished / str(number), one.after)
        listed.append({"path": str(one.path), "before": one.before, "after": one.wanted})
    write_new(unfinished / _LIST, json.dumps(listed, indent=1).encode())
    try:
        unfinished.rename(place)
        sync_directory(place.parent)
    except OSError as error:
        raise FileError(f"cannot create {place}: {error.strerror}") from None


def _read(place: Path, number: int, entry: dict[str, str | None]) -> Exchange:
    wanted = entry["after"]
    data = None if wanted is None else read_bytes(place / str(number))
    if wanted is not None and (data is None or digest(data) != wanted):
        raise ValueError(number)
    return Exchange(Path(str(entry["path"])), entry["before"], data)


def _undo_staging(place: Path) -> Undone:
    if not os.path.lexists(place):
        return Undone(UndoResult.GONE)
    if place.is_symlink() or not all(_is_ours(name) for name in _names(place)):
        return Undone(UndoResult.CHANGED_SINCE, f"{place} holds what is not ours")
    _remove(place)
    return Undone(UndoResult.REMOVED)


def _names(place: Path) -> Iterator[str]:
    try:
        yield from os.listdir(place)
    except OSError as error:
        raise FileError(f"cannot read {place}: {error.strerror}") from None


def _is_ours(name: str) -> bool:
    return name == _LIST or name.isdecimal()


def _unfinished(place: Path) -> Path:
    return place.with_name(f"{place.name}.part")


def _remove(place: Path) -> None:
    if not os.path.lexists(place):
        return
    try:
        shutil.rmtree(place)
        sync_directory(place.parent)
    except OSError as error:
        raise FileError(f"cannot remove {place}: {error.strerror or error}") from None


class ReplacingStep(Step):
    """The ends that steps have in common which replace a set of certificates and keys."""

    section: ClassVar[str] = "certificates"
    reads_host: ClassVar[bool] = True

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an announced file, or the set that waits."""
        return find_replaced(self.id, pending)

    def hindrance(self, work: Work, records: Sequence[Record]) -> str:
        """Put back the whole set or nothing of it: a mixed one would cut amphorae off."""
        return whole_or_not(work, records)

    def undo(self, work: Work, record: Record) -> Undone:
        """Put the former files back, if they were not changed since."""
        return undo_replaced(record)
