"""Keys the services expect to find: keystone's Fernet keys and octavia's certificate authority."""

from __future__ import annotations

import base64
import datetime
import secrets

from octavia_wizard.rehearsal import private
from octavia_wizard.rehearsal.layout import Layout, Service

FERNET_KEY_BYTES = 32
CA_DAYS = 3650


def write(layout: Layout, passwords: dict[str, str]) -> None:
    """Write all keys that are not there yet."""
    for name in ("fernet-keys", "credential-keys"):
        folder = layout.state / name
        private.make_directory(folder)
        # 0 is the key to be used next, 1 the one in use, as keystone's own set-up leaves them
        for number in ("0", "1"):
            if not (folder / number).exists():
                key = base64.urlsafe_b64encode(secrets.token_bytes(FERNET_KEY_BYTES))
                private.write(folder / number, key.decode())
    if not (layout.etc / Service.OCTAVIA / "ca.pem").exists():
        _write_ca(layout, passwords["ca_passphrase"])


def _write_ca(layout: Layout, passphrase: str) -> None:
    """Write the authority the rehearsal's own octavia signs with; nobody ever connects to it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "rehearsal cloud")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    encrypted = serialization.BestAvailableEncryption(passphrase.encode())
    folder = layout.etc / Service.OCTAVIA
    private_key = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, encrypted)
    private.write(folder / "ca.key", private_key.decode())
    private.write(folder / "ca.pem", certificate.public_bytes(pem).decode())
