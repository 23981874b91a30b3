"""The contract of a step: one resumable unit of live work.

A step looks at facts and says what it would do (``decide``: pure, so that a plan
is a dry run), does it (``apply``, each change journaled before it is made), and
can take its own changes back (``undo``).  Observing and verifying need no code
in a step: the engine re-reads the parts of the cloud the step names in
``reads``, calls ``decide`` on them, and a step that was applied must then
decide to keep everything as it is.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts, Part


class Action(StrEnum):
    """What a plan says of a step."""

    CREATE = "create"
    CHANGE = "change"
    RUN = "run"
    ADOPT = "adopt"
    """Use what exists and was not made by the wizard; nothing is changed, undo leaves it alone."""
    KEEP = "keep"
    SKIP = "skip"
    """Not wanted, or deferred; the reason says which."""
    CONFLICT = "conflict"
    """Something of that name and another shape exists; the wizard will not touch it."""
    BLOCKED = "blocked"
    """Cannot be done because a step it needs is in conflict or has failed."""

    @property
    def changes(self) -> bool:
        """Whether carrying this out changes anything."""
        return self in (Action.CREATE, Action.CHANGE, Action.RUN)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step would do, with a diff a person can read."""

    action: Action
    subject: str = ""
    """What it is about, e.g. ``lbaas-mgmt 5f0c…``."""
    diff: tuple[str, ...] = ()
    """Lines beginning with "+ ", "- " or "~ "; never a secret."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One change that was made, as the journal tells it; undo works from this alone."""

    seq: int
    step: str
    kind: str
    """What was changed, e.g. ``network``, ``rule``, ``quota``, ``file``."""
    name: str
    result: str
    """``created`` or ``changed``; ``removed`` for good, and ``ran``, which leave nothing to
    undo."""
    id: str = ""
    """Cloud id, or absolute path of a file."""
    before: Mapping[str, object] = field(default_factory=dict)
    """What undo puts back, for a change."""
    after: Mapping[str, object] = field(default_factory=dict)
    """What it looked like right afterwards; undo acts only while it still looks so."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An intent without an outcome: the act may or may not have happened."""

    seq: int
    step: str
    kind: str
    name: str
    lookup: Mapping[str, object] = field(default_factory=dict)
    """What tells the thing apart, as written before the act."""


class UndoResult(StrEnum):
    """What became of one record on undo."""

    REMOVED = "removed"
    RESTORED = "restored"
    GONE = "gone"
    CHANGED_SINCE = "changed since"
    """It no longer looks as we left it, so it stays."""


@dataclass(frozen=True, slots=True)
class Undone:
    """Outcome of undoing one record."""

    result: UndoResult
    detail: str = ""


class Unit(StrEnum):
    """What the numbers of a progress count."""

    COUNT = "count"
    BYTES = "bytes"
    SHARE = "share"
    """Thousandths of the whole; the text says in words how far it is."""


class Intent(Protocol):
    """An announced change, to be closed with what came of it.

    Leaving the ``with`` block without closing it (an exception) leaves the intent
    pending in the journal; the next run looks for what it may have made.
    """

    def created(self, id: str, after: Mapping[str, object]) -> None:
        """Record that the thing was made."""

    def changed(self, id: str, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Record that an existing thing was changed."""

    def removed(self, id: str) -> None:
        """Record that a thing is gone for good: nothing done to it can be undone any more."""

    def ran(self, id: str, after: Mapping[str, object]) -> None:
        """Record that something was run which nothing here can take back, e.g. a playbook."""

    def dropped(self, reason: str) -> None:
        """Record that nothing came of it and nothing is left behind."""


class Work(Protocol):
    """What the engine hands to a step while it applies or undoes."""

    effective: Effective
    facts: Facts
    """Fresh: the parts named in ``reads`` were read again just now."""
    cancel: threading.Event
    backup_dir: Path
    """Private directory (0700) of this run for backups of files."""

    @property
    def cloud(self) -> Cloud:
        """Return the connection of this thread; raises UsageError in "files only" mode."""

    def intent(self, kind: str, name: str, **lookup: object) -> AbstractContextManager[Intent]:
        """Write down, and fsync, what is about to be done."""

    def progress(
        self,
        done: int,
        total: int,
        text: str = "",
        unit: Unit = Unit.COUNT,
        left: tuple[float, float] | None = None,
    ) -> None:
        """Tell how far this step is, and how many seconds, at least and at most, are left."""

    def log(self, line: str) -> None:
        """Add a line to the log of the run; never a secret."""

    def checkpoint(self) -> None:
        """Raise Interrupted if the operator asked to stop; call it between changes."""


class Step(ABC):
    """One step; subclasses are stateless and registered in ``steps.ALL``."""

    id: ClassVar[str]
    title: ClassVar[str]
    section: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    """Ids of the steps that must have been applied before, in every deployment."""
    reads: ClassVar[frozenset[Part]] = frozenset()
    """The parts of the cloud it looks at; empty for a step that works on this host only."""
    reads_host: ClassVar[bool] = False
    """Whether it looks at files of the deploy host."""
    without: ClassVar[str] = ""
    """What happens when it is left out of a run, in one sentence; "" where it must not be."""
    indispensable: ClassVar[str] = "the rest of the deployment relies on it"
    """Why it must not be left out, where it must not."""

    def concerns(self, effective: Effective) -> bool:
        """Say whether this deployment has to do with it at all; if not, no plan mentions it."""
        return True

    def needed(self, effective: Effective) -> tuple[str, ...]:
        """Return the steps that must have been applied before in this deployment."""
        return self.needs

    def consequence(self, effective: Effective) -> str:
        """Say what happens without it in this deployment; "" where it must not be left out."""
        return self.without

    @abstractmethod
    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Say what would be done; pure, and KEEP right after ``apply``."""

    @abstractmethod
    def apply(self, work: Work, decision: Decision) -> None:
        """Make the change; decide afresh from ``work.facts`` what is still to be done."""

    @abstractmethod
    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for what a pending intent may have made; return it as a record of ours."""

    def hindrance(self, work: Work, records: Sequence[Record]) -> str:
        """Say why nothing of what one run did is to be taken back; "" where nothing stands so.

        For things that only make sense together: a part of them must not be put back alone.
        """
        return ""

    @abstractmethod
    def undo(self, work: Work, record: Record) -> Undone:
        """Take one recorded change back, only if it still looks as we left it."""
