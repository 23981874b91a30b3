"""The verb that shows what would be done."""

from __future__ import annotations

from dataclasses import replace

import click

from octavia_wizard.commands.flow import (
    answer_options,
    blocked,
    has_errors,
    hosts_option,
    judge,
    load_session,
    look_around,
    look_at_hosts,
    only_of,
    only_option,
    preset_argument,
    require_answers,
    where,
)
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.commands.running import refuse_obstacles
from octavia_wizard.output.model import Result

PENDING = 8


@click.command()
@preset_argument
@answer_options
@only_option
@hosts_option
@click.option("--detailed-exitcode", is_flag=True, help="End with 8 when changes are pending.")
@cloud_options
@verb
def plan(
    invocation: Invocation,
    preset: str,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    only: tuple[str, ...],
    hosts: bool,
    detailed_exitcode: bool,
) -> Result:
    """Show what PRESET would do; nothing is changed.

    PRESET is a file, or the name of a preset ('octavia-wizard presets list'). The cloud is read,
    not written. The plan says for each step whether it would create, change, adopt or keep, with
    a diff; findings say what is wrong and what should be known.

    \b
    Examples:
      octavia-wizard plan site.yml
      octavia-wizard plan production-vlan --cloud prod --set network.segmentation_id=412
      octavia-wizard plan site.yml --hosts
      octavia-wizard plan site.yml --only network --detailed-exitcode --format json

    Ends with 4 when findings or conflicts stand in the way, and with 3 when answers are missing.
    """
    from octavia_wizard.output.plans import plan_result

    session = load_session(invocation, preset, settings, accept)
    look_around(invocation, session, preset)
    require_answers(session, preset)
    if hosts:
        look_at_hosts(invocation, session)
    free = judge(invocation, session)
    if has_errors(session):
        raise blocked(session)
    plan = session.plan(only_of(only))
    result = plan_result(plan, where(session), verbose=invocation.verbose)
    if plan.obstacles or not free:
        invocation.output.show(result)
        refuse_obstacles(plan)
        raise blocked(session)
    return replace(result, exit_code=PENDING if detailed_exitcode and plan.has_changes else 0)
