"""How long the phases and scripts of a build are expected to take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from octavia_wizard.core.image.build.phases import FIRST, PHASES, SCRIPTS
from octavia_wizard.core.image.build.record import BuildRecord, BuildState
from octavia_wizard.core.image.build.request import BuildRequest

_SHIPPED = 3.0
_OTHER = 2.0
_SAME = 1.35
_LEAST = 0.05
"""Seconds; below that a phase says nothing, and a sum of weights must never be nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Expected seconds of phases and scripts, and how far they may be off."""

    phases: Mapping[str, float]
    """By id, for every phase."""
    scripts: Mapping[str, float] = field(default_factory=dict)
    """By phase and name, e.g. ``install.d/75-amphora-agent-install``."""
    learned: bool = False
    """Whether they come from a build on this host."""
    spread: float = _SHIPPED
    """By which factor the whole may take less or more."""

    @property
    def total(self) -> float:
        """Seconds of a whole build."""
        return sum(self.phases.values())

    @property
    def least(self) -> float:
        """Seconds a whole build takes at least, as far as can be foreseen."""
        return self.total / self.spread

    @property
    def most(self) -> float:
        """Seconds a whole build takes at most, as far as can be foreseen."""
        return self.total * self.spread

    @property
    def pace(self) -> float:
        """Seconds here for each second of the measured build, as the script's phases go."""
        usual = sum(phase.seconds for phase in PHASES if not phase.told)
        return sum(self.phases[phase.id] for phase in PHASES if not phase.told) / usual


def weights_for(request: BuildRequest, records: Iterable[BuildRecord]) -> Weights:
    """Return what the newest finished build on this host teaches, or else what is shipped.

    ``records`` come newest first, as ``record.builds`` gives them. A build of another system or
    architecture teaches less, and says so by a wider spread.
    """
    done = [r for r in records if r.state is BuildState.DONE and _telling(r.durations)]
    for record in done:
        if _kind(record.request) == _kind(request):
            return _learned(record, request, _SAME)
    if done:
        return _learned(done[0], request, _OTHER)
    return Weights(_formatted({phase.id: phase.seconds for phase in PHASES}, request), SCRIPTS)


def _kind(request: BuildRequest) -> tuple[str, str]:
    return request.base_os, request.architecture


def _telling(durations: Mapping[str, float]) -> bool:
    return all(_usable(durations.get(name)) for name in ("root.d", "install.d"))


def _usable(seconds: float | None) -> bool:
    return isinstance(seconds, int | float) and math.isfinite(seconds) and seconds >= 0


def _learned(record: BuildRecord, request: BuildRequest, spread: float) -> Weights:
    known = {name: s for name, s in record.durations.items() if _usable(s)}
    script = PHASES[FIRST:-1]
    pace = sum(known.get(p.id, 0.0) for p in script) / sum(
        p.seconds for p in script if p.id in known
    )
    # A phase that did not show, as the conversion of a raw image, may show this time.
    phases = {
        p.id: known.get(p.id, p.seconds if p.told else p.seconds * pace) or _LEAST for p in PHASES
    }
    scripts = {name: seconds for name, seconds in known.items() if "/" in name}
    return Weights(_formatted(phases, request), scripts or SCRIPTS, learned=True, spread=spread)


def _formatted(phases: dict[str, float], request: BuildRequest) -> dict[str, float]:
    """Leave the conversion out for a raw image, which diskimage-builder only moves."""
    return {**phases, "convert": _LEAST} if request.disk_format == "raw" else phases
