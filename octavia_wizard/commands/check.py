"""The verb that checks a preset."""

from __future__ import annotations

import click

from octavia_wizard.commands.flow import (
    CLOUD,
    answer_options,
    blocked,
    judge,
    load_session,
    look_around,
    preset_argument,
    require_answers,
)
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.output.model import Result


@click.command()
@preset_argument
@answer_options
@click.option("--live", is_flag=True, help="Check against the cloud too.")
@cloud_options
@verb
def check(
    invocation: Invocation,
    preset: str,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    live: bool,
) -> Result:
    """Check PRESET: its form, what is missing in it, and what does not fit together.

    The deploy directory is read where there is one. No cloud is contacted, unless with --live.

    \b
    Examples:
      octavia-wizard check site.yml
      octavia-wizard check site.yml --live --cloud prod
      octavia-wizard check site.yml --accept test-only-image --format json

    Ends with 3 for a preset that is invalid or incomplete, and with 4 when findings stand in the
    way of applying it.
    """
    session = load_session(invocation, preset, settings, accept)
    if live:
        look_around(invocation, session, preset)
    require_answers(session, preset, besides=() if live else (CLOUD,))
    if not judge(invocation, session):
        raise blocked(session)
    release = session.effective.release
    document = {
        "source": preset,
        "release": release.name,
        "findings": len(session.findings),
        "live": live,
    }
    text = f"{preset} is fit for OSA {release.name} ({release.series})"
    return Result("check", (document,), lambda paper: paper.line(text))
