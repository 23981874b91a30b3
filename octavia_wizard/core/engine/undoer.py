"""Goes through the records of past runs, the newest first, and has each step take its own back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.engine.course import Surroundings, persist, take_up_lost
from octavia_wizard.core.engine.events import (
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepStarted,
)
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.engine.work import STOPPED
from octavia_wizard.core.errors import Interrupted, StepError, UndoError, UsageError, WizardError
from octavia_wizard.core.steps.base import Action, Pending, Record, Step, Undone, UndoResult


@dataclass(frozen=True, slots=True)
class UndoItem:
    """What became of one record, or of one intent that could not be cleared up."""

    what: Record | Pending
    outcome: Undone | None = None
    error: WizardError | None = None
    """Why it is left; None when ``outcome`` tells, and for what undo did not get to."""

    @property
    def is_left(self) -> bool:
        """Whether it is, or may be, still there."""
        return self.outcome is None or self.outcome.result is UndoResult.CHANGED_SINCE

    def __str__(self) -> str:
        what = f"{self.what.kind} {self.what.name}"
        if self.error is not None:
            return f"{what}: {self.error.message}"
        if self.outcome is None:
            return f"{what}: not reached"
        detail = f": {self.outcome.detail}" if self.outcome.detail else ""
        return f"{what}: {self.outcome.result}{detail}"


@dataclass(frozen=True, slots=True)
class UndoReport:
    """How an undo ended."""

    run_id: str
    """Id of the undo itself; empty when there was nothing to undo."""
    status: RunStatus
    items: tuple[UndoItem, ...]
    """In the order they were undone, which is the reverse of the order they were made in."""
    elapsed: float
    """Seconds."""
    journal: Path | None

    @property
    def left(self) -> tuple[UndoItem, ...]:
        """Return what is, or may be, still there."""
        return tuple(item for item in self.items if item.is_left)

    @property
    def error(self) -> WizardError | None:
        """Return UndoError listing what is left, Interrupted when stopped, None when all went."""
        if self.status is RunStatus.INTERRUPTED:
            return Interrupted(STOPPED, hint="undo again to go on from here")
        if not self.left:
            return None
        return UndoError(
            "left behind:\n" + "\n".join(map(str, self.left)),
            hint="see to what is in the way and undo again, or remove these by hand",
        )

    @property
    def exit_code(self) -> int:
        """Return the exit code a command ends with."""
        return 0 if self.error is None else self.error.exit_code


class Undoer:
    """One undo."""

    def __init__(
        self, around: Surroundings, steps: Mapping[str, Step], only_run: str | None
    ) -> None:
        self._around = around
        self._steps = steps
        self._only_run = only_run
        self._items: list[UndoItem] = []
        self._bug: Exception | None = None

    def carry_out(self) -> UndoReport:
        """Undo everything and return how it ended; a bug in a step is raised at the very end."""
        around, began = self._around, self._around.clock()
        run_id = around.journal.header.run_id
        around.emit(RunStarted(run_id, self._announced()))
        status = RunStatus.DONE
        try:
            self._look_for_lost()
            self._undo_records()
        except Interrupted:
            status = RunStatus.INTERRUPTED
        reached = {item.what.seq for item in self._items}
        self._items += [UndoItem(what) for what in self._mine() if what.seq not in reached]
        report = UndoReport(
            run_id, status, tuple(self._items), around.clock() - began, around.journal.path
        )
        if status is RunStatus.DONE and report.left:
            status = RunStatus.FAILED
            report = UndoReport(run_id, status, report.items, report.elapsed, report.journal)
        try:
            around.journal.finished(status, report.elapsed)
        except StepError as error:
            around.emit(StepLog("", error.message))
        around.emit(RunFinished(run_id, status, report.elapsed))
        if self._bug is not None:
            raise self._bug
        return report

    def _mine(self) -> list[Record | Pending]:
        ledger = self._around.journal.ledger
        everything: dict[int, Record | Pending] = {**ledger.records, **ledger.pending}
        return [
            everything[seq]
            for seq in sorted(everything, reverse=True)
            if self._only_run in (None, ledger.origins[seq].run_id)
        ]

    def _announced(self) -> tuple[tuple[str, str, Action], ...]:
        ids = dict.fromkeys(what.step for what in self._mine())
        return tuple((step, self._title(step), Action.RUN) for step in ids)

    def _title(self, step: str) -> str:
        return self._steps[step].title if step in self._steps else step

    def _look_for_lost(self) -> None:
        pendings = [what for what in self._mine() if isinstance(what, Pending)]
        for pending in pendings:
            error = None
            if pending.seq in self._around.journal.ledger.pending:
                error = self._attempted(pending, self._take_up)
            if error is not None:
                self._items.append(UndoItem(pending, error=error))

    def _take_up(self, step: Step) -> None:
        take_up_lost(step, self._around.work_for(step))

    def _undo_records(self) -> None:
        records = [what for what in self._mine() if isinstance(what, Record)]
        last = {record.step: record.seq for record in records}
        began: dict[str, float] = {}
        hindrances: dict[tuple[str, str], str] = {}
        for record in records:
            if record.step not in began:
                began[record.step] = self._around.clock()
                self._around.emit(StepStarted(record.step, Action.RUN))
            group = (self._run_of(record), record.step)
            if group not in hindrances:
                together = [one for one in records if (self._run_of(one), one.step) == group]
                hindrances[group] = self._hindrance(together)
            item = self._undone(record, hindrances[group])
            # Once is enough to be told why.
            hindrances[group] = hindrances[group] and _WITH_THE_REST
            self._items.append(item)
            self._around.emit(StepLog(record.step, str(item)))
            if last[record.step] == record.seq:
                self._close(record.step, self._around.clock() - began[record.step])

    def _run_of(self, record: Record) -> str:
        return self._around.journal.ledger.origins[record.seq].run_id

    def _hindrance(self, records: Sequence[Record]) -> str:
        """Say why nothing is taken back of what one run did in one step, or return ""."""
        found = ""

        def ask(step: Step) -> None:
            nonlocal found
            found = step.hindrance(self._around.work_for(step), records)

        error = self._attempted(records[0], ask)
        found = error.message if error is not None else found
        return f"{found}, so that all of the run stays{self._later(records)}" if found else ""

    def _later(self, records: Sequence[Record]) -> str:
        """Name the newest run that changed the same things since."""
        ids, mine = {record.id for record in records}, self._run_of(records[0])
        later = [
            self._run_of(record)
            for seq, record in self._around.journal.ledger.records.items()
            if seq > records[0].seq and record.id in ids and self._run_of(record) != mine
        ]
        return f"; undo run {later[-1]} first" if later else ""

    def _undone(self, record: Record, hindrance: str) -> UndoItem:
        outcome: Undone | None = None

        def attempt(step: Step) -> None:
            nonlocal outcome
            if hindrance:
                outcome = Undone(UndoResult.CHANGED_SINCE, hindrance)
            else:
                outcome = step.undo(self._around.work_for(step), record)
            self._around.journal.undone(record, outcome)

        error = self._attempted(record, attempt)
        return UndoItem(record, None if error else outcome, error)

    def _close(self, step: str, elapsed: float) -> None:
        items = [item for item in self._items if item.what.step == step]
        left = [str(item) for item in items if item.is_left]
        if left:
            self._around.emit(StepFailed(step, f"left behind: {'; '.join(left)}", "", elapsed))
        else:
            detail = f"{len(items)} undone"
            self._around.emit(StepFinished(step, Action.RUN, "", elapsed, detail))

    def _attempted(
        self, what: Record | Pending, attempt: Callable[[Step], None]
    ) -> WizardError | None:
        """Try it within the policy and return what went wrong; raises only Interrupted."""
        if self._around.cancel.is_set():
            raise Interrupted(STOPPED)
        try:
            step = self._step_of(what)
            persist(self._around, what.step, lambda _: attempt(step))
        except Interrupted:
            raise
        except WizardError as error:
            return error
        except Exception as bug:
            self._bug = self._bug or bug
            return StepError(f"a bug in octavia-wizard: {type(bug).__name__}")
        return None

    def _step_of(self, what: Record | Pending) -> Step:
        step = self._steps.get(what.step)
        if step is None:
            raise StepError(
                f"step {what.step} is not known to this version of octavia-wizard",
                hint="undo with the version that made it",
            )
        header = self._around.journal.header
        origin = self._around.journal.ledger.origins[what.seq]
        if step.reads and not origin.is_within(header.cloud, header.region):
            raise UsageError(
                f"made in {_place(origin.cloud, origin.region)}, "
                f"not in {_place(header.cloud, header.region)}",
                hint="undo with that cloud and region",
            )
        return step


_WITH_THE_REST = "it stays with the rest of its run"


def _place(cloud: str | None, region: str | None) -> str:
    return f"cloud {cloud} ({region})" if cloud else "no cloud"
