"""Opens private keys and PKCS#12 files, and remembers what came of it, but never a secret."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from cryptography import x509
from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from octavia_wizard.core.pki.keys import key_text, public_der
from octavia_wizard.core.pki.reading.blocks import Block
from octavia_wizard.core.pki.reading.effort import asks_too_much
from octavia_wizard.core.pki.reading.quiet import quietly

BROKEN = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    InternalError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the cryptography library raises for bytes that are not what they should be."""

LARGEST = 6000
"""Bytes of DER of the largest key that is opened: RSA of 8192 bits has 4,700, and takes 4 s."""

_KINDS = (
    rsa.RSAPrivateKey,
    ec.EllipticCurvePrivateKey,
    dsa.DSAPrivateKey,
    ed25519.Ed25519PrivateKey,
    ed448.Ed448PrivateKey,
)
_CONVERT = "convert it: openssl pkey -aes256 -in KEY -out NEW"

AnyKey = CertificateIssuerPrivateKeyTypes


class Unopened(Exception):
    """Why something cannot be opened, as a clause about its file."""

    def __init__(self, reason: str, *, by_password: bool = False) -> None:
        super().__init__(reason)
        self.by_password = by_password
        """Whether another password may open it."""


@dataclass(frozen=True, slots=True)
class PublicHalf:
    """What may be remembered of a private key."""

    der: bytes
    rsa_bits: int | None
    text: str
    """Type and size."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is in a PKCS#12 file; repr leaves it out."""

    key: AnyKey | None
    certificates: tuple[x509.Certificate, ...]
    by_password: bool
    """Whether it took a password to open it."""

    def __repr__(self) -> str:
        return "Bundle(...)"


@dataclass(frozen=True, slots=True)
class Contents:
    """What may be remembered of a PKCS#12 file."""

    key: PublicHalf | None
    certificates: tuple[x509.Certificate, ...]
    by_password: bool


def public_half(block: Block, passphrase: str | None) -> PublicHalf:
    """Return the public half of a private key in PEM form; raises Unopened.

    Opening one takes 0.2 s, so that what came of it is remembered.
    """
    return _remembered(
        _halves, block.data, passphrase, lambda: half_of(open_key(block, passphrase))
    )


def contents_of(data: bytes, password: str | None) -> Contents:
    """Return what is in a PKCS#12 file but the private key itself; raises Unopened."""

    def look() -> Contents:
        bundle = open_bundle(data, password)
        key = half_of(bundle.key) if bundle.key is not None else None
        return Contents(key, bundle.certificates, bundle.by_password)

    return _remembered(_contents, data, password, look)


def half_of(key: AnyKey) -> PublicHalf:
    """Return what may be remembered of a private key."""
    public = key.public_key()
    bits = public.key_size if isinstance(public, rsa.RSAPublicKey) else None
    return PublicHalf(public_der(public), bits, key_text(public))


def open_key(block: Block, passphrase: str | None) -> AnyKey:
    """Open a private key in PEM form; raises Unopened."""
    locked = block.is_locked
    if locked and not passphrase:
        raise Unopened("is encrypted, and its passphrase is empty", by_password=True)
    _refuse_zero(passphrase)
    _refuse_excess(block)
    try:
        secret = (passphrase or "").encode() if locked else None
        with quietly():
            key = load_pem_private_key(block.data, secret)
    except BROKEN as error:
        raise _unopened(error, locked=locked) from None
    return _usable(key)


def open_bundle(data: bytes, password: str | None) -> Bundle:
    """Open a PKCS#12 file, one without a password by none; raises Unopened."""
    if asks_too_much(data):
        raise Unopened(
            "would take hours to open: it says that its password is hashed millions of times. "
            "Export it anew"
        )
    _refuse_zero(password)
    last: Exception | None = None
    for attempt in dict.fromkeys((password, None, "")):
        try:
            with quietly():
                found = load_pkcs12(data, attempt.encode() if attempt is not None else None)
                held = (found.cert, *found.additional_certs)
        except BROKEN as error:
            last = last or error
            continue
        key = _usable(found.key) if found.key is not None else None
        return Bundle(key, tuple(one.certificate for one in held if one), bool(attempt))
    if "password" in str(last):
        wrong = "its password" if password else "no password"
        raise Unopened(f"cannot be opened with {wrong}, or is damaged", by_password=True)
    raise Unopened("is damaged, or holds what cannot be read here")


def _refuse_zero(password: str | None) -> None:
    """Refuse what ends a text in C: the library stops the whole program for it."""
    if password is not None and "\0" in password:
        raise Unopened("cannot be opened with a password that holds a zero byte", by_password=True)


def _usable(key: object) -> AnyKey:
    if not isinstance(key, _KINDS):
        raise Unopened("holds a key of a kind that signs nothing")
    return key


def _refuse_excess(block: Block) -> None:
    try:
        lines = [line for line in block.data.splitlines() if b":" not in line and b"-" not in line]
        der = b64decode(b"".join(lines))
    except binascii.Error:
        return
    if len(der) > LARGEST:
        raise Unopened("holds a key larger than RSA 8192, which Octavia would take minutes to load")
    if block.label == "ENCRYPTED PRIVATE KEY" and asks_too_much(der):
        raise Unopened(
            "would take hours to open: it says that its passphrase is hashed millions of times; "
            "encrypt the key anew"
        )


def _unopened(error: Exception, *, locked: bool) -> Unopened:
    said = str(error).lower()
    if "unknown" in said and ("cipher" in said or "encryption" in said):
        return Unopened(f"is encrypted in a way that is not read here; {_CONVERT}")
    if isinstance(error, UnsupportedAlgorithm):
        return Unopened("is of a kind that cannot be read here")
    if locked:
        return Unopened("cannot be opened with its passphrase", by_password=True)
    return Unopened("is no usable private key")


_Found = TypeVar("_Found", PublicHalf, Contents)


@dataclass(slots=True)
class _Cell(Generic[_Found]):
    """What came of opening something; empty until it was tried."""

    found: _Found | None = None
    refused: Unopened | None = None


@lru_cache(maxsize=64)
def _halves(data_digest: bytes, password_digest: bytes) -> _Cell[PublicHalf]:
    return _Cell()


@lru_cache(maxsize=16)
def _contents(data_digest: bytes, password_digest: bytes) -> _Cell[Contents]:
    return _Cell()


def _remembered(
    cells: Callable[[bytes, bytes], _Cell[_Found]],
    data: bytes,
    password: str | None,
    look: Callable[[], _Found],
) -> _Found:
    secret = b"\0" if password is None else b"\1" + password.encode("utf-8", "surrogatepass")
    cell = cells(hashlib.sha256(data).digest(), hashlib.sha256(secret).digest())
    if cell.refused is not None:
        raise Unopened(str(cell.refused), by_password=cell.refused.by_password)
    if cell.found is None:
        try:
            cell.found = look()
        except Unopened as refused:
            cell.refused = refused.with_traceback(None)
            raise
    return cell.found
