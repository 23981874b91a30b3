"""A step of a run as a line: sign, title, word, time, and how far it is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ProgressBar, Static

from octavia_wizard.core.image.build.standing import left_text
from octavia_wizard.core.steps.base import Unit
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.run_model import RunModel, StepModel, StepState
from octavia_wizard.screens.wording import elapsed, fit, progress

SIGNS = {
    StepState.WAITING: (glyphs.TO_DO, "$foreground 60%"),
    StepState.RUNNING: (glyphs.RUNNING, ""),
    StepState.DONE: (glyphs.DONE, "$text-success"),
    StepState.FAILED: (glyphs.ERROR, "$text-error"),
    StepState.STOPPED: (glyphs.ATTENTION, "$text-warning"),
}
_TITLE, _WORD, _TIME = 25, 9, 6
_NAME = 2 + _TITLE + 1 + _WORD + _TIME + 2
"""Columns of sign, title, word and time, with the room after each."""
_BARS = ((100, 20), (70, 14), (0, 0))
"""Columns of a progress bar and the room after it, from so many columns of the line on."""
_FORESEEN_FROM = 5.0
"""Seconds after which it can be foreseen how long a step will take."""


class StepLine(Horizontal):
    """One step of a run."""

    def __init__(self, model: RunModel, step: StepModel) -> None:
        super().__init__()
        self.model, self.step = model, step

    def compose(self) -> ComposeResult:
        """Yield name, progress and detail."""
        name = Static("", classes="name", markup=False)
        name.styles.width = _NAME
        yield name
        yield ProgressBar(show_eta=False, show_percentage=False)
        yield Static("", classes="detail", markup=False)

    def on_mount(self) -> None:
        """Show the step."""
        self.show()

    def show(self) -> None:
        """Show how the step stands now."""
        step, width = self.step, self.size.width
        self.query_one(".name", Static).update(_name(self.model, step))
        self.set_class(step.state is StepState.DONE, "-settled")
        measured = step.state is StepState.RUNNING and step.total > 0
        columns = next(bar for least, bar in _BARS if width >= least) if measured else 0
        self.set_class(columns > 0, "-measured")
        if columns:
            self._draw_bar(columns)
        room = max(width - _NAME - columns - 1, 10)
        self.query_one(".detail", Static).update(_detail(self.model, step, room))

    def _draw_bar(self, columns: int) -> None:
        bar = self.query_one(ProgressBar)
        bar.styles.width = columns
        bar.query_one("Bar").styles.width = columns - 2
        bar.update(total=self.step.total, progress=self.step.done)


def _name(model: RunModel, step: StepModel) -> Content:
    glyph, style = SIGNS[step.state]
    if step.word in ("skipped", "left out"):
        glyph, style = glyphs.UNWANTED, "$foreground 60%"
    title = f"{glyph} {fit(step.title, _TITLE).ljust(_TITLE)} "
    return Content.assemble(
        (title, ""), (step.word.ljust(_WORD), style), f"{_took(model, step).rjust(_TIME)}  "
    )


def _took(model: RunModel, step: StepModel) -> str:
    """Write how long a step took; whole seconds while it counts up."""
    if step.state is StepState.WAITING or step.word in ("skipped", "left out"):
        return ""
    seconds = model.took(step)
    if step.state is StepState.RUNNING and seconds < 10:
        return f"{int(seconds)} s" if seconds >= 1 else ""
    return short_time(seconds)


def short_time(seconds: float) -> str:
    """Write a duration in six columns at most."""
    if seconds < 60:
        return elapsed(seconds)
    minutes = int(seconds) // 60
    if minutes < 60:
        return f"{minutes}m{int(seconds) % 60:02}s"
    return f"{minutes // 60}h{minutes % 60:02}m"


def _detail(model: RunModel, step: StepModel, room: int) -> str:
    remark = model.remark(step)
    if step.state is not StepState.RUNNING or not step.total:
        return fit(remark, room)
    # What does not fit is left out whole, the least telling first.
    share = progress(step.done, step.total, step.unit)
    parts = [part for part in (share, _left(model, step), remark) if part]
    while len(parts) > 1 and len("  ".join(parts)) > room:
        parts.pop()
    return "  ".join(parts) if len(parts) > 1 else fit(parts[0], room)


def _left(model: RunModel, step: StepModel) -> str:
    """Foresee how long a step still takes, from how long it took to come this far."""
    if step.unit is Unit.SHARE:
        return left_text(step.left)
    took = model.took(step)
    if took < _FORESEEN_FROM or not 0 < step.done < step.total:
        return ""
    seconds = took * (step.total - step.done) / step.done
    return f"~{round(seconds / 60)} min" if seconds >= 90 else f"~{max(round(seconds), 1)} s"
