"""The verbs of day two: how the images stand, a new one, back to a former one, old ones away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import answer_options, where
from octavia_wizard.commands.image_asking import file_option, look_at_images, require_image_answers
from octavia_wizard.commands.image_running import know_file, run_errand
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.commands.opening import THIS_DEPLOYMENT, maybe_preset_argument, open_session
from octavia_wizard.commands.running import yes_option
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.session import Session

KEEP = "image.keep"


@click.command()
@maybe_preset_argument
@cloud_options
@verb
def status(invocation: Invocation, preset: str | None) -> Result:
    """Tell how the amphora images of the cloud stand; nothing is changed.

    Which one Octavia boots now, how old it is, what it was built from and whether that matches
    the release, how many amphorae run it, which former ones can be gone back to, and which load
    balancers still run another. Tag and owner are those of PRESET, else of this deployment.

    \b
    Examples:
      octavia-wizard image status
      octavia-wizard image status site.yml --cloud prod --format json
    """
    from octavia_wizard.core.lifecycle.failover import failover_commands
    from octavia_wizard.core.lifecycle.status import image_status
    from octavia_wizard.output.image_status import status_result

    session = _on_cloud(invocation, preset)
    with invocation.output.busy("reading images and amphorae…"):
        found = image_status(session)
    return status_result(found, failover_commands(found), where(session))


@click.command()
@maybe_preset_argument
@file_option
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help="How many former images stay in Glance; the older ones are deleted afterwards. "
    "[default: image.keep, where it is answered; else none is deleted]",
)
@answer_options
@yes_option
@cloud_options
@verb
def rotate(
    invocation: Invocation,
    preset: str | None,
    file: Path | None,
    keep: int | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Put a new image in the place of the one Octavia boots now.

    The image is built anew, downloaded, or taken from --file; it is uploaded, and gets the tag
    when Glance has verified it, so that Octavia finds exactly one at any time. The former one
    stays, for 'image rollback'. Amphorae that run go on with their image until they are failed
    over: the commands for that are shown at the end.

    \b
    Examples:
      octavia-wizard image rotate site.yml
      octavia-wizard image rotate --file ./amphora-x64-haproxy.qcow2 --keep 2
      octavia-wizard image rotate site.yml --yes --format json

    'octavia-wizard resume' goes on with it after an interruption, 'octavia-wizard undo' takes it
    back.
    """
    from octavia_wizard.core.lifecycle.rotation import rotation_plan

    session = _on_cloud(invocation, preset, settings, accept, keep)
    path = file.absolute() if file is not None else None
    # What is planned depends on what is in the file, which is known once it was hashed.
    know_file(invocation, rotation_plan(session, file=path).session)
    errand = rotation_plan(session, file=path)
    require_image_answers(errand.session, preset or THIS_DEPLOYMENT)
    result = run_errand(invocation, errand, yes=yes)
    if KEEP not in session.answers:
        return result
    return _keep_no_more(invocation, preset, session.answers, result, yes=yes)


@click.command()
@click.argument("image_id", metavar="[ID]", required=False)
@answer_options
@yes_option
@cloud_options
@verb
def rollback(
    invocation: Invocation,
    image_id: str | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Go back to a former image: it gets the tag again, and the present one loses it.

    ID is the id or name of one of the former images of 'image status'; without it the one that
    was replaced last is taken.

    \b
    Examples:
      octavia-wizard image rollback
      octavia-wizard image rollback 5f0c2a31 --yes
    """
    from octavia_wizard.core.lifecycle.rollback import rollback_plan

    session = _on_cloud(invocation, None, settings, accept)
    return run_errand(invocation, rollback_plan(session, image_id), yes=yes)


@click.command()
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help="How many former images stay.  [default: image.keep of the answers]",
)
@answer_options
@yes_option
@cloud_options
@verb
def prune(
    invocation: Invocation,
    keep: int | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Delete former images that octavia-wizard uploaded and nothing runs any more.

    The newest of them stay, to go back to. What amphorae still run is not deleted, nor what
    others uploaded. This cannot be undone: the images are gone.

    \b
    Examples:
      octavia-wizard image prune
      octavia-wizard image prune --keep 0 --yes
    """
    from octavia_wizard.core.lifecycle.prune import prune_plan

    session = _on_cloud(invocation, None, settings, accept)
    return run_errand(invocation, prune_plan(session, keep), yes=yes)


def _keep_no_more(
    invocation: Invocation, preset: str | None, answers: Answers, result: Result, *, yes: bool
) -> Result:
    """After a rotation, delete the former images beyond those to be kept, in a run of its own.

    What stands in the way of that is told, and is no fault of the rotation.
    """
    from octavia_wizard.core.lifecycle.prune import prune_plan

    session = _on_cloud(invocation, preset)
    session.answers = answers
    errand = prune_plan(session)
    for item in errand.plan.obstacles:
        invocation.output.say(f"note: no former image is deleted: {item.decision.reason}")
    if errand.plan.obstacles or not errand.plan.has_changes:
        return result
    invocation.output.show(result)
    return run_errand(invocation, errand, yes=yes)


def _on_cloud(
    invocation: Invocation,
    preset: str | None,
    settings: tuple[str, ...] = (),
    accept: tuple[str, ...] = (),
    keep: int | None = None,
) -> Session:
    """Open a session and read the cloud; raises UsageError where the answers have none."""
    from octavia_wizard.core.errors import UsageError

    session = open_session(invocation, preset, settings, accept)
    if not session.works_live:
        raise UsageError(
            "these answers work on files only, and images are in a cloud",
            hint="name the cloud with --cloud and --set cloud.mode=live",
        )
    if keep is not None:
        session.answers = session.answers.with_value(KEEP, keep)
    look_at_images(invocation, session, preset or THIS_DEPLOYMENT)
    return session
