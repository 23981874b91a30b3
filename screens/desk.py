"""The app behind the screens: on top of the session, the run and the build in the background."""

from __future__ import annotations

from collections import deque
from functools import partial

from textual import work
from textual.worker import Worker, WorkerState

from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.handover import hand_over
from octavia_wizard.core.interview import look_to_ask
from octavia_wizard.core.session import Session
from octavia_wizard.screens.keeper import Keeper
from octavia_wizard.screens.outlook import CloudSight, Sight, twin
from octavia_wizard.screens.run_model import RunModel, alone
from octavia_wizard.screens.workers.build import BringAbout, Builds
from octavia_wizard.screens.workers.facts import Looker, read_facts
from octavia_wizard.screens.workers.run import carry_out
from octavia_wizard.screens.workers.threads import in_thread

_BEAT = 0.1
"""Seconds between two looks at what a run has told: a step may log thousands of lines."""


class Desk(Keeper):
    """Holds one session and does its work; screens ask it and hear of news by a signal."""

    def __init__(
        self,
        session: Session,
        *,
        looker: Looker = look_to_ask,
        bring_about: BringAbout | None = None,
    ) -> None:
        super().__init__(session, looker)
        self.run_model: RunModel | None = None
        self.resumes: str | None = None
        """The unfinished run that the next run goes on with."""
        self.only: tuple[str, ...] = ()
        """The steps that run was asked for, where not all were."""
        self.skip: tuple[str, ...] = ()
        """The steps the operator leaves out of it."""
        self.builds = Builds(self, bring_about)
        """The build of the image in the background."""
        self._told: deque[Event] = deque()

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
        """Let the run stop after the calls in progress; what would go on by itself is ended."""
        if self.run_model is not None and not self.run_model.ended:
            self.run_model.cancel.ask()
            self.tell()

    def leave_run(self) -> None:
        """Let the run stop after the calls in progress; a build or a playbook goes on."""
        if self.run_model is not None and not self.run_model.ended:
            self.run_model.cancel.set()
            self.tell()

    @work(exclusive=True, group="run", description="run")
    async def begin_run(self, model: RunModel) -> None:
        """Run in the background what a run model stands for, and gather what to say at its end."""
        beat = self.set_interval(_BEAT, self._take_told)
        try:
            result, error = await in_thread(
                partial(carry_out, twin(self.session), model, self._told.append), "run"
            )
        finally:
            beat.stop()
            self._take_told()
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

    def _take_told(self) -> None:
        """Fold into the run what its thread has told since."""
        if not self._told or self.run_model is None:
            return
        for _ in range(len(self._told)):
            self.run_model.fold(self._told.popleft())
        self.tell()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """End a run whose thread met a bug, so that no screen waits for it."""
        if event.state is WorkerState.ERROR and event.worker.group == "run" and self.run_model:
            self.run_model.ended = True

    def skip_step(self, step: str) -> None:
        """Go on with the run without a step that failed; the caller has seen that it is safe."""
        self.skip = (*self.skip, step)
        self.retry_run()
