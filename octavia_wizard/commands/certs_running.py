"""What the verbs that renew and replace certificates share: open, run, tell what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from octavia_wizard.commands.errands import carry_out_errand, show_errand
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.opening import THIS_DEPLOYMENT, open_session, require_sections
from octavia_wizard.commands.running import refuse_obstacles
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.engine.resume import Resumable
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.lifecycle.model import Errand
    from octavia_wizard.core.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def dry_run_option(function: F) -> F:
    """Add the option that only shows the plan."""
    return click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")(
        function
    )


def opened(
    invocation: Invocation,
    preset: str | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
) -> Session:
    """Open a session whose certificates are answered; raises UsageError and PresetError."""
    from octavia_wizard.core.interview import require_deploy_dir

    require_deploy_dir(invocation.deploy_dir)
    session = open_session(invocation, preset, settings, accept)
    require_sections(session, preset or THIS_DEPLOYMENT, ("certificates",))
    return session


def carry_out(
    invocation: Invocation,
    errand: Errand,
    preset: str | None,
    *,
    yes: bool,
    dry_run: bool = False,
    resumes: str | None = None,
) -> Result:
    """Show, ask, run; then tell how the change comes to the controllers."""
    from octavia_wizard.output.certificate_errands import planned_result

    session, former = errand.session, _marks(errand.session)

    def ending(result: RunResult) -> Result:
        return _ended(errand, preset, former, result)

    if dry_run:
        show_errand(invocation, session, errand.plan)
        refuse_obstacles(errand.plan)
        return planned_result(len(errand.plan.changes))
    return carry_out_errand(
        invocation,
        session,
        errand.plan,
        errand.command,
        ending,
        yes=yes,
        resumes=resumes,
        question=_question(errand),
    )


def _question(errand: Errand) -> str:
    """Ask for the approvals too, where any goes over to a new certificate."""
    from octavia_wizard.core.steps.client_renewal import GOES_OVER

    lines = [line for item in errand.plan.changes for line in item.decision.diff]
    if not any(GOES_OVER in line for line in lines):
        return ""
    return "Make this change, and approve the new fingerprints in the place of the former?"


def _ended(
    errand: Errand, preset: str | None, former: Mapping[str, str], result: RunResult
) -> Result:
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.lifecycle.renewal import after_renewal
    from octavia_wizard.core.lifecycle.rollover import rollover_plan
    from octavia_wizard.core.steps.ca_rollover import ROLLOVER, aim_of
    from octavia_wizard.output.certificate_errands import advanced_result, renewed_result

    session = errand.session
    # A clouds.yaml that cannot be read was told of in the beginning; the files are changed now.
    with suppress(UsageError):
        session.read_host()
    new = {pem: mark for pem, mark in _marks(session).items() if former.get(pem) != mark}
    replaced = {former[pem]: mark for pem, mark in new.items() if pem in former}
    lines = _to_approve(preset, replaced)
    told = session.effective.maybe_text(ROLLOVER)
    if told is None:
        return renewed_result(session.effective, result, after_renewal(session), lines)
    side, stage = aim_of(told)
    plan = rollover_plan(session, side)
    return advanced_result(plan, stage, result, lines)


def _marks(session: Session) -> dict[str, str]:
    """Return the fingerprints of the certificates that are there, by what each is."""
    from octavia_wizard.core.pki.approval import fingerprints_of

    return dict(fingerprints_of(session.effective))


def _to_approve(preset: str | None, replaced: Mapping[str, str]) -> tuple[str, ...]:
    """Return what has to be changed in a preset of the operator's, which is never written to."""
    from octavia_wizard.core.questions.paths import load_named
    from octavia_wizard.core.steps.approved import KEY

    if preset is None:
        return ()
    found = load_named(preset).values.get(KEY)
    approved = found if isinstance(found, list | tuple) else ()
    return tuple(
        f"in {preset}, {KEY}: {new} instead of {old}"
        for old, new in replaced.items()
        if old in approved
    )


def resume_certs(invocation: Invocation, run: Resumable, answers: Answers, *, yes: bool) -> Result:
    """Go on with such a run; the answers of the deployment stay as they are."""
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.lifecycle.model import Errand

    session = begin(invocation.options(answers), answers, keep_saved=False).session
    invocation.output.say(f"going on with run {run.run_id} ({run.command}), {run.status}")
    require_sections(session, f"run {run.run_id}", ("certificates",))
    errand = Errand(session, session.plan(run.only, run.skip), run.command)
    return carry_out(invocation, errand, None, yes=yes, resumes=run.run_id)
