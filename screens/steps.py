"""A step of a run as a line: sign, title, word, time, and how far it is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ProgressBar, Static

from octavia_wizard.screens import glyphs
from octavia_wizard.screens.run_model import StepModel, StepState
from octavia_wizard.screens.wording import elapsed, fit, progress

_SIGNS = {
    StepState.WAITING: (glyphs.TO_DO, "$foreground 60%"),
    StepState.RUNNING: (glyphs.RUNNING, ""),
    StepState.DONE: (glyphs.DONE, "$text-success"),
    StepState.FAILED: (glyphs.ERROR, "$text-error"),
    StepState.STOPPED: (glyphs.ATTENTION, "$text-warning"),
}


class StepLine(Horizontal):
    """One step."""

    def __init__(self, step: StepModel) -> None:
        super().__init__()
        self.step = step

    def compose(self) -> ComposeResult:
        """Yield name, progress and detail."""
        yield Static("", classes="name", markup=False)
        yield ProgressBar(show_eta=False, show_percentage=False)
        yield Static("", classes="detail", markup=False)

    def on_mount(self) -> None:
        """Show the step."""
        self.show()

    def show(self) -> None:
        """Show how the step stands now."""
        step = self.step
        glyph, style = _SIGNS[step.state]
        if step.state is StepState.DONE and step.text and step.word in ("skipped",):
            glyph = glyphs.UNWANTED
        took = elapsed(step.elapsed) if step.state is not StepState.WAITING else ""
        took = "" if step.state is StepState.RUNNING or step.word == "skipped" else took
        name = Content.assemble(
            (f"{glyph} {fit(step.title, 25).ljust(25)} ", ""), (step.word.ljust(9), style)
        )
        self.query_one(".name", Static).update(name)
        measured = step.state is StepState.RUNNING and step.total > 0
        self.set_class(measured, "-measured")
        if measured:
            self.query_one(ProgressBar).update(total=step.total, progress=step.done)
        parts = [progress(step.done, step.total)] if measured else [took]
        text = " ".join(part for part in (*parts, step.text) if part)
        room = max(self.size.width - 36 - (20 if measured else 0) - 1, 10)
        if not measured:
            text = f"{took.rjust(6)}  {step.text}"
        self.query_one(".detail", Static).update(fit_keep(text, room))


def fit_keep(text: str, width: int) -> str:
    """Shorten a text between words, keeping the spaces that align it."""
    lead = text[: len(text) - len(text.lstrip())]
    head, _, rest = text.lstrip().partition("  ")
    start = f"{lead}{head}  " if rest else lead
    return start + fit(rest or head, max(width - len(start), 4))
