"""The run: every step with its state, the log, and what to do when one fails."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.failure import (
    offers,
    offers_text,
    omission_in,
    paragraphs,
    section_in,
    settled_text,
    skip_question,
    standing,
)
from octavia_wizard.screens.frame import Rule
from octavia_wizard.screens.log_pane import LogPane
from octavia_wizard.screens.logged import LoggedScreen
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.run_model import RunModel, StepState
from octavia_wizard.screens.shell import open_shell
from octavia_wizard.screens.steps import StepLine
from octavia_wizard.screens.wording import count, fit

_BEAT = 0.2
"""Seconds between two looks at the run: bursts of events cost one drawing."""
_FRAME = 4
"""Lines of the title, its rule, the findings and the keys."""
_LOG_LEAST = 3
"""Lines below which the log makes room for what failed."""


class ApplyScreen(LoggedScreen):
    """Watches a run; the run goes on when the screen is left."""

    place = "Apply"
    purpose = (
        "The steps of the run. It goes on when this screen is left; stopped or failed, it can be "
        "tried again here, or resumed at the next start. / looks for a text in the log, Esc ends "
        "that; the arrow keys scroll the log, End follows it again."
    )
    AUTO_FOCUS = ""  # its keys are its own until the search is opened
    DEFAULT_CSS = """
    ApplyScreen #settled { height: 1; padding: 0 1; display: none; color: $foreground 60%; }
    ApplyScreen #trouble { height: auto; max-height: 100%; padding: 0 1; display: none; }
    ApplyScreen #why { height: auto; }
    ApplyScreen #offers { height: auto; }
    ApplyScreen.-failed #trouble { display: block; }
    ApplyScreen.-failed #settled { display: block; }
    ApplyScreen.-failed.-unsettled #settled { display: none; }
    ApplyScreen.-failed StepLine.-settled { display: none; }
    ApplyScreen.-failed.-tight LogPane { display: none; }
    ApplyScreen.-failed.-tight #trouble { height: 1fr; }
    ApplyScreen.-full-log #steps { display: none; }
    ApplyScreen.-full-log #settled { display: none; }
    ApplyScreen.-full-log #trouble { display: none; }
    ApplyScreen.-full-log.-tight LogPane { display: block; }
    """
    BINDINGS = [
        Binding(
            "ctrl+c",
            "stop",
            "stop",
            priority=True,
            id="apply.stop",
            tooltip="Stop once the calls in progress have ended, and end a playbook; the run can "
            "be resumed",
        ),
        Binding("r", "retry", "retry", id="apply.retry", tooltip="Try again what is left to do"),
        Binding("c", "change", "change", id="apply.change", tooltip="Change the answers behind it"),
        Binding("k", "skip", "skip", id="apply.skip", tooltip="Leave the failed step out"),
        Binding("s", "later", "stop", id="apply.later", tooltip="Leave, and resume later"),
        Binding("x", "shell", "shell", id="apply.shell", tooltip="Look around in a shell"),
        Binding("n", "next", "what next", id="apply.next", tooltip="What to run and keep now"),
        Binding("l", "log", "log", id="apply.log", tooltip="The log alone, or the steps again"),
        Binding("slash", "search", "search", id="apply.search", tooltip="Search in the log"),
        Binding("escape", "leave", "hub", id="apply.leave", tooltip="Go back; the run goes on"),
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("end", "follow", show=False, priority=True),
    ]

    def __init__(self, model: RunModel) -> None:
        super().__init__()
        self.model = model
        self._was_ended = model.ended

    def body(self) -> ComposeResult:
        """Yield the steps, what failed, and the log."""
        yield Static("", id="settled", markup=False)
        with VerticalScroll(id="steps", can_focus=False):
            for step in self.model.steps.values():
                yield StepLine(self.model, step)
        yield Rule(id="log-rule")
        with Vertical(id="trouble"):
            with VerticalScroll(id="why", can_focus=False):
                yield Paragraph("", id="trouble-text", markup=False)
            yield Paragraph("", id="offers", markup=False)
        yield LogPane(self.model)

    def on_mount(self) -> None:
        """Look at the run at intervals."""
        super().on_mount()
        self.set_interval(_BEAT, self._beat)

    def _beat(self) -> None:
        if not self._was_ended:
            self._take_news()

    @property
    def is_failed(self) -> bool:
        """Say whether there is a failure to tell of."""
        return self.model.ended and self.model.failure is not None

    def show_news(self) -> None:
        """Show how the run stands."""
        model = self.app.run_model or self.model
        if model is not self.model:
            return
        lines = list(self.query(StepLine))
        for line in lines:
            line.show()
        self.log_pane.take(self.size.width)
        self.set_class(self.is_failed, "-failed")
        if self.is_failed:
            self._show_failure()
        else:
            running = [line for line in lines if line.step.state is StepState.RUNNING]
            if running:
                running[-1].scroll_visible(animate=False)
        self.query_one("#log-rule", Rule).label = self._progress_text()
        self._was_ended = model.ended
        self.refresh_bindings()

    def _show_failure(self) -> None:
        """Share the room: the ways to go on come first, then the reason, then the log."""
        model, width = self.model, self.size.width - 4
        settled = [step for step in model.steps.values() if step.state is StepState.DONE]
        self.query_one("#settled", Static).update(fit(settled_text(settled), width))
        self.set_class(not settled, "-unsettled")
        room = self.size.height - _FRAME - 1 - bool(settled)
        found = offers(model)
        brief, most = room < 2 * len(found) + 4, room // 4
        ways = hanging(offers_text(found, width, brief=brief), width)
        why = hanging(paragraphs(model), width)
        self.query_one("#trouble-text", Static).update(why)
        self.query_one("#offers", Static).update(ways)
        room -= _lines(ways) + (0 if brief else 1)
        # What could not follow is of less use than what to do, which comes last of the reason.
        rows = max(min(len(model.steps) - len(settled), most, room - _lines(why)), 1)
        self.query_one("#steps").styles.max_height = rows
        self._show_failed_step()
        room -= rows
        self.query_one("#why").styles.max_height = max(min(_lines(why), room), 1)
        room -= _lines(why)
        apart = 0 if brief else 1
        self.query_one("#offers").styles.margin = (apart, 0, int(room > _LOG_LEAST), 0)
        self.set_class(room < _LOG_LEAST, "-tight")

    def _show_failed_step(self) -> None:
        lines = self.query(StepLine)
        failed = next((line for line in lines if line.step.state is StepState.FAILED), None)
        if failed is not None:
            self.call_after_refresh(failed.scroll_visible, animate=False, top=True)

    def _progress_text(self) -> str:
        done = f"{self.model.finished} of {count(len(self.model.steps), 'step')}"
        # Beside bar and time there is no room for it in the step's own line.
        return fit(" · ".join(filter(None, (done, self.model.at_work))), self.size.width - 8)

    def aside_text(self) -> str:
        """Say nothing of the run a second time."""
        return "" if not self.model.ended else super().aside_text()

    def findings_text(self) -> Content:
        """Say how the run stands and what can be done."""
        return standing(self.model)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for the state of the run."""
        model = self.model
        if action == "stop":
            return not model.ended and not model.cancel.is_set()
        if action in ("retry", "later"):
            return model.ended and model.status != "done"
        if action == "change":
            return self.is_failed and model.failure is not None and bool(model.failure.step)
        if action == "skip":
            return self.is_failed and omission_in(model) is not None
        if action == "shell":
            return model.ended
        if action == "search":
            return not self.log_pane.is_typing
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
        section = section_in(self.model)
        if section:
            # What is left out is chosen for one set of answers only.
            self.app.skip = ()
            self.dismiss(None)
            self.app.show_section(section)

    def action_skip(self) -> None:
        """Say what leaving the failed step out means; then go on without it."""
        omission = omission_in(self.model)
        if omission is None:
            return
        ways = (Way("n", "No", "no"), Way("y", "Yes, leave it out", "skip"))

        def answered(result: str | None) -> None:
            if result == "skip":
                self.app.skip_step(omission.step)

        self.app.push_screen(AskScreen(*skip_question(omission), ways), answered)

    def action_later(self) -> None:
        """Leave the wizard; the next start offers to resume."""
        self.app.leave()

    def action_shell(self) -> None:
        """Look around in a shell."""
        open_shell(self.app)

    def action_next(self) -> None:
        """Show what comes next."""
        self.app.show_handover()


def _lines(text: Content) -> int:
    return text.plain.count("\n") + 1
