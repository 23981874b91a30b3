"""The verb that renews the client certificate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.certs_running import carry_out, dry_run_option, opened
from octavia_wizard.commands.flow import answer_options
from octavia_wizard.commands.invocation import Invocation, place_options, verb
from octavia_wizard.commands.opening import maybe_preset_argument
from octavia_wizard.commands.running import yes_option
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.session import Session


@click.command()
@maybe_preset_argument
@click.option(
    "--days",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How long it is to be valid.  [default: certificates.client_days]",
)
@click.option(
    "--csr",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Renew nothing: write a request for your PKI, and its new key beside it.",
)
@dry_run_option
@answer_options
@yes_option
@place_options
@verb
def renew(
    invocation: Invocation,
    preset: str | None,
    days: int | None,
    csr: Path | None,
    dry_run: bool,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    yes: bool,
) -> Result:
    """Replace the controllers' certificate by a new one of the same CA.

    Key and certificate are made anew, with the same subject and kind of key, and take the place
    of the present ones in the directory of the certificates; nothing else changes, and amphorae
    need not be touched. At the end the commands are shown that bring them to the controllers.
    Without the key of the client CA nothing is written, and the way by your own PKI is shown.

    \b
    Examples:
      octavia-wizard certs renew
      octavia-wizard certs renew site.yml --days 730 --dry-run
      octavia-wizard certs renew --csr ./octavia-client.csr

    'octavia-wizard resume' goes on with it after an interruption, 'octavia-wizard undo --run ID'
    puts the former files back; without --run, undo takes the whole deployment back. Ends with 4
    where it cannot be renewed here.
    """
    from octavia_wizard.core.lifecycle.renewal import by_own_pki, refusal_of, renewal_errand
    from octavia_wizard.output.certificate_errands import refusal_result

    session = opened(invocation, preset, settings, accept)
    if csr is not None:
        return _request(session, csr.absolute())
    refusal = refusal_of(session, days)
    if refusal is not None:
        return refusal_result(refusal, by_own_pki(session) if refusal.needs_pki else ())
    errand = renewal_errand(session, days)
    return carry_out(invocation, errand, preset, yes=yes, dry_run=dry_run)


def _request(session: Session, path: Path) -> Result:
    from octavia_wizard.core.lifecycle.renewal import by_own_pki, make_request
    from octavia_wizard.output.certificate_errands import request_result

    request, key = make_request(session, path)
    ways = tuple(one for one in by_own_pki(session) if one.purpose != "request")
    return request_result(request, key, ways)
