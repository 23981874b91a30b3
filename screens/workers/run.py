"""Carries a run out with a session of the thread's own."""

from __future__ import annotations

from collections.abc import Callable

from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.interview import apply
from octavia_wizard.core.session import Session
from octavia_wizard.screens.run_model import RunModel

COMMAND = "octavia-wizard guide"


def carry_out(
    session: Session, model: RunModel, report: Callable[[Event], None]
) -> tuple[RunResult | None, WizardError | None]:
    """Run a plan that was confirmed; an error means that nothing was begun."""
    try:
        return (
            apply(
                session,
                model.plan,
                command=COMMAND,
                report=report,
                cancel=model.cancel,
                resumes=model.resumes,
            ),
            None,
        )
    except WizardError as error:
        return None, error
