"""Encrypts private keys as PKCS#8 with PBES2: PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018).

The cryptography library writes this very format, but always with 2048 iterations.  PBKDF2 and
not scrypt, because OpenSSL 1.0.2, which Pike and Queens run on, reads no scrypt.
"""

from __future__ import annotations

import base64
import os
import textwrap

from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ITERATIONS = 600_000
"""OWASP's figure for PBKDF2-HMAC-SHA256; costs Octavia about 0.2 s for each new amphora."""

_SEQUENCE, _OCTETS, _INTEGER = 0x30, 0x04, 0x02
# Complete DER of the object identifiers: pkcs5PBES2, pkcs5PBKDF2, hmacWithSHA256, aes256-CBC.
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_PBKDF2 = bytes.fromhex("06092a864886f70d01050c")
_HMAC_SHA256 = bytes.fromhex("06082a864886f70d0209")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")
_NULL = bytes.fromhex("0500")


def encrypted_pem(key: PrivateKeyTypes, passphrase: str, iterations: int = ITERATIONS) -> bytes:
    """Return a private key as an encrypted PEM file."""
    plain = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    salt, iv = os.urandom(16), os.urandom(16)
    secret = PBKDF2HMAC(hashes.SHA256(), 32, salt, iterations).derive(passphrase.encode())
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES256(secret), modes.CBC(iv)).encryptor()
    data = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return _pem(_der(_SEQUENCE, _algorithm(salt, iv, iterations), _der(_OCTETS, data)))


def _algorithm(salt: bytes, iv: bytes, iterations: int) -> bytes:
    derivation = _der(
        _SEQUENCE,
        _PBKDF2,
        _der(
            _SEQUENCE,
            _der(_OCTETS, salt),
            _der(_INTEGER, iterations.to_bytes(iterations.bit_length() // 8 + 1, "big")),
            _der(_SEQUENCE, _HMAC_SHA256, _NULL),
        ),
    )
    cipher = _der(_SEQUENCE, _AES_256_CBC, _der(_OCTETS, iv))
    return _der(_SEQUENCE, _PBES2, _der(_SEQUENCE, derivation, cipher))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _pem(der: bytes) -> bytes:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    text = f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----\n"
    return text.encode()
