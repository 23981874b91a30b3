"""The command line: verbs by name, loaded when they are called."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Mapping
from typing import Any

import click

from octavia_wizard import __version__
from octavia_wizard.commands.edge import ending
from octavia_wizard.commands.invocation import cloud_options

PROGRAM = "octavia-wizard"

VERBS: Mapping[str, tuple[str, str]] = {
    "guide": ("guide", "Ask everything, show what follows, apply it (the default)."),
    "plan": ("plan", "Show what a preset would do; change nothing."),
    "replay": ("replay", "Do what a preset says."),
    "import": ("importing", "Take over an Octavia that runs, as a preset that changes nothing."),
    "emit": ("emit", "Write the files of a preset into a directory."),
    "check": ("check", "Check a preset without a cloud."),
    "resume": ("history", "Go on with a run that did not come to its end."),
    "undo": ("history", "Take back what was made here."),
    "status": ("history", "Tell what was run here and what is to be done."),
    "runbook": ("runbook", "Write down anew what was made and run here, as a document to keep."),
    "verify": ("verify", "Prove that a deployment works, with a load balancer."),
    "image": ("image", "Build the amphora image, upload it, keep it fresh."),
    "certs": ("certs", "Show the certificates that are deployed, and renew them in time."),
    "playbooks": ("playbooks", "Show which playbooks are due, run them, read their logs."),
    "secrets": ("secrets", "Show which secrets there are, carry them to another host."),
    "presets": ("presets", "List and show presets, and their JSON Schema."),
    "rehearse": ("rehearse", "Start and stop a real OpenStack on this machine to try things on."),
    "explain": ("explain", "Explain a question, a role variable or a finding."),
    "completion": ("completion", "Print the completion script of a shell."),
}
"""Verb to the module of ``octavia_wizard.commands`` that has it, and its line in the help."""

EXIT_CODES = """\b
Exit codes:
    0  done, or nothing to do
    2  the command line cannot be carried out
    3  a preset is invalid or incomplete
    4  blocked by findings or conflicts
    5  a step failed; 'octavia-wizard resume' goes on
    6  the cloud is unreachable or refused the credentials
    7  another run holds the lock of this deployment
    8  changes are pending (plan --detailed-exitcode), or due (certs show --check)
   70  a bug in octavia-wizard
  130  interrupted; 'octavia-wizard resume' goes on
"""


class Wizard(click.Group):
    """The group of all verbs; it knows their help without loading them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the verbs in the order an operator meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb; None for one there is not."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"octavia_wizard.commands.{VERBS[cmd_name][0]}")
        # PEP 8 spells a name that is a word of the language, such as import, with a "_" behind it.
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without loading any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, and end with the right exit code; ``standalone_mode`` is not heeded."""
        given: dict[str, Any] = {}
        extra |= {"standalone_mode": False, "obj": given}
        extra["prog_name"] = extra.get("prog_name") or PROGRAM
        run = super().main
        sys.exit(ending(lambda: run(*args, **extra), given))


@click.group(
    cls=Wizard,
    invoke_without_command=True,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@cloud_options
@click.option("--plain", is_flag=True, help="Ask by plain prompts; for guide, the default verb.")
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, plain: bool) -> None:
    """Bring up Octavia load balancing on an OpenStack-Ansible cloud.

    Without a verb the guided interview starts. Options may stand before or after the verb.

    \b
    Examples:
      octavia-wizard --rehearse                 try it on an OpenStack of your own
      octavia-wizard --cloud prod               the interview, for cloud prod
      octavia-wizard plan production-vlan       what a preset would do
      octavia-wizard replay site.yml --yes      do it without asking
    """
    if context.invoked_subcommand is None:
        from octavia_wizard.commands.guide import guide

        context.invoke(guide, plain=plain, preset=None)
    elif plain and context.invoked_subcommand != "guide":
        raise click.UsageError("--plain belongs to the guided interview")
    elif plain:
        context.find_root().ensure_object(dict)["plain"] = True


def main() -> None:
    """Run octavia-wizard."""
    cli.main()
