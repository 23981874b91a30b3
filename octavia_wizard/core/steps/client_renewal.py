"""The step, done on request, that replaces the client certificate by one of the same authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from cryptography import x509

from octavia_wizard.core.durations import instant
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.pki.approval import marked
from octavia_wizard.core.pki.chain_nodes import key_words
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.making.issuing import BACKDATED
from octavia_wizard.core.pki.pem import CERTIFICATES, Pem
from octavia_wizard.core.pki.reading.inspection import CertificateView, Unreadable, read_certificate
from octavia_wizard.core.pki.renewing import Refusal, renewal_of, renewed
from octavia_wizard.core.pki.rollover_files import certificates_in, first_fingerprint
from octavia_wizard.core.secrets import known_passphrases, read_secret
from octavia_wizard.core.steps.approved import approvals, approving
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Work,
)
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.replacing import (
    Exchange,
    ReplacingStep,
    carry_over,
    exchange,
    put_by,
    strangers,
    waiting,
)
from octavia_wizard.core.steps.shapes import refuse

NOT_BEFORE = "certificates.not_before"
DAYS = "certificates.client_days"
USUAL_DAYS = 1825
"""Five years, where the answers say nothing because the certificates are the operator's own."""
_PEMS = (Pem.CLIENT_KEY, Pem.CLIENT, Pem.CLIENT_BUNDLE)
GOES_OVER = "the approval goes over from that"
"""Marks the lines of a plan that tell of approvals."""
_GOES_ON = "goes on with the set that was made before an interruption"


class ClientRenewalStep(ReplacingStep):
    """Makes a new client key and certificate, and puts them in the place of the present ones."""

    id: ClassVar[str] = "client_renewal"
    title: ClassVar[str] = "Client certificate"
    without: ClassVar[str] = "the present client certificate stays in use until it ends"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare the certificate with the moment since which it is to be newer."""
        gap = unanswered(effective, self.section)
        if gap is not None:
            return gap
        moment = moment_of(effective)
        if moment is None:
            return Decision(Action.SKIP, reason="nobody asked for a renewal")
        layout = certificate_layout(effective)
        place = place_of(layout)
        there = waiting(place)
        if there:
            return going_on(place, there)
        try:
            present = read_certificate(layout.files[Pem.CLIENT])
            issuer = certificates_in(layout.files[Pem.CLIENT_CA])[0]
        except Unreadable as problem:
            return Decision(Action.CONFLICT, str(layout.directory), reason=str(problem))
        if _is_of_this_errand(present, issuer, moment):
            reason = f"valid until {present.not_after:%Y-%m-%d}"
            return Decision(Action.KEEP, str(layout.files[Pem.CLIENT]), reason=reason)
        strange = unapproved(effective, layout)
        if strange:
            return Decision(Action.CONFLICT, str(layout.directory), reason=strange)
        return _planned(effective, facts, layout, moment, present)

    def apply(self, work: Work, decision: Decision) -> None:
        """Make the set, let it wait whole, and replace one file after the other."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        layout = certificate_layout(work.effective)
        place = place_of(layout)
        there = waiting(place)
        if not there:
            there = _made(work, layout)
            put_by(work, place, there)
        carry_over(work, place, there)
        work.log(f"the client certificate in {layout.directory} is renewed")


def _is_of_this_errand(
    present: CertificateView, issuer: x509.Certificate, moment: datetime
) -> bool:
    """Say whether it was made since the errand began, as one that was resumed finds it.

    One that somebody made for a time to come, by a clock that was ahead, is as old as any other;
    but a young authority has no certificate begin before itself.
    """
    made = present.not_before + BACKDATED
    latest = max(moment, datetime.now(UTC)) + timedelta(seconds=1)
    return made >= moment and (made <= latest or present.not_before == issuer.not_valid_before_utc)


def place_of(layout: CertificateLayout) -> Path:
    """Return where the new set waits: beside the directory, on the same file system."""
    return layout.directory.with_name(f".{layout.directory.name}.octavia-wizard-renewal")


def moment_of(effective: Effective) -> datetime | None:
    """Return since when the certificate is to be; None where nobody asked."""
    text = effective.maybe_text(NOT_BEFORE)
    return None if text is None else instant(text)


def days_of(effective: Effective) -> int:
    """Return for how many days a new client certificate is to be valid."""
    days = effective.maybe_number(DAYS)
    return USUAL_DAYS if days is None else days


def going_on(place: Path, there: tuple[Exchange, ...]) -> Decision:
    """Go on with a set that waits, unless somebody changed the files meanwhile."""
    changed = strangers(there)
    if changed:
        named = ", ".join(map(str, changed))
        reason = f"{named}: changed since the interrupted run that left {place}. Undo that run"
        return Decision(Action.CONFLICT, str(place), reason=reason)
    return Decision(Action.CHANGE, str(place), reason=_GOES_ON)


def unapproved(effective: Effective, layout: CertificateLayout) -> str:
    """Say why what is there must not be built upon: it is not what was approved; "" if it is."""
    approved = set(effective.texts("certificates.approved"))
    if not approved:
        return ""
    try:
        views = {pem: read_certificate(layout.files[pem]) for pem in CERTIFICATES}
    except Unreadable as problem:
        return str(problem)
    marks = {mark for _, mark in marked(layout, views, datetime.now(UTC))}
    if approved >= marks:
        return ""
    strange = ", ".join(sorted(marks - approved))
    return f"the certificates are not those that were approved: {strange} is not among them"


def approval_lines(deploy_dir: Path, former: dict[str, str]) -> list[str]:
    """Tell which approvals go over; ``former`` are fingerprints with what they belong to."""
    return [
        f"~ {one.path}: {GOES_OVER} of the {former[mark]}, {mark[:23]}…, to the new one"
        for one in approving(deploy_dir, former)
        for mark in one.marks
        if mark in former
    ]


def _planned(
    effective: Effective,
    facts: Facts,
    layout: CertificateLayout,
    moment: datetime,
    present: CertificateView,
) -> Decision:
    found = renewal_of(layout, days_of(effective), moment, known_passphrases(facts.host))
    subject = str(layout.files[Pem.CLIENT])
    if isinstance(found, Refusal):
        return Decision(Action.CONFLICT, subject, reason=f"{found.reason}. {found.cure}")
    lines = [
        f"- {present.subject}, {key_words(present.key)}, valid until {present.not_after:%Y-%m-%d}",
        f"+ {present.subject}, {key_words(found.kind)}, valid until {found.ends:%Y-%m-%d}",
    ]
    lines += [f"~ {layout.files[pem]}: {pem}" for pem in _PEMS]
    lines += approval_lines(facts.host.deploy_dir, {present.fingerprint: "client certificate"})
    return Decision(Action.CHANGE, subject, tuple(lines), "; ".join(found.notes))


def _made(work: Work, layout: CertificateLayout) -> tuple[Exchange, ...]:
    moment = max(datetime.now(UTC), moment_of(work.effective) or datetime.now(UTC))
    host = work.facts.host
    found = renewal_of(layout, days_of(work.effective), moment, known_passphrases(host))
    if isinstance(found, Refusal):
        raise StepError(found.reason, hint=found.cure)
    secret = read_secret(layout.passphrases[Pem.CLIENT_CA_KEY], host)
    work.log(f"making a client key and a certificate valid until {found.ends:%Y-%m-%d}")
    files = renewed(found, layout, moment, secret)
    exchanges = [exchange(layout.files[pem], files[pem]) for pem in _PEMS]
    former = found.present.fingerprint
    new = first_fingerprint(files[Pem.CLIENT])
    return (*exchanges, *approvals(host.deploy_dir, {former: new}))
