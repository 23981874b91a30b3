"""SSH keys for amphorae: making a pair, and comparing public keys as Nova and the role do."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text

COMMENT = "Generated-by-Nova"
"""What the role gives its keys (29.0.0 on); it compares the whole public key with Nova's."""

FIRST_ROLE_BITS = 2048
"""The only RSA size role 29.0.0 to 29.0.2 leaves alone (tasks/octavia_resources.yml)."""

_KINDS = ("ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521")  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One OpenSSH public key."""

    kind: str
    blob: str
    """Base64."""
    comment: str = ""

    @property
    def text(self) -> str:
        """The key on one line, as it is uploaded."""
        return f"{self.kind} {self.blob} {self.comment}".rstrip()

    @property
    def fingerprint(self) -> str:
        """MD5 of the key in colon-separated pairs: what Nova reports for every type of key."""
        data = base64.b64decode(self.blob)
        return hashlib.md5(data, usedforsecurity=False).digest().hex(":")

    @property
    def sha256(self) -> str:
        """SHA-256 of the key as OpenSSH writes it (``ssh-keygen -l``)."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"

    @property
    def words(self) -> str:
        """Type and size, e.g. ``RSA 4096`` or ``Ed25519``."""
        key = serialization.load_ssh_public_key(f"{self.kind} {self.blob}".encode())
        if isinstance(key, rsa.RSAPublicKey):
            return f"RSA {key.key_size}"
        return "Ed25519" if self.kind == "ssh-ed25519" else f"ECDSA {self.kind[-4:]}"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new pair; repr leaves the private half out."""

    private: bytes
    public: PublicKey

    def __repr__(self) -> str:
        return f"KeyPair({self.public.kind})"


def make_pair(kind: str, rsa_bits: int = 4096) -> KeyPair:
    """Make a pair in OpenSSH's own format, without passphrase; ``kind`` as in ssh.key_type."""
    key: PrivateKeyTypes
    if kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return KeyPair(private, _public_half(key))


def parse_public(text: str) -> PublicKey:
    """Read one public key; ValueError says what is wrong with it."""
    if "PRIVATE KEY" in text:
        raise ValueError("is a private key; give the public one, mostly the file ending in .pub")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise ValueError(f"holds {len(lines)} keys instead of one")
    kind, _, rest = lines[0].strip().partition(" ")
    blob, _, comment = rest.strip().partition(" ")
    if kind not in _KINDS:
        raise ValueError("holds no OpenSSH public key of a type Nova takes (RSA, Ed25519, ECDSA)")
    try:
        serialization.load_ssh_public_key(f"{kind} {blob}".encode())
    except (ValueError, binascii.Error):
        raise ValueError("holds a damaged public key") from None
    return PublicKey(kind, blob, comment.strip())


def read_public(path: Path) -> PublicKey | None:
    """Read a public key file, or None where there is none; raises FileError."""
    text = read_text(path, limit=100_000)
    if text is None:
        return None
    try:
        return parse_public(text)
    except ValueError as error:
        raise FileError(f"{path} {error}") from None


def public_of_private(path: Path) -> PublicKey | None:
    """Derive the public half of a private key, or None where there is none; raises FileError."""
    text = read_text(path, limit=100_000)
    if text is None:
        return None
    # What Nova makes, and the role of 22 to 28 writes down, is PKCS#1.
    openssh = "OPENSSH PRIVATE KEY" in text
    load = serialization.load_ssh_private_key if openssh else serialization.load_pem_private_key
    try:
        return _public_half(load(text.encode(), None))
    except TypeError:
        raise FileError(f"{path} is protected by a passphrase, and has no .pub beside it") from None
    except ValueError:
        raise FileError(f"{path} holds no private key") from None


def public_key_at(effective: Effective) -> PublicKey | None:
    """Return the public key to upload, or None while it does not exist; raises FileError."""
    if effective.chosen("ssh.source", "import"):
        return read_public(ssh_path(effective, "ssh.public_key"))
    private = ssh_path(effective, "ssh.private_key")
    return read_public(public_path(private)) or public_of_private(private)


def ssh_path(effective: Effective, key: str) -> Path:
    """Return a path answer with ~ resolved."""
    return Path(effective.text(key)).expanduser().absolute()


def public_path(private: Path) -> Path:
    """Return where the public half of a private key lies."""
    return private.with_name(f"{private.name}.pub")


def _public_half(key: PrivateKeyTypes) -> PublicKey:
    text = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    kind, blob = text.decode().split()
    return PublicKey(kind, blob, COMMENT)
