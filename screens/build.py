"""The build of the image: phases, how far and how long, the log, and what to do on a failure."""

from __future__ import annotations

import re

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ProgressBar, Static

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.questions import find_section
from octavia_wizard.screens.build_words import (
    doing_words,
    failure_words,
    pace_words,
    share_words,
    standing_words,
)
from octavia_wizard.screens.building import BuildModel
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.form import FormScreen
from octavia_wizard.screens.frame import Rule
from octavia_wizard.screens.log_pane import LogPane
from octavia_wizard.screens.logged import LoggedScreen
from octavia_wizard.screens.outlook import applies
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.paragraph import Paragraph
from octavia_wizard.screens.phase_lines import phase_lines
from octavia_wizard.screens.prospects import hindered
from octavia_wizard.screens.shell import open_shell
from octavia_wizard.screens.wording import count, fit
from octavia_wizard.screens.workers.survey import SECTION

_BEAT = 0.25
"""Seconds between two looks at the build."""
_AROUND = 9
"""Lines of the title, the head, the findings, the keys and the rules."""
_LOG_LEAST = 3
"""Lines below which the log makes room for what failed."""
_KEY = re.compile(rf"\b{SECTION}\.[a-z_]+\b")


class BuildScreen(LoggedScreen):
    """Watches the build; it goes on when the screen is left."""

    place = "Amphora image ▸ build"
    section = SECTION
    purpose = (
        "How far the build of the image is. It goes on when this screen is left, and even when "
        "the wizard is. The time left is foreseen from the last build on this host. / looks for "
        "a text in the log, Esc ends that; the arrow keys scroll the log, End follows it again."
    )
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    BuildScreen #build-head { height: 3; padding: 0 1; }
    BuildScreen #build-bar { height: 1; width: 100%; }
    BuildScreen #build-bar ProgressBar, BuildScreen #build-bar Bar { width: 1fr; }
    BuildScreen #build-share { width: auto; padding-left: 2; }
    BuildScreen #phases { height: auto; padding: 0 1; }
    BuildScreen #trouble { height: auto; padding: 1 1 0 1; display: none; }
    BuildScreen #why { height: auto; }
    BuildScreen.-failed #trouble { display: block; }
    BuildScreen.-failed.-tight LogPane { display: none; }
    BuildScreen.-failed.-tight #trouble { height: 1fr; padding: 0 1; }
    BuildScreen.-failed.-tight #log-rule { display: none; }
    BuildScreen.-full-log #phases, BuildScreen.-full-log #phases-rule { display: none; }
    BuildScreen.-full-log #trouble { display: none; }
    BuildScreen.-full-log.-tight LogPane { display: block; }
    """
    BINDINGS = [
        Binding("c", "cancel", "cancel", id="build.cancel", tooltip="Cancel it and clean it up"),
        Binding("r", "again", "try again", id="build.again", tooltip="Build again"),
        Binding(
            "e", "change", "change the answer", id="build.change", tooltip="Go to what is the cause"
        ),
        Binding("escape", "leave", "back", id="build.leave", tooltip="Go back; the build goes on"),
        Binding("x", "shell", "shell", id="build.shell", tooltip="Look around in a shell"),
        Binding("l", "log", "log", id="build.log", tooltip="The log alone, or the phases again"),
        Binding("slash", "search", "search", id="build.search", tooltip="Search in the log"),
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("end", "follow", show=False, priority=True),
    ]

    def __init__(self, model: BuildModel) -> None:
        super().__init__()
        self.model = model

    def body(self) -> ComposeResult:
        """Yield how far it is, the phases, what failed, and the log."""
        with Vertical(id="build-head"):
            with Horizontal(id="build-bar"):
                yield ProgressBar(total=1000, show_eta=False, show_percentage=False)
                share = Static("", id="build-share", markup=False)
                # Else it is as wide as every text on the screens.
                share.styles.width = "auto"
                yield share
            yield Static("", id="build-doing", markup=False)
            yield Static("", id="build-pace", markup=False)
        yield Rule(id="phases-rule")
        yield Paragraph("", id="phases", markup=False)
        with Vertical(id="trouble"), VerticalScroll(id="why", can_focus=False):
            yield Paragraph("", id="trouble-text", markup=False)
        yield Rule(id="log-rule")
        yield LogPane(self.model)

    def on_mount(self) -> None:
        """Look at the build at intervals."""
        super().on_mount()
        self.set_interval(_BEAT, self._beat)

    def _beat(self) -> None:
        if not self.model.ended:
            self._show_build()

    def show_news(self) -> None:
        """Show how the build stands."""
        self._show_build()
        self.refresh_bindings()

    def _show_build(self) -> None:
        model, width = self.model, self.size.width - 2
        self.query_one(ProgressBar).update(total=1000, progress=model.thousandths)
        self.query_one("#build-share", Static).update(share_words(model))
        self.query_one("#build-doing", Static).update(fit(doing_words(model), width))
        self.query_one("#build-pace", Static).update(fit(pace_words(model), width))
        failed = model.status == "failed"
        self.set_class(failed, "-failed")
        room = max(self.size.height - _AROUND, 4)
        rows = min(len(model.phases), max(room * 11 // 20, 2))
        if failed:
            rows = self._show_failure(room)
        self.query_one("#phases", Static).update(phase_lines(model, rows, width))
        done = f"{model.finished} of {count(len(model.phases), 'phase')}"
        self.query_one("#phases-rule", Rule).label = done
        path = fit(model.log_path, max(width - 8, 10)) if model.log_path else "log"
        self.query_one("#log-rule", Rule).label = path
        self.log_pane.take(self.size.width)

    def _show_failure(self, room: int) -> int:
        """Share the room: the reason comes first, then the log; return the rows for phases."""
        text = hanging(failure_words(self.model), self.size.width - 4)
        self.query_one("#trouble-text", Static).update(text)
        rows = 3 if room > 12 else 1
        lines = text.plain.count("\n") + 1
        is_tight = room - rows - lines - 1 < _LOG_LEAST
        self.query_one("#why").styles.max_height = max(min(lines, room - rows), 1)
        self.set_class(is_tight, "-tight")
        return rows

    def aside_text(self) -> str:
        """Say nothing of the build a second time."""
        return "" if not self.model.ended else super().aside_text()

    def findings_text(self) -> Content:
        """Say how the build stands and what can be done."""
        return standing_words(self.model)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense for the state of the build."""
        model = self.model
        if action == "cancel":
            return not model.ended and not model.cancel.is_set()
        if action == "again":
            return model.ended and model.status != "done" and not self.app.builds.is_going_on
        if action == "change":
            return model.status == "failed"
        if action == "search":
            return not self.log_pane.is_typing
        return True

    # --- keys

    def action_cancel(self) -> None:
        """Cancel the build, once that is confirmed."""
        ways = (Way("n", "No, go on", "no"), Way("y", "Yes, cancel it", "cancel"))
        text = (
            "What works in the image is stopped, then all it has mounted is unmounted and removed. "
            "This takes seconds as a rule, and minutes at worst; what was fetched into the cache "
            "stays, so that the next build is faster."
        )

        def answered(result: str | None) -> None:
            if result == "cancel":
                self.app.builds.cancel()
                self._take_news()

        self.app.push_screen(AskScreen("Cancel the build?", text, ways), answered)

    @work(exclusive=True, group="again")
    async def action_again(self) -> None:
        """Build again by the answers as they are now, unless something hinders that."""
        try:
            hindrances = await self.app.builds.again()
        except WizardError as error:
            self.app.notify(error.message, title="Not built", severity="error", markup=False)
            return
        if not self.is_current:
            return
        if hindrances:
            self.app.push_screen(hindered(hindrances))
            return
        model = self.app.builds.model
        if model is not None and model is not self.model:
            self.app.switch_screen(BuildScreen(model))

    def action_change(self) -> None:
        """Go to the question the failure names, or else to the section."""
        key = self._cause()
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        self.dismiss(None)
        if isinstance(below, FormScreen) and below.section == SECTION and len(below.rows) > 1:
            below.go_to(key)
        else:
            self.app.show_section(SECTION, key)

    def _cause(self) -> str:
        """Return the question that is named as the cure or the cause; "" where none is."""
        error = self.model.error
        known = {question.key: question for question in find_section(SECTION).questions}
        named = _KEY.findall(f"{error.hint}\n{error.message}") if error is not None else []
        key = next((name for name in named if name in known), "")
        if key and not applies(known[key], self.app.session.effective):
            # Most options of the build are asked only of whom wants to see them all.
            self.app.give("image.tune_build", True)
        return key

    def action_shell(self) -> None:
        """Look around in a shell."""
        open_shell(self.app)
