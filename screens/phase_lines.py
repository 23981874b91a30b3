"""The phases of a build as lines: sign, title, time and what is counted."""

from __future__ import annotations

from textual.content import Content

from octavia_wizard.screens.building import BuildModel, PhaseModel
from octavia_wizard.screens.run_model import StepState
from octavia_wizard.screens.steps import SIGNS, short_time
from octavia_wizard.screens.wording import fit

_TITLE = 44
_TIME = 7
_LEAST_TITLE = 20


def phase_lines(model: BuildModel, rows: int, width: int) -> Content:
    """Return so many phases as there are rows, the one at work among them."""
    phases = list(model.phases.values())
    at = next(
        (place for place, one in enumerate(phases) if one.state not in _SETTLED),
        len(phases) if model.finished else 0,
    )
    first = min(max(at - max(rows // 2, 1), 0), max(len(phases) - rows, 0))
    shown = phases[first : first + rows]
    return Content("\n").join(_line(phase, width) for phase in shown)


_SETTLED = (StepState.DONE, StepState.WAITING)


def _line(phase: PhaseModel, width: int) -> Content:
    glyph, style = SIGNS[phase.state]
    title = min(_TITLE, max(width - 2 - _TIME - 2, _LEAST_TITLE))
    time = short_time(phase.took) if phase.took >= 0.05 else ""
    head = f" {fit(phase.title, title).ljust(title)}{time.rjust(_TIME)}"
    room = width - 1 - len(head) - 2
    counted = fit(phase.count_text, room) if len(phase.count_text) <= room else ""
    quiet = "$foreground 60%" if phase.state is StepState.WAITING else ""
    return Content.assemble((glyph, style), (head, quiet), f"  {counted}")
