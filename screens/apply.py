"""The run: every step with its state, the log, and what to do when one fails."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Log, Static

from octavia_wizard.screens import glyphs
from octavia_wizard.screens.frame import Rule, WizardScreen
from octavia_wizard.screens.run_model import RunModel, StepState
from octavia_wizard.screens.steps import StepLine
from octavia_wizard.screens.wording import count

_BEAT = 0.2
"""Seconds between two looks at the run: bursts of events cost one drawing."""


class ApplyScreen(WizardScreen[None]):
    """Watches a run; the run goes on when the screen is left."""

    place = "Apply"
    purpose = (
        "The steps of the run. It goes on when this screen is left; stopped or failed, it can be "
        "tried again here, or resumed at the next start."
    )
    BINDINGS = [
        Binding("ctrl+c", "stop", "stop after this call", key_display="Ctrl+C", priority=True),
        Binding("r", "retry", "retry"),
        Binding("c", "change", "change the answer"),
        Binding("s", "later", "stop, resume later"),
        Binding("n", "next", "what next"),
        Binding("escape", "leave", "hub"),
        Binding("l", "log", "log"),
        Binding("down,pagedown", "scroll(5)", show=False),
        Binding("up,pageup", "scroll(-5)", show=False),
    ]

    def __init__(self, model: RunModel) -> None:
        super().__init__()
        self.model = model
        self._logged = 0
        self._was_ended = model.ended

    def body(self) -> ComposeResult:
        """Yield the steps, what failed, and the log."""
        with VerticalScroll(id="steps", can_focus=False):
            for step in self.model.steps.values():
                yield StepLine(step)
        yield Rule(id="log-rule")
        with VerticalScroll(id="failure", can_focus=False):
            yield Static("", id="failure-text", markup=False)
        log = Log(id="log", max_lines=5000, auto_scroll=True)
        log.can_focus = False
        yield log

    def on_mount(self) -> None:
        """Look at the run at intervals."""
        super().on_mount()
        self.set_interval(_BEAT, self._beat)

    def _beat(self) -> None:
        if not self._was_ended:
            self._take_news()

    def show_news(self) -> None:
        """Show how the run stands."""
        model = self.app.run_model or self.model
        if model is not self.model:
            return
        lines = list(self.query(StepLine))
        for line in lines:
            line.show()
        running = [line for line in lines if line.step.state is StepState.RUNNING]
        if running:
            running[-1].scroll_visible(animate=False)
        self._show_log()
        failed = model.ended and model.failure is not None
        self.set_class(failed, "-failed")
        if failed:
            self.query_one("#failure-text", Static).update(self._failure_text())
        self.query_one("#log-rule", Rule).label = self._progress_text()
        self._was_ended = model.ended
        self.refresh_bindings()

    def _show_log(self) -> None:
        new = self.model.logged - self._logged
        if new > 0:
            log = self.query_one("#log", Log)
            # Less the padding and the scrollbar, which may not be there yet.
            width = max(self.size.width - 4, 20)
            for line in list(self.model.log)[-new:]:
                parts = wrap(line, width, subsequent_indent="  ", break_on_hyphens=False)
                log.write_lines(parts or [""])
            self._logged = self.model.logged

    def _progress_text(self) -> str:
        return f"{self.model.finished} of {count(len(self.model.steps), 'step')}"

    def _failure_text(self) -> Content:
        failure = self.model.failure
        if failure is None:
            return Content("")
        step = self.model.steps.get(failure.step)
        what = step.title if step is not None else "The run could not begin"
        lines = [Content.styled(f"{glyphs.ERROR} {what} failed" if step else what, "bold")]
        lines.append(Content.assemble(("Why  ", "$foreground 60%"), failure.message))
        if failure.hint:
            lines.append(Content.assemble(("Do   ", "$foreground 60%"), failure.hint))
        return Content("\n").join(lines)

    def aside_text(self) -> str:
        """Say nothing of the run a second time."""
        return "" if not self.model.ended else super().aside_text()

    def findings_text(self) -> Content:
        """Say how the run stands and what can be done."""
        model = self.model
        match model.status:
            case "running":
                return Content(f"{glyphs.RUNNING} running; leaving this screen does not stop it")
            case "stopping":
                return Content.styled(
                    f"{glyphs.ATTENTION} stopping after the calls in progress", "$text-warning"
                )
            case "done":
                done = f"{glyphs.DONE} done: everything is as planned. N says what comes next"
                return Content.styled(done, "$text-success")
            case "interrupted":
                text = "stopped on request; R goes on, S leaves it for later"
                return Content.styled(f"{glyphs.ATTENTION} {text}", "$text-warning")
            case _:
                text = "R retries, C changes the answer, S leaves it for later"
                return Content.styled(f"{glyphs.ERROR} failed: {text}", "$text-error")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for the state of the run."""
        model = self.model
        if action == "stop":
            return not model.ended and not model.cancel.is_set()
        if action in ("retry", "later"):
            return model.ended and model.status != "done"
        if action == "change":
            return model.ended and model.failure is not None and bool(model.failure.step)
        if action == "next":
            return model.ended and model.handover is not None
        return True

    # --- keys

    def action_stop(self) -> None:
        """Let the run stop after the calls in progress."""
        self.app.stop_run()
        self._take_news()

    def action_retry(self) -> None:
        """Run again what was confirmed; what is done stays done."""
        self.app.retry_run()

    def action_change(self) -> None:
        """Go to the section of the step that failed."""
        failure = self.model.failure
        step = self.model.steps.get(failure.step) if failure is not None else None
        if step is not None:
            self.dismiss(None)
            self.app.show_section(step.section)

    def action_later(self) -> None:
        """Leave the wizard; the next start offers to resume."""
        self.app.leave()

    def action_next(self) -> None:
        """Show what comes next."""
        self.app.show_handover()

    def action_log(self) -> None:
        """Give the log the whole body, or the steps their room back."""
        steps = self.query_one("#steps")
        steps.display = not steps.display

    def action_scroll(self, by: int) -> None:
        """Scroll the log."""
        self.query_one("#log", Log).scroll_relative(y=by, animate=False)

    def action_leave(self) -> None:
        """Go to the hub; the run goes on."""
        self.dismiss(None)
