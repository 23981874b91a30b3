"""The certificates and keys as they would be made."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.making.subjects import parse_subject, root_subject
from octavia_wizard.core.pki.pem import AUTHORITIES, Pem

_ABOUT = {
    Pem.SERVER_CA: ("server_ca_subject", "ca_days"),
    Pem.CLIENT_CA: ("client_ca_subject", "client_ca_days"),
    Pem.CLIENT: ("client_subject", "client_days"),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """One file that would be made."""

    pem: Pem
    path: Path
    key_type: str
    """As answered, e.g. ``rsa-4096``."""
    subject: str = ""
    """Of a certificate."""
    days: int = 0
    """How long a certificate will be valid; 0 for a key."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    root: str = ""
    """Subject of the root above an authority, with intermediates."""


def planned_files(effective: Effective, today: datetime | None = None) -> tuple[Planned, ...]:
    """Return the files that would be made; raises KeyError while answers are missing."""
    start = today or datetime.now(UTC)
    layout = certificate_layout(effective)
    return tuple(_planned(pem, path, effective, start) for pem, path in layout.files.items())


def _planned(pem: Pem, path: Path, effective: Effective, start: datetime) -> Planned:
    key_type = effective.text("certificates.key_type")
    if pem not in _ABOUT:
        return Planned(pem, path, key_type)
    name, lifetime = _ABOUT[pem]
    subject = effective.text(f"certificates.{name}")
    with_root = pem in AUTHORITIES and effective.is_on("certificates.intermediates")
    days = effective.maybe_number(f"certificates.{lifetime}")
    if days is None:
        days = effective.number("certificates.ca_days")
    return Planned(
        pem=pem,
        path=path,
        key_type=key_type,
        subject=subject,
        days=days,
        not_before=start,
        not_after=start + timedelta(days=days),
        root=_root_above(subject) if with_root else "",
    )


def _root_above(subject: str) -> str:
    with suppress(ValueError):
        return root_subject(parse_subject(subject)).rfc4514_string()
    # A subject that cannot be used is told of where the answers are checked.
    return ""
