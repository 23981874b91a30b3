"""The verbs about playbooks: which are due, run them, what one wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import answer_options, complete_preset, where
from octavia_wizard.commands.invocation import (
    Invocation,
    cloud_options,
    place_options,
    verb,
    voice_options,
)
from octavia_wizard.commands.opening import Verbs, maybe_preset_argument
from octavia_wizard.commands.playbooks_running import opened, run_playbooks
from octavia_wizard.commands.running import yes_option
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.playbooks.record import PlaybookRun

_NAMES = ("containers", "neutron", "octavia", "haproxy", "lbaas", "quotas", "horizon")
"""Those of all releases; which of them there are depends on the release."""
_LINES = 40


@click.group(cls=Verbs)
@voice_options
def playbooks() -> None:
    """Show which playbooks are due, run them, and read what they wrote.

    A playbook is a process of its own: it goes on when the terminal is lost, and 'octavia-wizard
    resume' follows it again. Ctrl-C ends it.

    \b
    Examples:
      octavia-wizard playbooks list                      what is due, and when each ran last
      octavia-wizard playbooks run                       those that are due
      octavia-wizard playbooks run octavia --check       try it; nothing is changed
      octavia-wizard playbooks run octavia --limit infra1_octavia_server_container-3c0ffee1
      octavia-wizard playbooks log octavia --failures    what went wrong, and which file to look at
    """


def complete_name(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """Offer the names playbooks have."""
    names = [name for name in _NAMES if name.startswith(incomplete)]
    return [click.shell_completion.CompletionItem(name) for name in names]


@click.command("list")
@maybe_preset_argument
@cloud_options
@verb
def list_(invocation: Invocation, preset: str | None) -> Result:
    """List the playbooks of the release: which are due and why, and how each ended last.

    A playbook is due where it never ran from here, or where something it works on has changed
    since: a variable, a certificate, the hosts. The answers are those of PRESET, else of this
    deployment; the cloud is read for what they take from it, and nothing is changed.

    \b
    Examples:
      octavia-wizard playbooks list
      octavia-wizard playbooks list site.yml --format json
    """
    from octavia_wizard.core.lifecycle.playbook_standing import Due, known_playbooks
    from octavia_wizard.output.playbooks import playbooks_result

    session = opened(invocation, preset)
    known = known_playbooks(session)
    ways = []
    if any(one.due is Due.DUE for one in known):
        ways.append((session.command_line("playbooks", "run"), "runs those that are due"))
    return playbooks_result(known, where(session), ways)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_name)
@click.option("--check", is_flag=True, help="Try it: Ansible changes nothing.")
@click.option("--diff", is_flag=True, help="Have Ansible show how files change.")
@click.option("--limit", metavar="PATTERN", default="", help="Only these hosts.")
@click.option("--tags", metavar="TAGS", default="", help="Only what has one of these tags.")
@click.option("--skip-tags", metavar="TAGS", default="", help="Not what has one of these tags.")
@click.option(
    "--verbosity",
    type=click.IntRange(0, 4),
    default=0,
    metavar="NUMBER",
    help="How much Ansible writes into the log: 1 is its -v, 4 its -vvvv.",
)
@click.option(
    "--whole",
    is_flag=True,
    help="From the start, also where the last run failed and could be taken up.",
)
@click.option(
    "--preset",
    metavar="PRESET",
    shell_complete=complete_preset,
    help="Take the answers of this preset, not those of this deployment.",
)
@answer_options
@yes_option
@cloud_options
@verb
def run(
    invocation: Invocation,
    names: tuple[str, ...],
    check: bool,
    diff: bool,
    limit: str,
    tags: str,
    skip_tags: str,
    verbosity: int,
    whole: bool,
    preset: str | None,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Run playbooks now, whether they are due or not; without a NAME those that are due.

    Just these are run, with live progress; the files and what is in the cloud have to be as
    planned already. One that failed is taken up at the play that failed, where nothing has
    changed since. With --check, --limit, --tags or any other option a run does not count as a
    whole one: the playbook stays due.

    \b
    Examples:
      octavia-wizard playbooks run octavia
      octavia-wizard playbooks run containers octavia --yes
      octavia-wizard playbooks run octavia --check --diff
      octavia-wizard playbooks run octavia --limit infra1_octavia_server_container-3c0ffee1
      octavia-wizard playbooks run haproxy --whole --preset site.yml

    Ends with 4 where something a playbook reads is not as planned, with 5 where it failed:
    'octavia-wizard resume' goes on at the play that failed.
    """
    from octavia_wizard.core.lifecycle.playbooks import RunOptions

    session = opened(invocation, preset, settings, accept)
    options = RunOptions(check, diff, limit, tags, skip_tags, verbosity)
    return run_playbooks(invocation, session, names, options, whole=whole, yes=yes)


@click.command()
@click.argument("name", metavar="[NAME]", required=False, shell_complete=complete_name)
@click.option("--failures", is_flag=True, help="Only what failed.")
@click.option(
    "--lines",
    type=click.IntRange(min=0),
    default=_LINES,
    show_default=True,
    metavar="NUMBER",
    help="How many lines of the end of the log.",
)
@place_options
@verb
def log(invocation: Invocation, name: str | None, failures: bool, lines: int) -> Result:
    """Show what the newest run of a playbook wrote, and what failed on which host.

    Each failed task comes with its message, and with the file and line it stands at.

    \b
    Examples:
      octavia-wizard playbooks log
      octavia-wizard playbooks log octavia --failures
      octavia-wizard playbooks log octavia --lines 500 --format json

    Ends with 2 where no playbook was run from here.
    """
    from octavia_wizard.core.lifecycle.playbook_log import playbook_log
    from octavia_wizard.output.playbooks import log_result

    found = _newest(invocation, name)
    again = command_line(
        "playbooks", "run", found.purpose, deploy_dir=invocation.deploy_dir,
        rehearse=invocation.rehearse,
    )  # fmt: skip
    return log_result(playbook_log(found, lines), again, only_failures=failures)


def _newest(invocation: Invocation, name: str | None) -> PlaybookRun:
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.core.lifecycle.playbook_standing import newest_run
    from octavia_wizard.core.places import DeploymentPlace
    from octavia_wizard.core.playbooks.runs import read_runs

    require_deploy_dir(invocation.deploy_dir)
    runs = read_runs(DeploymentPlace.of(invocation.deploy_dir).playbooks)
    found = newest_run(runs, name.removesuffix("_playbook") if name is not None else None)
    if found is not None:
        return found
    known = ", ".join(dict.fromkeys(run.purpose for run in runs))
    what = f"the playbook {name!r}" if name is not None else "no playbook"
    raise UsageError(
        f"{what} was {'never ' if name is not None else ''}run from here",
        hint=f"those that were: {known}" if known else "octavia-wizard playbooks run runs them",
    )


for _verb in (list_, run, log):
    playbooks.add_command(_verb)
