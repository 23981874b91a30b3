"""Kinds of private keys: making them, and telling them apart."""

from __future__ import annotations

from enum import StrEnum

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class KeyType(StrEnum):
    """The kinds of keys an operator may choose."""

    RSA_3072 = "rsa-3072"
    RSA_4096 = "rsa-4096"
    EC_P256 = "ec-p256"
    EC_P384 = "ec-p384"

    @property
    def rsa_bits(self) -> int | None:
        """The size of an RSA key in bits; None for an elliptic curve."""
        return int(self.removeprefix("rsa-")) if self.startswith("rsa-") else None


def new_key(kind: KeyType) -> PrivateKey:
    """Make a private key."""
    if kind.rsa_bits is not None:
        return rsa.generate_private_key(public_exponent=65537, key_size=kind.rsa_bits)
    return ec.generate_private_key(ec.SECP256R1() if kind is KeyType.EC_P256 else ec.SECP384R1())


def digest_for(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:
    """Choose the signature digest that is as strong as the key that signs (RFC 5480 section 4)."""
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size >= 384:
        return hashes.SHA384() if key.key_size == 384 else hashes.SHA512()
    return hashes.SHA256()


def plain_pem(key: PrivateKeyTypes) -> bytes:
    """Return a private key as an unencrypted PEM file, as Octavia needs the client's."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_der(key: PublicKeyTypes) -> bytes:
    """Return a public key in the one form in which equal keys are equal bytes."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def key_text(key: PublicKeyTypes) -> str:
    """Describe a public key in a few words, e.g. ``RSA 4096`` or ``EC secp384r1``."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey").lstrip("_")
