"""A mutual TLS handshake between a controller and an amphora, in memory.

The contexts are those of the two sides: the amphora agent has gunicorn demand a certificate of the
client CA, and Octavia's driver has requests check the amphora's against the server CA and its id.
"""

from __future__ import annotations

import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from octavia_wizard.core.pki.keys import PrivateKey
from tests.core.pki.support import ec_key, signed, usage

ROUNDS = 10
"""Far more than any handshake has flights."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side shows and whom it trusts."""

    shows: bytes
    """PEM: certificate, those between it and its authority, and the key."""
    trusts: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who refused whom, and why."""

    by: str
    reason: str


def shake_hands(
    controller: Side,
    amphora: Side,
    amphora_id: str,
    place: Path,
    *,
    version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
) -> Refusal | None:
    """Return who refused, or None where both are content; files are written below a place."""
    agent = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    agent.verify_mode = ssl.CERT_REQUIRED
    driver = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    for context, side in ((agent, amphora), (driver, controller)):
        context.minimum_version = context.maximum_version = version
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
        context.load_verify_locations(cadata=side.trusts.decode("ascii"))
        context.load_cert_chain(_written(place, side.shows))
    to_agent, to_driver = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = agent.wrap_bio(to_agent, to_driver, server_side=True)
    client = driver.wrap_bio(to_driver, to_agent, server_hostname=amphora_id)
    return _converse({"controller": client, "amphora": server})


def _converse(sides: dict[str, ssl.SSLObject]) -> Refusal | None:
    """Let both speak in turn until each has sent and had a message, or one refuses."""
    for _ in range(ROUNDS):
        waiting = 0
        for name, side in sides.items():
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                waiting += 1
            except ssl.SSLCertVerificationError as error:
                return Refusal(name, error.verify_message)
            except ssl.SSLError as error:
                return Refusal(name, str(error.reason))
        if not waiting:
            _exchange(sides)
            return None
    raise AssertionError("the handshake does not end")


def _exchange(sides: dict[str, ssl.SSLObject]) -> None:
    controller, amphora = sides.values()
    controller.write(b"GET /")
    assert amphora.read() == b"GET /"


def _written(place: Path, pem: bytes) -> Path:
    path = place / f"{uuid.uuid4()}.pem"
    path.touch(mode=0o600)
    path.write_bytes(pem)
    return path


def amphora_pem(name: str, authority: bytes, key: PrivateKey, *, days: int = 30) -> bytes:
    """Make an amphora's certificate and key, with the extensions Octavia's local signer gives.

    The first certificate of the authority's file signs, as there.
    """
    issuer = x509.load_pem_x509_certificate(authority)
    own = ec_key()
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    names = ("digital_signature", "key_encipherment", "data_encipherment", "key_agreement")
    extensions: dict[x509.ExtensionType, bool] = {
        x509.BasicConstraints(ca=False, path_length=None): True,
        x509.SubjectAlternativeName([x509.DNSName(name)]): False,
        usage(*names): True,
        x509.ExtendedKeyUsage(purposes): True,
    }
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]).rfc4514_string()
    issuer_name = issuer.subject.rfc4514_string()
    certificate = signed(subject, own, (issuer_name, key), extensions=extensions, days=days)
    return certificate + plain(own)


def plain(key: PrivateKey) -> bytes:
    """Return a key as it lies on an amphora."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
