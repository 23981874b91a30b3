"""Work on the images of a cloud: judge what was found about them, run, tell what comes next."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from octavia_wizard.commands.errands import carry_out_errand
from octavia_wizard.commands.flow import blocked, where
from octavia_wizard.commands.image_asking import image_findings
from octavia_wizard.commands.invocation import Invocation
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.engine.plan import Plan
    from octavia_wizard.core.engine.resume import Resumable
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.lifecycle.model import Errand, Failover
    from octavia_wizard.core.session import Session


_AIMS = {
    "status": "tells how the images stand",
    "rollback": "goes back to the former image",
}


def run_errand(invocation: Invocation, errand: Errand, *, yes: bool) -> Result:
    """Show a plan about images, ask, run it, and show what comes next.

    Raises BlockedError for what stands in the way, and what made the run fail.
    """
    from octavia_wizard.output.image_status import kept_result

    if errand.kept:
        invocation.output.show(kept_result(errand.kept))
    return run_image(invocation, errand.session, errand.plan, errand.command, yes=yes)


def resume_image(invocation: Invocation, run: Resumable, answers: Answers, *, yes: bool) -> Result:
    """Go on with such a run; the answers of the deployment stay as they are."""
    from octavia_wizard.commands.image_asking import look_at_images, require_image_answers
    from octavia_wizard.core.interview import begin

    session = begin(invocation.options(answers), answers, keep_saved=False).session
    invocation.output.say(f"going on with run {run.run_id} ({run.command}), {run.status}")
    look_at_images(invocation, session, f"run {run.run_id}")
    require_image_answers(session, f"run {run.run_id}")
    plan = session.plan(run.only, run.skip)
    return run_image(invocation, session, plan, run.command, yes=yes, resumes=run.run_id)


def run_image(
    invocation: Invocation,
    session: Session,
    plan: Plan,
    command: str,
    *,
    yes: bool,
    resumes: str | None = None,
) -> Result:
    """Do the same for a plan of a session."""

    def ending(result: RunResult) -> Result:
        return _ended(invocation, session, plan, result)

    _judge(invocation, session, plan)
    return carry_out_errand(invocation, session, plan, command, ending, yes=yes, resumes=resumes)


def _ended(invocation: Invocation, session: Session, plan: Plan, result: RunResult) -> Result:
    from octavia_wizard.output.image_status import changed_result

    failovers, advice, has_former = _prospects(invocation, session)
    return changed_result(
        f"Done in {result.elapsed:.0f} s on {where(session)}.",
        {"run": result.run_id, "journal": str(result.journal)},
        failovers,
        advice,
        tuple((_image(invocation, verb), _AIMS[verb]) for verb in _verbs(plan, has_former)),
    )


def _verbs(plan: Plan, has_former: bool) -> tuple[str, ...]:
    """Return the verbs that may be of use after a plan."""
    brought = any(item.step == "image" and item.action.changes for item in plan.items)
    return ("status", "rollback") if brought and has_former else ("status",)


def know_file(invocation: Invocation, session: Session) -> None:
    """Hash the file that is to be uploaded, where it is not known yet, so that the plan is true.

    By its size alone it could be taken for the image that is there. Raises FileError.
    """
    from octavia_wizard.core.errors import FileError
    from octavia_wizard.core.image.hashes import hashes, recall, remember, stamp
    from octavia_wizard.core.questions.paths import absolute

    effective = session.effective
    told = effective.maybe_text("image.path")
    if told is None or not effective.chosen("image.source", "file"):
        return
    path = absolute(told)
    if not path.is_file() or recall(path) is not None:
        return
    with invocation.output.busy(f"hashing {path}…"):
        taken = stamp(path)
        digests = hashes(path)
        with suppress(FileError):
            remember(path, digests, taken)


def _judge(invocation: Invocation, session: Session, plan: Plan) -> None:
    """Show what was found about the image; raises BlockedError for what stands in the way.

    What says something against a build alone does not matter where none is begun.
    """
    from octavia_wizard.core.steps.base import Action
    from octavia_wizard.output.plans import findings_result

    planned = {item.step: item.action for item in plan.items}
    quiet = (Action.KEEP, Action.SKIP)
    if planned.get("image", Action.SKIP) in quiet and planned.get("image_file") in quiet:
        return
    builds = planned.get("image_file") is Action.RUN
    found = [f for f in image_findings(session) if builds or not f.id.startswith("image-build-")]
    if found:
        invocation.output.show(findings_result(found, session.answers.accept))
    if any(finding in found for finding in session.blocking):
        raise blocked(session, [f.id for f in session.findings if f not in found])


def _prospects(invocation: Invocation, session: Session) -> tuple[tuple[Failover, ...], str, bool]:
    """Return how amphorae come to the image, what to heed, and whether one can go back."""
    from octavia_wizard.core.errors import WizardError
    from octavia_wizard.core.lifecycle.failover import ONE_BY_ONE, failover_commands
    from octavia_wizard.core.lifecycle.status import image_status

    try:
        status = image_status(session)
        return failover_commands(status), ONE_BY_ONE, bool(status.former)
    except WizardError as error:
        invocation.output.say(f"note: the amphorae could not be read: {error.message}")
        return (), "", False


def _image(invocation: Invocation, verb: str) -> str:
    return command_line(
        "image", verb, deploy_dir=invocation.deploy_dir, rehearse=invocation.rehearse
    )
