"""How far a phase is, and how long the rest will take.

What is counted is believed; between counts the share creeps by the expected seconds, ever more
slowly once they are over, and never gets to the end by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from octavia_wizard.core.image.build.counters import PackageRun
from octavia_wizard.core.image.build.phases import ORDER, PHASES
from octavia_wizard.core.image.build.weights import Weights

_STRAIGHT = 0.8
MOST = 0.99
UNKNOWN = 0.5
"""Seconds an unknown script is expected to take, in the measured build."""
_PACKAGE = 0.33
"""Seconds apt took for a package, in the measured build."""
_RUN_ATMOST = 0.9
"""Share of the rest of a script that a run of apt may stand for."""
_TRUSTED = 0.02
"""Share from which on a count tells how long the rest takes."""


def creep(share: float) -> float:
    """Return how far to believe one is when ``share`` of the expected time is over; below 1."""
    if share <= _STRAIGHT:
        return max(0.0, share)
    rest = 1 - _STRAIGHT
    return min(0.999, 1 - rest * math.exp((_STRAIGHT - share) / rest))


@dataclass(slots=True)
class Script:
    """A script at work; moments are in seconds since it began."""

    phase: str
    name: str
    expected: float
    """Seconds."""
    run: PackageRun | None = None
    base: float = 0.0
    """Share of the script that was done at the moment ``since``."""
    since: float = 0.0
    span: float = 0.0
    """Share of the script the run of apt stands for."""

    @property
    def key(self) -> str:
        """Its name among weights and durations."""
        return f"{self.phase}/{self.name}"

    def begin_run(self, run: PackageRun, elapsed: float, pace: float) -> None:
        """Take a new run of apt in; ``pace`` is seconds here for each of the measured build."""
        self.base, self.since = self.share(elapsed), elapsed
        wanted = run.total * _PACKAGE * pace / max(self.expected, 0.001)
        self.span = min(wanted, _RUN_ATMOST * (1 - self.base))
        self.run = run

    def end_run(self, elapsed: float) -> None:
        """Go on by time alone."""
        self.base, self.since = self.share(elapsed), elapsed
        self.run, self.span = None, 0.0

    def share(self, elapsed: float) -> float:
        """Return how much of it is done, 0 to below 1."""
        if self.run is not None:
            return min(MOST, self.base + self.span * self.run.share)
        rest = 1 - self.base
        over = max(0.0, elapsed - self.since)
        return min(MOST, self.base + rest * creep(over / max(self.expected * rest, 0.001)))


@dataclass(slots=True)
class Progress:
    """The present phase."""

    phase: str
    completed: list[str] = field(default_factory=list)
    """Names of the scripts that are done."""
    total: int = 0
    """Scripts it has; 0 where that is not known."""
    told: float = 0.0
    """Share told by a counter, 0 to 1."""
    done: int = 0
    of: int = 0
    counter: str = ""

    def count(self, done: int, total: int, counter: str) -> None:
        """Take in a counter told from outside."""
        self.done, self.of, self.counter = max(0, done), max(0, total), counter
        if total > 0:
            self.told = max(self.told, min(1.0, self.done / total))

    def share(
        self, weights: Weights, elapsed: float, script: Script | None, script_elapsed: float
    ) -> float:
        """Return how much of the phase is done, 0 to below 1; both times are seconds."""
        if self.told:
            return min(MOST, self.told)
        if PHASES[ORDER[self.phase]].counter == "scripts":
            return min(MOST, self._of_scripts(weights, script, script_elapsed))
        return min(MOST, creep(elapsed / weights.phases[self.phase]))

    def _of_scripts(self, weights: Weights, script: Script | None, elapsed: float) -> float:
        usual = UNKNOWN * weights.pace
        mine = script if script is not None and script.phase == self.phase else None
        done = sum(weights.scripts.get(f"{self.phase}/{n}", usual) for n in self.completed)
        rest = 0.0
        if mine is not None:
            share = mine.share(elapsed)
            done += mine.expected * share
            rest += mine.expected * (1 - share)
        last = mine.name if mine is not None else max(self.completed, default="")
        # Scripts run in the order of their names: what is smaller does not come any more.
        later = _later(self.phase, last, weights.scripts)
        unnamed = self.total - len(self.completed) - (mine is not None) - len(later)
        rest += sum(later) + usual * max(0, unnamed)
        return done / (done + rest) if done + rest else 0.0


def _later(phase: str, last: str, scripts: Mapping[str, float]) -> list[float]:
    start = f"{phase}/"
    return [s for key, s in scripts.items() if key.startswith(start) and key > start + last]


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a build's pace at one moment."""

    weights: Weights
    phase: str
    share: float
    """Share of the present phase."""
    elapsed: float
    """Seconds of the present phase."""
    counted: bool
    """Whether that share was counted, so that the rest of the phase follows from it."""
    overrun: float
    """Seconds by which the present script, or a phase without any, is late."""
    durations: Mapping[str, float]
    """Seconds of the phases that are over."""

    @property
    def whole(self) -> float:
        """Share of the whole build, 0 to below 1."""
        before = PHASES[: ORDER[self.phase]]
        done = sum(self.weights.phases[p.id] for p in before if p.id in self.durations)
        # What was not needed counts neither as done nor as to do.
        skipped = sum(self.weights.phases[p.id] for p in before if p.id not in self.durations)
        present = self.weights.phases[self.phase] * self.share
        return min(MOST, (done + present) / max(self.weights.total - skipped, present, 0.001))

    @property
    def left(self) -> tuple[float, float]:
        """Seconds it still takes, at least and at most; never nothing."""
        pace, sure = self._pace()
        at = ORDER[self.phase]
        middle = self._present(pace) + sum(
            self.weights.phases[phase.id] * (1.0 if phase.told else pace)
            for phase in PHASES[at + 1 :]
        )
        spread = 1 + (self.weights.spread - 1) * max(0.25, 1 - sure)
        late = 0.0 if self.counted else self.overrun
        least = max(1.0, middle / spread)
        return least, max(least + 1.0, middle * spread) + late

    def _present(self, pace: float) -> float:
        if self.counted and self.share >= _TRUSTED:
            return self.elapsed * (1 - self.share) / self.share
        told = PHASES[ORDER[self.phase]].told
        expected = self.weights.phases[self.phase] * (1.0 if told else pace)
        return expected * (1 - self.share) + 0.3 * self.overrun

    def _pace(self) -> tuple[float, float]:
        """Return seconds per expected second, and how sure that is, 0 to 1."""
        over = [p for p in PHASES[: ORDER[self.phase]] if not p.told and p.id in self.durations]
        expected = sum(self.weights.phases[p.id] for p in over)
        taken = sum(self.durations[p.id] for p in over)
        if not PHASES[ORDER[self.phase]].told:
            expected += self.weights.phases[self.phase] * self.share
            taken += self.elapsed
        trust = self.weights.total * (0.5 if self.weights.learned else 0.12)
        return (taken + trust) / (expected + trust), expected / (expected + trust)
