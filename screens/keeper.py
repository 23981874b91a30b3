"""The session behind the screens, and what follows from its answers.

The session belongs to the event loop. Whatever may take long works in a thread on a twin of
it, and the result comes back into the loop before anything on a screen is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import work
from textual.signal import Signal

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.session import Session
from octavia_wizard.screens.jobs import Job, Jobs
from octavia_wizard.screens.outlook import CloudSight, Outlook, Sight, first_look, look, twin
from octavia_wizard.screens.trial import Trial, try_out
from octavia_wizard.screens.ways import Ways
from octavia_wizard.screens.workers.facts import Looker, read_facts
from octavia_wizard.screens.workers.saver import Saver
from octavia_wizard.screens.workers.threads import in_thread


class Keeper(Ways):
    """Holds one session, takes answers and looks at what they come to; news go by a signal."""

    def __init__(self, session: Session, looker: Looker) -> None:
        super().__init__()
        self.session = session
        self.outlook: Outlook = first_look(session.effective)
        self.cloud_sight = CloudSight()
        self.save_error: WizardError | None = None
        self.greeting: tuple[str, ...] = ()
        """What the operator should hear first."""
        self.news: Signal[None] = Signal(self, "news")
        self.moved_on: Signal[None] = Signal(self, "moved_on")
        """Published when work in the background has got further, which may be often."""
        self.jobs = Jobs(self.tell, self.tell_progress)
        """What goes on in the background."""
        self.trial: Trial | None = None
        """What is being typed, and would follow from it."""
        self.tried: Signal[None] = Signal(self, "tried")
        """Published when a trial has come to its end."""
        self._looker = looker
        self._saver = Saver(session)

    @property
    def is_build_shown(self) -> bool:
        """Say whether the screen of the build is the one that is seen."""
        return False

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

    def tell_progress(self) -> None:
        """Let every screen know how far the work in the background is, and nothing else."""
        if self.is_running:
            self.moved_on.publish(None)

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
