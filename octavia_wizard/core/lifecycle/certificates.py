"""How the certificates of a deployment stand: which there are, what ends when, what is next."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from octavia_wizard.core.lifecycle.amphora_certificates import (
    read_amphorae,
    standing_of_amphorae,
)
from octavia_wizard.core.lifecycle.certificate_model import (
    CertificatesStanding,
    CertificateState,
    StandingCertificate,
    StandingKey,
    Thresholds,
)
from octavia_wizard.core.lifecycle.certificate_next import next_step
from octavia_wizard.core.lifecycle.certificate_notes import notes, verdict_of
from octavia_wizard.core.lifecycle.distribution import CONTROLLER_DIRECTORY
from octavia_wizard.core.pki.approval import marked
from octavia_wizard.core.pki.chain_nodes import TITLES, key_words
from octavia_wizard.core.pki.deployed import Deployed, find_deployed
from octavia_wizard.core.pki.judging.review import Review, examine
from octavia_wizard.core.pki.judging.verified import verified
from octavia_wizard.core.pki.keys import key_text
from octavia_wizard.core.pki.pem import CERTIFICATES, KEYS, Pem
from octavia_wizard.core.pki.reading.inspection import (
    KeyView,
    Unreadable,
    mark_of,
    name_of,
    read_certificate,
)
from octavia_wizard.core.pki.told import Variables
from octavia_wizard.core.secrets import known_passphrases
from octavia_wizard.core.session import Session

_INSTALLED: Mapping[Pem, str] = {
    Pem.SERVER_CA: "server_ca.pem",
    Pem.CLIENT_CA: "client_ca.pem",
    Pem.CLIENT: "client.pem",
}


def certificates_standing(
    session: Session,
    now: datetime | None = None,
    thresholds: Thresholds | None = None,
    *,
    amphorae: bool = False,
    controller: Path = CONTROLLER_DIRECTORY,
) -> CertificatesStanding:
    """Read the certificates the role is pointed to and judge them; nothing is changed.

    With ``amphorae`` the cloud is asked when theirs end: raises UsageError and CloudError then.
    What cannot be read is among the findings and notes.  Takes up to a second, to open keys.
    """
    moment, limits = now or datetime.now(UTC), thresholds or Thresholds()
    host = session.facts.host
    found = find_deployed(session.effective, host)
    review = examine(found.layout.deployed, known_passphrases(host), moment)
    installed = _installed(controller)
    known = _compared(
        [
            _with_next(session, found, one)
            for pem in CERTIFICATES
            for one in _read(pem, review, installed, moment, limits)
        ],
        session.effective.texts("certificates.approved"),
        {mark for _, mark in marked(found.layout, review.certificates, moment)},
    )
    running = read_amphorae(session) if amphorae else None
    standing = CertificatesStanding(
        origin=found.origin,
        era=found.layout.era,
        release=session.effective.release.name,
        directory=found.layout.directory,
        evidence=found.evidence,
        at=moment,
        thresholds=limits,
        certificates=known,
        checked=verified(review, found.layout, moment) if review.certificates else (),
        findings=review.findings if known or found.evidence else (),
        amphorae=None
        if running is None
        else standing_of_amphorae(running, Variables(host), moment),
    )
    unread = installed is not None and not installed
    clock = session.facts.cloud.clock_offset if session.facts.cloud is not None else None
    assumed = host.release is None and not session.effective.answered("cloud.release")
    told = notes(standing, found, controller, unread, clock, assumed)
    return _summed_up(replace(standing, notes=told))


def _summed_up(standing: CertificatesStanding) -> CertificatesStanding:
    return replace(standing, verdict=verdict_of(standing))


def _read(
    pem: Pem,
    review: Review,
    installed: Mapping[Pem, str] | None,
    now: datetime,
    limits: Thresholds,
) -> Iterator[StandingCertificate]:
    """Yield the certificates of a file: the one it is for, and those behind it."""
    view = review.certificates.get(pem)
    if view is None:
        return
    first = _judged(pem, view.path, view.certificate, now, limits)
    yield replace(
        first,
        title=TITLES[pem][0],
        installed=installed.get(pem) == first.fingerprint if installed else None,
        key=_key(review.keys.get(KEYS[pem])),
    )
    above = None if first.issuer == first.subject else view.certificate.issuer
    for behind in view.chain:
        one = _judged(pem, view.path, behind, now, limits)
        # While an authority is replaced, another one of its own stands there too.
        words = "trusted beside it"
        if behind.subject == above:
            is_root = behind.subject == behind.issuer
            words = "root behind it" if is_root else "intermediate behind it"
            above = None if is_root else behind.issuer
        yield replace(one, title=f"{TITLES[pem][0]}, {words}", in_chain=True)


def _compared(
    known: Iterable[StandingCertificate], approved: tuple[str, ...], marks: Container[str]
) -> tuple[StandingCertificate, ...]:
    """Compare with the approved fingerprints those that need approval, if any were approved."""
    if not approved:
        return tuple(known)
    return tuple(
        replace(one, approved=one.fingerprint in approved if one.fingerprint in marks else None)
        for one in known
    )


def _judged(
    pem: Pem, path: Path, certificate: x509.Certificate, now: datetime, limits: Thresholds
) -> StandingCertificate:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return StandingCertificate(
        pem=pem,
        title="",
        subject=name_of(certificate.subject),
        issuer=name_of(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        fingerprint=mark_of(certificate),
        key_kind=key_words(key_text(certificate.public_key())),
        path=path,
        not_before=start,
        not_after=end,
        renew_by=max(start, end - timedelta(days=limits.warn)),
        days_left=(end - now).days,
        state=_state(start, end, now, limits),
    )


def _state(start: datetime, end: datetime, now: datetime, limits: Thresholds) -> CertificateState:
    if start > now:
        return CertificateState.NOT_YET
    if end <= now:
        return CertificateState.EXPIRED
    if end - now <= timedelta(days=limits.critical):
        return CertificateState.CRITICAL
    return CertificateState.DUE if end - now <= timedelta(days=limits.warn) else CertificateState.OK


def _key(view: KeyView | None) -> StandingKey | None:
    if view is None:
        return None
    return StandingKey(view.path, view.encrypted, view.public_key is not None, f"{view.mode:04o}")


def _installed(directory: Path) -> dict[Pem, str] | None:
    """Return the fingerprints on this controller; {} where they stay hidden, None for no one."""
    if not os.path.isdir(directory):
        return None
    found: dict[Pem, str] = {}
    for pem, name in _INSTALLED.items():
        try:
            found[pem] = read_certificate(directory / name).fingerprint
        except Unreadable:
            continue
    return found


def _with_next(session: Session, found: Deployed, one: StandingCertificate) -> StandingCertificate:
    return replace(one, next=next_step(session, found, one))
