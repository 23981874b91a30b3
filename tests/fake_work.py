"""What the engine hands to a step, with a journal in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.steps.base import Pending, Record, Step, Unit
from tests.fakes import FakeCloud, seen


@dataclass
class FakeIntent:
    """An announced change; closing it turns it into a record."""

    work: FakeWork
    pending: Pending

    def created(self, id: str, after: Mapping[str, object]) -> None:
        """Record that the thing was made."""
        self._close("created", id, {}, after)

    def changed(self, id: str, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Record that an existing thing was changed."""
        self._close("changed", id, before, after)

    def removed(self, id: str) -> None:
        """Record that a thing is gone for good."""
        self._close("removed", id, {}, {})

    def ran(self, id: str, after: Mapping[str, object]) -> None:
        """Record that something was run."""
        self._close("ran", id, {}, after)

    def dropped(self, reason: str) -> None:
        """Record that nothing came of it."""
        self.work.pending.remove(self.pending)

    def _close(
        self, result: str, id: str, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        self.work.pending.remove(self.pending)
        told = json.loads(json.dumps({"before": before, "after": after}))
        seq, step, kind, name = (
            self.pending.seq,
            self.pending.step,
            self.pending.kind,
            self.pending.name,
        )
        self.work.records.append(
            Record(seq, step, kind, name, result, id, told["before"], told["after"])
        )


@dataclass
class FakeWork:
    """What a step is handed, with a journal in memory; all of it goes through JSON."""

    effective: Effective
    facts: Facts
    cloud: FakeCloud
    step: str = ""
    cancel: threading.Event = field(default_factory=threading.Event)
    backup_dir: Path = Path("/nonexistent")
    records: list[Record] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    log_lines: list[str] = field(default_factory=list)

    @contextmanager
    def intent(self, kind: str, name: str, **lookup: object) -> Iterator[FakeIntent]:
        """Announce a change; it stays pending when the block raises."""
        seq = len(self.records) + len(self.pending) + 1
        told = json.loads(json.dumps(lookup))
        pending = Pending(seq, self.step, kind, name, told)
        self.pending.append(pending)
        yield FakeIntent(self, pending)

    def progress(
        self,
        done: int,
        total: int,
        text: str = "",
        unit: Unit = Unit.COUNT,
        left: tuple[float, float] | None = None,
    ) -> None:
        """Take no notice."""

    def log(self, line: str) -> None:
        """Keep the line."""
        self.log_lines.append(line)

    def checkpoint(self) -> None:
        """Raise Interrupted if asked to stop."""
        if self.cancel.is_set():
            raise Interrupted("stopped")


def work_on(step: Step, effective: Effective, cloud: FakeCloud) -> FakeWork:
    """Return what the engine would hand to a step, with facts read just now."""
    return FakeWork(effective, seen(cloud, step.reads), cloud, step.id)
