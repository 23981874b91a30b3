"""Tells what is in a file of certificates, or in one with a private key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from octavia_wizard.core.pki.keys import key_text
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.material import Locked, Material, Unreadable, read_material
from octavia_wizard.core.pki.reading.opening import BROKEN

__all__ = [
    "OLD_DIGESTS",
    "CertificateView",
    "KeyView",
    "Locked",
    "Unreadable",
    "constraints_of",
    "issued_by",
    "key_view",
    "mark_of",
    "name_of",
    "purposes_of",
    "read_certificate",
    "read_key",
    "usages_of",
    "view_of",
]

OLD_DIGESTS = frozenset({"md5", "sha1"})
"""Digests TLS libraries of today refuse in signatures."""

_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
_PURPOSES: Mapping[str, str] = {
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate file, in the terms a person compares; the fields tell of its first."""

    path: Path
    subject: str
    issuer: str
    fingerprint: str
    """SHA-256, as upper-case pairs between colons."""
    not_before: datetime
    not_after: datetime
    is_ca: bool
    path_length: int | None
    key_usage: tuple[str, ...] | None
    """None where the certificate restricts nothing."""
    extended_key_usage: tuple[str, ...] | None
    key: str
    """Type and size, e.g. ``RSA 4096``."""
    signature_hash: str
    self_signed: bool
    mode: int
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    """The further certificates of the file."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """One private key file."""

    path: Path
    encrypted: bool
    public_key: bytes | None
    """DER; None while its passphrase is not known."""
    rsa_bits: int | None
    key: str
    """Type and size, or "" while its passphrase is not known."""
    mode: int
    form: Form = Form.PEM


def read_certificate(path: Path, password: str | None = None) -> CertificateView:
    """Read a file of certificates; Unreadable says what is wrong, Locked that it takes a password.

    The password is for PKCS#12.
    """
    material = read_material(path)
    return view_of(material, material.certificates(password))


def read_key(path: Path, passphrase: str | None) -> KeyView:
    """Read a private key; an encrypted one without passphrase is only told to be encrypted."""
    return key_view(read_material(path), passphrase)


def key_view(material: Material, passphrase: str | None) -> KeyView:
    """Describe the private key of a file; raises Unreadable."""
    encrypted = material.has_lock
    try:
        half = material.public_half(passphrase)
    except Locked:
        return KeyView(material.path, True, None, None, "", material.mode, material.form)
    return KeyView(
        material.path, encrypted, half.der, half.rsa_bits, half.text, material.mode, material.form
    )


def view_of(material: Material, certificates: tuple[x509.Certificate, ...]) -> CertificateView:
    """Describe certificates of a file, in the order they are to be looked at."""
    certificate = certificates[0]
    is_ca, length = constraints_of(certificate)
    digest = certificate.signature_hash_algorithm
    return CertificateView(
        path=material.path,
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        fingerprint=mark_of(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_ca=is_ca,
        path_length=length,
        key_usage=usages_of(certificate),
        extended_key_usage=purposes_of(certificate),
        key=key_text(certificate.public_key()),
        signature_hash=digest.name if digest else "",
        self_signed=issued_by(certificate, certificate),
        mode=material.mode,
        certificate=certificate,
        chain=certificates[1:],
    )


def name_of(name: x509.Name) -> str:
    """Write a distinguished name without what could steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in name.rfc4514_string())


def mark_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint, as upper-case pairs between colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


@lru_cache(maxsize=4096)
def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether one certificate was signed with the key of another, and names it as issuer."""
    try:
        digest = certificate.signature_hash_algorithm
        if digest is not None and digest.name in OLD_DIGESTS:
            same_name = certificate.issuer == issuer.subject
            return same_name and _signed_as_of_old(certificate, issuer.public_key())
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *BROKEN):
        return False
    return True


def _signed_as_of_old(certificate: x509.Certificate, public: object) -> bool:
    """Verify a signature with MD5 or SHA-1, which the library refuses to do for certificates."""
    digest = certificate.signature_hash_algorithm
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    if digest is None:
        return False
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, signed, padding.PKCS1v15(), digest)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, signed, ec.ECDSA(digest))
    else:
        return False
    return True


def constraints_of(certificate: x509.Certificate) -> tuple[bool, int | None]:
    """Say whether a certificate is an authority's, and how many others may stand below it."""
    try:
        value = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False, None
    return value.ca, value.path_length


def usages_of(certificate: x509.Certificate) -> tuple[str, ...] | None:
    """Return the key usages, or None where the certificate restricts nothing."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(name for name in _USAGES if getattr(usage, name))


def purposes_of(certificate: x509.Certificate) -> tuple[str, ...] | None:
    """Return the extended key usages, or None where the certificate restricts nothing."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(_PURPOSES.get(p.dotted_string, p.dotted_string) for p in purposes)
