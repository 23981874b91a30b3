"""Carries out a plan: steps side by side where they allow it, told as events, all journaled.

How a run ends: ``done`` when every step finished; ``failed`` when one failed, after all steps
that do not need it were still carried out; ``interrupted`` when the operator asked to stop and
something was left undone.  A failed run ends with the exit code of its first error: 5 for a step,
6 when the cloud could not be reached or refused.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from queue import SimpleQueue

from octavia_wizard.core import steps as registry
from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.course import Surroundings
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.guard import first_secret
from octavia_wizard.core.engine.lines import RunKind
from octavia_wizard.core.engine.observe import Observer
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.runner import Ended, Runner, RunResult
from octavia_wizard.core.engine.session import header_for, open_session
from octavia_wizard.core.errors import BlockedError, UsageError
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Step

__all__ = ["RunResult", "run_plan"]


def run_plan(
    plan: Plan,
    effective: Effective,
    facts: Facts,
    cloud: Cloud | None,
    place: DeploymentPlace,
    emit: Callable[[Event], None],
    cancel: threading.Event,
    *,
    answers_document: Mapping[str, object],
    read_host: Callable[[], HostFacts],
    command: str,
    steps: Sequence[Step] | None = None,
    max_workers: int = 4,
    allow_replan: bool = False,
    resumes: str | None = None,
    policy: RetryPolicy | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> RunResult:
    """Carry out a plan the operator has confirmed; ``emit`` is called from this thread only.

    Each step looks afresh and decides again.  What an interrupted run of this deployment left
    pending is taken up first, whether or not this run ``resumes`` it.  A step that would now do
    more than the plan showed fails, unless ``allow_replan``.

    Raises BlockedError for a plan with conflicts, UsageError for answers that hold a secret,
    LockedError, and FileError when the journal cannot be begun; nothing was done then.  What goes
    wrong in a step is in the result; only a bug is raised, after the run has ended in good order.
    """
    _refuse(plan, answers_document)
    header = replace(
        header_for(RunKind.RUN, command, effective, facts),
        answers=answers_document,
        only=plan.only,
        skip=plan.skip,
        resumes=resumes,
        steps=tuple((item.step, item.action.value) for item in plan.items),
    )
    with open_session(place, header) as session:
        messages: SimpleQueue[Event | Ended] = SimpleQueue()
        around = Surroundings(
            effective=effective,
            observer=Observer(facts, cloud, read_host),
            cloud=cloud,
            journal=session.journal,
            backup_dir=session.backup_dir,
            cancel=cancel,
            emit=messages.put,
            policy=policy or RetryPolicy(),
            clock=clock,
            allow_replan=allow_replan,
        )
        by_id = {step.id: step for step in (registry.known() if steps is None else steps)}
        return Runner(plan, by_id, around, session, messages, emit, max_workers).carry_out()


def _refuse(plan: Plan, answers_document: Mapping[str, object]) -> None:
    if plan.obstacles:
        lines = [
            f"{item.title}: {item.action}: {item.decision.subject} {item.decision.reason}".rstrip()
            for item in plan.obstacles
        ]
        raise BlockedError(
            "the plan cannot be carried out:\n" + "\n".join(lines),
            hint="mend what each line names, or answer so that what is there is adopted",
        )
    key = first_secret(answers_document)
    if key is not None:
        raise UsageError(
            f"the answer to {key} looks like a secret, which answers may not hold",
            hint="put it into one of the user_secrets*.yml files of the deploy directory",
        )
