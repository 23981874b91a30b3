"""The verbs about the amphora image: build it, upload it, keep it fresh."""

from __future__ import annotations

import click

from octavia_wizard.commands.image_build import build
from octavia_wizard.commands.image_builds import builds, cancel, clean
from octavia_wizard.commands.image_rotation import prune, rollback, rotate, status
from octavia_wizard.commands.image_upload import upload
from octavia_wizard.commands.invocation import voice_options


class _Verbs(click.Group):
    """A group that lists its verbs with the whole of what each does."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first paragraph of the help of each verb."""
        rows = [
            (name, " ".join((verb.help or "").partition("\n\n")[0].split()))
            for name, verb in self.commands.items()
        ]
        with formatter.section("Verbs"):
            formatter.write_dl(rows)


@click.group(cls=_Verbs)
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
