"""The verb that uploads the amphora image alone."""

from __future__ import annotations

from pathlib import Path

import click

from octavia_wizard.commands.flow import answer_options
from octavia_wizard.commands.image_asking import (
    file_option,
    look_at_images,
    require_image_answers,
    session_to_upload,
)
from octavia_wizard.commands.image_running import know_file, run_image
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.commands.opening import THIS_DEPLOYMENT, maybe_preset_argument
from octavia_wizard.commands.running import yes_option
from octavia_wizard.output.model import Result


@click.command()
@maybe_preset_argument
@file_option
@answer_options
@yes_option
@cloud_options
@verb
def upload(
    invocation: Invocation,
    preset: str | None,
    file: Path | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Bring the amphora image into Glance and give it the tag Octavia looks for.

    This is the image step of 'replay' alone: what PRESET, or else the answers of this deployment,
    say of the image is done, so that it is built or downloaded first where they want that. With
    --file that file is uploaded. The tag is given when Glance has verified the image. Where
    another image has the tag, set image.replace, or use 'image rotate'.

    \b
    Examples:
      octavia-wizard image upload site.yml
      octavia-wizard image upload --file ./amphora-x64-haproxy.qcow2 --cloud prod
      octavia-wizard image upload site.yml --yes --format json

    Ends with 0 also when the image is there already.
    """
    from octavia_wizard.core.interview import require_deploy_dir

    require_deploy_dir(invocation.deploy_dir)
    session = session_to_upload(invocation, preset, settings, accept, file)
    name = preset or THIS_DEPLOYMENT
    look_at_images(invocation, session, name)
    require_image_answers(session, name)
    know_file(invocation, session)
    plan = session.plan(("image",))
    return run_image(invocation, session, plan, _command(preset, file), yes=yes)


def _command(preset: str | None, file: Path | None) -> str:
    words = ("image upload", preset or "", f"--file {file}" if file is not None else "")
    return " ".join(filter(None, words))
