"""Makes and signs certificates: authorities, with or without a root above, and TLS clients.

The profile is that of RFC 5280 section 4.2 and of Octavia's guide to its certificates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.pki.keys import (
    KeyType,
    PrivateKey,
    digest_for,
    new_key,
    plain_pem,
    public_der,
)
from octavia_wizard.core.pki.making.encryption import encrypted_pem

BACKDATED = timedelta(hours=1)
"""Certificates begin to be valid this long ago, for hosts whose clocks run late."""
ROOT_PATH_LENGTH = 1
"""A root signs authorities, which sign no further ones."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority: what signs, and what is written of it."""

    certificate: x509.Certificate
    key: PrivateKey = field(repr=False)
    chain: bytes = field(repr=False)
    """PEM: the certificate itself comes first, then the root above it, where there is one."""
    encrypted_key: bytes = field(repr=False)
    """PEM."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A private key and its encrypted PEM file."""

    key: PrivateKey = field(repr=False)
    pem: bytes = field(repr=False)


def sealed_key(kind: KeyType, passphrase: str) -> SealedKey:
    """Make a private key and encrypt it."""
    key = new_key(kind)
    return SealedKey(key, encrypted_pem(key, passphrase))


def make_authority(
    subject: x509.Name,
    kind: KeyType,
    days: int,
    passphrase: str,
    *,
    now: datetime | None = None,
    root: Authority | None = None,
    path_length: int = 0,
) -> Authority:
    """Make an authority that signs itself, or is signed by a root.

    ValueError where it would outlive the root, or where the root's key is not the root's.
    """
    sealed = sealed_key(kind, passphrase)
    return certified(subject, sealed, days, now=now, root=root, path_length=path_length)


def certified(
    subject: x509.Name,
    sealed: SealedKey,
    days: int,
    *,
    now: datetime | None = None,
    root: Authority | None = None,
    path_length: int = 0,
) -> Authority:
    """Make the certificate of an authority whose key is there; raises as `make_authority`."""
    public = sealed.key.public_key()
    issuer = root.certificate if root else None
    signer = root.key if root else sealed.key
    own = x509.SubjectKeyIdentifier.from_public_key(public)
    above = (
        _authority_identifier(issuer)
        if issuer
        else x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
    )
    usage = _usage(digital_signature=True, key_cert_sign=True, crl_sign=True)
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    certificate = (
        _builder(subject, days, now, issuer, signer)
        .public_key(public)
        .add_extension(constraints, critical=True)
        .add_extension(usage, critical=True)
        .add_extension(own, critical=False)
        .add_extension(above, critical=False)
        .sign(signer, digest_for(signer))
    )
    chain = certificate_pem(certificate) + (root.chain if root else b"")
    return Authority(certificate, sealed.key, chain, sealed.pem)


def issue_client(
    subject: x509.Name,
    kind: KeyType,
    days: int,
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    now: datetime | None = None,
) -> tuple[bytes, bytes]:
    """Return the certificate of a TLS client and its key, not encrypted, both as PEM.

    ValueError where it would outlive its issuer (`most_days` says what is possible), or where
    the key is not the issuer's.
    """
    key = new_key(kind)
    certificate = client_certificate(subject, key, days, issuer, issuer_key, now)
    return certificate_pem(certificate), plain_pem(key)


def client_certificate(
    subject: x509.Name,
    key: PrivateKey,
    days: int,
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    now: datetime | None = None,
) -> x509.Certificate:
    """Sign the certificate of a TLS client whose key is there; raises as `issue_client`."""
    # Key encipherment is for TLS 1.2 with RSA key exchange and means nothing for other keys.
    encipherment = isinstance(key, rsa.RSAPrivateKey)
    usage = _usage(digital_signature=True, key_encipherment=encipherment)
    public = key.public_key()
    return (
        _builder(subject, days, now, issuer, issuer_key)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(_authority_identifier(issuer), critical=False)
        .sign(issuer_key, digest_for(issuer_key))
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def last_moment(days: int, now: datetime | None = None) -> datetime:
    """Return when something ends that is valid for so many days from now.

    ValueError for less than a day, and beyond the year 9999, the last that X.509 can express.
    """
    if days < 1:
        raise ValueError(f"{days} days are no validity; give at least 1")
    try:
        return _whole_seconds(now) + timedelta(days=days)
    except OverflowError:
        raise ValueError(
            f"{days} days from now lie beyond the year 9999, the last that a certificate can name"
        ) from None


def most_days(issuer: x509.Certificate, now: datetime | None = None) -> int:
    """Return for how many whole days an issuer can still sign; 0 or less when it has ended."""
    return (issuer.not_valid_after_utc - _whole_seconds(now)).days


def _builder(
    subject: x509.Name,
    days: int,
    now: datetime | None,
    issuer: x509.Certificate | None,
    signer: PrivateKey,
) -> x509.CertificateBuilder:
    begin, end = _whole_seconds(now) - BACKDATED, last_moment(days, now)
    if issuer is not None:
        if public_der(issuer.public_key()) != public_der(signer.public_key()):
            raise ValueError(f"the key is not that of {issuer.subject.rfc4514_string()}")
        begin = max(begin, issuer.not_valid_before_utc)
        _check_end(issuer, days, end, now)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _check_end(issuer: x509.Certificate, days: int, end: datetime, now: datetime | None) -> None:
    """Refuse what would outlive its issuer, rather than shorten what somebody asked for."""
    if end <= issuer.not_valid_after_utc:
        return
    name, last = issuer.subject.rfc4514_string(), issuer.not_valid_after_utc
    most = most_days(issuer, now)
    advice = f"give at most {most} days" if most > 0 else "it can sign nothing any more"
    raise ValueError(
        f"{days} days from now is after the end of {name}, which signs it "
        f"({last:%Y-%m-%d %H:%M} UTC); {advice}"
    )


def _whole_seconds(now: datetime | None) -> datetime:
    return (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)


def _authority_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    """Repeat the issuer's own identifier, or where it has none derive it (RFC 5280 4.2.1.1)."""
    try:
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        public = issuer.public_key()
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)  # type: ignore[arg-type]
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _usage(
    *,
    digital_signature: bool = False,
    key_encipherment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
