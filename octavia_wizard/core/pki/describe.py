"""Certificates as rows for a screen or a report."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.layout import CertificateLayout, Pem, certificate_layout
from octavia_wizard.core.pki.review import Review, examine


@dataclass(frozen=True, slots=True)
class Row:
    """One file, as text; what does not apply or is not known is ""."""

    title: str
    path: Path
    subject: str = ""
    key: str = ""
    not_before: str = ""
    not_after: str = ""
    """Days as YYYY-MM-DD."""
    fingerprint: str = ""
    mode: str = ""
    """Octal."""


def describe(layout: CertificateLayout) -> tuple[Row, ...]:
    """Describe the files as they are now; an encrypted key is described without opening it."""
    found = examine(layout)
    return tuple(_present(pem, path, found) for pem, path in layout.files.items())


def planned_view(effective: Effective, today: datetime | None = None) -> tuple[Row, ...]:
    """Describe the files as they would be made, or as they are where they exist already."""
    layout = certificate_layout(effective)
    if not layout.generate or any(os.path.exists(path) for path in layout.files.values()):
        return describe(layout)
    start = today or datetime.now(UTC)
    return tuple(_planned(pem, path, effective, start) for pem, path in layout.files.items())


def _present(pem: Pem, path: Path, found: Review) -> Row:
    certificate, key = found.certificates.get(pem), found.keys.get(pem)
    mode = f"{stat.S_IMODE(path.stat().st_mode):04o}" if os.path.exists(path) else ""
    if certificate is not None:
        return Row(
            title=pem,
            path=path,
            subject=certificate.subject,
            key=certificate.key,
            not_before=f"{certificate.not_before:%Y-%m-%d}",
            not_after=f"{certificate.not_after:%Y-%m-%d}",
            fingerprint=certificate.fingerprint,
            mode=mode,
        )
    if key is not None:
        return Row(pem, path, key=key.key or "encrypted", mode=mode)
    return Row(pem, path, mode=mode)


_SUBJECTS = {
    Pem.SERVER_CA: ("certificates.server_ca_subject", "certificates.ca_days"),
    Pem.CLIENT_CA: ("certificates.client_ca_subject", "certificates.ca_days"),
    Pem.CLIENT: ("certificates.client_subject", "certificates.client_days"),
}


def _planned(pem: Pem, path: Path, effective: Effective, start: datetime) -> Row:
    key = effective.text("certificates.key_type")
    if pem not in _SUBJECTS:
        return Row(pem, path, key=key, mode="0600")
    subject, days = _SUBJECTS[pem]
    end = start + timedelta(days=effective.number(days))
    return Row(
        title=pem,
        path=path,
        subject=effective.text(subject),
        key=key,
        not_before=f"{start:%Y-%m-%d}",
        not_after=f"{end:%Y-%m-%d}",
        mode="0600",
    )
