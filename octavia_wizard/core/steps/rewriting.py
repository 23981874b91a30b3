"""What the steps share that write into the deploy directory: backup, journal, and the way back."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.files import back_up, digest, file_digest, read_bytes, write_file
from octavia_wizard.core.steps.base import Pending, Record, Undone, UndoResult, Work
from octavia_wizard.core.steps.local_files import (
    DIRECTORY,
    FILE,
    find_local,
    make_directories,
    sweep,
    undo_local,
)
from octavia_wizard.core.steps.shapes import CHANGED


def rewrite(work: Work, path: Path, before: str | None, text: str, mode: int | None = None) -> None:
    """Write a file of the deploy directory, journaled and backed up; raises StepError.

    ``before`` is what was planned upon: a file that has changed since is not touched.
    ``mode`` None keeps the mode of a file that exists, and is 0644 for a new one.
    """
    make_directories(work, path.parent)
    present = file_digest(path)
    if present != (None if before is None else digest(before.encode())):
        raise StepError(
            f"{path} was changed while the run was going on; it is left as it is",
            hint="look at what changed, then resume the run",
        )
    data = text.encode()
    wanted = digest(data)
    old_mode = None if present is None else path.stat().st_mode & 0o7777
    if mode is None:
        mode = 0o644 if old_mode is None else old_mode
    backup = back_up(path, work.backup_dir)
    state = {} if backup is None else {"sha256": present, "backup": str(backup), "mode": old_mode}
    after = {"sha256": wanted}
    with work.intent(FILE, str(path), sha256=wanted, before=state) as intent:
        write_file(path, data, mode)
        if backup is None:
            intent.created(str(path), after)
        else:
            intent.changed(str(path), state, after)


def find_rewritten(step: str, pending: Pending) -> Record | None:
    """Return what an announced write became, if the file is now as announced."""
    state = pending.lookup.get("before")
    sweep(Path(pending.name))
    if pending.kind != FILE or not isinstance(state, dict) or not state:
        return find_local(step, pending)
    wanted = pending.lookup.get("sha256")
    if file_digest(Path(pending.name)) != wanted:
        return None
    after = {"sha256": wanted}
    return Record(pending.seq, step, FILE, pending.name, CHANGED, pending.name, state, after)


def undo_rewritten(record: Record) -> Undone:
    """Remove a file we made, or put back what was there; only if it was not changed since."""
    if record.kind == DIRECTORY or record.result != CHANGED:
        return undo_local(record)
    path = Path(record.id)
    sweep(path)
    present = file_digest(path)
    if present is None:
        return Undone(UndoResult.GONE)
    if present == record.before.get("sha256"):
        return Undone(UndoResult.RESTORED, "it is as it was already")
    if present != record.after.get("sha256"):
        kept = record.before.get("backup")
        return Undone(
            UndoResult.CHANGED_SINCE, f"{path} was changed since; as it was before: {kept}"
        )
    backup = Path(str(record.before.get("backup")))
    data = read_bytes(backup)
    if data is None or digest(data) != record.before.get("sha256"):
        raise FileError(
            f"{path} cannot be put back: its backup {backup} is gone or was changed",
            hint="undo goes on with the rest; put the file back from your own backups",
        )
    mode = record.before.get("mode")
    write_file(path, data, mode if isinstance(mode, int) else 0o600)
    return Undone(UndoResult.RESTORED)
