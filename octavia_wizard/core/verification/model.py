"""What a check is, how it stands, and what it is told as: plain values for every front end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    WARNED = "warned"
    """It works, and something about it should be looked at."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """It was not made; the detail says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check."""

    status: Status
    detail: tuple[str, ...] = ()
    """What was found, a line each; never a secret."""
    cause: str = ""
    """Why it most likely failed."""
    cure: str = ""
    """What to do about it."""
    section: str = ""
    """Section of the interview that has the answers in question; "" for none."""
    look: tuple[str, ...] = ()
    """Commands that show more."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that came to its end."""

    id: str
    """Stable, in kebab-case, e.g. ``smoke-active``."""
    title: str
    verdict: Verdict
    seconds: float = 0.0

    @property
    def status(self) -> Status:
        """How it ended."""
        return self.verdict.status


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A check begins."""

    id: str
    title: str
    number: int
    """From 1."""
    total: int


@dataclass(frozen=True, slots=True)
class CheckWaiting:
    """A check waits for something; told again while it does."""

    id: str
    what: str
    """What is waited for, and how that stands."""
    elapsed: float
    """Seconds so far."""
    bound: float
    """Seconds after which it gives up."""


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """A check came to its end."""

    checked: Checked


Told = CheckStarted | CheckWaiting | CheckFinished
Tell = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification came to."""

    checks: tuple[Checked, ...]
    smoke: bool
    """Whether a load balancer was created in it, and is gone."""
    seconds: float = 0.0

    @property
    def failed(self) -> tuple[Checked, ...]:
        """Return the checks that failed."""
        return tuple(one for one in self.checks if one.status is Status.FAILED)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what was warned of, a line for each check."""
        warned = (one for one in self.checks if one.status is Status.WARNED)
        return tuple(": ".join((one.title, *one.verdict.detail[:1])) for one in warned)

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return not self.failed


def passed(*detail: str) -> Verdict:
    """Return that all is as it should be."""
    return Verdict(Status.PASSED, detail)


def skipped(reason: str) -> Verdict:
    """Return that a check was not made, and why."""
    return Verdict(Status.SKIPPED, (reason,))


def warned(*detail: str, cause: str = "", cure: str = "", section: str = "") -> Verdict:
    """Return that something should be looked at."""
    return Verdict(Status.WARNED, detail, cause, cure, section)
