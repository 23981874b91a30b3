"""Judges the certificate files of a deployment before Octavia has to live with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.findings.model import Finding, Severity
from octavia_wizard.core.pki.criteria import (
    AUTHORITIES,
    error,
    judge_certificate,
    judge_key,
    warning,
)
from octavia_wizard.core.pki.inspection import (
    CertificateView,
    KeyView,
    Unreadable,
    issued_by,
    read_certificate,
    read_key,
)
from octavia_wizard.core.pki.keys import public_der
from octavia_wizard.core.pki.layout import CertificateLayout, Pem

Passphrase = Callable[[str], str | None]
"""Gives the value of a secret variable, or None where it is not known yet."""

CERTIFICATES = (*AUTHORITIES, Pem.CLIENT)
"""The certificates of a deployment, which are approved by their fingerprints."""

_KEYS = (Pem.SERVER_CA_KEY, Pem.CLIENT_CA_KEY, Pem.CLIENT_KEY)
PAIRS = (
    (Pem.SERVER_CA, Pem.SERVER_CA_KEY),
    (Pem.CLIENT_CA, Pem.CLIENT_CA_KEY),
    (Pem.CLIENT, Pem.CLIENT_KEY),
)


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in the files, and what is wrong with it."""

    certificates: Mapping[Pem, CertificateView]
    keys: Mapping[Pem, KeyView]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the files from being used."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


def examine(
    layout: CertificateLayout,
    passphrase: Passphrase | None = None,
    now: datetime | None = None,
) -> Review:
    """Read every file that should be there and judge it; without passphrases, as far as it goes."""
    reading = _Reading(layout, passphrase or (lambda _: None))
    reading.read()
    moment = now or datetime.now(UTC)
    findings = [*reading.findings]
    for pem, view in reading.certificates.items():
        findings += judge_certificate(pem, view, moment)
    for pem, key in reading.keys.items():
        findings += judge_key(pem, key, layout)
    findings += _pairs(reading.certificates, reading.keys)
    findings += _together(reading.certificates)
    findings += _bundle(layout, reading)
    return Review(reading.certificates, reading.keys, tuple(findings))


def review(layout: CertificateLayout, passphrase: Passphrase | None = None) -> list[Finding]:
    """Return only the findings about the files."""
    return list(examine(layout, passphrase).findings)


def readable_files(layout: CertificateLayout) -> dict[Pem, Path]:
    """Return the files to read; a client bundle of the operator's stands for both of its halves."""
    files = dict(layout.files)
    bundle = files.get(Pem.CLIENT_BUNDLE)
    if bundle is not None and Pem.CLIENT_BUNDLE not in layout.written:
        files |= {Pem.CLIENT: bundle, Pem.CLIENT_KEY: bundle}
    return files


@dataclass(slots=True)
class _Reading:
    layout: CertificateLayout
    passphrase: Passphrase
    certificates: dict[Pem, CertificateView] = field(default_factory=dict)
    keys: dict[Pem, KeyView] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def read(self) -> None:
        """Read all files."""
        files = readable_files(self.layout)
        for pem in CERTIFICATES:
            if pem in files:
                self._certificate(pem, files[pem])
        for pem in _KEYS:
            if pem in files:
                self._key(pem, files[pem])

    def _certificate(self, pem: Pem, path: Path) -> None:
        try:
            self.certificates[pem] = read_certificate(path)
        except Unreadable as problem:
            self.findings.append(_unreadable(pem, path, problem))

    def _key(self, pem: Pem, path: Path) -> None:
        name = self.layout.passphrases.get(pem)
        try:
            self.keys[pem] = read_key(path, self.passphrase(name) if name else None)
        except Unreadable as problem:
            self.findings.append(_unreadable(pem, path, problem))


def _unreadable(pem: Pem, path: Path, problem: Unreadable) -> Finding:
    missing = not os.path.exists(path)
    return error(
        "cert-missing" if missing else "cert-unreadable",
        f"the {pem}: {problem}",
        "the playbooks copy this file to the controllers, and Octavia reads it there",
        "give the path of an existing PEM file, and check its passphrase and who may read it",
        path,
    )


def _pairs(
    certificates: Mapping[Pem, CertificateView], keys: Mapping[Pem, KeyView]
) -> Iterator[Finding]:
    for certificate, key in PAIRS:
        if certificate not in certificates or key not in keys:
            continue
        public = keys[key].public_key
        if public is None or public == public_der(
            certificates[certificate].certificate.public_key()
        ):
            continue
        yield error(
            "cert-key-mismatch",
            f"the {key} does not belong to the {certificate}",
            "Octavia cannot use a certificate without its own key",
            f"give the key {certificates[certificate].path} was made with",
            keys[key].path,
        )


def _together(certificates: Mapping[Pem, CertificateView]) -> Iterator[Finding]:
    server, authority = certificates.get(Pem.SERVER_CA), certificates.get(Pem.CLIENT_CA)
    client = certificates.get(Pem.CLIENT)
    if server and authority and _public(server) == _public(authority):
        yield error(
            "cert-same-ca",
            "the server CA and the client CA are the same authority",
            "an amphora could use its own certificate to command the other amphorae",
            "use two authorities",
            authority.path,
        )
    if client and authority and not issued_by(client.certificate, authority.certificate):
        yield error(
            "cert-chain",
            f"the client certificate is not signed by the client CA, but by {client.issuer}",
            "amphorae would refuse the controllers",
            "give the authority that signed it, itself and not one above it",
            client.path,
        )
    if client and authority and client.not_after > authority.not_after:
        yield warning(
            "cert-outlives-ca",
            f"the client certificate outlives its authority, which ends {authority.not_after:%F}",
            "it is refused once the authority has expired",
            "renew the authority by then",
            client.path,
        )


def _bundle(layout: CertificateLayout, reading: _Reading) -> Iterator[Finding]:
    """Compare the file the role copies, certificate and key in one, with its two halves."""
    path = layout.files.get(Pem.CLIENT_BUNDLE)
    client, key = reading.certificates.get(Pem.CLIENT), reading.keys.get(Pem.CLIENT_KEY)
    if path is None or client is None or key is None or not os.path.exists(path):
        return
    try:
        same = read_certificate(path).fingerprint == client.fingerprint
        same = same and read_key(path, None).public_key == key.public_key
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


def _public(view: CertificateView) -> bytes:
    return public_der(view.certificate.public_key())
