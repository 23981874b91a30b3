"""Passphrases of keys and of PKCS#12 files: whether one is needed, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.pki.layout import (
    SERVER_PASSPHRASE,
    SOURCE_CLIENT_CA_PASSWORD,
    SOURCE_CLIENT_PASSWORD,
    SOURCE_SERVER_PASSWORD,
)
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.material import Material, Unreadable, read_material

_ONLY_TYPED = (SOURCE_SERVER_PASSWORD, SOURCE_CLIENT_PASSWORD, SOURCE_CLIENT_CA_PASSWORD)
"""They open a file of the operator's for us, and reach neither Ansible nor Octavia."""


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
    """A private key, or a PKCS#12 file with one, that a passphrase opens."""

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
        """Whether typing a passphrase would help: the key asks for it, and no file has it.

        A wrong value in the wizard's own secrets file is replaced by what is typed.
        """
        if self.state in (LockState.NOT_ENCRYPTED, LockState.UNREADABLE):
            return False
        return self.file is None or (self._in_our_file and self.state is LockState.WRONG)

    @property
    def _in_our_file(self) -> bool:
        return self.file is not None and self.file.name == OUR_SECRETS

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
                return f"{where[:1].upper()}{where[1:]} does not open {self.path}. {self._cure}."
            case LockState.NOT_ENCRYPTED:
                return f"{self.path} is not encrypted, so that it has no passphrase.{self._refused}"
            case LockState.UNREADABLE:
                return f"{self.detail[:1].upper()}{self.detail[1:]}."

    @property
    def _cure(self) -> str:
        if self._in_our_file:
            return "Type the right one: it takes the place of that value"
        return "Change it in that file" if self.file else "Type it again"

    @property
    def _refused(self) -> str:
        if self.name != SERVER_PASSPHRASE:
            return ""
        return " Octavia refuses such a key; encrypt it: openssl pkey -aes256 -in KEY -out NEW"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of trying a passphrase on a key; never the passphrase."""

    opens: bool
    text: str


def locked_key(path: Path, name: str, known: str | None, file: Path | None) -> LockedKey:
    """Look at a key with the passphrase that is known, if any; takes up to a second."""
    try:
        material = read_material(path)
        if not material.has_lock:
            return LockedKey(path, name, LockState.NOT_ENCRYPTED, file)
    except Unreadable as problem:
        return LockedKey(path, name, LockState.UNREADABLE, file, str(problem))
    if known is None:
        return LockedKey(path, name, LockState.NOT_KNOWN, file)
    fits = _opens(material, known)
    return LockedKey(path, name, LockState.OPENS if fits else LockState.WRONG, file)


def try_passphrase(path: Path, passphrase: str, name: str = SERVER_PASSPHRASE) -> Verdict:
    """Say whether a passphrase opens a key and survives where it is used; takes up to a second.

    The name is that of the secret variable: what only opens a file once may be anything.
    """
    if not passphrase:
        return Verdict(False, "The passphrase is empty.")
    refused = "" if name in _ONLY_TYPED else unusable(passphrase)
    if refused:
        return Verdict(False, refused)
    try:
        material = read_material(path)
        if not material.has_lock:
            return Verdict(False, f"{path} is not encrypted: it has no passphrase.")
    except Unreadable as problem:
        return Verdict(False, f"{problem}.")
    if not _opens(material, passphrase):
        return Verdict(False, f"It does not open {path}.")
    return Verdict(True, f"It opens {path}.")


def _opens(material: Material, passphrase: str) -> bool:
    try:
        if material.form is Form.PKCS12:
            material.certificates(passphrase)
        else:
            material.public_half(passphrase)
    except Unreadable:
        return False
    return True


def unusable(passphrase: str) -> str:
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
