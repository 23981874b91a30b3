"""A run as it is told by its events: what the apply screen shows, whether or not it is open."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.engine.events import (
    Event,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepRetried,
    StepStarted,
)
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.handover import Handover
from octavia_wizard.core.steps.base import Action
from octavia_wizard.screens.wording import elapsed, short_ids

LOG_LINES = 5000


class StepState(StrEnum):
    """How a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


_MADE = {
    Action.CREATE: "created",
    Action.CHANGE: "changed",
    Action.RUN: "made",
    Action.ADOPT: "adopted",
    Action.KEEP: "kept",
    Action.SKIP: "skipped",
    Action.BLOCKED: "blocked",
    Action.CONFLICT: "conflict",
}


@dataclass(slots=True)
class StepModel:
    """One step of a run."""

    id: str
    title: str
    section: str
    action: Action
    state: StepState = StepState.WAITING
    elapsed: float = 0.0
    done: int = 0
    total: int = 0
    text: str = ""

    @property
    def word(self) -> str:
        """Say in a word how the step stands."""
        match self.state:
            case StepState.WAITING:
                return "to do"
            case StepState.RUNNING:
                return "running"
            case StepState.DONE:
                return _MADE[self.action]
            case _:
                return self.state.value


@dataclass(slots=True)
class Failure:
    """What failed first, why, and what to do."""

    step: str
    message: str
    hint: str


@dataclass(slots=True)
class RunModel:
    """One run, from its confirmation to its end."""

    plan: Plan
    resumes: str | None = None
    answers: Answers | None = None
    """The answers that are applied."""
    cancel: threading.Event = field(default_factory=threading.Event)
    steps: dict[str, StepModel] = field(default_factory=dict)
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    """How many lines were logged in all."""
    failure: Failure | None = None
    ended: bool = False
    result: RunResult | None = None
    error: WizardError | None = None
    """Why the run could not begin."""
    handover: Handover | None = None

    def __post_init__(self) -> None:
        self.steps = {
            item.step: StepModel(item.step, item.title, item.section, item.action)
            for item in self.plan.items
        }

    @property
    def status(self) -> str:
        """Return running, stopping, done, failed or interrupted."""
        if self.result is not None:
            return self.result.status.value
        if self.ended:
            return "failed"
        return "stopping" if self.cancel.is_set() else "running"

    @property
    def finished(self) -> int:
        """Return how many steps came to their end."""
        return sum(step.state is StepState.DONE for step in self.steps.values())

    @property
    def run_id(self) -> str | None:
        """Return the id under which the run can be resumed."""
        return self.result.run_id if self.result else None

    def fold(self, event: Event) -> None:
        """Take in what a run tells."""
        match event:
            case RunStarted(run_id=run_id):
                self._note(f"run {run_id}")
            case StepStarted(step=step):
                self.steps[step].state = StepState.RUNNING
            case StepProgress(step=step, done=done, total=total, text=text):
                model = self.steps[step]
                model.done, model.total, model.text = done, total, text
            case StepLog(step=step, line=line):
                self._note(f"{step}: {line}" if step else line)
            case StepRetried(step=step, attempt=attempt, delay=delay, reason=reason):
                self._note(f"{step}: {reason}; attempt {attempt} in {delay:.0f} s")
                self.steps[step].text = f"attempt {attempt} in {delay:.0f} s"
            case StepFinished():
                self._finish(event)
            case StepFailed():
                self._fail(event)
            case RunFinished(status=status, elapsed=seconds):
                self._note(f"run {status} after {elapsed(seconds)}")

    def end(self, result: RunResult | None, error: WizardError | None) -> None:
        """Take in how the run ended."""
        self.result, self.error, self.ended = result, error, True
        if error is not None:
            self.failure = Failure("", error.message, error.hint)
            self._note(error.message)

    def _finish(self, event: StepFinished) -> None:
        model = self.steps[event.step]
        model.state = StepState.FAILED if event.action is Action.BLOCKED else StepState.DONE
        model.action, model.elapsed = event.action, event.elapsed
        model.text = short_ids(event.subject or event.detail)
        if event.action is Action.SKIP:
            model.text = event.detail
        if event.action is Action.BLOCKED:
            model.state, model.text = StepState.STOPPED, event.detail
        self._note(f"{event.step}: {model.word} {event.subject} {event.detail}".rstrip())

    def _fail(self, event: StepFailed) -> None:
        model = self.steps[event.step]
        model.state = StepState.STOPPED if self.cancel.is_set() else StepState.FAILED
        model.elapsed, model.text = event.elapsed, event.message.partition("\n")[0]
        if model.state is StepState.FAILED and self.failure is None:
            self.failure = Failure(event.step, event.message, event.hint)
        self._note(f"{event.step}: {model.word}: {event.message}")

    def _note(self, line: str) -> None:
        for part in line.splitlines() or [""]:
            self.log.append(part)
            self.logged += 1
