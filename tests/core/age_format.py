"""The age format for a passphrase, written and read from its specification alone (C2SP, age.md).

So that what the wizard seals is judged by something other than the library that sealed it, and
so that a test can seal with a work factor that costs no time.
"""

from __future__ import annotations

import base64
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

CHUNK = 64 * 1024
MAGIC = b"age-encryption.org/v1\n"


def seal_cheaply(data: bytes, passphrase: str, work_factor: int = 2) -> bytes:
    """Seal data with any work factor."""
    salt, file_key, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapped = ChaCha20Poly1305(_wrap_key(passphrase, salt, work_factor)).encrypt(
        bytes(12), file_key, None
    )
    header = MAGIC + b"-> scrypt %s %d\n%s\n---" % (_text(salt), work_factor, _text(wrapped))
    return (
        header
        + b" "
        + _text(_mac(file_key, header))
        + b"\n"
        + nonce
        + _stream(data, _derived(file_key, nonce, b"payload"))
    )


def unseal_by_the_book(data: bytes, passphrase: str) -> tuple[bytes, int]:
    """Open a sealed file, checking all there is to check; return the content and work factor."""
    head, _, rest = data.partition(b"\n--- ")
    mac, _, body = rest.partition(b"\n")
    magic, stanza, wrapped = head.split(b"\n")
    arrow, kind, salt, factor = stanza.split(b" ")
    assert (magic + b"\n", arrow, kind) == (MAGIC, b"->", b"scrypt")
    key = _wrap_key(passphrase, _bytes(salt), int(factor))
    file_key = ChaCha20Poly1305(key).decrypt(bytes(12), _bytes(wrapped), None)
    assert hmac.compare_digest(_bytes(mac), _mac(file_key, head + b"\n---"))
    cipher = ChaCha20Poly1305(_derived(file_key, body[:16], b"payload"))
    sealed = body[16:]
    plain = b""
    for number, start in enumerate(range(0, len(sealed), CHUNK + 16)):
        last = start + CHUNK + 16 >= len(sealed)
        plain += cipher.decrypt(_nonce(number, last), sealed[start : start + CHUNK + 16], None)
    return plain, int(factor)


def _stream(data: bytes, key: bytes) -> bytes:
    cipher = ChaCha20Poly1305(key)
    chunks = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [b""]
    return b"".join(
        cipher.encrypt(_nonce(number, number + 1 == len(chunks)), chunk, None)
        for number, chunk in enumerate(chunks)
    )


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _wrap_key(passphrase: str, salt: bytes, work_factor: int) -> bytes:
    salted = b"age-encryption.org/v1/scrypt" + salt
    return Scrypt(salted, 32, 2**work_factor, 8, 1).derive(passphrase.encode())


def _derived(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(file_key)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4))
