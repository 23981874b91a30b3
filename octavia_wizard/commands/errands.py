"""Runs of day two, whatever they are about: show the plan, ask, run, tell what comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from octavia_wizard.commands.flow import where
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.running import asked_for, carry_out, nothing_to_do, refuse_obstacles
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.engine.plan import Plan
    from octavia_wizard.core.engine.resume import Resumable
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.session import Session


def carry_out_errand(
    invocation: Invocation,
    session: Session,
    plan: Plan,
    command: str,
    ending: Callable[[RunResult], Result],
    *,
    yes: bool,
    resumes: str | None = None,
    question: str = "",
) -> Result:
    """Show a plan, ask, run it, and return what ``ending`` makes of the run.

    Raises BlockedError for what stands in the way, and what made the run fail.
    """
    shown = show_errand(invocation, session, plan)
    refuse_obstacles(plan)
    if not plan.has_changes and resumes is None:
        return nothing_to_do(session, shown)
    # What is resumed without changes is run all the same: the journal must tell of its end.
    yes = yes or not plan.has_changes
    result = carry_out(
        invocation, session, plan, command, yes=yes, resumes=resumes, question=question
    )
    return ending(result)


def show_errand(invocation: Invocation, session: Session, plan: Plan) -> Plan:
    """Show what a plan would do, without the steps that were not asked for; return it so."""
    from octavia_wizard.output.plans import plan_result

    shown = asked_for(plan)
    if plan.obstacles or plan.has_changes:
        invocation.output.show(plan_result(shown, where(session), verbose=invocation.verbose))
    return shown


def resume_errand(invocation: Invocation, run: Resumable, answers: Answers, *, yes: bool) -> Result:
    """Go on with a run of day two; the answers of the deployment stay as they are."""
    if run.command.startswith("certs "):
        from octavia_wizard.commands.certs_running import resume_certs

        return resume_certs(invocation, run, answers, yes=yes)
    if run.command.startswith("playbooks "):
        from octavia_wizard.commands.playbooks_running import resume_playbooks

        return resume_playbooks(invocation, run, answers, yes=yes)
    if run.command.startswith("verify"):
        from octavia_wizard.commands.verify import resume_verify

        return resume_verify(invocation, run, answers)
    from octavia_wizard.commands.image_running import resume_image

    return resume_image(invocation, run, answers, yes=yes)
