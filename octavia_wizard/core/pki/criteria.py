"""What makes a single certificate or key unfit for Octavia."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from octavia_wizard.core.findings.model import Finding, Severity
from octavia_wizard.core.pki.inspection import CertificateView, KeyView
from octavia_wizard.core.pki.layout import CertificateLayout, Pem

SOON = timedelta(days=90)
"""How long before its end a certificate is worth a warning."""

RENEW_BEFORE = timedelta(days=60)
"""How long before its end a certificate should be renewed."""

AUTHORITIES = (Pem.SERVER_CA, Pem.CLIENT_CA)


def judge_certificate(pem: Pem, view: CertificateView, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with one certificate by itself."""
    authority = pem in AUTHORITIES
    if authority and not view.is_ca:
        yield error(
            "cert-not-a-ca",
            f"the {pem} is no certificate authority (basicConstraints CA:FALSE or absent)",
            "TLS refuses certificates signed by it",
            "use a certificate made with basicConstraints CA:TRUE",
            view.path,
        )
    if not authority and view.is_ca:
        yield error(
            "cert-client-is-a-ca",
            "the client certificate is a certificate authority",
            "whoever has the controllers' key could sign certificates with it",
            "use a certificate made with basicConstraints CA:FALSE",
            view.path,
        )
    yield from _usage(pem, view)
    yield from _validity(pem, view, now)
    yield from _strength(pem, view)
    if authority and not view.self_signed:
        yield warning(
            "cert-ca-not-self-signed",
            f"the {pem} is signed by {view.issuer}, not by itself",
            "the other side must trust it without knowing who signed it; some TLS settings refuse",
            "use a root of its own, made for Octavia only",
            view.path,
        )


def _usage(pem: Pem, view: CertificateView) -> Iterator[Finding]:
    usage, purposes = view.key_usage, view.extended_key_usage
    needed = "key_cert_sign" if pem in AUTHORITIES else "digital_signature"
    if usage is not None and needed not in usage:
        yield error(
            "cert-key-usage",
            f"the key usage of the {pem} lacks {needed.replace('_', ' ')}",
            "TLS refuses a certificate used for what it does not allow",
            "make it again with that key usage",
            view.path,
        )
    allowed = {"clientAuth", "anyExtendedKeyUsage"}
    if pem is Pem.CLIENT and purposes is not None and not allowed & set(purposes):
        yield error(
            "cert-extended-key-usage",
            f"the extended key usage of the client certificate is {', '.join(purposes)}",
            "amphorae accept only a certificate that is good for clientAuth",
            "make it again with extended key usage clientAuth",
            view.path,
        )


def _validity(pem: Pem, view: CertificateView, now: datetime) -> Iterator[Finding]:
    why = "controllers and amphorae stop talking to one another: no change and no failover works"
    if view.not_after <= now:
        yield error(
            "cert-expired", f"the {pem} expired on {view.not_after:%Y-%m-%d}", why,
            "renew it", view.path,
        )  # fmt: skip
    elif view.not_after <= now + SOON:
        yield warning(
            "cert-expires-soon", f"the {pem} expires on {view.not_after:%Y-%m-%d}", why,
            "renew it before that day", view.path,
        )  # fmt: skip
    if view.not_before > now:
        yield error(
            "cert-not-yet-valid", f"the {pem} is valid only from {view.not_before:%Y-%m-%d %H:%M}",
            why, "wait, or check the clock of the host that made it", view.path,
        )  # fmt: skip


def _strength(pem: Pem, view: CertificateView) -> Iterator[Finding]:
    kind, _, size = view.key.partition(" ")
    weak = kind == "RSA" and int(size) < 2048
    if weak or kind == "DSA":
        yield error(
            "cert-weak-key", f"the {pem} has a weak key: {view.key}",
            "TLS libraries of today refuse it", "use RSA of 3072 bits or more, or EC", view.path,
        )  # fmt: skip
    if view.signature_hash in ("md5", "sha1") and not view.self_signed:
        yield error(
            "cert-weak-signature", f"the {pem} is signed with {view.signature_hash.upper()}",
            "TLS libraries of today refuse it", "have it signed with SHA-256", view.path,
        )  # fmt: skip


def judge_key(pem: Pem, key: KeyView, layout: CertificateLayout) -> Iterator[Finding]:
    """Yield what is wrong with one private key by itself."""
    if pem is Pem.CLIENT_KEY and key.encrypted:
        yield error(
            "cert-client-key-encrypted",
            "the client key is encrypted",
            "Octavia has no option for its passphrase",
            "decrypt it: openssl pkey -in KEY -out NEW",
            key.path,
        )
    if pem is Pem.SERVER_CA_KEY and not key.encrypted:
        yield error(
            "cert-ca-key-not-encrypted",
            f"the {pem} is not encrypted",
            "octavia.conf always names a passphrase, and Octavia then refuses a key without one",
            "encrypt it: openssl pkey -aes256 -in KEY -out NEW",
            key.path,
        )
    if key.mode & 0o077:
        yield warning(
            "cert-key-mode",
            f"the {pem} can be read by other users (mode {key.mode:04o})",
            "whoever reads it can pose as a controller or an amphora",
            f"close it: chmod 0600 {key.path}",
            key.path,
        )
    wanted = layout.role_key_bits.get(pem)
    if wanted is not None and key.public_key is not None and key.rsa_bits != wanted:
        yield error(
            "cert-role-replaces-key",
            f"the {pem} is {key.key}, and the role insists on RSA {wanted}",
            "the role of this release overwrites a key of another type or size",
            "use an RSA key, and set octavia_cert_key_length_server or _client to its size",
            key.path,
        )


def error(id: str, what: str, why: str, fix: str, path: Path) -> Finding:
    """Return a finding that keeps the files from being used."""
    return Finding(id, Severity.ERROR, "certificates", what, why, fix, where=str(path))


def warning(id: str, what: str, why: str, fix: str, path: Path) -> Finding:
    """Return a finding the operator has to accept."""
    return Finding(id, Severity.WARNING, "certificates", what, why, fix, where=str(path))
