"""What kind of file somebody keeps certificates or keys in, told without opening any."""

from __future__ import annotations

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.pki.reading.opening import Unopened, contents_of

_LOCKED = (b"-----BEGIN ENCRYPTED PRIVATE KEY-----", b"Proc-Type: 4,ENCRYPTED")
# A PFX is a SEQUENCE that begins with the version 3 (RFC 7292, section 4).
_PFX_VERSION = bytes.fromhex("020103")


class Form(StrEnum):
    """A kind of file."""

    PEM = "PEM"
    PKCS12 = "PKCS#12"
    OTHER = "neither PEM nor PKCS#12"
    MISSING = "missing"
    UNREADABLE = "unreadable"


def form_of(path: Path) -> Form:
    """Return the kind of a file."""
    return _looked_at(path)[0]


def is_locked(path: Path) -> bool:
    """Say whether a file holds a private key that a passphrase opens: encrypted PEM, or PKCS#12."""
    return _looked_at(path)[1]


def _looked_at(path: Path) -> tuple[Form, bool]:
    try:
        state = os.stat(path)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        return Form.MISSING if missing else Form.UNREADABLE, False
    return _look(path, state.st_mtime_ns, state.st_size, state.st_ino)


def _takes_password(data: bytes) -> bool:
    """Say whether a PKCS#12 file does not open without a password."""
    try:
        contents_of(data, None)
    except Unopened as refused:
        return refused.by_password
    return False


@lru_cache(maxsize=64)
def _look(path: Path, changed: int, size: int, inode: int) -> tuple[Form, bool]:
    """Look into a file: its form, and whether it is locked."""
    try:
        data = read_bytes(path)
    except FileError:
        return Form.UNREADABLE, False
    if data is None:
        return Form.MISSING, False
    if b"-----BEGIN " in data:
        return Form.PEM, any(mark in data for mark in _LOCKED)
    if data[:1] == b"\x30" and _PFX_VERSION in data[2:9]:
        return Form.PKCS12, _takes_password(data)
    return Form.OTHER, False
