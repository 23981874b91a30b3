"""What only the operator can type: passphrases of keys, and the password of ansible-vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.pki.layout import (
    SOURCE_CLIENT_CA_PASSWORD,
    SOURCE_CLIENT_PASSWORD,
    SOURCE_SERVER_PASSWORD,
)
from octavia_wizard.core.pki.passphrases import LockedKey, LockState, Verdict, try_passphrase
from octavia_wizard.core.secrets import locked_keys
from octavia_wizard.core.vault import Vault
from octavia_wizard.core.vaulted import closed_files, needs_vault_password, typed_vault

_FOR_ONCE = (SOURCE_SERVER_PASSWORD, SOURCE_CLIENT_PASSWORD, SOURCE_CLIENT_CA_PASSWORD)


@dataclass(frozen=True, slots=True)
class SecretPrompt:
    """One secret to type."""

    heading: str
    standing: str
    """How it stands, in a sentence."""
    purpose: str
    """What becomes of it once it is typed."""
    can_be_typed: bool
    is_wanted: bool
    """Whether something waits for it."""
    key: LockedKey | None = None
    """None for the vault password."""

    @property
    def opens_vault(self) -> bool:
        """Whether it is the password of ansible-vault."""
        return self.key is None


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of typing a secret; ``vault`` is what it opens, where it is that password."""

    verdict: Verdict
    vault: Vault | None = None


def secret_prompts(effective: Effective, host: HostFacts) -> tuple[SecretPrompt, ...]:
    """Return what can be typed, what is waited for first; reads files, takes up to seconds.

    While a secrets file is closed, what it may hold is not asked for.
    """
    found = [_of_vault(host)] if needs_vault_password(host) else []
    found += [prompt_for(key, closed=bool(found)) for key in locked_keys(effective, host)]
    return tuple(sorted(found, key=lambda prompt: not prompt.is_wanted))


def try_secret(
    prompt: SecretPrompt, typed: Secret, deploy_dir: Path, environ: Mapping[str, str]
) -> Tried:
    """Say whether what was typed is right; takes up to a second."""
    if prompt.key is not None:
        return Tried(try_passphrase(prompt.key.path, typed, prompt.key.name))
    if not typed:
        return Tried(Verdict(False, "The password is empty."))
    try:
        vault = typed_vault(typed, deploy_dir, environ)
    except WizardError as error:
        return Tried(Verdict(False, f"{error.message}."))
    return Tried(Verdict(True, "It opens what is encrypted."), vault)


def _of_vault(host: HostFacts) -> SecretPrompt:
    files = ", ".join(path.name for path in closed_files(host)) or "A secret in your files"
    return SecretPrompt(
        heading="Password of ansible-vault",
        standing=f"{files}: encrypted, so that nobody knows which secrets are there.",
        purpose="It is kept in memory, opens what is encrypted, and encrypts what is added. "
        "--vault-password-file and ANSIBLE_VAULT_PASSWORD_FILE spare you the typing.",
        can_be_typed=True,
        is_wanted=True,
    )


def prompt_for(key: LockedKey, *, closed: bool = False) -> SecretPrompt:
    """Return what is asked for a key; ``closed``: a secrets file may have the passphrase."""
    waits = key.state in (LockState.NOT_KNOWN, LockState.WRONG)
    known_elsewhere = closed and key.name not in _FOR_ONCE
    return SecretPrompt(
        heading=f"Passphrase of {key.path.name}",
        standing=key.standing,
        purpose=_purpose(key.name),
        can_be_typed=key.can_be_typed,
        is_wanted=key.can_be_typed and waits and not known_elsewhere,
        key=key,
    )


def _purpose(name: str) -> str:
    if name in _FOR_ONCE:
        return (
            "It opens the file once, to take it over. It is kept in memory until then, and "
            "written nowhere."
        )
    return (
        "The key is opened with it whenever it signs. It is kept in memory until you apply, then "
        f"written as {name} into {OUR_SECRETS}, mode 0600, and nowhere else."
    )
