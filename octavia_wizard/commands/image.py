"""The verbs about the amphora image: build it, upload it, keep it fresh."""

from __future__ import annotations

import click

from octavia_wizard.commands.image_build import build
from octavia_wizard.commands.image_builds import builds, cancel, clean
from octavia_wizard.commands.image_rotation import prune, rollback, rotate, status
from octavia_wizard.commands.image_upload import upload
from octavia_wizard.commands.invocation import voice_options
from octavia_wizard.commands.opening import Verbs


@click.group(cls=Verbs)
@voice_options
def image() -> None:
    """Build the amphora image, upload it, and keep it fresh.

    A build is a process of its own: it goes on when the terminal is lost, and 'image builds'
    finds it again. One that is begun again while it goes on is followed, not begun twice.

    \b
    Examples:
      octavia-wizard image build --dry-run            what would be built, and how
      octavia-wizard image build site.yml             the image a preset describes
      octavia-wizard image upload --file ./amphora.qcow2
      octavia-wizard image status                     is the image of the cloud still fresh?
      octavia-wizard image rotate site.yml            a new one, and the former one kept
    """


for _verb in (build, builds, cancel, clean, upload, status, rotate, rollback, prune):
    image.add_command(_verb)
