"""One certificate in its place in a chain of trust: as it is, or as it will be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.pki.judging.criteria import RENEW_BEFORE
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import CertificateView, KeyView, issued_by


class NodeState(StrEnum):
    """How one certificate with its key stands."""

    GOOD = "in order"
    ATTENTION = "needs attention"
    BAD = "cannot be used"
    PLANNED = "made when you apply"
    OPEN = "to do"
    """A file of the operator's own that was not named yet."""


TITLES: Mapping[Pem, tuple[str, str]] = {
    Pem.SERVER_CA: ("Server CA", "signs each amphora's certificate"),
    Pem.CLIENT_CA: ("Client CA", "amphorae trust whom it signed"),
    Pem.CLIENT: ("Client", "controllers show it to amphorae"),
}
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_PLANNED_KEYS = {
    "rsa-3072": "RSA 3072",
    "rsa-4096": "RSA 4096",
    "ec-p256": "EC P-256",
    "ec-p384": "EC P-384",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A certificate that will be made."""

    subject: str
    key: str
    not_before: datetime
    not_after: datetime
    root: str = ""
    """Distinguished name of the root that will be made above it."""


@dataclass(frozen=True, slots=True)
class Above:
    """A further authority in the file of a certificate."""

    subject: str
    fingerprint: str = ""
    """SHA-256; "" while it is not made."""
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChainNode:
    """One certificate with its private key, in its place in a chain."""

    pem: Pem
    state: NodeState
    path: Path | None = None
    certificate: CertificateView | None = None
    plan: Plan | None = None
    key_path: Path | None = None
    key: KeyView | None = None
    problems: tuple[Finding, ...] = ()
    children: tuple[ChainNode, ...] = ()

    @property
    def title(self) -> str:
        """What it is for, in a word or two."""
        return TITLES[self.pem][0]

    @property
    def purpose(self) -> str:
        """What it is for, in a clause."""
        return TITLES[self.pem][1]

    @property
    def subject(self) -> str:
        """Distinguished name of whom it is about, or ""."""
        known = self.certificate or self.plan
        return printable(known.subject) if known else ""

    @property
    def above(self) -> tuple[Above, ...]:
        """The authorities above it that its file has, nearest first."""
        if self.plan is not None:
            return (Above(self.plan.root),) if self.plan.root else ()
        return _walk(self.certificate)[0] if self.certificate is not None else ()

    @property
    def also_trusted(self) -> tuple[Above, ...]:
        """Other authorities in the same file, such as the former one during a rollover."""
        if self.certificate is None or self.pem is Pem.CLIENT:
            return ()
        return _walk(self.certificate)[1]

    @property
    def key_kind(self) -> str:
        """Type and size of the key, e.g. ``EC P-384``, or ""."""
        known = self.certificate or self.plan
        return key_words(known.key) if known else ""

    @property
    def validity(self) -> tuple[datetime, datetime] | None:
        """From when to when it is valid."""
        known = self.certificate or self.plan
        return (known.not_before, known.not_after) if known else None

    @property
    def renew_by(self) -> datetime | None:
        """The day by which it should be renewed."""
        span = self.validity
        return max(span[0], span[1] - RENEW_BEFORE) if span else None


def _walk(view: CertificateView) -> tuple[tuple[Above, ...], tuple[Above, ...]]:
    """Return the issuers of a certificate within its file, and what else is in there."""
    others = [one for one in view.chain if one != view.certificate]
    above: list[x509.Certificate] = []
    current = view.certificate
    while issuer := next((one for one in others if issued_by(current, one)), None):
        others.remove(issuer)
        above.append(issuer)
        current = issuer
    return tuple(map(_further, above)), tuple(map(_further, others))


def _further(certificate: x509.Certificate) -> Above:
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    subject = printable(certificate.subject.rfc4514_string())
    return Above(subject, fingerprint, certificate.not_valid_after_utc)


def key_words(key: str) -> str:
    """Write type and size of a key as people say them: ``RSA 4096``, ``EC P-384``."""
    kind, _, size = _PLANNED_KEYS.get(key, key).partition(" ")
    return f"{kind} {_CURVES.get(size, size)}".rstrip()


def printable(text: str) -> str:
    """Return a name out of a file without what could steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
