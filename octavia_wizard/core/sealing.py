"""Sealing a file by a passphrase, in the age format that other programs open as well.

The header of such a file (age-encryption.org/v1) tells how the key is made of the passphrase: by
scrypt, with a salt of 16 bytes and a work factor, the binary logarithm of scrypt's N.  r is 8 and
p is 1.  A header may ask for any amount of memory and time, so it is read before it is obeyed.
"""

from __future__ import annotations

import os
import re
import secrets as randomness
from contextlib import suppress
from pathlib import Path

import psutil

from octavia_wizard.core.errors import FileError, UsageError

LEAST_PASSPHRASE = 12
"""Characters; whoever gets hold of a sealed file may try passphrases as long as they like."""
MAX_WORK_FACTOR = 22
"""4 GiB and some 20 seconds: also the most that the program age obeys unless it is told to."""
WANTED_WORK_FACTOR = 17
"""What OWASP's advice on storing passwords has for scrypt with r = 8: 128 MiB."""

_HEADER = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]{0,2})\n")
_MAGIC = b"age-encryption.org/"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ATTEMPTS = 3
_GIB = 1 << 30

# 32 signs that nobody mistakes for one another: 5 bits each.
_SIGNS = "abcdefghjkmnpqrstuvwxyz023456789"
_GROUPS, _GROUP = 5, 5


def generate_passphrase() -> str:
    """Make a passphrase of 125 random bits, in groups that can be read out and typed."""
    groups = ("".join(randomness.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def weakness_of(passphrase: str) -> str:
    """Say why a passphrase is not good enough to seal anything with, or return ""."""
    if len(passphrase) < LEAST_PASSPHRASE:
        return f"the passphrase is too short: at least {LEAST_PASSPHRASE} characters are needed"
    if not passphrase.isprintable():
        return "the passphrase has characters that nobody can type"
    return ""


def seal(data: bytes, passphrase: str) -> bytes:
    """Encrypt data by a passphrase; takes seconds on purpose, and UsageError for a weak one."""
    import pyrage

    weakness = weakness_of(passphrase)
    if weakness:
        raise UsageError(weakness)
    found = [pyrage.passphrase.encrypt(data, passphrase)]
    # The library measures this host to choose the factor, and a busy host makes it choose less.
    while work_factor(found[-1]) < WANTED_WORK_FACTOR and len(found) < _ATTEMPTS:
        found.append(pyrage.passphrase.encrypt(data, passphrase))
    return max(found, key=work_factor)


def unseal(data: bytes, passphrase: str) -> bytes:
    """Decrypt what was sealed by a passphrase, here or by age; takes seconds, raises FileError."""
    import pyrage

    _refuse_excess(work_factor(data))
    try:
        return _decrypted(data, passphrase)
    except UnicodeEncodeError:
        reason = "the passphrase is not UTF-8 text"
    except pyrage.DecryptError:
        reason = "the passphrase is wrong, or the file was damaged on its way"
    raise FileError(f"it cannot be opened: {reason}")


def write_once(path: Path, data: bytes) -> None:
    """Write a private file that must not exist yet; whole, or not at all.  Raises FileError.

    Unlike for a file of the deployment, the place may be a stick whose file system has neither
    links nor modes.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, 0o600)
    except OSError as error:
        raise FileError(
            f"cannot write {path}: {error.strerror}", hint="name another file"
        ) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException as error:
        with suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise FileError(f"cannot write {path}: {error.strerror}") from None
        raise


def work_factor(data: bytes) -> int:
    """Return the work factor a sealed file asks for; FileError for anything but a sealed file."""
    header = _HEADER.match(data)
    if header is not None:
        return int(header[1])
    if data.startswith(_ARMOUR):
        raise FileError("it is an age file in letters: 'age -d' opens it, and age seals it again")
    if data.startswith(_MAGIC):
        raise FileError("it is an age file, but of another version, or not for a passphrase")
    raise FileError("it is not a file that age or octavia-wizard sealed")


def _refuse_excess(factor: int) -> None:
    """Refuse a header that would take this host's memory, or hours; raises FileError."""
    if factor > MAX_WORK_FACTOR:
        raise FileError(
            f"it asks for a work factor of {factor}, and {MAX_WORK_FACTOR} is the most that is "
            "done: nobody seals a file like that in good faith"
        )
    # scrypt takes 128 bytes times r times N.
    needed = 1 << (factor + 10)
    free = psutil.virtual_memory().available
    if needed > free:
        raise FileError(
            f"opening it takes {needed / _GIB:.1f} GiB of memory, and {free / _GIB:.1f} are free",
            hint="open it on another host with 'age -d', or free memory here",
        )


def _decrypted(data: bytes, passphrase: str) -> bytes:
    """Decrypt; a busy host makes the library take a fair work factor for an excessive one."""
    import pyrage

    for _ in range(_ATTEMPTS - 1):
        try:
            return pyrage.passphrase.decrypt(data, passphrase)
        except pyrage.DecryptError as error:
            if "xcessive work" not in str(error):
                raise
    return pyrage.passphrase.decrypt(data, passphrase)
