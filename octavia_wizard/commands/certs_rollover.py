"""The verb that replaces an authority in phases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.certs_running import carry_out, dry_run_option, opened
from octavia_wizard.commands.flow import answer_options, where
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.commands.opening import maybe_preset_argument
from octavia_wizard.commands.running import yes_option
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.lifecycle.model import Errand
    from octavia_wizard.core.pki.rollover_files import Side
    from octavia_wizard.core.session import Session

NOW = "now"


@click.command()
@click.argument("side", type=click.Choice(["server", "client"]))
@maybe_preset_argument
@click.option("--next", "advance", is_flag=True, help="Change the files to the next phase.")
@click.option(
    "--distributed",
    is_flag=False,
    flag_value=NOW,
    metavar="[TIME]",
    help="Note that the playbook has run on all controllers: now, or at a time (ISO 8601, UTC "
    "where it names no zone). Give it last, or as --distributed=TIME.",
)
@click.option(
    "--failed-over",
    is_flag=True,
    help="With --next: every load balancer was failed over since. Not believed where the "
    "amphorae can be looked at.",
)
@dry_run_option
@answer_options
@yes_option
@cloud_options
@verb
def rollover(
    invocation: Invocation,
    side: str,
    preset: str | None,
    advance: bool,
    distributed: str | None,
    failed_over: bool,
    dry_run: bool,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Replace a CA in phases, so that no amphora is ever cut off.

    Alone it shows all phases: why each is needed, its commands, what must be true before the
    next, how to go back, and how far it has come. SIDE is server, the CA of the amphorae, or
    client, the CA of the controllers' certificate.

    \b
    Examples:
      octavia-wizard certs rollover server                  the plan, and what is next
      octavia-wizard certs rollover server --next           change the files to the next phase
      octavia-wizard certs rollover server --distributed    the playbook has run everywhere
      octavia-wizard certs rollover client --next --failed-over --yes

    Ends with 4 where the next phase must wait.
    """
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.pki.rollover_files import Side

    if advance and distributed is not None:
        raise UsageError("give --distributed first, and --next when it was noted")
    session = opened(invocation, preset, settings, accept)
    errand = _wanted(invocation, session, Side(side), advance, distributed, failed_over)
    if isinstance(errand, Result):
        return errand
    return carry_out(invocation, errand, preset, yes=yes, dry_run=dry_run)


def _wanted(
    invocation: Invocation,
    session: Session,
    side: Side,
    advance: bool,
    distributed: str | None,
    failed_over: bool,
) -> Errand | Result:
    """Return what is to be run, or the plan where nothing is."""
    from octavia_wizard.core.lifecycle.rollover import (
        distributed_errand,
        next_errand,
        rollover_plan,
    )
    from octavia_wizard.output.certificate_errands import rollover_result

    if distributed is not None:
        return distributed_errand(session, side, _moment(distributed))
    with invocation.output.busy("looking at files and amphorae…"):
        plan = rollover_plan(session, side, failed_over=failed_over, look=True)
    return next_errand(session, plan) if advance else rollover_result(plan, where(session))


def _moment(text: str) -> datetime | None:
    """Read a time; raises UsageError."""
    from octavia_wizard.core.durations import instant
    from octavia_wizard.core.errors import UsageError

    if text == NOW:
        return None
    try:
        return instant(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no time", hint="write it like 2026-11-22T14:30 (ISO 8601)"
        ) from None
