"""The verbs about certificates: what is deployed, what ends when, and how it is renewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.certs_renewal import renew
from octavia_wizard.commands.certs_rollover import rollover
from octavia_wizard.commands.flow import CLOUD, where
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb, voice_options
from octavia_wizard.commands.opening import (
    THIS_DEPLOYMENT,
    Verbs,
    maybe_preset_argument,
    open_session,
    require_sections,
)
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.lifecycle.certificate_model import CertificatesStanding


@click.group(cls=Verbs)
@voice_options
def certs() -> None:
    """Show the certificates of a deployment, and renew them in time.

    \b
    Examples:
      octavia-wizard certs show                     what is deployed, and what ends when
      octavia-wizard certs show --check             the same, with an exit code
      octavia-wizard certs show --amphorae          those of the amphorae as well
      octavia-wizard certs renew                    a new client certificate of the same CA
      octavia-wizard certs rollover server          how a CA is replaced, in phases
    """


@click.command()
@maybe_preset_argument
@click.option(
    "--warn-days",
    type=click.IntRange(min=0),
    default=60,
    show_default=True,
    metavar="DAYS",
    help="A certificate with as many days left, or fewer, is due.",
)
@click.option(
    "--critical-days",
    type=click.IntRange(min=0),
    default=14,
    show_default=True,
    metavar="DAYS",
    help="With as many days left, or fewer, it is critical.",
)
@click.option("--check", is_flag=True, help="End with 8 where something is due, 4 where critical.")
@click.option(
    "--nagios",
    is_flag=True,
    help="Print one line as monitoring plugins do, and end with 0, 1, 2 or 3.",
)
@click.option(
    "--amphorae",
    is_flag=True,
    help="Ask the cloud when the certificates of amphorae end; takes the admin role.",
)
@cloud_options
@verb
def show(
    invocation: Invocation,
    preset: str | None,
    warn_days: int,
    critical_days: int,
    check: bool,
    nagios: bool,
    amphorae: bool,
) -> Result:
    """Tell which certificates are deployed, when each ends, and what to do by then.

    Shown are those the role is pointed to: by a user_*.yml, else those of the answers (of PRESET,
    or of this deployment), else those the role itself made. On a host that is a controller too,
    they are compared with /etc/octavia/certs. Nothing is changed.

    \b
    Examples:
      octavia-wizard certs show
      octavia-wizard certs show --format json
      octavia-wizard certs show --amphorae --cloud prod
      octavia-wizard certs show --check --warn-days 90
      octavia-wizard certs show --nagios

    \b
    In /etc/cron.d, a mail only where something is due (chronic is in moreutils):
      0 7 * * *  root  chronic octavia-wizard certs show --check

    \b
    Exit codes with --check:
        0  every certificate has more than --warn-days left, and is in order
        8  one is due, others are approved or installed than are here, the role
           is not pointed here yet, a key is open to other users, or amphorae
           do not get theirs renewed
        4  one is critical, expired, not valid yet or unusable, or there is none
    With --nagios: 0 ok, 1 warning, 2 critical, 3 unknown. Without either: 0.
    """
    from octavia_wizard.output.certificates import certificates_result

    if nagios:
        return _monitored(invocation, preset, warn_days, critical_days, amphorae)
    standing, place = _standing(invocation, preset, warn_days, critical_days, amphorae)
    return certificates_result(standing, place, check=check)


def _monitored(
    invocation: Invocation, preset: str | None, warn: int, critical: int, amphorae: bool
) -> Result:
    """Say it as a monitoring plugin does, also where nothing can be told."""
    from octavia_wizard.core.errors import WizardError
    from octavia_wizard.output.nagios import nagios_result, unknown_result

    try:
        standing, _ = _standing(invocation, preset, warn, critical, amphorae)
    except WizardError as error:
        return unknown_result(error)
    return nagios_result(standing)


def _standing(
    invocation: Invocation, preset: str | None, warn: int, critical: int, amphorae: bool
) -> tuple[CertificatesStanding, str]:
    """Read everything; return how the certificates stand, and which deployment that is."""
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.core.lifecycle.certificate_model import Thresholds
    from octavia_wizard.core.lifecycle.certificates import certificates_standing

    if critical > warn:
        raise UsageError(
            f"--critical-days must not be more than --warn-days: {critical} and {warn}",
            hint="give both, the smaller number to --critical-days",
        )
    require_deploy_dir(invocation.deploy_dir)
    session = open_session(invocation, preset)
    if amphorae and CLOUD in session.effective.missing:
        require_sections(session, preset or THIS_DEPLOYMENT, ("cloud",))
    with invocation.output.busy("reading the certificates…"):
        limits = Thresholds(warn, critical)
        found = certificates_standing(session, thresholds=limits, amphorae=amphorae)
    place = f"OSA {session.effective.release.name} · {session.options.deploy_dir}"
    return found, where(session) if session.facts.cloud is not None else place


for _verb in (show, renew, rollover):
    certs.add_command(_verb)
