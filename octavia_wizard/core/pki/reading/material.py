"""Reads what a file of certificates and keys holds, in whatever form an operator has it."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.pki.reading.blocks import CERTIFICATES, KEYS, Block, TooMany, blocks_of
from octavia_wizard.core.pki.reading.foreign import foreign_block, foreign_form
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.opening import (
    BROKEN,
    AnyKey,
    PublicHalf,
    Unopened,
    contents_of,
    open_bundle,
    open_key,
    public_half,
)
from octavia_wizard.core.pki.reading.quiet import quietly

MAX_BYTES = 1_000_000
"""Largest file that is read, in bytes; a chain and its key have a few thousand."""
MAX_CERTIFICATES = 40

_PFX_VERSION = bytes.fromhex("020103")


class Unreadable(Exception):
    """A file that cannot be used, and why; stays within the package."""


class Locked(Unreadable):
    """A file nothing can be told of until its password is known."""


@dataclass(frozen=True, slots=True)
class Material:
    """A file that was read; repr leaves out what is in it."""

    path: Path
    form: Form
    mode: int
    data: bytes

    def __repr__(self) -> str:
        return f"Material({str(self.path)!r}, {self.form!s})"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of a PEM file; raises Unreadable."""
        try:
            return blocks_of(self.data)
        except TooMany:
            raise Unreadable(
                f"{self.path} holds more certificates than any chain has; give a file with "
                "Octavia's own authorities only"
            ) from None

    def certificates(self, password: str | None = None) -> tuple[x509.Certificate, ...]:
        """Return the certificates in their order, none twice; raises Unreadable or Locked."""
        if self.form is Form.PKCS12:
            try:
                found = contents_of(self.data, password).certificates
            except Unopened as refused:
                raise self._refused(refused, password) from None
        else:
            found = tuple(_certificate(self.path, one) for one in self._ones(CERTIFICATES))
        if not found:
            raise Unreadable(self._nothing("certificate"))
        if len(found) > MAX_CERTIFICATES:
            raise Unreadable(
                f"{self.path} holds {len(found)} certificates; give a file with Octavia's own "
                "authorities only"
            )
        for one in found:
            _check(self.path, one)
        return tuple(dict.fromkeys(found))

    @property
    def key_block(self) -> Block:
        """The private key of a PEM file, as it stands there; raises Unreadable."""
        keys = self._ones(KEYS)
        if not keys:
            raise Unreadable(self._nothing("private key"))
        if len(keys) > 1:
            raise Unreadable(f"{self.path} holds {len(keys)} private keys; give a file with one")
        if not keys[0].data.isascii():
            raise Unreadable(f"{self.path} holds a private key that is damaged")
        return keys[0]

    @property
    def has_lock(self) -> bool:
        """Whether its private key takes a password; of PKCS#12, whether no password opens it."""
        if self.form is not Form.PKCS12:
            return self.key_block.is_locked
        try:
            contents_of(self.data, None)
        except Unopened as refused:
            return refused.by_password
        return False

    def public_half(self, password: str | None) -> PublicHalf:
        """Return the public half of the private key; raises Unreadable or Locked."""
        try:
            if self.form is Form.PKCS12:
                found = contents_of(self.data, password).key
                if found is None:
                    raise Unreadable(self._nothing("private key"))
                return found
            return public_half(self.key_block, password)
        except Unopened as refused:
            raise self._refused(refused, password) from None

    def private_key(self, password: str | None) -> AnyKey:
        """Open the private key; raises Unreadable or Locked."""
        try:
            if self.form is not Form.PKCS12:
                return open_key(self.key_block, password)
            key = open_bundle(self.data, password).key
        except Unopened as refused:
            raise self._refused(refused, password) from None
        if key is None:
            raise Unreadable(self._nothing("private key"))
        return key

    def _ones(self, labels: frozenset[str]) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.label in labels)

    def _refused(self, refused: Unopened, password: str | None) -> Unreadable:
        if password is None and refused.by_password:
            what = "a PKCS#12 file" if self.form is Form.PKCS12 else "encrypted"
            return Locked(f"{self.path} is {what}, and its password is not known")
        return Unreadable(f"{self.path} {refused}")

    def _nothing(self, wanted: str) -> str:
        if self.form is Form.PKCS12:
            return f"{self.path} holds no {wanted}"
        told = [foreign_block(self.path, block) for block in self.blocks]
        told.append("" if self.blocks else foreign_form(self.path, self.data) or self._broken())
        about = next(filter(None, told), "")
        return f"{self.path} holds no {wanted} in PEM form{': ' * bool(about)}{about}"

    def _broken(self) -> str:
        if not self.data.strip():
            return "it is empty"
        if b"-----BEGIN " not in self.data:
            return ""
        return "it is cut off, or its line ends were lost; copy it afresh from where it was made"


def read_material(path: Path) -> Material:
    """Read a file; raises Unreadable where there is none, or it cannot be read."""
    try:
        data = read_bytes(path, limit=MAX_BYTES)
        if data is None:
            raise Unreadable(f"{path} cannot be read: {os.strerror(errno.ENOENT)}")
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileError as error:
        raise Unreadable(error.message) from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None
    is_pfx = data[:1] == b"\x30" and _PFX_VERSION in data[2:9] and b"-----BEGIN " not in data
    return Material(path, Form.PKCS12 if is_pfx else Form.PEM, mode, data)


def _certificate(path: Path, block: Block) -> x509.Certificate:
    try:
        with quietly():
            return x509.load_pem_x509_certificate(block.data)
    except BROKEN:
        raise Unreadable(f"{path} holds a certificate that is damaged") from None


def _check(path: Path, certificate: x509.Certificate) -> None:
    """See to it that every part of a certificate can be read; raises Unreadable."""
    try:
        with quietly():
            certificate.public_key()
            _ = certificate.signature_hash_algorithm, certificate.extensions
            _ = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
            _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except BROKEN:
        raise Unreadable(
            f"{path} holds a certificate with parts that cannot be understood"
        ) from None
