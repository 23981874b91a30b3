"""The verbs about runs of the past: go on with one, take one back, tell what was run."""

from __future__ import annotations

import shlex
import threading
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import (
    blocked,
    judge,
    look_around,
    only_of,
    require_answers,
    where,
)
from octavia_wizard.commands.invocation import Invocation, cloud_options, place_options, verb
from octavia_wizard.commands.running import (
    confirm_and_run,
    refuse_obstacles,
    require_consent,
    skip_option,
    yes_option,
)
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from octavia_wizard.core.engine.undo import UndoReport
    from octavia_wizard.core.errors import WizardError
    from octavia_wizard.core.places import DeploymentPlace
    from octavia_wizard.core.session import Session


@click.command()
@skip_option
@yes_option
@cloud_options
@verb
def resume(invocation: Invocation, skip: tuple[str, ...], yes: bool) -> Result:
    """Go on with the last run of this deployment, where it did not come to its end.

    The run's own answers are taken from its journal. What it was about to make when it ended is
    looked for first, so that nothing is made twice. A step that fails may be left out where that
    does no harm; the hand-over says how to do it later.

    \b
    Examples:
      octavia-wizard resume
      octavia-wizard resume --skip quotas
      octavia-wizard resume --yes --deploy-dir /srv/openstack_deploy

    Ends with 0 also when there is nothing to resume.
    """
    from octavia_wizard.core.engine.lock import require_free
    from octavia_wizard.core.engine.resume import resumable
    from octavia_wizard.core.interview import answers_of_run, begin
    from octavia_wizard.core.places import DeploymentPlace
    from octavia_wizard.output.plans import plan_result

    place = DeploymentPlace.of(invocation.deploy_dir)
    require_free(place, invocation.deploy_dir)
    run = resumable(place)
    if run is None:
        text = "Nothing to resume: the last run came to its end."
        return _said(invocation, "resume", " ".join((text, *_at_work(invocation, place))))
    answers = answers_of_run(run)
    if run.command.startswith("secrets import"):
        raise _needs_its_bundle(invocation, run.command)
    if run.is_errand:
        from octavia_wizard.commands.errands import resume_errand

        return resume_errand(invocation, run, answers, yes=yes)
    session = begin(invocation.options(answers), answers, keep_saved=False).session
    invocation.output.say(f"going on with run {run.run_id} ({run.command}), {run.status}")
    look_around(invocation, session, f"run {run.run_id}")
    require_answers(session, f"run {run.run_id}")
    if not judge(invocation, session):
        raise blocked(session)
    plan = session.plan(run.only, (*run.skip, *only_of(skip)))
    invocation.output.show(plan_result(plan, where(session), verbose=invocation.verbose))
    refuse_obstacles(plan)
    # Without changes it is run all the same, so that the journal tells that it came to its end.
    yes = yes or not plan.has_changes
    command = f"resume {run.run_id}"
    return confirm_and_run(invocation, session, plan, command, yes=yes, resumes=run.run_id)


def _at_work(invocation: Invocation, place: DeploymentPlace) -> Iterator[str]:
    """Tell which playbooks go on though no run is there to be resumed, and how to follow them."""
    from octavia_wizard.core.playbooks.runs import running

    for run in running(place.playbooks):
        follow = command_line(
            "playbooks", "run", run.purpose, deploy_dir=invocation.deploy_dir,
            rehearse=invocation.rehearse,
        )  # fmt: skip
        yield f"The playbook {run.purpose}, begun {run.started}, goes on: {follow} follows it."


def _needs_its_bundle(invocation: Invocation, command: str) -> WizardError:
    from octavia_wizard.core.errors import UsageError

    again = command_line(
        *shlex.split(command), deploy_dir=invocation.deploy_dir, rehearse=invocation.rehearse
    )
    return UsageError(
        "the last run took secrets from a bundle, which was never kept here",
        hint=f"{again} goes on with it",
    )


@click.command()
@click.option("--run", "run_id", metavar="ID", help="Only what this run made.")
@yes_option
@cloud_options
@verb
def undo(invocation: Invocation, run_id: str | None, yes: bool) -> Result:
    """Take back what octavia-wizard made in this deployment, the newest first.

    Only what the journals name is touched, and only while it still looks as it was left. What was
    adopted stays. Files are put back from their backups.

    \b
    Examples:
      octavia-wizard undo
      octavia-wizard undo --run 0003-20260101T120000Z --yes

    Ends with 5 when something is left, and lists it.
    """
    from octavia_wizard.core.engine.lock import require_free
    from octavia_wizard.core.engine.undo import run_meanwhile, undo_plan
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.core.places import DeploymentPlace
    from octavia_wizard.output.pasts import standing_result, undone_result

    place = DeploymentPlace.of(invocation.deploy_dir)
    require_free(place, invocation.deploy_dir)
    standing = undo_plan(place, run_id)
    if not standing:
        where = invocation.deploy_dir
        require_deploy_dir(where)
        return _said(invocation, "undo", f"Nothing to undo: nothing of ours is at {where}.")
    invocation.output.show(standing_result(standing, invocation.deploy_dir))
    ran = run_meanwhile(place, standing)
    if ran:
        invocation.output.say(
            f"note: what playbooks did on the hosts since is not taken back: {', '.join(ran)}. The "
            "controllers go on with the settings and certificates they were given"
        )
    require_consent(invocation, f"Take back these {len(standing)} things?", yes=yes)
    session = _session_of_last(invocation)
    if any(_in_cloud(entry.origin.cloud) for entry in standing):
        look_around(invocation, session, "undo")
    report = _undo(invocation, session, run_id)
    result = undone_result(report)
    if report.error is not None:
        invocation.output.show(result)
        raise report.error
    return result


def _in_cloud(name: str | None) -> bool:
    return name is not None


def _undo(invocation: Invocation, session: Session, run_id: str | None) -> UndoReport:
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.core.engine.undo import undo

    cancel = threading.Event()
    with stop_on_signals(cancel), invocation.output.follow() as report:
        return undo(
            session.place,
            session.effective,
            session.facts,
            session.connect() if session.facts.cloud else None,
            report,
            cancel,
            read_host=session.look_at_host,
            command="undo" if run_id is None else f"undo --run {run_id}",
            only_run=run_id,
        )


def _session_of_last(invocation: Invocation) -> Session:
    """Open a session with the answers, cloud and region of the last run that has any."""
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.answers.document import Document
    from octavia_wizard.core.answers.load import answers_of
    from octavia_wizard.core.engine.ledger import Ledger
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.places import DeploymentPlace

    answers = Answers()
    for run in reversed(Ledger.read(DeploymentPlace.of(invocation.deploy_dir)).runs):
        if run.header.answers:
            answers = answers_of(Document(f"run {run.header.run_id}", dict(run.header.answers)))
            break
    return begin(invocation.options(answers), answers, keep_saved=False).session


@click.command()
@place_options
@verb
def status(invocation: Invocation) -> Result:
    """Tell what was run in this deployment, what is there because of it, and what to do next.

    No cloud is contacted.

    \b
    Examples:
      octavia-wizard status
      octavia-wizard status --deploy-dir /srv/openstack_deploy --format json
    """
    from octavia_wizard.core.places import DeploymentPlace
    from octavia_wizard.output.pasts import status_result

    return status_result(DeploymentPlace.of(invocation.deploy_dir), invocation.deploy_dir)


def _said(invocation: Invocation, kind: str, text: str) -> Result:
    document = {"changes": 0, "message": text}
    return Result(kind, (document,), lambda paper: paper.line(text))
