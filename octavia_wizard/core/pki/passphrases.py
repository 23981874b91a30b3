"""Passphrases of keys the operator brings along: whether one is needed, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.pki.inspection import Unreadable, read_key


class LockState(StrEnum):
    """How a key and its passphrase stand."""

    NOT_KNOWN = "not known"
    """The key is encrypted, and nobody told the passphrase."""
    OPENS = "opens"
    WRONG = "wrong"
    """A passphrase is known and does not open the key."""
    NOT_ENCRYPTED = "not encrypted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class LockedKey:
    """A private key that Octavia opens by a passphrase."""

    path: Path
    name: str
    """The secret variable that holds the passphrase."""
    state: LockState
    file: Path | None = None
    """The secrets file that has a value for it; what is in a file is changed there."""
    detail: str = ""
    """Why the key cannot be read."""

    @property
    def can_be_typed(self) -> bool:
        """Whether typing a passphrase would help: no file has one, and the key asks for it."""
        return self.file is None and self.state not in (
            LockState.NOT_ENCRYPTED,
            LockState.UNREADABLE,
        )

    @property
    def standing(self) -> str:
        """Say in a sentence how it stands and what can be done."""
        where = f"the {self.name} in {self.file}" if self.file else "the passphrase that was typed"
        match self.state:
            case LockState.NOT_KNOWN:
                return f"The passphrase of {self.path} is not known yet."
            case LockState.OPENS:
                return f"{where[:1].upper()}{where[1:]} opens {self.path}."
            case LockState.WRONG:
                cure = "Change it in that file" if self.file else "Type it again"
                return f"{where[:1].upper()}{where[1:]} does not open {self.path}. {cure}."
            case LockState.NOT_ENCRYPTED:
                return (
                    f"{self.path} is not encrypted, so that it has no passphrase. Octavia refuses "
                    "such a key; encrypt it: openssl pkey -aes256 -in KEY -out NEW"
                )
            case LockState.UNREADABLE:
                return f"{self.detail[:1].upper()}{self.detail[1:]}."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of trying a passphrase on a key; never the passphrase."""

    opens: bool
    text: str


def locked_key(path: Path, name: str, known: str | None, file: Path | None) -> LockedKey:
    """Look at a key with the passphrase that is known, if any; takes up to a second."""
    try:
        key = read_key(path, None)
    except Unreadable as problem:
        return LockedKey(path, name, LockState.UNREADABLE, file, str(problem))
    if not key.encrypted:
        return LockedKey(path, name, LockState.NOT_ENCRYPTED, file)
    if known is None:
        return LockedKey(path, name, LockState.NOT_KNOWN, file)
    fits = _opens(path, known)
    return LockedKey(path, name, LockState.OPENS if fits else LockState.WRONG, file)


def try_passphrase(path: Path, passphrase: str) -> Verdict:
    """Say whether a passphrase opens a key and survives in octavia.conf; takes up to a second."""
    if not passphrase:
        return Verdict(False, "The passphrase is empty.")
    refused = _unusable(passphrase)
    if refused:
        return Verdict(False, refused)
    try:
        key = read_key(path, None)
        if not key.encrypted:
            return Verdict(False, f"{path} is not encrypted: it has no passphrase.")
    except Unreadable as problem:
        return Verdict(False, f"{problem}.")
    if not _opens(path, passphrase):
        return Verdict(False, f"It does not open {path}.")
    return Verdict(True, f"It opens {path}.")


def _opens(path: Path, passphrase: str) -> bool:
    try:
        return read_key(path, passphrase).public_key is not None
    except Unreadable:
        return False


def _unusable(passphrase: str) -> str:
    """Say why a passphrase would not reach Octavia as it is typed, or return ""."""
    change = "Give the key another one: openssl pkey -aes256 -in KEY -out NEW"
    if passphrase != passphrase.strip():
        return (
            "It begins or ends with a blank, which is lost in octavia.conf (oslo.config strips "
            f"values). {change}"
        )
    if len(passphrase) > 1 and passphrase[0] == passphrase[-1] and passphrase[0] in "\"'":
        return f"It stands in quotes, which oslo.config takes off. {change}"
    if "{{" in passphrase or "{%" in passphrase or "{#" in passphrase:
        return f"It holds a brace pair that Ansible would take for a template. {change}"
    if not passphrase.isprintable():
        return f"It holds a character that cannot be printed. {change}"
    return ""
