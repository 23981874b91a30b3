"""The course of one step: look, take up what was lost, decide, apply, look again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.events import Event, StepRetried
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.observe import Observer
from octavia_wizard.core.engine.plan import PlanItem
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.work import RESUME_HINT, STOPPED, StepWork
from octavia_wizard.core.errors import Interrupted, StepError, TransientError
from octavia_wizard.core.steps.base import Action, Decision, Step

PLAN_AGAIN = "look at the plan again; if it is what you want, run it"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all steps of a run have in common."""

    effective: Effective
    observer: Observer
    cloud: Cloud | None
    journal: Journal
    backup_dir: Path
    cancel: threading.Event
    emit: Callable[[Event], None]
    policy: RetryPolicy
    clock: Callable[[], float]
    """Seconds, monotonic."""
    allow_replan: bool = False

    def work_for(self, step: Step) -> StepWork:
        """Return the Work of a step, with what it looks at read afresh."""
        return StepWork(
            step=step.id,
            effective=self.effective,
            facts=self.observer.fresh(step),
            cancel=self.cancel,
            backup_dir=self.backup_dir,
            journal=self.journal,
            connection=self.cloud,
            emit=self.emit,
        )


def persist(around: Surroundings, step: str, attempt: Callable[[int], None]) -> None:
    """Call ``attempt`` with 1, 2, … until it raises no TransientError, within the policy.

    Every retry is journaled and told; the waits end at once with Interrupted when the operator
    asks to stop.  Raises the last TransientError when the policy gives up.
    """
    failures = 0
    first = 0.0
    while True:
        try:
            return attempt(failures + 1)
        except TransientError as error:
            now = around.clock()
            failures += 1
            first = now if failures == 1 else first
            delay = around.policy.wait(failures, now - first)
            if delay is None:
                raise TransientError(
                    f"{error.message} (tried {failures} times)",
                    hint=error.hint or f"when the cloud answers again, {RESUME_HINT}",
                ) from error
            around.journal.retry(step, failures + 1, delay, error.message)
            around.emit(StepRetried(step, failures + 1, delay, error.message))
        if around.cancel.wait(delay):
            raise Interrupted(STOPPED, hint=RESUME_HINT)


def take_up_lost(step: Step, work: StepWork) -> bool:
    """Look for what the pending intents of a step have made; say whether there were any.

    What is found is journaled as made by us, so that the step goes on with it and undo removes it.
    """
    pendings = work.journal.pending_of(step.id, anywhere=not step.reads)
    for pending in pendings:
        record = step.find_lost(work, pending)
        what = f"{pending.kind} {pending.name}"
        if record is None:
            work.journal.dropped(pending, "looked for and not found", recovered=True)
            work.log(f"{what} was announced but never made")
        else:
            ours = replace(
                record,
                seq=pending.seq,
                step=pending.step,
                kind=pending.kind,
                name=pending.name,
            )
            work.journal.outcome(ours, recovered=True)
            work.log(f"found {what} again, {ours.result} by an interrupted attempt")
    return bool(pendings)


class Course:
    """One step of a run, from its first look to the proof that it holds."""

    def __init__(self, around: Surroundings, step: Step, item: PlanItem) -> None:
        self._around = around
        self._step = step
        self._planned = item.decision
        self._applied: Decision | None = None
        self._settled: Decision | None = None

    def run(self) -> Decision:
        """Carry the step out and return what was really done.

        Raises TransientError when the policy gives up, Interrupted on request, StepError when the
        cloud is no longer as planned or does not stay as made, and whatever the step raises.
        """
        self._around.journal.step_started(self._step.id, self._planned)
        persist(self._around, self._step.id, self._attempt)
        settled = self._settled or self._planned
        if self._applied is None:
            return settled
        subject = settled.subject or self._applied.subject
        return replace(self._applied, subject=subject)

    def _attempt(self, number: int) -> None:
        work = self._around.work_for(self._step)
        ours = number > 1
        if take_up_lost(self._step, work):
            ours = True
            work.facts = self._around.observer.fresh(self._step)
        decision = self._step.decide(self._around.effective, work.facts)
        self._refuse_surprise(decision, ours=ours)
        if decision.action.changes:
            work.checkpoint()
            self._applied = self._applied or decision
            self._step.apply(work, decision)
            decision = self._verified()
        elif decision.action is Action.ADOPT:
            self._around.journal.adopted(self._step.id, decision.subject)
        self._settled = decision

    def _verified(self) -> Decision:
        facts = self._around.observer.fresh(self._step)
        left = self._step.decide(self._around.effective, facts)
        if left.action.changes or left.action in (Action.CONFLICT, Action.BLOCKED):
            remaining = "\n".join(left.diff) or left.reason
            raise StepError(
                f"{self._step.title} did not stay as made:\n{remaining}",
                hint="something else may be changing it, or the service ignored a setting",
            )
        return left

    def _refuse_surprise(self, fresh: Decision, *, ours: bool) -> None:
        """Do no more than the operator has seen and confirmed.

        A smaller change than planned is fine, and so is any that follows from an earlier attempt
        of ours.
        """
        if fresh.action in (Action.CONFLICT, Action.BLOCKED):
            raise StepError(f"{fresh.subject}: {fresh.reason}".removeprefix(": "), hint=PLAN_AGAIN)
        if not ours and not self._around.allow_replan and exceeds(fresh, self._planned):
            told = set(self._planned.diff)
            surprise = [line for line in fresh.diff if line not in told] or fresh.diff
            raise StepError(
                f"the cloud or this host changed since the plan: {self._step.title} was to "
                f"{self._planned.action}, now it would {fresh.action}:\n" + "\n".join(surprise),
                hint=PLAN_AGAIN,
            )


def exceeds(fresh: Decision, planned: Decision) -> bool:
    """Say whether a decision changes something the planned one did not show."""
    if not fresh.action.changes:
        return False
    if fresh.action is not planned.action:
        return True
    return fresh.action is Action.CHANGE and not set(fresh.diff) <= set(planned.diff)
