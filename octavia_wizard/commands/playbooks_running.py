"""Running playbooks as an errand: open, look whether what they read is as planned, run, tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from octavia_wizard.commands.errands import carry_out_errand
from octavia_wizard.commands.flow import where
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.commands.opening import THIS_DEPLOYMENT, open_session, require_sections
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.engine.resume import Resumable
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.lifecycle.model import Errand
    from octavia_wizard.core.lifecycle.playbooks import RunOptions
    from octavia_wizard.core.session import Session

_SECTIONS = ("cloud", "deployment")
"""Without these it is not even known which playbooks there are."""


def opened(
    invocation: Invocation,
    preset: str | None,
    settings: Sequence[str] = (),
    accept: Sequence[str] = (),
) -> Session:
    """Open a session of a deployment, and read the cloud where its answers work on one.

    Raises UsageError and PresetError. A cloud that cannot be read is told, and is no hindrance:
    a playbook may be just what brings it back.
    """
    from octavia_wizard.core.interview import require_deploy_dir

    require_deploy_dir(invocation.deploy_dir)
    session = open_session(invocation, preset, settings, accept)
    require_sections(session, preset or THIS_DEPLOYMENT, _SECTIONS)
    _look_at_cloud(invocation, session)
    return session


def run_playbooks(
    invocation: Invocation,
    session: Session,
    names: Sequence[str],
    options: RunOptions,
    *,
    whole: bool,
    yes: bool,
) -> Result:
    """Run these playbooks, or those that are due; raises what stands in the way."""
    from octavia_wizard.core.lifecycle.playbook_standing import due_playbooks
    from octavia_wizard.core.lifecycle.playbooks import playbooks_errand, require_the_needed

    wanted = tuple(names) or due_playbooks(session)
    if not wanted:
        return _nothing_due(session)
    errand = playbooks_errand(session, wanted, options, whole=whole)
    if session.facts.cloud is not None or not session.works_live:
        # Without its cloud, what is in the files cannot be told from what should be.
        require_the_needed(session, errand.plan.only)
    return _carry_out(invocation, errand, yes=yes)


def resume_playbooks(
    invocation: Invocation, run: Resumable, answers: Answers, *, yes: bool
) -> Result:
    """Go on with such a run, or follow its playbook; the deployment's answers stay as they are."""
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.lifecycle.model import Errand
    from octavia_wizard.core.lifecycle.playbooks import reduced_plan

    session = begin(invocation.options(answers), answers, keep_saved=False).session
    invocation.output.say(f"going on with run {run.run_id} ({run.command}), {run.status}")
    require_sections(session, f"run {run.run_id}", _SECTIONS)
    _look_at_cloud(invocation, session)
    errand = Errand(session, reduced_plan(session, run.only), run.command)
    return _carry_out(invocation, errand, yes=yes, resumes=run.run_id)


def _look_at_cloud(invocation: Invocation, session: Session) -> None:
    from octavia_wizard.core.interview import look_at_cloud

    with invocation.output.busy("reading the cloud…"):
        error = look_at_cloud(session)
    if error is not None:
        invocation.output.say(f"note: the cloud could not be read: {error.message}")
        # What was read of it in part would be taken for all of it.
        session.forget_cloud()


def _carry_out(
    invocation: Invocation, errand: Errand, *, yes: bool, resumes: str | None = None
) -> Result:
    session = errand.session
    count = len(errand.plan.changes)

    def ending(result: RunResult) -> Result:
        return _ended(errand, result)

    return carry_out_errand(
        invocation,
        session,
        errand.plan,
        errand.command,
        ending,
        yes=yes,
        resumes=resumes,
        question=f"Run {'this playbook' if count == 1 else f'these {count} playbooks'}?",
    )


def _ended(errand: Errand, result: RunResult) -> Result:
    from octavia_wizard.core.lifecycle.playbook_standing import newest_run, purposes_of
    from octavia_wizard.output.playbooks import ran_result

    session = errand.session
    runs = session.look_at_host().playbook_runs
    found = [newest_run(runs, purpose) for purpose in purposes_of(errand.plan.only)]
    ran = [run for run in found if run is not None]
    trial = any(run.is_trial for run in ran)
    summary = f"Done in {result.elapsed:.0f} s on {where(session)}."
    if trial:
        summary += " It was tried only: nothing was changed (--check)."
    ways = [(session.command_line("runbook"), "writes it into the runbook")]
    if session.works_live and not trial:
        ways.insert(0, (session.command_line("verify"), "proves that all of it works"))
    run = {"run": result.run_id, "journal": str(result.journal), "trial": trial}
    return ran_result(summary, run, ran, ways)


def _nothing_due(session: Session) -> Result:
    text = (
        "Nothing to do: no playbook is due. One that is named is run all the same: "
        f"{session.command_line('playbooks', 'run', 'NAME')}"
    )
    document = {"changes": 0, "where": where(session), "message": text}
    return Result("converged", (document,), lambda paper: paper.prose(text))
