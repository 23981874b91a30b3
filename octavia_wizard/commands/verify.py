"""The verb that proves that a deployment works, up to a load balancer that comes and goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from octavia_wizard.commands.flow import CLOUD, answer_options, where
from octavia_wizard.commands.invocation import Invocation, cloud_options, verb
from octavia_wizard.commands.opening import (
    THIS_DEPLOYMENT,
    maybe_preset_argument,
    open_session,
    require_sections,
)
from octavia_wizard.commands.running import refuse_obstacles
from octavia_wizard.core.commandline import command_line
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.core.answers.answers import Answers
    from octavia_wizard.core.engine.resume import Resumable
    from octavia_wizard.core.engine.run import RunResult
    from octavia_wizard.core.lifecycle.model import Errand
    from octavia_wizard.core.lifecycle.verification import VerifyOptions
    from octavia_wizard.core.session import Session
    from octavia_wizard.core.verification.model import Checked

_SECTIONS = ("cloud", "network", "capacity")


@click.command()
@maybe_preset_argument
@click.option(
    "--no-smoke", is_flag=True, help="Only look; create no load balancer, and nothing else."
)
@click.option(
    "--subnet",
    metavar="SUBNET",
    help="Name or id of the subnet the load balancer's address is taken from.  [default: "
    "deployment.smoke_subnet, else a network of its own, removed afterwards]",
)
@click.option(
    "--member",
    metavar="ADDRESS:PORT",
    help="HTTP server to be asked through the load balancer; this host must reach the subnet.",
)
@click.option("--no-hosts", is_flag=True, help="Do not ask the controllers through Ansible.")
@click.option(
    "--keep-going",
    is_flag=True,
    help="Make every check that only looks, also after one failed.",
)
@answer_options
@cloud_options
@verb
def verify(
    invocation: Invocation,
    preset: str | None,
    no_smoke: bool,
    subnet: str | None,
    member: str | None,
    no_hosts: bool,
    keep_going: bool,
    settings: tuple[str, ...],
    accept: tuple[str, ...],
) -> Result:
    """Prove that a deployment works, and say why where it does not.

    Asked are the load-balancer API, its providers, every controller (through Ansible), the image
    as Octavia looks for it, the management network and the quotas. If all is well, a load balancer
    is created, waited for until it is active, given a listener and a pool, and deleted with all it
    had. Every wait has an end. What fails is told with its cause, what to do, and where to look.

    The answers are those of PRESET, else of this deployment.

    \b
    Examples:
      octavia-wizard verify
      octavia-wizard verify --no-smoke --no-hosts
      octavia-wizard verify site.yml --subnet public-subnet --member 192.0.2.10:80
      octavia-wizard verify --keep-going --format json

    \b
    Exit codes:
        0  no check failed
        5  a check failed
        6  the cloud is unreachable or refused the credentials
      130  interrupted; what could not be removed is named, and 'octavia-wizard
           resume' removes it
    """
    from octavia_wizard.core.lifecycle.verification import VerifyOptions, verification_plan

    _require_member(member)
    session = open_session(invocation, preset, settings, accept)
    _look(invocation, session, preset or THIS_DEPLOYMENT)
    options = VerifyOptions(hosts=not no_hosts, keep_going=keep_going)
    if no_smoke:
        return _look_only(invocation, session, options)
    return _run(invocation, verification_plan(session, options, subnet, member), options)


def resume_verify(invocation: Invocation, run: Resumable, answers: Answers) -> Result:
    """Go on with such a run: remove what it left, then verify."""
    from octavia_wizard.core.interview import begin
    from octavia_wizard.core.lifecycle.model import Errand
    from octavia_wizard.core.lifecycle.verification import VerifyOptions, plan_of

    session = begin(invocation.options(answers), answers, keep_saved=False).session
    invocation.output.say(f"going on with run {run.run_id} ({run.command}), {run.status}")
    _look(invocation, session, f"run {run.run_id}")
    options = VerifyOptions.of(run.command)
    errand = Errand(session, plan_of(session, options), options.command)
    return _run(invocation, errand, options, resumes=run.run_id)


def _require_member(member: str | None) -> None:
    from octavia_wizard.core.errors import UsageError
    from octavia_wizard.core.verification.smoke_names import member_of

    try:
        member_of(member)
    except ValueError as error:
        raise UsageError(f"--member: {error}") from None


def _look(invocation: Invocation, session: Session, source: str) -> None:
    """Read what is needed; raises PresetError for answers without which nothing can be told."""
    from octavia_wizard.core.interview import require_deploy_dir
    from octavia_wizard.core.lifecycle.verification import read_to_verify

    require_deploy_dir(invocation.deploy_dir)
    if CLOUD in session.effective.missing:
        require_sections(session, source, ("cloud",))
    with invocation.output.busy("reading the cloud…"):
        read_to_verify(session)
    require_sections(session, source, _SECTIONS)


def _look_only(invocation: Invocation, session: Session, options: VerifyOptions) -> Result:
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.core.lifecycle.verification import look_only
    from octavia_wizard.core.stopping import Stop
    from octavia_wizard.output.verification import verification_result

    cancel = Stop()
    with stop_on_signals(cancel), invocation.output.follow() as report:
        found = look_only(session, options, report, cancel)
    return verification_result(found.checks, where(session), found.seconds, smoke=False)


def _run(
    invocation: Invocation, errand: Errand, options: VerifyOptions, resumes: str | None = None
) -> Result:
    from octavia_wizard.core.engine.signals import stop_on_signals
    from octavia_wizard.core.lifecycle.verification import carry_out
    from octavia_wizard.core.stopping import Stop

    refuse_obstacles(errand.plan)
    cancel = Stop()
    before = _marked(errand.session)
    with stop_on_signals(cancel), invocation.output.follow() as report:
        result = carry_out(errand, options, report, cancel, resumes)
    return _ended(invocation, errand.session, result, before)


def _marked(session: Session) -> str:
    from octavia_wizard.core.lifecycle.verification import kept_of

    kept = kept_of(session)
    return kept.at if kept is not None else ""


def _ended(invocation: Invocation, session: Session, result: RunResult, before: str) -> Result:
    """Show what was found; raises what kept the checks from being made at all."""
    from octavia_wizard.core.errors import Interrupted
    from octavia_wizard.core.lifecycle.verification import kept_of
    from octavia_wizard.core.verification.model import Status
    from octavia_wizard.output.verification import verification_result

    kept = kept_of(session)
    if kept is None or kept.at == before:
        raise result.error or Interrupted("nothing was verified")
    smoke = any(one.id == "smoke-active" and one.status is Status.PASSED for one in kept.checks)
    interrupted = isinstance(result.error, Interrupted)
    shown = verification_result(
        kept.checks,
        where(session),
        result.elapsed,
        smoke=smoke,
        ways=() if interrupted else _ways(invocation, result),
        ended=kept.ended and not interrupted,
    )
    if result.error is None or (kept.failed and not interrupted):
        return shown
    invocation.output.show(shown)
    if interrupted:
        raise Interrupted(result.error.message, hint=_after_stop(invocation, kept.checks))
    raise result.error


def _ways(invocation: Invocation, result: RunResult) -> tuple[tuple[str, str], ...]:
    if result.error is None:
        return ()
    again = _line(invocation, "verify")
    return ((again, "verifies again, once that is mended"),)


def _after_stop(invocation: Invocation, checks: tuple[Checked, ...]) -> str:
    from octavia_wizard.core.verification.clearing import REMOVED
    from octavia_wizard.core.verification.model import Status

    for one in checks:
        if one.id == REMOVED and one.status is Status.FAILED:
            left = "; ".join(one.verdict.detail)
            return f"left behind: {left}; {_line(invocation, 'resume')} removes it"
    return f"nothing is left behind; {_line(invocation, 'verify')} begins anew"


def _line(invocation: Invocation, word: str) -> str:
    return command_line(word, deploy_dir=invocation.deploy_dir, rehearse=invocation.rehearse)
