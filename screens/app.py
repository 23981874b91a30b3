"""The guided run as an app: which screen follows which, and how to leave."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Sequence
from functools import partial

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.worker import WorkerFailed

from octavia_wizard.core.engine.resume import Resumable
from octavia_wizard.core.errors import Interrupted, WizardError
from octavia_wizard.core.interview import answers_of_run, look_to_ask
from octavia_wizard.core.questions import Question, find_section
from octavia_wizard.core.session import Session
from octavia_wizard.core.settings import Settings, load_settings, settings_path
from octavia_wizard.screens.apply import ApplyScreen
from octavia_wizard.screens.beside import Beside
from octavia_wizard.screens.commands import WizardCommands, commands_of
from octavia_wizard.screens.confirm import AskScreen, Way
from octavia_wizard.screens.done import HandoverScreen
from octavia_wizard.screens.explain import ExplainScreen, HelpScreen
from octavia_wizard.screens.habits import Habits
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.leaving import Leaving
from octavia_wizard.screens.preview import PreviewPane, PreviewScreen
from octavia_wizard.screens.review import ReviewScreen
from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.sections import screen_of
from octavia_wizard.screens.terminal import forgiving_output
from octavia_wizard.screens.variables import VariablesScreen
from octavia_wizard.screens.wording import step_title
from octavia_wizard.screens.workers.build import BringAbout
from octavia_wizard.screens.workers.facts import Looker
from octavia_wizard.screens.workers.survey import SECTION


class WizardApp(Habits, Leaving, Beside):
    """The guided run."""

    TITLE = "octavia-wizard"
    CSS_PATH = "wizard.tcss"
    COMMANDS = App.COMMANDS | {WizardCommands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-normal"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]

    def __init__(
        self,
        session: Session,
        *,
        unfinished: Resumable | None = None,
        greeting: Sequence[str] = (),
        looker: Looker = look_to_ask,
        bring_about: BringAbout | None = None,
        take_signals: bool = False,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(session, looker=looker, bring_about=bring_about)
        self.greeting = tuple(greeting)
        self.unfinished = unfinished
        self.bug: BaseException | None = None
        self._take_signals = take_signals
        self.animation_level = "none"  # over a slow line every frame is a wait
        self.greeting += self.take_settings(settings or Settings())

    def get_default_screen(self) -> HubScreen:
        """Begin with the hub."""
        return HubScreen()

    def on_mount(self) -> None:
        """Read the cloud, and offer to go on with a run that did not end."""
        if self._take_signals:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.hang_up)
            loop.add_signal_handler(signal.SIGHUP, self.lose_terminal)
        self.look_again(host=False)
        self.look_for_builds()
        if self.unfinished is not None:
            self._offer(self.unfinished)

    def _offer(self, run: Resumable) -> None:
        began = run.started.replace("T", " ")[:16]
        lines = [f"Run {run.run_id}, begun {began} UTC: {run.status}."]
        if run.message:
            lines.append(run.message)
        lines += [
            "",
            f"Done: {', '.join(map(step_title, run.done)) or 'nothing'}.",
            "To resume shows the plan of what is left; nothing changes before you confirm it.",
        ]
        ways = (Way("l", "Look at the answers first", "look"), Way("r", "Resume", "resume"))
        ask = AskScreen("An earlier run did not come to its end", "\n".join(lines), ways)
        self.push_screen(ask, self._resume_offered)

    def _resume_offered(self, result: str | None) -> None:
        run = self.unfinished
        if result != "resume" or run is None:
            return
        try:
            self.replace_answers(answers_of_run(run))
        except WizardError as error:
            self.notify(error.message, title="Cannot resume", severity="error", markup=False)
            return
        self.resumes, self.only, self.skip = run.run_id, run.only, run.skip
        self.show_review()

    # --- which screen follows which

    @property
    def hub(self) -> HubScreen | None:
        """Return the hub."""
        found = [screen for screen in self.screen_stack if isinstance(screen, HubScreen)]
        return found[0] if found else None

    def show_section(self, name: str, key: str = "") -> None:
        """Open a section, at a question."""
        self.session.see(name)
        if name in self.outlook.look_at:
            self.check()
        if name == "variables":
            self.push_screen(VariablesScreen(key=key), partial(self._section_left, name))
            return
        section = find_section(name)
        screen = screen_of(name)(section.title, section.questions, key=key)
        self.push_screen(screen, partial(self._section_left, name))

    def _section_left(self, name: str, passed: bool | None) -> None:
        if passed and self.hub is not None:
            self.hub.select_after(name)
        if name == SECTION:
            self.offer_build()

    def show_question(self, question: Question) -> None:
        """Open a single question."""
        self.push_screen(QuestionsScreen(question.title, (question,)))

    def show_explanation(self, question: Question) -> None:
        """Explain a question."""
        self.push_screen(ExplainScreen(question))

    def show_help(self, place: str, purpose: str, keys: Sequence[tuple[str, str]]) -> None:
        """Tell what a screen is for and which keys it has."""
        self.push_screen(HelpScreen(place, purpose, keys))

    def show_review(self) -> None:
        """Open the review, or the run that goes on."""
        if self.is_applying:
            self.show_apply()
            return
        self.push_screen(ReviewScreen())

    def show_apply(self) -> None:
        """Open the screen of the run, in place of the review that led there."""
        if self.run_model is None:
            return
        screen = ApplyScreen(self.run_model)
        if isinstance(self.screen, ReviewScreen | ApplyScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def show_handover(self) -> None:
        """Open the page of what comes next."""
        if self.run_model is not None and self.run_model.handover is not None:
            self.push_screen(HandoverScreen(self.run_model.handover))

    # --- keys that work everywhere

    def show_preview(self) -> None:
        """Show the variables file: beside the form where there is room, else on its own."""
        screen = self.screen
        if isinstance(screen, PreviewScreen):
            screen.dismiss(None)
        elif screen.query("#preview") and screen.has_class("-wide"):
            screen.toggle_class("-no-preview")
            screen.query_one(PreviewPane).show_news()
        elif not isinstance(screen, AskScreen):
            self.push_screen(PreviewScreen())

    def action_preview(self) -> None:
        """Show the variables file."""
        self.show_preview()

    def action_where(self) -> None:
        """Say where the answers are saved."""
        self.say_where()

    def action_read_again(self) -> None:
        """Read host and cloud afresh."""
        self.look_again(host=True)

    def say_where(self) -> None:
        """Say where the answers are saved."""
        if self.save_error is not None:
            self.notify(self.save_error.message, severity="error", markup=False)
            return
        where = self.session.place.autosave
        self.notify(f"Saved after each answer in {where}", title="Answers", markup=False)

    def action_leave(self) -> None:
        """Leave the wizard."""
        self.leave()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every section and every verb in the palette."""
        yield from commands_of(self)

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        self.bug = self.bug or cause
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print every local variable of every frame, secrets among them.
        # The caller hears of the error from run_guided.
        self._close_messages_no_wait()


def run_guided(
    session: Session,
    *,
    unfinished: Resumable | None = None,
    problems: Sequence[WizardError] = (),
    continued: bool = False,
) -> int:
    """Run the interview on this terminal and return the exit code; raises what is a bug."""
    greeting = [f"{problem.message}. {problem.hint}".rstrip() for problem in problems]
    if continued:
        greeting.append("The answers of your earlier interview were taken up.")
    app = WizardApp(
        session,
        unfinished=unfinished,
        greeting=greeting,
        take_signals=True,
        settings=load_settings(settings_path()),
    )
    with forgiving_output():
        code = app.run()
    if app.bug is not None:
        raise app.bug
    return Interrupted.exit_code if code is None else code
