"""Runs the steps of a plan in threads, and tells what happens in one order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from octavia_wizard.core.engine.course import Course, Surroundings
from octavia_wizard.core.engine.events import (
    Event,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepStarted,
)
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.session import RunStatus, Session
from octavia_wizard.core.engine.work import RESUME_HINT, STOPPED
from octavia_wizard.core.errors import Interrupted, StepError, WizardError
from octavia_wizard.core.steps.base import Action, Decision, Step


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended."""

    run_id: str
    status: RunStatus
    finished: tuple[str, ...]
    """Steps that are as planned now, whether or not they had to do anything."""
    failed: tuple[str, ...]
    blocked: tuple[str, ...]
    """Steps not done because one they need failed."""
    elapsed: float
    """Seconds."""
    journal: Path
    error: WizardError | None = None
    """The first error, or Interrupted; None for a run that is done."""

    @property
    def exit_code(self) -> int:
        """Return the exit code a command ends with."""
        return 0 if self.error is None else self.error.exit_code


@dataclass(frozen=True, slots=True)
class Ended:
    """A step's thread came to its end."""

    item: PlanItem
    elapsed: float
    decision: Decision | None = None
    error: BaseException | None = None


class Runner:
    """One run; all of it is called in one thread, except ``_course``, which is a step's own."""

    def __init__(
        self,
        plan: Plan,
        steps: Mapping[str, Step],
        around: Surroundings,
        session: Session,
        messages: SimpleQueue[Event | Ended],
        emit: Callable[[Event], None],
        max_workers: int,
    ) -> None:
        self._plan = plan
        self._steps = steps
        self._around = around
        self._session = session
        self._messages = messages
        self._emit = emit
        self._max_workers = max_workers
        self._waiting = {item.step: item for item in plan.items}
        self._running: set[str] = set()
        self._finished: list[str] = []
        self._failed: list[str] = []
        self._blocked: list[str] = []
        self._stopped: list[str] = []
        self._error: WizardError | None = None
        self._bug: BaseException | None = None
        self._deaf = False

    def carry_out(self) -> RunResult:
        """Run all steps and return how it ended."""
        began = self._around.clock()
        run_id = self._session.run_id
        self._tell(RunStarted(run_id, tuple((i.step, i.title, i.action) for i in self._plan.items)))
        try:
            self._loop()
        except BaseException:
            # A second Ctrl-C.  The threads are daemons: like a killed process they leave at most
            # a pending intent behind, so the operator need not wait for a call that hangs.
            self._around.cancel.set()
            self._session.abandoned = bool(self._running)
            raise
        status = self._status()
        elapsed = self._around.clock() - began
        self._note(lambda: self._around.journal.finished(status, elapsed))
        self._tell(RunFinished(run_id, status, elapsed))
        if self._bug is not None:
            raise self._bug
        if status is RunStatus.INTERRUPTED:
            self._error = Interrupted(STOPPED, hint=RESUME_HINT)
        return RunResult(
            run_id=run_id,
            status=status,
            finished=tuple(self._finished),
            failed=tuple(self._failed),
            blocked=tuple(self._blocked),
            elapsed=elapsed,
            journal=self._around.journal.path,
            error=self._error,
        )

    def _loop(self) -> None:
        while True:
            self._start_ready()
            if not self._running:
                return
            message = self._messages.get()
            if isinstance(message, Ended):
                self._running.discard(message.item.step)
                self._settle(message)
            else:
                self._tell(message)

    def _start_ready(self) -> None:
        # Needs come first in a plan, so one pass reaches all that a finished step lets loose.
        for item in list(self._waiting.values()):
            lacking = [n for n in item.needs if n in (*self._failed, *self._blocked)]
            if self._around.cancel.is_set() or len(self._running) >= self._max_workers:
                return
            if lacking:
                self._block(item, lacking[0])
            elif set(item.needs) <= set(self._finished):
                del self._waiting[item.step]
                if item.action is Action.SKIP:
                    self._settle(Ended(item, 0.0, item.decision))
                else:
                    self._start(item)

    def _start(self, item: PlanItem) -> None:
        self._running.add(item.step)
        self._tell(StepStarted(item.step, item.action))
        threading.Thread(
            target=self._course, args=(item,), name=f"step-{item.step}", daemon=True
        ).start()

    def _course(self, item: PlanItem) -> None:
        began = self._around.clock()
        decision = error = None
        try:
            decision = Course(self._around, self._steps[item.step], item).run()
        except BaseException as caught:
            error = caught
        elapsed = self._around.clock() - began
        self._messages.put(Ended(item, elapsed, decision, error))

    def _settle(self, ended: Ended) -> None:
        step, decision = ended.item.step, ended.decision
        if decision is None:
            self._fail(ended)
            return
        self._finished.append(step)
        self._note(lambda: self._around.journal.step_finished(step, decision, ended.elapsed))
        self._tell(
            StepFinished(step, decision.action, decision.subject, ended.elapsed, decision.reason)
        )

    def _fail(self, ended: Ended) -> None:
        error = _readable(ended.error)
        if isinstance(error, Interrupted):
            self._around.cancel.set()
            self._stopped.append(ended.item.step)
        else:
            self._failed.append(ended.item.step)
            self._error = self._error or error
            if not isinstance(ended.error, WizardError):
                self._bug = self._bug or ended.error
        self._note(lambda: self._around.journal.step_failed(ended.item.step, error))
        self._tell(StepFailed(ended.item.step, error.message, error.hint, ended.elapsed))

    def _block(self, item: PlanItem, need: str) -> None:
        del self._waiting[item.step]
        self._blocked.append(item.step)
        how = "which failed" if need in self._failed else "which could not follow"
        title = next((other.title for other in self._plan.items if other.step == need), need)
        blocked = Decision(Action.BLOCKED, item.decision.subject, reason=f"needs {title}, {how}")
        self._note(lambda: self._around.journal.step_finished(item.step, blocked, 0.0))
        self._tell(StepFinished(item.step, blocked.action, blocked.subject, 0.0, blocked.reason))

    def _status(self) -> RunStatus:
        if self._stopped or self._waiting:
            return RunStatus.INTERRUPTED
        return RunStatus.FAILED if self._failed else RunStatus.DONE

    def _note(self, write: Callable[[], None]) -> None:
        """Write a line nothing depends on: without it the run is only told less well later."""
        try:
            write()
        except StepError as error:
            self._tell(StepLog("", error.message))

    def _tell(self, event: Event) -> None:
        """Pass an event on; a front end that fails ends the run in good order, then is heard."""
        if self._deaf:
            return
        try:
            self._emit(event)
        except Exception as error:
            self._deaf = True
            self._bug = self._bug or error
            self._around.cancel.set()


def _readable(error: BaseException | None) -> WizardError:
    if isinstance(error, WizardError):
        return error
    return StepError(
        f"a bug in octavia-wizard: {type(error).__name__}", hint="please report it with the log"
    )
