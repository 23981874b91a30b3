"""Replacing an authority in phases, between which no amphora is ever cut off.

Facts, from Octavia and the role: controllers check amphorae by the whole file ``[haproxy_amphora]
server_ca`` and sign with the first certificate of ``[certificates] ca_certificate``, read anew for
each; an amphora gets the file of client authorities when it boots, and never again.
"""

from __future__ import annotations

from datetime import UTC, datetime

from octavia_wizard.core.errors import BlockedError, UsageError, WizardError
from octavia_wizard.core.lifecycle.amphora_certificates import (
    read_amphorae,
    standing_of_amphorae,
)
from octavia_wizard.core.lifecycle.certificate_next import used_instead
from octavia_wizard.core.lifecycle.errand import errand_on_host
from octavia_wizard.core.lifecycle.model import Errand
from octavia_wizard.core.lifecycle.rollover_conditions import Evidence, readiness_of
from octavia_wizard.core.lifecycle.rollover_model import Readiness, RolloverPlan
from octavia_wizard.core.lifecycle.rollover_phases import phases_of
from octavia_wizard.core.pki.layout import CertificateLayout, layout_of
from octavia_wizard.core.pki.reading.inspection import Unreadable
from octavia_wizard.core.pki.rollover_files import PEMS, Position, Side, position_of
from octavia_wizard.core.pki.told import Variables
from octavia_wizard.core.session import Session
from octavia_wizard.core.steps.ca_rollover import DISTRIBUTED, ROLLOVER
from octavia_wizard.core.steps.client_renewal import NOT_BEFORE


def rollover_plan(
    session: Session,
    side: Side,
    *,
    failed_over: bool = False,
    look: bool = False,
    now: datetime | None = None,
) -> RolloverPlan:
    """Tell all phases, how far they were carried out, and whether the next may be begun.

    With ``look`` the amphorae are read where the answers name a cloud; where that fails, time and
    what the operator says count.  Raises UsageError and FileError where there are no certificates.
    """
    layout, position = _position(session, side)
    evidence, unread = _evidence(session, failed_over, look=look)
    readiness = readiness_of(position, evidence, now or datetime.now(UTC))
    if not layout.generate:
        readiness = Readiness(False, "the files are your own, and changed where you keep them")
    return RolloverPlan(
        side=side,
        ours=layout.generate,
        phases=phases_of(session, layout, position, evidence.validity),
        following=position.following,
        readiness=readiness,
        present=position.present[0].subject.rfc4514_string(),
        coming=position.coming[0].subject.rfc4514_string() if position.coming else "",
        problem=position.problem,
        unread=unread,
    )


def next_errand(session: Session, plan: RolloverPlan, *, now: datetime | None = None) -> Errand:
    """Plan the change of files of the next phase; raises BlockedError where it is not its time."""
    if not plan.ours:
        raise BlockedError(
            "the certificates are your own: the wizard changes none of their files by itself",
            hint=f"'certs rollover {plan.side}' tells what to put into your files in each phase",
        )
    if plan.problem:
        raise BlockedError(
            plan.problem, hint="resume or undo the run that was interrupted, or put the files back"
        )
    if not plan.readiness.met:
        raise _not_yet(plan)
    answers = {
        ROLLOVER: f"{plan.side}-{plan.following}",
        NOT_BEFORE: _text(now or datetime.now(UTC)),
    }
    command = f"certs rollover {plan.side} --next"
    return errand_on_host(session, answers, command, "ca_rollover")


def distributed_errand(
    session: Session, side: Side, at: datetime | None = None, *, now: datetime | None = None
) -> Errand:
    """Plan to note that the playbook had run on all controllers.

    Raises UsageError for a moment that cannot be, and BlockedError where nothing was begun.
    """
    moment, today = at, now or datetime.now(UTC)
    _, position = _position(session, side)
    noted = position.noted
    if noted is None or position.stage is None:
        raise BlockedError(
            f"no rollover of the {side} CA was begun, so nothing of it can be distributed",
            hint=f"certs rollover {side} shows the plan",
        )
    moment = today if moment is None else moment
    if not noted.changed <= moment <= today:
        raise UsageError(
            f"{moment:%Y-%m-%d %H:%M} UTC is not between the change of the files "
            f"({noted.changed:%Y-%m-%d %H:%M} UTC) and now",
            hint="say when the playbook had ended on the last controller",
        )
    answers = {ROLLOVER: f"{side}-{DISTRIBUTED}", NOT_BEFORE: _text(moment)}
    command = f"certs rollover {side} --distributed"
    return errand_on_host(session, answers, command, "ca_rollover")


def _position(session: Session, side: Side) -> tuple[CertificateLayout, Position]:
    layout = layout_of(session.effective)
    if layout is None:
        raise UsageError(
            "it is not answered where the certificates are",
            hint="name a preset, or answer the section of the certificates first",
        )
    others = used_instead(session, PEMS[side].ca)
    if others is not None:
        raise UsageError(others[0], hint=others[1])
    try:
        return layout, position_of(layout, side)
    except Unreadable as problem:
        raise UsageError(
            f"there is no {side} CA to replace: {problem}",
            hint="'octavia-wizard certs show' tells what is there",
        ) from None


def _evidence(session: Session, failed_over: bool, *, look: bool) -> tuple[Evidence, str]:
    """Return what is known of the amphorae, and why it is not more."""
    amphorae, unread = None, ""
    if look and session.works_live:
        try:
            amphorae = read_amphorae(session)
        except WizardError as error:
            unread = error.message
    told = Variables(session.facts.host)
    validity = standing_of_amphorae((), told, datetime.now(UTC)).validity
    return Evidence(amphorae, validity, failed_over), unread


def _not_yet(plan: RolloverPlan) -> BlockedError:
    readiness = plan.readiness
    lines = [f"phase {plan.following} of the {plan.side} CA must wait: {readiness.reason}"]
    lines += readiness.failovers
    return BlockedError("\n".join(lines), hint=readiness.cure)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
