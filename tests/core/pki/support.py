"""Effective values, made certificates and a way to run openssl, for the tests of certificates."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.making.authorities import Made, make, ordered
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.opening import AnyKey
from octavia_wizard.core.releases import find_release

SERVER_SECRET = "server-secret-" + "s" * 20
CLIENT_SECRET = "client-secret-" + "c" * 20
SERVER_ROOT_SECRET = "server-root-secret-" + "r" * 20
CLIENT_ROOT_SECRET = "client-root-secret-" + "r" * 20

SECRETS = {
    "octavia_ca_private_key_passphrase": SERVER_SECRET,
    "octavia_cert_client_password": CLIENT_SECRET,
    "octavia_wizard_client_ca_passphrase": CLIENT_SECRET,
    "octavia_wizard_server_root_passphrase": SERVER_ROOT_SECRET,
    "octavia_wizard_client_root_passphrase": CLIENT_ROOT_SECRET,
}

PASSPHRASES = {
    Pem.SERVER_CA_KEY: SERVER_SECRET,
    Pem.CLIENT_CA_KEY: CLIENT_SECRET,
    Pem.SERVER_ROOT_KEY: SERVER_ROOT_SECRET,
    Pem.CLIENT_ROOT_KEY: CLIENT_ROOT_SECRET,
}
BY_THE_ROLE = {
    Pem.SERVER_CA: "roots/OctaviaServerRoot/certs/OctaviaServerRoot.crt",
    Pem.SERVER_CA_KEY: "roots/OctaviaServerRoot/private/OctaviaServerRoot.key.pem",
    Pem.CLIENT_CA: "roots/OctaviaClientRoot/certs/OctaviaClientRoot.crt",
    Pem.CLIENT_CA_KEY: "roots/OctaviaClientRoot/private/OctaviaClientRoot.key.pem",
    Pem.CLIENT: "certs/certs/octavia_client.crt",
    Pem.CLIENT_KEY: "certs/private/octavia_client.key.pem",
}
"""Where the PKI role keeps what it makes, below its directory (25.0.0 and later)."""


def effective(release: str = "33.0.1", **answers: object) -> Effective:
    """Return effective values; ``__`` in a name stands for the dot of a key."""
    values = {name.replace("__", ".", 1): value for name, value in answers.items()}
    settings = {key: Setting(key, value, Provenance.PRESET) for key, value in values.items()}
    return Effective(release=find_release(release), settings=settings)


def generating(directory: Path, release: str = "33.0.1", **answers: object) -> Effective:
    """Return the answers of a deployment whose certificates are generated."""
    defaults: dict[str, object] = {
        "certificates__source": "generate",
        "certificates__directory": str(directory),
        "certificates__key_type": "ec-p256",
        "certificates__server_ca_subject": "CN=Octavia Server CA,O=Example",
        "certificates__client_ca_subject": "CN=Octavia Client CA,O=Example",
        "certificates__client_subject": "CN=octavia-controller,O=Example",
        "certificates__ca_days": 3650,
        "certificates__client_days": 1825,
    }
    return effective(release, **{**defaults, **answers})


def owning(release: str = "33.0.1", **paths: object) -> Effective:
    """Return the answers of a deployment whose certificates are the operator's own."""
    answers = {f"certificates__{name}": str(path) for name, path in paths.items()}
    return effective(release, certificates__source="own", **answers)


def made(answers: Effective) -> Made:
    """Make what the answers order, with the passphrases of the tests."""
    return make(ordered(answers), PASSPHRASES)


def laid_out(answers: Effective, what: Made | None = None) -> CertificateLayout:
    """Write what the answers order to where it belongs."""
    layout = certificate_layout(answers)
    for pem, data in (what or made(answers)).files.items():
        path = layout.files[pem]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(data)
    return layout


def openssl(*arguments: str | Path, stdin: bytes = b"") -> str:
    """Run openssl and return what it says; CalledProcessError when it refuses."""
    command = ["openssl", *(str(argument) for argument in arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def signed(
    subject: str,
    key: AnyKey,
    issuer: tuple[str, AnyKey] | None = None,
    *,
    extensions: Mapping[x509.ExtensionType, bool] | None = None,
    start: datetime | None = None,
    days: int = 365,
    strict: bool = True,
) -> bytes:
    """Make any certificate, good or bad; without an issuer it signs itself.

    A strict one gets what RFC 5280 wants of it and the extensions do not say.
    """
    begin = start or datetime.now(UTC) - timedelta(days=1)
    issuer_name, issuer_key = issuer or (subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(subject))
        .issuer_name(x509.Name.from_rfc4514_string(issuer_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
    )
    wanted = dict(extensions or {})
    if strict:
        wanted |= _wanted(wanted, key, issuer_key)
    for extension, critical in wanted.items():
        builder = builder.add_extension(extension, critical)
    edwards = isinstance(issuer_key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    algorithm = None if edwards else hashes.SHA256()
    return builder.sign(issuer_key, algorithm).public_bytes(serialization.Encoding.PEM)


def _wanted(
    given: Mapping[x509.ExtensionType, bool], key: AnyKey, issuer_key: AnyKey
) -> dict[x509.ExtensionType, bool]:
    kinds = {type(extension) for extension in given}
    is_ca = any(isinstance(one, x509.BasicConstraints) and one.ca for one in given)
    found: dict[x509.ExtensionType, bool] = {
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()): False,
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()): False,
    }
    if is_ca:
        found[usage("key_cert_sign", "crl_sign")] = True
    return {one: critical for one, critical in found.items() if type(one) not in kinds}


def usage(*names: str) -> x509.KeyUsage:
    """Return a key usage that allows what is named, and nothing else."""
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in every})


def ec_key() -> ec.EllipticCurvePrivateKey:
    """Make a key quickly."""
    return ec.generate_private_key(ec.SECP256R1())


def weak_key() -> rsa.RSAPrivateKey:
    """Make an RSA key that is too short."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505


CA: dict[x509.ExtensionType, bool] = {x509.BasicConstraints(ca=True, path_length=0): True}
