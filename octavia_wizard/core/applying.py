"""A plan of a session, carried out on the cloud and the host of that session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.engine.run import RunResult, run_plan
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Step


def run_in_session(
    session: Session,
    plan: Plan,
    *,
    command: str,
    report: Callable[[Event], None],
    cancel: threading.Event,
    resumes: str | None = None,
    steps: Sequence[Step] | None = None,
) -> RunResult:
    """Run a plan, of all known steps unless some are given; raises as ``run_plan`` does.

    Also a CloudError of the first connection, before anything was done.
    """
    cloud = session.connect() if session.facts.cloud is not None else None
    if cloud is not None:
        cloud.cancel = cancel
    return run_plan(
        plan,
        session.effective,
        session.facts,
        cloud,
        session.place,
        report,
        cancel,
        answers_document=session.answers_document(),
        read_host=session.look_at_host,
        command=command,
        steps=steps,
        resumes=resumes,
    )
