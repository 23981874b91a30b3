"""What a run tells its front end: plain values, in the order they happened."""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.steps.base import Action, Unit


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run began."""

    run_id: str
    steps: tuple[tuple[str, str, Action], ...]
    """Per step its id, title and planned action, in order."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step began to look at the cloud and act."""

    step: str
    action: Action


@dataclass(frozen=True, slots=True)
class StepProgress:
    """A step got further; ``total`` is 0 where it is not known."""

    step: str
    done: int
    total: int
    text: str = ""
    unit: Unit = Unit.COUNT
    left: tuple[float, float] | None = None
    """Seconds it will still take, at least and at most; None where nobody can say."""


@dataclass(frozen=True, slots=True)
class StepLog:
    """A line for the log pane."""

    step: str
    line: str


@dataclass(frozen=True, slots=True)
class StepRetried:
    """A passing fault; the step is tried again after ``delay`` seconds."""

    step: str
    attempt: int
    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is done; ``action`` is what was really done, ``elapsed`` is seconds.

    A skipped or blocked step was not started before.
    """

    step: str
    action: Action
    subject: str
    elapsed: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step failed, or was stopped on request: what, and what to do."""

    step: str
    message: str
    hint: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run ended."""

    run_id: str
    status: str
    """``done``, ``failed`` or ``interrupted``."""
    elapsed: float


Event = (
    RunStarted
    | StepStarted
    | StepProgress
    | StepLog
    | StepRetried
    | StepFinished
    | StepFailed
    | RunFinished
)
