"""A run as it is told by its events: what the apply screen shows, whether or not it is open."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
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
from octavia_wizard.core.engine.skipping import LEFT_OUT
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.handover import Handover
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.core.stopping import Stop
from octavia_wizard.screens.wording import elapsed, in_sentence, log_line, short_ids

LOG_LINES = 5000
_PLAYBOOK = "_playbook"
"""How the ids of steps end that run a playbook."""
_TELLING = (_PLAYBOOK, "verification")
"""How the ids of steps end that say what they do or wait for just now."""


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
    Action.RUN: "done",
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
    needs: tuple[str, ...] = ()
    left_out: bool = False
    """The operator leaves it out."""
    state: StepState = StepState.WAITING
    began: float | None = None
    """By the clock of the run."""
    elapsed: float = 0.0
    """Seconds, once it has come to its end."""
    done: int = 0
    total: int = 0
    unit: Unit = Unit.COUNT
    left: tuple[float, float] | None = None
    """Seconds it will still take, at least and at most; None where nobody can say."""
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
                return "left out" if self.left_out else _MADE[self.action]
            case _:
                return self.state.value


@dataclass(slots=True)
class Failure:
    """What failed first, why, and what to do."""

    step: str
    message: str
    hint: str


def alone(plan: Plan) -> Plan:
    """Return a plan of only some steps without those that were not asked for."""
    wanted = [item for item in plan.items if item.action is not Action.SKIP]
    needed = {need for item in wanted for need in item.needs}
    return replace(plan, items=tuple(i for i in plan.items if i in wanted or i.step in needed))


@dataclass(slots=True)
class RunModel:
    """One run, from its confirmation to its end."""

    plan: Plan
    resumes: str | None = None
    answers: Answers | None = None
    """The answers that are applied."""
    cancel: Stop = field(default_factory=Stop)
    steps: dict[str, StepModel] = field(default_factory=dict)
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    """How many lines were logged in all."""
    failure: Failure | None = None
    ended: bool = False
    result: RunResult | None = None
    error: WizardError | None = None
    """Why the run could not begin, or nothing be handed over after it."""
    handover: Handover | None = None
    part: bool = False
    """Whether only a part of the deployment is made, ahead of the whole."""
    clock: Callable[[], float] = time.monotonic
    """Seconds."""

    def __post_init__(self) -> None:
        self.steps = {
            item.step: StepModel(
                id=item.step,
                title=item.title,
                section=item.section,
                action=item.action,
                needs=item.needs,
                left_out=item.step in self.plan.skip,
            )
            for item in self.plan.items
        }

    @property
    def status(self) -> str:
        """Return running, stopping, done, failed or interrupted."""
        if self.result is not None and self.error is None:
            return self.result.status.value
        if self.ended:
            return "failed"
        return "stopping" if self.cancel.is_set() else "running"

    @property
    def is_made(self) -> bool:
        """Say whether every step came to a good end, whatever became of the hand-over."""
        return self.result is not None and self.result.status.value == "done"

    @property
    def finished(self) -> int:
        """Return how many steps came to their end."""
        return sum(step.state is StepState.DONE for step in self.steps.values())

    @property
    def run_id(self) -> str | None:
        """Return the id under which the run can be resumed."""
        return self.result.run_id if self.result else None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the titles of the steps the operator left out."""
        return tuple(step.title for step in self.steps.values() if step.left_out)

    def took(self, step: StepModel) -> float:
        """Return how long a step took, or has been at work, in seconds."""
        if step.state is StepState.RUNNING and step.began is not None:
            return self.clock() - step.began
        return step.elapsed

    @property
    def is_building(self) -> bool:
        """Say whether the image is being built."""
        step = self.steps.get("image_file")
        return step is not None and step.word == "running" and step.action is Action.RUN

    @property
    def is_playing(self) -> bool:
        """Whether a playbook is being run."""
        return any(
            step.word == "running" and step.id.endswith(_PLAYBOOK) for step in self.steps.values()
        )

    @property
    def at_work(self) -> str:
        """Say what a playbook does just now, or what a verification waits for; "" without one."""
        running = (step for step in self.steps.values() if step.word == "running")
        return next((step.text for step in running if step.id.endswith(_TELLING)), "")

    @property
    def goes_on_alone(self) -> bool:
        """Whether something is at work that would go on without the wizard."""
        return self.is_building or self.is_playing

    def remark(self, step: StepModel) -> str:
        """Return what there is to say of a step; of a waiting one, what it waits for."""
        if step.state is not StepState.WAITING:
            return step.text
        if self.ended:
            return "not begun"
        needs = [self.steps[need] for need in step.needs if need in self.steps]
        awaited = [in_sentence(n.title) for n in needs if n.state is not StepState.DONE]
        return f"waits for {', '.join(awaited)}" if awaited else ""

    def fold(self, event: Event) -> None:
        """Take in what a run tells."""
        match event:
            case RunStarted(run_id=run_id):
                self._note(f"run {run_id}")
            case StepStarted(step=step):
                self.steps[step].state, self.steps[step].began = StepState.RUNNING, self.clock()
            case StepProgress():
                model = self.steps[event.step]
                model.done, model.total, model.unit = event.done, event.total, event.unit
                model.left, model.text = event.left, event.text
            case StepLog(step=step, line=line):
                line = log_line(line)
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
        model.state = StepState.DONE
        model.action, model.elapsed = event.action, event.elapsed
        model.text = short_ids(event.subject or event.detail)
        if event.action is Action.SKIP:
            model.text = event.detail.removeprefix(f"{LEFT_OUT}: ")
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
