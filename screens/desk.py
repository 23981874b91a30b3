"""The app behind the screens: the session, what follows from it, and the work in the background.

The session belongs to the event loop. Whatever may take long works in a thread on a twin of
it, and the result comes back into the loop before anything on a screen is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import work
from textual.message import Message
from textual.signal import Signal
from textual.worker import Worker, WorkerState

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.interview import look_to_ask
from octavia_wizard.core.session import Session
from octavia_wizard.screens.jobs import Job, Jobs
from octavia_wizard.screens.outlook import CloudSight, Outlook, Sight, first_look, look, twin
from octavia_wizard.screens.run_model import RunModel, alone
from octavia_wizard.screens.trial import Trial, try_out
from octavia_wizard.screens.ways import Ways
from octavia_wizard.screens.workers.facts import Looker, read_facts
from octavia_wizard.screens.workers.run import carry_out
from octavia_wizard.screens.workers.saver import Saver
from octavia_wizard.screens.workers.threads import in_thread


class RunTold(Message):
    """A run in the background told something."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Desk(Ways):
    """Holds one session and does its work; screens ask it and hear of news by a signal."""

    def __init__(self, session: Session, *, looker: Looker = look_to_ask) -> None:
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
        self.skip: tuple[str, ...] = ()
        """The steps the operator leaves out of it."""
        self.greeting: tuple[str, ...] = ()
        """What the operator should hear first."""
        self.news: Signal[None] = Signal(self, "news")
        self.jobs = Jobs(self.tell)
        """What goes on in the background."""
        self.trial: Trial | None = None
        """What is being typed, and would follow from it."""
        self.tried: Signal[None] = Signal(self, "tried")
        """Published when a trial has come to its end."""
        self._looker = looker
        self._saver = Saver(session)

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
        self.end_trial()
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

    # --- what is being typed

    @property
    def shown(self) -> Outlook:
        """Return what pictures and live findings are made from: the trial, or what holds."""
        found = self.trial.outlook if self.trial is not None else None
        return found or self.outlook

    @work(exclusive=True, group="trial")
    async def try_out(self, key: str, text: str) -> None:
        """Work out what would follow from an answer as it is typed."""
        trying = partial(try_out, twin(self.session), key, text)
        self.trial = await in_thread(trying, "trial")
        if self.is_running:
            self.tried.publish(None)

    def end_trial(self) -> None:
        """Forget what was being typed: it was taken, or given up."""
        self.workers.cancel_group(self, "trial")
        if self.trial is not None:
            self.trial = None
            if self.is_running:
                self.tried.publish(None)

    # --- work in the background

    def begin_job(self, section: str, title: str) -> Job:
        """Show on every screen that something goes on; the job is told how far it is."""
        return self.jobs.begin(section, title)

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
            job = self.begin_job("cloud", "reading the cloud")
            try:
                facts, self.cloud_sight = await in_thread(
                    partial(read_facts, twin(self.session), self._looker, host=host), "facts"
                )
            finally:
                job.end()
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
        done = model is not None and model.ended and model.status == "done" and not model.part
        return done and model is not None and model.answers == self.session.answers

    def start_run(self, plan: Plan) -> None:
        """Carry out a plan that was shown and confirmed."""
        if self.is_applying:
            return
        self.run_model = RunModel(plan, self.resumes, self.session.answers)
        self.begin_run(self.run_model)
        self.tell()

    def start_part(self, plan: Plan) -> None:
        """Carry out a part of the deployment on its own, ahead of the whole."""
        if not self.is_applying:
            self.run_model = RunModel(alone(plan), None, self.session.answers, part=True)
            self.begin_run(self.run_model)
            self.tell()

    @work(exclusive=True, group="retry")
    async def retry_run(self) -> None:
        """Look at host and cloud again, and carry out what is still to be done."""
        former = self.run_model
        part = former is not None and former.part
        only = former.plan.only if former is not None and part else self.only
        self.cloud_sight = CloudSight(Sight.READING)
        self.tell()
        reading = partial(read_facts, twin(self.session), self._looker, host=True)
        self.session.facts, self.cloud_sight = await in_thread(reading, "facts")
        self.tell()
        try:
            if self.cloud_sight.error is not None:
                raise self.cloud_sight.error
            planning = partial(twin(self.session).plan, only, () if part else self.skip)
            plan = await in_thread(planning, "plan")
        except WizardError as error:
            self.notify(error.message, title="Not tried again", severity="error", markup=False)
            return
        if plan.obstacles:
            self.show_review()
            return
        (self.start_part if part else self.start_run)(plan)
        self.show_apply()

    def stop_run(self) -> None:
        """Let the run stop after the calls in progress."""
        if self.run_model is not None and not self.run_model.ended:
            self.run_model.cancel.set()
            self.tell()

    @work(exclusive=True, group="run", description="run")
    async def begin_run(self, model: RunModel) -> None:
        """Run in the background what a run model stands for, and gather what to say at its end."""
        result, error = await in_thread(
            partial(carry_out, twin(self.session), model, self._hear), "run"
        )
        if result is not None and result.status.value == "done" and not model.part:
            try:
                handing = partial(hand_over, twin(self.session), model.plan, result)
                model.handover = await in_thread(handing, "hand-over")
            except WizardError as failed:
                model.end(result, failed)
        if not model.ended:
            model.end(result, error)
        done = model.handover is not None
        if not model.part:
            self.resumes = None if model.is_made else model.run_id or self.resumes
            self.only, self.skip = ((), ()) if done else (self.only, self.skip)
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

    def skip_step(self, step: str) -> None:
        """Go on with the run without a step that failed; the caller has seen that it is safe."""
        self.skip = (*self.skip, step)
        self.retry_run()
