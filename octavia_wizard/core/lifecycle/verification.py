"""A verification by itself: the one step of a run, or, without a load balancer, no run at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from octavia_wizard.core.adhoc.look import look_at_controllers
from octavia_wizard.core.applying import run_in_session
from octavia_wizard.core.durations import instant
from octavia_wizard.core.engine.events import Event, StepLog, StepProgress, StepStarted
from octavia_wizard.core.engine.plan import Plan, build_plan
from octavia_wizard.core.engine.run import RunResult
from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.core.steps.playbook import NOT_BEFORE
from octavia_wizard.core.steps.verification import (
    MEMBER,
    NOT_ASKED,
    READS,
    SMOKE,
    SUBNET,
    VERIFY,
    VerificationStep,
)
from octavia_wizard.core.verification.model import Report
from octavia_wizard.core.verification.record import Kept, last_kept
from octavia_wizard.core.verification.scene import Scene
from octavia_wizard.core.verification.telling import Telling
from octavia_wizard.core.verification.verify import Verification, Wish

COMMAND = "verify"
"""How the command of such a run begins."""
NO_HOSTS = "--no-hosts"
KEEP_GOING = "--keep-going"


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """What is asked for, beside the answers."""

    hosts: bool = True
    """Whether Ansible asks the controllers."""
    keep_going: bool = False

    @property
    def command(self) -> str:
        """Return what the journal calls such a run."""
        words = [COMMAND]
        words += [] if self.hosts else [NO_HOSTS]
        words += [KEEP_GOING] if self.keep_going else []
        return " ".join(words)

    @classmethod
    def of(cls, command: str) -> VerifyOptions:
        """Read what a run was called."""
        words = command.split()
        return cls(hosts=NO_HOSTS not in words, keep_going=KEEP_GOING in words)

    @property
    def step(self) -> VerificationStep:
        """Return the step that does just this, after no other."""
        return _Alone(hosts=self.hosts, keep_going=self.keep_going)


class _Alone(VerificationStep):
    """The same without the steps it needs in a deployment."""

    needs = ()


def read_to_verify(session: Session) -> None:
    """Read what a verification looks at; raises UsageError and CloudError."""
    if not session.works_live:
        raise UsageError(
            "these answers work on files only, and what is verified is in a cloud",
            hint="name the cloud with --cloud and --set cloud.mode=live",
        )
    session.read_cloud(READS)
    cloud = session.facts.cloud
    unread = cloud.unread if cloud is not None else {}
    gaps = [f"the {part} cannot be read: {unread[part]}" for part in READS if part in unread]
    if gaps:
        raise CloudError("; ".join(sorted(gaps)), hint="use an administrator's credentials")


def verification_plan(
    session: Session, options: VerifyOptions, subnet: str | None, member: str | None
) -> Errand:
    """Return the plan that verifies now, whatever was verified before; raises PresetError."""
    other = Session(session.options, session.answers)
    other.facts = session.facts
    other.give(VERIFY, True)
    other.give(SMOKE, True)
    if subnet is not None:
        other.give(SUBNET, subnet)
    if member is not None:
        other.give(MEMBER, member)
    other.give(NOT_BEFORE, _later_than_any(session).isoformat())
    return Errand(other, plan_of(other, options), options.command)


def _later_than_any(session: Session) -> datetime:
    """Return this moment, or one after the last verification where the clock was turned back."""
    moment, verified = datetime.now(UTC), session.facts.host.verified
    last = instant(verified.at) if verified is not None else moment
    return max(moment, last + timedelta(microseconds=1))


def plan_of(session: Session, options: VerifyOptions) -> Plan:
    """Return the plan of the one step, for the answers of a session."""
    step = options.step
    plan = build_plan(session.effective, session.facts, (step,))
    return replace(plan, only=(step.id,))


def carry_out(
    errand: Errand,
    options: VerifyOptions,
    report: Callable[[Event], None],
    cancel: threading.Event,
    resumes: str | None = None,
) -> RunResult:
    """Verify in a run, so that nothing is left behind even where this process is killed."""
    return run_in_session(
        errand.session,
        errand.plan,
        command=errand.command,
        report=report,
        cancel=cancel,
        steps=(options.step,),
        resumes=resumes,
    )


def kept_of(session: Session) -> Kept | None:
    """Return what the last verification of a deployment found."""
    return last_kept(session.place.verification)


def look_only(
    session: Session,
    options: VerifyOptions,
    report: Callable[[Event], None],
    cancel: threading.Event,
) -> Report:
    """Make the checks that only look; nothing is written, and no lock is taken."""
    step = VerificationStep.id

    def progress(done: int, total: int, text: str) -> None:
        report(StepProgress(step, done, total, text, Unit.SHARE))

    cloud = session.connect()
    cloud.cancel = cancel
    host, environ = session.facts.host, session.options.environ
    scene = Scene(
        effective=session.effective,
        facts=session.facts,
        cloud=cloud,
        tell=Telling(progress, lambda line: report(StepLog(step, line))),
        cancel=cancel,
        look=(lambda: look_at_controllers(session.effective, host, environ, cancel))
        if options.hosts
        else None,
        why_not_asked=NOT_ASKED,
    )
    report(StepStarted(step, Action.RUN))
    return Verification(scene, Wish(smoke=False, keep_going=options.keep_going)).carry_out()
