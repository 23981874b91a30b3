"""A build of the image as it is told: what the screens show, whether or not one is open."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.image.build.phases import PHASES
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing, left_text
from octavia_wizard.core.views.image_lines import transfer_text
from octavia_wizard.screens.run_model import LOG_LINES, StepState
from octavia_wizard.screens.wording import elapsed, log_line

_LATE = 1.25
"""How many times as long as foreseen it takes before that is said."""
_QUIET = 10.0
"""Seconds without output after which that is said."""
_SILENCES: Mapping[str, float] = {
    "packages": 60.0,
    "builder": 60.0,
    "source": 120.0,
    "root.d": 45.0,
    "install.d": 90.0,
    "block-device": 60.0,
    "trim": 60.0,
    "convert": 150.0,
    "check": 60.0,
}
"""Seconds for which it is usual that nothing is written, by phase; more than were measured."""
_SILENCE = 30.0


_BEGINNING = 5.0
"""Seconds; who follows a build from so early on has seen all of it."""
_CATCHING_UP = 3.0
"""Seconds it takes at most to read what a build that is taken up has written so far."""


class Inbox:
    """What a build told since it was looked at last; threads fill it, the event loop empties it.

    However much a build tells, the loop gets of it at once what a screen can show.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standings: list[Standing] = []
        self._lines: deque[str] = deque(maxlen=LOG_LINES)
        self._count = 0

    def tell(self, standing: Standing) -> None:
        """Take a standing; of several in one phase the last one counts."""
        with self._lock:
            if self._standings and self._standings[-1].phase == standing.phase:
                self._standings.pop()
            self._standings.append(standing)

    def log(self, line: str) -> None:
        """Take a line of the log."""
        shown = log_line(line)
        with self._lock:
            self._lines.append(shown)
            self._count += 1

    def take(self) -> tuple[list[Standing], deque[str], int]:
        """Hand over standings, the newest lines, and how many lines there were."""
        with self._lock:
            found = self._standings, self._lines, self._count
            self._standings, self._lines, self._count = [], deque(maxlen=LOG_LINES), 0
        return found


@dataclass(slots=True)
class PhaseModel:
    """One phase of a build."""

    id: str
    title: str
    counter: str = ""
    """What is counted of the phase itself; a script may count packages besides."""
    state: StepState = StepState.WAITING
    began: float | None = None
    """Seconds since the build began; None where nobody was there to see it."""
    took: float = 0.0
    """Seconds so far; 0 where that is not known."""
    done: int = 0
    total: int = 0

    def measure(self, at: float) -> None:
        """Take in how long it has taken by a moment, in seconds since the build began."""
        if self.began is not None:
            self.took = max(at - self.began, 0.0)

    @property
    def count_text(self) -> str:
        """Say what is counted in it: ``9 of 16 scripts``."""
        if not self.total:
            return ""
        if self.counter == "bytes":
            return transfer_text(self.done, self.total)
        if self.counter == "percent":
            return f"{100 * self.done // self.total} %"
        return f"{self.done} of {self.total} {self.counter}"


@dataclass(slots=True)
class BuildModel:
    """One build, from the moment it was asked for to its end."""

    request: BuildRequest
    taken_up: bool = False
    """Whether an earlier wizard began it."""
    cancel: threading.Event = field(default_factory=threading.Event)
    inbox: Inbox = field(default_factory=Inbox)
    standing: Standing | None = None
    phases: dict[str, PhaseModel] = field(default_factory=dict)
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LOG_LINES))
    logged: int = 0
    """How many lines were logged in all."""
    joined_at: float = 0.0
    """Seconds after its beginning from which it was followed here."""
    log_path: str = ""
    expected: float = 0.0
    """Seconds the whole is foreseen to take; 0 while that is not known."""
    learned: bool = False
    """Whether that is what the last build on this host took."""
    ended: bool = False
    record: BuildRecord | None = None
    error: WizardError | None = None

    def __post_init__(self) -> None:
        self.phases = {
            phase.id: PhaseModel(phase.id, phase.title, phase.counter) for phase in PHASES
        }

    @property
    def status(self) -> str:
        """Return building, cancelling, done, failed or cancelled."""
        if not self.ended:
            return "cancelling" if self.cancel.is_set() else "building"
        if isinstance(self.error, Interrupted):
            return "cancelled"
        return "failed" if self.error is not None else "done"

    @property
    def share(self) -> float:
        """Return how much is done, 0 to 1."""
        return self.standing.share if self.standing is not None else 0.0

    @property
    def thousandths(self) -> int:
        """Return how much is done, 0 to 1000; 1000 only once it is done."""
        return 1000 if self.status == "done" else min(int(self.share * 1000), 999)

    @property
    def finished(self) -> int:
        """Return how many phases are over."""
        return sum(phase.state is StepState.DONE for phase in self.phases.values())

    def take(self) -> bool:
        """Take in what was told since; say whether that was anything."""
        standings, lines, count = self.inbox.take()
        for standing in standings:
            self._fold(standing)
        self.log.extend(lines)
        self.logged += count
        return bool(standings or count)

    def end(self, record: BuildRecord | None, error: WizardError | None) -> None:
        """Take in how it ended."""
        self.take()
        self.record, self.error, self.ended = record, error, True
        if record is not None:
            self.log_path = str(record.log)
            for phase in self.phases.values():
                phase.took = record.durations.get(phase.id, phase.took)
        last = {
            "done": StepState.DONE,
            "failed": StepState.FAILED,
            "cancelled": StepState.STOPPED,
        }[self.status]
        for phase in self.phases.values():
            if phase.state is StepState.RUNNING:
                phase.state = last

    def _fold(self, standing: Standing) -> None:
        former = self.standing.phase if self.standing is not None else ""
        if self.standing is None:
            self.joined_at = standing.elapsed
        self.standing = standing
        phase = self.phases.get(standing.phase)
        if phase is None:
            return
        if former != phase.id:
            self._pass_to(phase, standing.elapsed)
        phase.measure(standing.elapsed)
        if standing.total and standing.counter == phase.counter:
            phase.done, phase.total = standing.done, standing.total

    def _pass_to(self, phase: PhaseModel, at: float) -> None:
        """Begin a phase; those before it are over, whether or not they were seen."""
        for other in self.phases.values():
            if other is phase:
                break
            if other.state is StepState.RUNNING:
                other.measure(at)
                if other.counter == "scripts":
                    other.done = other.total
            other.state = StepState.DONE
        # A build that is taken up tells at once all it was through before.
        seen = self.joined_at < _BEGINNING or at > self.joined_at + _CATCHING_UP
        phase.state, phase.began = StepState.RUNNING, at if seen else None


# --- in words


def left_words(model: BuildModel) -> str:
    """Say how long it will still take, and when that is longer than was foreseen."""
    standing = model.standing
    if standing is None or model.ended:
        return ""
    if model.cancel.is_set():
        return "cleaning up"
    left = left_text(standing.left)
    least = standing.left[0] if standing.left is not None else 0.0
    if model.expected and standing.elapsed + least > model.expected * _LATE:
        than = "last time" if model.learned else "usual"
        return ", ".join(filter(None, (left, f"taking longer than {than}")))
    return left


def quiet_words(model: BuildModel) -> str:
    """Say for how long nothing was written, and whether that is usual."""
    standing = model.standing
    if standing is None or model.ended or standing.quiet < _QUIET:
        return ""
    usual = standing.quiet <= _SILENCES.get(standing.phase, _SILENCE)
    verdict = "that is usual here" if usual else "that is longer than usual"
    return f"no output for {elapsed(float(int(standing.quiet)))}, {verdict}"
