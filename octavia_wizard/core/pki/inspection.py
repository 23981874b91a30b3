"""Reads PEM files, and tells what is in them."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.pki.keys import key_text, public_der

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


class Unreadable(Exception):
    """A file that cannot be used, and why; stays within the package."""


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate file, in the terms a person compares."""

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


def read_certificate(path: Path) -> CertificateView:
    """Read the first certificate of a PEM file; Unreadable says what is wrong."""
    data, mode = _read(path)
    try:
        certificate = x509.load_pem_x509_certificates(data)[0]
        return _view(path, certificate, mode)
    except (ValueError, IndexError):
        raise Unreadable(f"{path} holds no certificate in PEM form") from None


def read_key(path: Path, passphrase: str | None) -> KeyView:
    """Read a private key; an encrypted one without passphrase is only told to be encrypted."""
    data, mode = _read(path)
    if b"PRIVATE KEY-----" not in data:
        raise Unreadable(f"{path} holds no private key in PEM form")
    encrypted = b"ENCRYPTED" in data
    if encrypted and passphrase is None:
        return KeyView(path, True, None, None, "", mode)
    secret = passphrase.encode() if encrypted and passphrase is not None else None
    opened = _public_half(data, secret or b"")
    if isinstance(opened, str):
        raise Unreadable(f"{path} {opened}")
    public, bits, text = opened
    return KeyView(path, encrypted, public, bits, text, mode)


_Opened = tuple[bytes, int | None, str] | str
"""The public half, RSA bits and kind of a key, or why it cannot be opened."""


@lru_cache(maxsize=32)
def _opened(key_digest: bytes, passphrase_digest: bytes) -> list[_Opened]:
    """Return a cell for what a key and a passphrase give; opening one takes 0.2 s."""
    return []


def _public_half(data: bytes, passphrase: bytes) -> _Opened:
    cell = _opened(hashlib.sha256(data).digest(), hashlib.sha256(passphrase).digest())
    if not cell:
        cell.append(_open(data, passphrase))
    return cell[0]


def _open(data: bytes, passphrase: bytes) -> _Opened:
    try:
        key = load_pem_private_key(data, passphrase or None).public_key()
    except TypeError:
        return "is encrypted, and its passphrase is empty"
    except ValueError:
        return "cannot be opened with its passphrase" if passphrase else "is no usable private key"
    except UnsupportedAlgorithm:
        return "is of a kind that cannot be read here"
    bits = key.key_size if isinstance(key, rsa.RSAPublicKey) else None
    return public_der(key), bits, key_text(key)


def _read(path: Path) -> tuple[bytes, int]:
    try:
        data = read_bytes(path)
        if data is None:
            raise Unreadable(f"{path} cannot be read: {os.strerror(errno.ENOENT)}")
        return data, stat.S_IMODE(path.stat().st_mode)
    except FileError as error:
        raise Unreadable(error.message) from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None


def _view(path: Path, certificate: x509.Certificate, mode: int) -> CertificateView:
    is_ca, length = _constraints(certificate)
    digest = certificate.signature_hash_algorithm
    return CertificateView(
        path=path,
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_ca=is_ca,
        path_length=length,
        key_usage=_usages(certificate),
        extended_key_usage=_purposes(certificate),
        key=key_text(certificate.public_key()),
        signature_hash=digest.name if digest else "",
        self_signed=issued_by(certificate, certificate),
        mode=mode,
        certificate=certificate,
    )


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether one certificate was signed with the key of another, and names it as issuer."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _constraints(certificate: x509.Certificate) -> tuple[bool, int | None]:
    try:
        value = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False, None
    return value.ca, value.path_length


def _usages(certificate: x509.Certificate) -> tuple[str, ...] | None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(name for name in _USAGES if getattr(usage, name))


def _purposes(certificate: x509.Certificate) -> tuple[str, ...] | None:
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(_PURPOSES.get(p.dotted_string, p.dotted_string) for p in purposes)


def certificate_part(data: bytes) -> bytes:
    """Return only the certificates of a PEM file."""
    found = x509.load_pem_x509_certificates(data)
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in found)
