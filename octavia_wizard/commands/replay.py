"""The verb that does what a preset says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import (
    CLOUD,
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
from octavia_wizard.commands.running import (
    confirm_and_run,
    nothing_to_do,
    refuse_obstacles,
    skip_option,
    yes_option,
)
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.engine.plan import Plan
    from octavia_wizard.core.session import Session


@click.command()
@preset_argument
@answer_options
@only_option
@hosts_option
@skip_option
@yes_option
@cloud_options
@verb
def replay(
    invocation: Invocation,
    preset: str,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
    only: tuple[str, ...],
    hosts: bool,
    skip: tuple[str, ...],
    yes: bool,
) -> Result:
    """Do what PRESET says: change the cloud and write the files.

    Answers that are missing are asked for on a terminal, and listed together otherwise. What is
    as planned is kept: replaying again does nothing. Every change is written down before it is
    made; an interrupted run is continued by 'octavia-wizard resume', and 'octavia-wizard undo'
    takes back what was made.

    \b
    Examples:
      octavia-wizard replay site.yml
      octavia-wizard replay site.yml --yes --format json
      octavia-wizard replay lab-single-node --rehearse
      octavia-wizard replay site.yml --only image --set image.path=./amphora.qcow2
      octavia-wizard replay site.yml --skip quotas
      octavia-wizard replay site.yml --hosts          mend drift on the controllers too

    Ends with 0 also when nothing was to do, and with 3 when answers are missing.
    """
    from octavia_wizard.core.interview import require_deploy_dir

    session = load_session(invocation, preset, settings, accept)
    require_deploy_dir(session.options.deploy_dir)
    _gather(invocation, session, preset, asks=invocation.output.interactive and not yes)
    if hosts:
        look_at_hosts(invocation, session)
    judge(invocation, session)
    if has_errors(session):
        raise blocked(session)
    plan = session.plan(only_of(only), only_of(skip))
    return _carry_out(invocation, session, f"replay {preset}", plan, yes=yes)


def _gather(invocation: Invocation, session: Session, preset: str, *, asks: bool) -> None:
    """Read host and cloud, and ask for what is missing where one may; else refuse."""
    if asks and CLOUD in session.effective.missing:
        _ask(session, (), CLOUD)
    look_around(invocation, session, preset)
    if asks and (session.effective.missing or session.answers.interactive):
        _ask(session, session.answers.interactive)
    require_answers(session, preset)


def _ask(session: Session, sections: Sequence[str], only: str = "") -> None:
    from octavia_wizard.plain import ask_missing

    ask_missing(session, sections, only)


def _carry_out(
    invocation: Invocation, session: Session, command: str, plan: Plan, *, yes: bool
) -> Result:
    from octavia_wizard.output.plans import plan_result

    if plan.obstacles or plan.has_changes:
        invocation.output.show(plan_result(plan, where(session), verbose=invocation.verbose))
    refuse_obstacles(plan)
    if not plan.has_changes:
        return nothing_to_do(session, plan)
    if session.blocking:
        raise blocked(session)
    return confirm_and_run(invocation, session, plan, command, yes=yes)
