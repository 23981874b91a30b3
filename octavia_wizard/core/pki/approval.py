"""Approval of certificates: the fingerprints of what is there, for a person to compare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.pki.judging.arranging import Passphrase, read_all, reads_ours
from octavia_wizard.core.pki.layout import layout_so_far


class Approval(StrEnum):
    """How the certificates that are there compare with the approved ones."""

    NONE = "not approved"
    ALL = "approved"
    OTHERS = "others were approved"
    """A replay stops: at least one of these is not among the approved."""


def fingerprints_of(
    effective: Effective, passphrase: Passphrase | None = None
) -> tuple[tuple[str, str], ...]:
    """Return title and SHA-256 fingerprint of each certificate that can be read; reads files."""
    layout = layout_so_far(effective)
    if layout is None:
        return ()
    reader = passphrase or (lambda _: None)
    reading = read_all(layout, reader, datetime.now(UTC), ours=reads_ours(layout))
    return tuple((str(pem), view.fingerprint) for pem, view in reading.certificates.items())


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
