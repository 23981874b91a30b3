"""The journal of a run: append-only JSON lines, each on the disk before the run goes on.

A line is written by one call and fsynced.  The intent of a change is on the disk before the
change is made, its outcome right after.  What may be written is said in ``guard``.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from octavia_wizard.core.engine.guard import refuse_secrets
from octavia_wizard.core.engine.ledger import Ledger, journal_number, journal_paths
from octavia_wizard.core.engine.lines import DROPPED, Header, Kind, record_document
from octavia_wizard.core.errors import FileError, StepError, WizardError
from octavia_wizard.core.places import DeploymentPlace, private_directory
from octavia_wizard.core.steps.base import Decision, Pending, Record, Undone


class Journal:
    """The journal of the run in progress; safe to use from several threads.

    Each method writes one line and raises StepError when that cannot be done, for instance when
    the disk is full; the journal is then as it was before.
    """

    def __init__(self, path: Path, handle: int, ledger: Ledger) -> None:
        self.path = path
        self.ledger = ledger
        self._handle = handle
        self._size = 0
        self._broken = False
        self._lock = threading.Lock()

    @classmethod
    def create(cls, place: DeploymentPlace, header: Header) -> Journal:
        """Begin the journal of a new run, which is given its id here.

        The lock of the deployment must be held.  Raises FileError when the journal cannot be
        written or an earlier one is damaged; nothing was done then.
        """
        private_directory(place.root)
        private_directory(place.journals)
        ledger = Ledger.read(place)
        number = 1 + max(map(journal_number, journal_paths(place)), default=0)
        run_id = f"{number:04d}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        path = place.journals / f"{run_id}.jsonl"
        try:
            handle = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600
            )
            for directory in (place.journals, place.root, place.root.parent):
                _sync_directory(directory)
        except OSError as error:
            raise FileError(
                f"cannot write {path}: {error.strerror}; nothing was done",
                hint="check that the state directory is yours and that its disk has room",
            ) from error
        journal = cls(path, handle, ledger)
        try:
            journal._write(Kind.HEADER, replace(header, run_id=run_id).document())
        except BaseException:
            journal.close()
            path.unlink()
            raise
        return journal

    @property
    def header(self) -> Header:
        """Return what was asked of the run."""
        return self.ledger.runs[-1].header

    def close(self) -> None:
        """Close the file; nothing can be written any more."""
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    def pending_of(self, step: str, *, anywhere: bool = False) -> tuple[Pending, ...]:
        """Return the pending intents of a step, of this and earlier runs, the oldest first."""
        with self._lock:
            return self.ledger.pending_of(
                step, self.header.cloud, self.header.region, anywhere=anywhere
            )

    def has_made(self, step: str) -> bool:
        """Say whether a step has made anything, in this or an earlier run, that still counts."""
        with self._lock:
            return self.ledger.has_made(step)

    def step_started(self, step: str, decision: Decision) -> None:
        """A step begins."""
        self._write(Kind.STEP_STARTED, {"step": step, "action": decision.action.value})

    def intent(self, step: str, kind: str, name: str, lookup: Mapping[str, object]) -> Pending:
        """Announce a change; when this returns, the announcement is on the disk."""
        with self._lock:
            document = {
                "seq": self.ledger.next_seq,
                "step": step,
                "kind": kind,
                "name": name,
                "lookup": lookup,
            }
            self._append(Kind.INTENT, document, f"; {kind} {name} was not touched")
            return self.ledger.pending[self.ledger.next_seq - 1]

    def outcome(self, record: Record, *, recovered: bool = False) -> None:
        """Close an intent: something was created or changed."""
        note = f"; that {record.kind} {record.name} was {record.result} is not written down"
        document = {**record_document(record), "recovered": recovered}
        self._write(Kind.OUTCOME, document, note)

    def dropped(self, pending: Pending, reason: str, *, recovered: bool = False) -> None:
        """Close an intent: nothing came of it."""
        self._write(
            Kind.OUTCOME,
            {
                "seq": pending.seq,
                "step": pending.step,
                "kind": pending.kind,
                "name": pending.name,
                "result": DROPPED,
                "reason": reason,
                "recovered": recovered,
            },
        )

    def adopted(self, step: str, subject: str) -> None:
        """A step uses what exists, which undo therefore leaves alone."""
        self._write(Kind.ADOPTED, {"step": step, "subject": subject})

    def step_finished(self, step: str, decision: Decision, elapsed: float) -> None:
        """A step is done; ``elapsed`` is seconds."""
        self._write(
            Kind.STEP_FINISHED,
            {
                "step": step,
                "action": decision.action.value,
                "subject": decision.subject,
                "reason": decision.reason,
                "elapsed": round(elapsed, 3),
            },
        )

    def step_failed(self, step: str, error: WizardError) -> None:
        """A step failed, or was interrupted."""
        self._write(
            Kind.STEP_FAILED,
            {
                "step": step,
                "error": type(error).__name__,
                "message": error.message,
                "hint": error.hint,
            },
        )

    def retry(self, step: str, attempt: int, delay: float, reason: str) -> None:
        """A step is tried again after ``delay`` seconds."""
        self._write(
            Kind.RETRY,
            {"step": step, "attempt": attempt, "delay": round(delay, 3), "reason": reason},
        )

    def undone(self, record: Record, outcome: Undone) -> None:
        """A record was undone, or found to have changed since."""
        self._write(
            Kind.UNDONE,
            {
                "seq": record.seq,
                "step": record.step,
                "kind": record.kind,
                "name": record.name,
                "id": record.id,
                "result": outcome.result.value,
                "detail": outcome.detail,
            },
        )

    def finished(self, status: str, elapsed: float) -> None:
        """The run ended; ``elapsed`` is seconds."""
        self._write(Kind.FINISHED, {"status": status, "elapsed": round(elapsed, 3)})

    def _write(self, kind: Kind, document: Mapping[str, object], note: str = "") -> None:
        with self._lock:
            self._append(kind, document, note)

    def _append(self, kind: Kind, document: Mapping[str, object], note: str) -> None:
        refuse_secrets(document)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"line": kind.value, "at": now, **document}
        text = json.dumps(line, allow_nan=False, default=_plain)
        try:
            self._put(text.encode("ascii") + b"\n")
        except OSError as error:
            raise StepError(
                f"cannot write {self.path}: {error.strerror}{note}",
                hint="make room on that disk, then resume the run",
            ) from error
        # Read back from its text, so that a run sees its own lines as every later one will.
        if kind is Kind.HEADER:
            self.ledger.begin(self.path, json.loads(text))
        else:
            self.ledger.take(json.loads(text))

    def _put(self, data: bytes) -> None:
        if self._broken or self._handle < 0:
            raise OSError(errno.EIO, "an earlier write to it failed")
        try:
            if os.write(self._handle, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._handle)
        except OSError:
            self._take_back()
            raise
        self._size += len(data)

    def _take_back(self) -> None:
        """Cut off what was written of a line; if that fails too, nothing may follow it."""
        self._broken = True
        with suppress(OSError):
            os.ftruncate(self._handle, self._size)
            os.fsync(self._handle)
            self._broken = False


def _plain(value: object) -> object:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    raise TypeError(f"{type(value).__name__} cannot be written to a journal")


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
