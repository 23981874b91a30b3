"""How a start tells what it is doing, and how it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from octavia_wizard.core.errors import Interrupted


class Phase(StrEnum):
    """A part of the start, in order."""

    INSTALLATION = "installation"
    DATABASES = "databases"
    SERVICES = "services"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True, slots=True)
class Progress:
    """One report: where the start stands."""

    phase: str
    detail: str
    """What is being done, in words for the operator."""
    done: int
    """Units of this phase that are finished, of ``total``."""
    total: int
    elapsed: float
    """Seconds since the start began."""


Report = Callable[[Progress], None]


class Watch:
    """Carries the reports out and the wish to stop in."""

    def __init__(self, report: Report, cancel: threading.Event | None = None) -> None:
        self._report = report
        self._cancel = cancel
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the start began."""
        return time.monotonic() - self._began

    def tell(self, phase: Phase, detail: str, done: int = 0, total: int = 1) -> None:
        """Report, then heed the wish to stop."""
        self._report(Progress(phase, detail, done, total, self.elapsed))
        self.check()

    def check(self) -> None:
        """Raise Interrupted when the start is to stop."""
        if self._cancel is not None and self._cancel.is_set():
            raise Interrupted(
                "the start of the rehearsal cloud was stopped; nothing of it is running",
                hint="run the same command again to start it",
            )

    def wait(self, seconds: float) -> None:
        """Wait, but not beyond the wish to stop."""
        if self._cancel is None:
            time.sleep(seconds)
        else:
            self._cancel.wait(seconds)
        self.check()
