"""Approval of certificates: the fingerprints of what is there, for a person to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from cryptography import x509

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.pki.judging.arranging import Passphrase, read_all, reads_ours
from octavia_wizard.core.pki.judging.together import also_trusted, held_by
from octavia_wizard.core.pki.judging.trust import trail_of
from octavia_wizard.core.pki.layout import CertificateLayout, layout_so_far
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import CertificateView, mark_of, name_of
from octavia_wizard.core.pki.rollover_files import PEMS, read_record


class Approval(StrEnum):
    """How the certificates that are there compare with the approved ones."""

    NONE = "not approved"
    ALL = "approved"
    OTHERS = "others were approved"
    """A replay stops: at least one of these is not among the approved."""


Views = Mapping[Pem, CertificateView]


def fingerprints_of(
    effective: Effective, passphrase: Passphrase | None = None
) -> tuple[tuple[str, str], ...]:
    """Return title and SHA-256 fingerprint of each certificate that can be read; reads files.

    That of the authority right above the first of a file is left out, for that signed it.  Those
    farther above, and those that are trusted beside it, are not.
    """
    layout = layout_so_far(effective)
    if layout is None:
        return ()
    reader = passphrase or (lambda _: None)
    moment = datetime.now(UTC)
    reading = read_all(layout, reader, moment, ours=reads_ours(layout))
    return marked(layout, reading.certificates, moment)


def marked(layout: CertificateLayout, views: Views, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return title and SHA-256 fingerprint of what has to be approved; reads ``rollover.json``."""
    first = [(str(pem), view.fingerprint) for pem, view in views.items()]
    return (*first, *marked_beside(layout, views, now))


def marked_beside(
    layout: CertificateLayout, views: Views, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return the same of those authorities alone that stand beside them: see also_trusted."""
    known = _rolled_over(layout, views, now)
    return tuple(
        (f"{pem}, also trusted: {name_of(one.subject)}", mark_of(one))
        for pem, one in also_trusted(views, now)
        if one not in known
    )


def _rolled_over(
    layout: CertificateLayout, views: Views, now: datetime
) -> frozenset[x509.Certificate]:
    """Return what a rollover of ours let in: the new and the former authority, and their roots."""
    if not layout.generate:
        return frozenset()
    found: set[x509.Certificate] = set()
    for side, noted in read_record(layout.directory).items():
        view = views.get(PEMS[side].ca)
        held = held_by(view) if view is not None else ()
        for one in held:
            if mark_of(one) in (noted.coming, noted.former):
                found |= {*trail_of(one, held, held, now).certificates}
    return frozenset(found)


def marks_of(effective: Effective, passphrase: Passphrase | None = None) -> list[str]:
    """Return the fingerprints to approve; PresetError where there is no certificate yet."""
    marks = [mark for _, mark in fingerprints_of(effective, passphrase)]
    if not marks:
        problem = Problem(
            "certificates.approved",
            "there is no certificate to approve yet",
            "make them first, or name the files you have",
        )
        raise PresetError("answers", [problem])
    return marks


def approval_of(effective: Effective, fingerprints: Iterable[str]) -> Approval:
    """Compare fingerprints with the approved ones."""
    approved = set(effective.texts("certificates.approved"))
    if not approved:
        return Approval.NONE
    return Approval.ALL if approved >= set(fingerprints) else Approval.OTHERS
