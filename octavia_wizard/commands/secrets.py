"""The verbs about secrets: which there are, and how they come to another host."""

from __future__ import annotations

import click

from octavia_wizard.commands.invocation import voice_options
from octavia_wizard.commands.opening import Verbs
from octavia_wizard.commands.secrets_export import export
from octavia_wizard.commands.secrets_import import import_
from octavia_wizard.commands.secrets_showing import show


@click.group(cls=Verbs)
@voice_options
def secrets() -> None:
    """Show which secrets a deployment needs, and carry them to another host.

    A secret is a password or passphrase in one of the user_secrets files. None is ever shown.

    \b
    Examples:
      octavia-wizard secrets show                      what is there, what is missing
      octavia-wizard secrets export --out octavia.age  all of it, sealed by a passphrase
      octavia-wizard secrets import octavia.age        what this host lacks of it
    """


for _verb in (show, export, import_):
    secrets.add_command(_verb)
