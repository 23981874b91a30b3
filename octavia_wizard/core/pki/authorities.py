"""Makes the server CA, the client CA and the client certificate, all in memory.

Octavia needs two authorities: with one for both sides, an amphora's own certificate would pass
for a controller's (octavia, administrator guide, certificate configuration).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.pki.encryption import encrypted_pem
from octavia_wizard.core.pki.keys import KeyType, PrivateKey, digest_for, new_key, plain_pem

BACKDATED = timedelta(hours=1)
"""Certificates begin to be valid this long ago, for hosts whose clocks run late."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What is to be made."""

    key_type: KeyType
    server_ca: x509.Name
    client_ca: x509.Name
    client: x509.Name
    ca_days: int
    client_days: int


@dataclass(frozen=True, slots=True)
class Made:
    """Everything that was made, as PEM; repr leaves the bytes out."""

    server_ca: bytes
    server_ca_key: bytes
    client_ca: bytes
    client_ca_key: bytes
    client: bytes
    client_key: bytes

    def __repr__(self) -> str:
        return "Made(...)"


def parse_subject(text: str) -> x509.Name:
    """Read a subject such as ``CN=Octavia Server CA,O=Example``; ValueError says what is wrong."""
    try:
        name = x509.Name.from_rfc4514_string(text)
    except ValueError as error:
        detail = f": {error}" if str(error) else ""
        raise ValueError(
            f'"{text}" is not a subject{detail}; '
            "write it like CN=Octavia Server CA,O=Example (RFC 4514)"
        ) from None
    if not name.get_attributes_for_oid(NameOID.COMMON_NAME):
        raise ValueError(f'"{text}" has no common name; begin with CN=')
    return name


def order_problems(effective: Effective) -> list[Problem]:
    """List what keeps certificates from being made as answered, by key."""
    problems: list[Problem] = []
    names: dict[str, x509.Name] = {}
    for key in ("server_ca_subject", "client_ca_subject", "client_subject"):
        try:
            names[key] = parse_subject(effective.text(f"certificates.{key}"))
        except ValueError as error:
            problems.append(Problem(f"certificates.{key}", str(error)))
    if len(set(names.values())) < len(names):
        problems.append(
            Problem(
                "certificates.client_ca_subject",
                "the two authorities and the client must have three different subjects",
                "give each its own CN",
            )
        )
    if effective.number("certificates.client_days") > effective.number("certificates.ca_days"):
        problems.append(
            Problem(
                "certificates.client_days",
                "the client certificate would outlive the authority that signs it",
                "make it at most certificates.ca_days",
            )
        )
    return problems


def ordered(effective: Effective) -> Ordered:
    """Gather what is to be made; raises PresetError where the answers cannot be carried out."""
    problems = order_problems(effective)
    if problems:
        raise PresetError("answers", problems)
    return Ordered(
        key_type=KeyType(effective.text("certificates.key_type")),
        server_ca=parse_subject(effective.text("certificates.server_ca_subject")),
        client_ca=parse_subject(effective.text("certificates.client_ca_subject")),
        client=parse_subject(effective.text("certificates.client_subject")),
        ca_days=effective.number("certificates.ca_days"),
        client_days=effective.number("certificates.client_days"),
    )


def make(order: Ordered, server_passphrase: str, client_passphrase: str) -> Made:
    """Make both authorities and the client certificate, the keys side by side."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        keys = [pool.submit(new_key, order.key_type) for _ in range(3)]
        server_key, client_ca_key, client_key = (key.result() for key in keys)
    now = datetime.now(UTC).replace(microsecond=0)
    server_ca = _authority(order.server_ca, server_key, now, order.ca_days)
    client_ca = _authority(order.client_ca, client_ca_key, now, order.ca_days)
    client = _client(order, client_key, client_ca, client_ca_key, now)
    return Made(
        server_ca=_pem(server_ca),
        server_ca_key=encrypted_pem(server_key, server_passphrase),
        client_ca=_pem(client_ca),
        client_ca_key=encrypted_pem(client_ca_key, client_passphrase),
        client=_pem(client),
        client_key=plain_pem(client_key),
    )


def _authority(name: x509.Name, key: PrivateKey, now: datetime, days: int) -> x509.Certificate:
    usage = _usage(digital_signature=True, key_cert_sign=True, crl_sign=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = _builder(name, name, now, days).public_key(key.public_key())
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(key, digest_for(key))
    )


def _client(
    order: Ordered,
    key: PrivateKey,
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    now: datetime,
) -> x509.Certificate:
    # Key encipherment is for TLS 1.2 with RSA key exchange and means nothing for other keys.
    encipherment = isinstance(key, rsa.RSAPrivateKey)
    usage = _usage(digital_signature=True, key_encipherment=encipherment)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = _builder(order.client, issuer.subject, now, order.client_days)
    return (
        builder.public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(issuer_key, digest_for(issuer_key))
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
    )


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


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
