"""What a step works with: fresh facts, its connection, and a journal to announce changes in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.events import Event, StepLog, StepProgress
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.lines import RAN, REMOVED
from octavia_wizard.core.errors import Interrupted, UsageError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.steps.base import Pending, Record, Unit

STOPPED = "stopped on request"
RESUME_HINT = "the run can be resumed"


@dataclass(slots=True)
class StepWork:
    """The Work of one step in one run; a step may use it from several threads."""

    step: str
    effective: Effective
    facts: Facts
    cancel: threading.Event
    backup_dir: Path
    journal: Journal
    connection: Cloud | None
    emit: Callable[[Event], None] = field(repr=False)

    @property
    def cloud(self) -> Cloud:
        """Return the connection; raises UsageError in "files only" mode."""
        if self.connection is None:
            raise UsageError(
                f"step {self.step} needs a cloud, and this run has none",
                hint="name a cloud of your clouds.yaml with --cloud",
            )
        return self.connection

    @contextmanager
    def intent(self, kind: str, name: str, **lookup: object) -> Iterator[OpenIntent]:
        """Write down, and fsync, what is about to be done.

        Raises Interrupted if the operator asked to stop, and StepError when it cannot be written
        down; nothing may be done then.
        """
        self.checkpoint()
        intent = OpenIntent(self.journal, self.journal.intent(self.step, kind, name, lookup))
        yield intent
        if not intent.closed:
            raise RuntimeError(f"step {self.step} did not say what came of {kind} {name}")

    def progress(
        self,
        done: int,
        total: int,
        text: str = "",
        unit: Unit = Unit.COUNT,
        left: tuple[float, float] | None = None,
    ) -> None:
        """Tell how far this step is, and how many seconds, at least and at most, are left."""
        self.emit(StepProgress(self.step, done, total, text, unit, left))

    def log(self, line: str) -> None:
        """Add a line to the log of the run; never a secret."""
        self.emit(StepLog(self.step, line))

    def checkpoint(self) -> None:
        """Raise Interrupted if the operator asked to stop."""
        if self.cancel.is_set():
            raise Interrupted(STOPPED, hint=RESUME_HINT)


@dataclass(slots=True)
class OpenIntent:
    """An announced change; raises RuntimeError when it is closed twice."""

    journal: Journal
    pending: Pending
    closed: bool = False

    def created(self, id: str, after: Mapping[str, object]) -> None:
        """Record that the thing was made."""
        self._close()
        self.journal.outcome(self._record("created", id, {}, after))

    def changed(self, id: str, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Record that an existing thing was changed."""
        self._close()
        self.journal.outcome(self._record("changed", id, before, after))

    def removed(self, id: str) -> None:
        """Record that a thing is gone for good: nothing done to it can be undone any more."""
        self._close()
        self.journal.outcome(self._record(REMOVED, id, {}, {}))

    def ran(self, id: str, after: Mapping[str, object]) -> None:
        """Record that something was run which nothing here can take back, e.g. a playbook."""
        self._close()
        self.journal.outcome(self._record(RAN, id, {}, after))

    def dropped(self, reason: str) -> None:
        """Record that nothing came of it and nothing is left behind."""
        self._close()
        self.journal.dropped(self.pending, reason)

    def _close(self) -> None:
        if self.closed:
            raise RuntimeError(f"the intent of {self.pending.kind} {self.pending.name} is closed")
        self.closed = True

    def _record(
        self, result: str, id: str, before: Mapping[str, object], after: Mapping[str, object]
    ) -> Record:
        pending = self.pending
        return Record(
            pending.seq, pending.step, pending.kind, pending.name, result, id, before, after
        )
