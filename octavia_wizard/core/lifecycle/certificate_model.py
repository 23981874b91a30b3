"""What is known of the certificates of a deployment, and what is to be done about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.deployed import Origin
from octavia_wizard.core.pki.judging.criteria import RENEW_BEFORE
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.releases import CertificateEra
from octavia_wizard.core.renewals import Renewal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days before its end from which a certificate is due, and from which that is critical."""

    warn: int = RENEW_BEFORE.days
    critical: int = 14


class CertificateState(StrEnum):
    """How one certificate stands at the moment it was looked at."""

    OK = "ok"
    DUE = "due"
    CRITICAL = "critical"
    EXPIRED = "expired"
    NOT_YET = "not yet valid"


class Verdict(StrEnum):
    """How all of them stand together, as a monitoring system takes it."""

    OK = "ok"
    WARNING = "warning"
    """Something is due."""
    CRITICAL = "critical"
    """Something does not work, or will soon not."""
    UNKNOWN = "unknown"
    """There is no certificate to judge."""


@dataclass(frozen=True, slots=True)
class StandingKey:
    """The private key of a certificate."""

    path: Path
    encrypted: bool
    opened: bool
    """Whether it could be opened, and thus compared with its certificate."""
    mode: str
    """Octal."""


@dataclass(frozen=True, slots=True)
class StandingCertificate:
    """One certificate."""

    pem: Pem
    """The file it is in."""
    title: str
    subject: str
    issuer: str
    serial: str
    """Hexadecimal."""
    fingerprint: str
    """SHA-256, as upper-case pairs between colons."""
    key_kind: str
    path: Path
    not_before: datetime
    not_after: datetime
    renew_by: datetime
    days_left: int
    """Whole days; negative once it has expired."""
    state: CertificateState
    in_chain: bool = False
    """Whether it stands behind another one in its file: an authority above, or one trusted too."""
    approved: bool | None = None
    """Whether its fingerprint is among the approved; None where nothing was approved."""
    installed: bool | None = None
    """Whether the controller on this host has the same; None where this host is none."""
    key: StandingKey | None = None
    next: Renewal | None = None


class Told(StrEnum):
    """What a note about the certificates says."""

    NONE = "no-certificates"
    NOT_POINTED = "role-not-pointed-there"
    ASSUMED = "release-assumed"
    UNCLEAR = "variable-only-ansible-can-tell"
    ELSEWHERE = "made-on-another-host"
    NOT_INSTALLED = "playbook-not-run-since"
    INSTALLED_UNREAD = "controller-files-unread"
    NOT_APPROVED = "others-were-approved"
    ROOT_KEYS = "root-keys-on-this-host"
    BY_ROLE = "made-by-the-role"
    OPEN_THERE = "open-on-controllers"
    LATE = "amphora-certificates-late"
    CLOCK = "clock-differs"


@dataclass(frozen=True, slots=True)
class CertificateNote:
    """One verdict, with its cure."""

    kind: Told
    severity: Severity
    text: str
    cure: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class LateAmphora:
    """An amphora whose certificate should have been renewed by the housekeeping manager."""

    id: str
    load_balancer: str | None
    """None for a spare one."""
    ends: datetime
    days_left: int
    busy: bool
    """A renewal was begun and did not come to its end: it is not tried again."""
    command: str
    """Replaces it, and so its certificate."""


@dataclass(frozen=True, slots=True)
class AmphoraCertificates:
    """The certificates of all amphorae, which Octavia makes and renews by itself."""

    count: int
    """Amphorae that have a certificate."""
    earliest: datetime | None
    """When the first of them ends."""
    validity: int
    """Days a certificate is made for."""
    buffer: int
    """Days before its end in which the housekeeping manager renews it."""
    late: tuple[LateAmphora, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificatesStanding:
    """How the certificates of a deployment stand, by what this host has."""

    origin: Origin
    era: CertificateEra
    release: str
    directory: Path
    evidence: tuple[str, ...]
    """``path:line`` of what points the role to them."""
    at: datetime
    thresholds: Thresholds
    certificates: tuple[StandingCertificate, ...] = ()
    checked: tuple[str, ...] = ()
    """What was verified, in a few words each."""
    findings: tuple[Finding, ...] = ()
    """What the review of the files found wrong."""
    notes: tuple[CertificateNote, ...] = ()
    amphorae: AmphoraCertificates | None = None
    """None where the cloud was not asked."""
    verdict: Verdict = field(default=Verdict.OK)

    @property
    def first(self) -> StandingCertificate | None:
        """Return the certificate that ends first."""
        return min(self.certificates, key=lambda one: one.not_after, default=None)

    @property
    def unapproved(self) -> tuple[StandingCertificate, ...]:
        """Return the certificates that are not the approved ones."""
        return tuple(one for one in self.certificates if one.approved is False)
