"""Judges the certificate files of a deployment before Octavia has to live with them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.judging.arranging import (
    Passphrase,
    Reading,
    read_all,
    readable_files,
    reads_ours,
)
from octavia_wizard.core.pki.judging.criteria import error, warning
from octavia_wizard.core.pki.judging.key_criteria import judge_ours, judge_source
from octavia_wizard.core.pki.judging.together import held_by, judge_together
from octavia_wizard.core.pki.judging.trust import belongs
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import KEYS, Pem
from octavia_wizard.core.pki.reading.inspection import CertificateView, KeyView, Unreadable
from octavia_wizard.core.pki.reading.material import read_material

__all__ = ["PAIRS", "Passphrase", "Review", "examine", "readable_files", "review"]

PAIRS = tuple(KEYS.items())
"""Which key belongs to which certificate."""

_ROOTS = ((Pem.SERVER_CA, Pem.SERVER_ROOT_KEY), (Pem.CLIENT_CA, Pem.CLIENT_ROOT_KEY))


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in the files, and what is wrong with it."""

    certificates: Mapping[Pem, CertificateView]
    keys: Mapping[Pem, KeyView]
    findings: tuple[Finding, ...]
    ours: bool = True
    """Whether our own files were read, and not the operator's of which they are made."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the files from being used."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


def examine(
    layout: CertificateLayout,
    passphrase: Passphrase | None = None,
    now: datetime | None = None,
) -> Review:
    """Read our files where they are, else the operator's, and judge them.

    Without passphrases, as far as it goes; by the clock of this host where no time is given.
    """
    moment, ours = now or datetime.now(UTC), reads_ours(layout)
    reading = read_all(layout, passphrase or (lambda _: None), moment, ours=ours)
    findings = [*reading.findings, *judge_together(reading.certificates, moment)]
    for pem, key in reading.keys.items():
        findings += (
            judge_ours(pem, key, layout) if ours else judge_source(pem, key, layout, reading.keys)
        )
    findings += _pairs(reading)
    if ours:
        findings += [*_bundle(layout, reading), *_open_directories(layout)]
    return Review(reading.certificates, reading.keys, tuple(_once(findings)), ours)


def review(layout: CertificateLayout, passphrase: Passphrase | None = None) -> list[Finding]:
    """Return only the findings about the files."""
    return list(examine(layout, passphrase).findings)


def _once(findings: list[Finding]) -> Iterator[Finding]:
    """Leave out what was said already: one file may serve for several."""
    seen: set[tuple[str, str]] = set()
    for found in findings:
        about_file = found.id in ("cert-source-locked", "cert-unreadable", "cert-missing")
        if about_file and (found.id, found.where) in seen:
            continue
        seen.add((found.id, found.where))
        yield found


def _pairs(reading: Reading) -> Iterator[Finding]:
    for certificate, key in (*PAIRS, *_ROOTS):
        view, own = reading.certificates.get(certificate), reading.keys.get(key)
        if view is None or own is None or own.public_key is None:
            continue
        if belongs(view.certificate, own.public_key):
            continue
        among = any(belongs(one, own.public_key) for one in held_by(view))
        if among and key is not Pem.SERVER_CA_KEY and key is not Pem.CLIENT_KEY:
            # Only trusted there; during a change of authorities another may come first.
            continue
        yield _signer_not_first(view) if among else _mismatch(certificate, view, key, own)


def _mismatch(certificate: Pem, view: CertificateView, key: Pem, own: KeyView) -> Finding:
    return error(
        "cert-key-mismatch",
        f"the {key} does not belong to the {certificate}",
        "Octavia cannot use a certificate without its own key",
        f"give the key {view.path} was made with",
        own.path,
    )


def _signer_not_first(view: CertificateView) -> Finding:
    return error(
        "cert-signer-not-first",
        "the certificate that belongs to the key is not the first of its file",
        "Octavia signs and shows itself with the first one, whatever stands below it",
        "put it first, those above it after it",
        view.path,
    )


def _bundle(layout: CertificateLayout, reading: Reading) -> Iterator[Finding]:
    """Compare the file the role copies, certificate and key in one, with its two halves."""
    path = layout.files.get(Pem.CLIENT_BUNDLE)
    client, key = reading.certificates.get(Pem.CLIENT), reading.keys.get(Pem.CLIENT_KEY)
    if path is None or client is None or key is None or not os.path.exists(path):
        return
    try:
        bundle = read_material(path)
        same = bundle.certificates() == held_by(client)
        same = same and bundle.public_half(None).der == key.public_key
    except Unreadable:
        same = False
    if not same:
        yield error(
            "cert-bundle-differs",
            "the file with client certificate and key holds others than the two single files",
            "the role copies this one to the controllers",
            "remove it; it is put together afresh",
            path,
        )


def _open_directories(layout: CertificateLayout) -> Iterator[Finding]:
    for place in dict.fromkeys(path.parent for path in layout.files.values()):
        with suppress(OSError):
            mode = stat.S_IMODE(place.stat().st_mode)
            if mode & 0o022:
                yield warning(
                    "cert-directory-open",
                    f"{place} can be written to by other users (mode {mode:04o})",
                    "whoever does can put other certificates and keys in the place of these",
                    f"close it: chmod go-w {place}",
                    place,
                )
