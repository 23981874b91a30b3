"""The app behind the screens: the session, what follows from it, and the work in the background.

The session belongs to the event loop. Whatever may take long works in a thread on a twin of
it, and the result comes back into the loop before anything on a screen is touched.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial

from textual import work
from textual.app import App
from textual.message import Message
from textual.signal import Signal
from textual.worker import Worker, WorkerState

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.interview import look_at_cloud
from octavia_wizard.core.questions import Question
from octavia_wizard.core.session import Session
from octavia_wizard.screens.outlook import CloudSight, Outlook, Sight, first_look, look, twin
from octavia_wizard.screens.run_model import RunModel
from octavia_wizard.screens.workers.facts import Looker, read_facts
from octavia_wizard.screens.workers.run import carry_out
from octavia_wizard.screens.workers.saver import Saver
from octavia_wizard.screens.workers.threads import in_thread


class RunTold(Message):
    """A run in the background told something."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Desk(App[int]):
    """Holds one session and does its work; screens ask it and hear of news by a signal."""

    def __init__(self, session: Session, *, looker: Looker = look_at_cloud) -> None:
        super().__init__()
        self.session = session
        self.outlook: Outlook = first_look(session.effective)
        self.cloud_sight = CloudSight()
        self.run_model: RunModel | None = None
        self.save_error: WizardError | None = None
        self.resumes: str | None = None
        """The unfinished run that the next run goes on with."""
        self.only: tuple[str, ...] = ()
        """The steps that run was asked for, where not all were."""
        self.greeting: tuple[str, ...] = ()
        """What the operator should hear first."""
        self.news: Signal[None] = Signal(self, "news")
        self._looker = looker
        self._saver = Saver(session)

    # --- what the screens ask for

    @abstractmethod
    def show_section(self, name: str, key: str = "") -> None:
        """Open a section, at a question."""

    @abstractmethod
    def show_question(self, question: Question) -> None:
        """Open a single question."""

    @abstractmethod
    def show_explanation(self, question: Question) -> None:
        """Explain a question."""

    @abstractmethod
    def show_help(self, place: str, purpose: str, keys: Sequence[tuple[str, str]]) -> None:
        """Tell what a screen is for and which keys it has."""

    @abstractmethod
    def show_review(self) -> None:
        """Open the review."""

    @abstractmethod
    def show_apply(self) -> None:
        """Open the screen of the run."""

    @abstractmethod
    def show_handover(self) -> None:
        """Open the page of what comes next."""

    @abstractmethod
    def show_preview(self) -> None:
        """Show the variables file as it would be emitted."""

    @abstractmethod
    def say_where(self) -> None:
        """Say where the answers are saved."""

    @abstractmethod
    def leave(self) -> None:
        """Leave the wizard; the answers are kept."""

    # --- answers

    def give(self, key: str, value: object) -> None:
        """Take an answer; raises PresetError and keeps the former one."""
        self._change(lambda: self.session.give(key, value))

    def give_text(self, key: str, text: str) -> None:
        """Take an answer as it was typed; raises PresetError and keeps the former one."""
        self._change(lambda: self.session.give_text(key, text))

    def take_back(self, key: str) -> None:
        """Let the default of a question hold again."""
        self._change(lambda: self.session.take_back(key))

    def accept(self, finding_ids: Sequence[str]) -> None:
        """Accept warnings."""
        answers = self.session.answers
        for finding_id in finding_ids:
            answers = answers.accepting(finding_id)
        self.replace_answers(answers)

    def replace_answers(self, answers: Answers) -> None:
        """Take other answers altogether."""

        def change() -> None:
            self.session.answers = answers

        self._change(change)

    def _change(self, change: Callable[[], object]) -> None:
        former, target = self.session.answers, self._target()
        try:
            change()
            moved = self._target() != target
        except PresetError:
            self.session.answers = former
            raise
        if self.session.answers == former:
            return
        self.save()
        if moved:
            self.look_again(host=False)
        self.check()

    def _target(self) -> tuple[object, ...]:
        """Return what decides which cloud is read; raises PresetError for an unknown release."""
        effective = self.session.effective
        names = ("cloud.mode", "cloud.name", "cloud.region", "cloud.service_project")
        return tuple(effective.value(name) if name in effective else ... for name in names)

    # --- work in the background

    def tell(self) -> None:
        """Let every screen know that something changed."""
        if self.is_running:
            self.news.publish(None)

    @work(exclusive=True, group="check")
    async def check(self) -> None:
        """Work out what follows from the answers."""
        self.outlook = await in_thread(partial(look, twin(self.session)), "check")
        self.tell()

    @work(group="save")
    async def save(self) -> None:
        """Keep the answers on disk."""
        try:
            await in_thread(self._saver.save, "save")
            self.save_error = None
        except WizardError as error:
            if self.save_error is None:
                self.notify(error.message, title="Not saved", severity="error", markup=False)
            self.save_error = error

    @work(exclusive=True, group="facts")
    async def look_again(self, *, host: bool = True) -> None:
        """Read the host (unless told not to) and the cloud afresh, in the background."""
        if not host:
            self.session.forget_cloud()
        effective = self.session.effective
        if not effective.chosen("cloud.mode", "live"):
            self.cloud_sight = CloudSight(Sight.NOT_WANTED)
        elif "cloud.name" in effective.missing and not host:
            self.cloud_sight = CloudSight(Sight.UNDECIDED)
        else:
            self.cloud_sight = CloudSight(Sight.READING)
        self.tell()
        if self.cloud_sight.sight is Sight.READING or host:
            facts, self.cloud_sight = await in_thread(
                partial(read_facts, twin(self.session), self._looker, host=host), "facts"
            )
            self.session.facts = facts
        self.check()
        self.tell()

    # --- the run

    @property
    def is_applying(self) -> bool:
        """Say whether a run goes on."""
        return self.run_model is not None and not self.run_model.ended

    @property
    def is_applied(self) -> bool:
        """Say whether the answers as they are were applied by the last run."""
        model = self.run_model
        done = model is not None and model.ended and model.status == "done"
        return done and model is not None and model.answers == self.session.answers

    def start_run(self, plan: Plan) -> None:
        """Carry out a plan that was shown and confirmed."""
        if self.is_applying:
            return
        self.run_model = RunModel(plan, self.resumes, self.session.answers)
        self.begin_run(self.run_model)
        self.tell()

    @work(exclusive=True, group="retry")
    async def retry_run(self) -> None:
        """Look at host and cloud again, and carry out what is still to be done."""
        self.cloud_sight = CloudSight(Sight.READING)
        self.tell()
        reading = partial(read_facts, twin(self.session), self._looker, host=True)
        self.session.facts, self.cloud_sight = await in_thread(reading, "facts")
        self.tell()
        try:
            if self.cloud_sight.error is not None:
                raise self.cloud_sight.error
            planning = partial(twin(self.session).plan, self.only)
            plan = await in_thread(planning, "plan")
        except WizardError as error:
            self.notify(error.message, title="Not tried again", severity="error", markup=False)
            return
        if plan.obstacles:
            self.show_review()
            return
        self.start_run(plan)
        self.show_apply()

    def stop_run(self) -> None:
        """Let the run stop after the calls in progress."""
        if self.run_model is not None and not self.run_model.ended:
            self.run_model.cancel.set()
            self.tell()

    @work(exclusive=True, group="run")
    async def begin_run(self, model: RunModel) -> None:
        """Run in the background what a run model stands for, and gather what to say at its end."""
        result, error = await in_thread(
            partial(carry_out, twin(self.session), model, self._hear), "run"
        )
        if result is not None and result.status.value == "done":
            try:
                handing = partial(hand_over, twin(self.session), model.plan, result)
                model.handover = await in_thread(handing, "hand-over")
            except WizardError as failed:
                model.end(result, failed)
        if not model.ended:
            model.end(result, error)
        done = model.handover is not None
        self.resumes = None if done else model.run_id or self.resumes
        self.only = () if done else self.only
        self.look_again(host=True)
        self.tell()

    def _hear(self, event: Event) -> None:
        """Take what the thread of a run tells into the event loop."""
        self.post_message(RunTold(event))

    def on_run_told(self, message: RunTold) -> None:
        """Fold an event into the run."""
        if self.run_model is not None:
            self.run_model.fold(message.event)
            self.tell()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """End a run whose thread met a bug, so that no screen waits for it."""
        if event.state is WorkerState.ERROR and event.worker.group == "run" and self.run_model:
            self.run_model.ended = True
