"""The secrets a deployment needs: which are missing, how they are made, where they are read."""

from __future__ import annotations

import secrets as randomness
import string
from collections.abc import Callable
from dataclasses import dataclass, replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_files import VAULT_HEADER, has_value, user_paths
from octavia_wizard.core.facts.deploy_host_yaml import VaultText, parse_document
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import read_text
from octavia_wizard.core.pki.layout import layout_of, layout_so_far
from octavia_wizard.core.pki.passphrases import LockedKey, LockState, locked_key

__all__ = [
    "SERVER_CERTS_KEY_PASSPHRASE",
    "Secret",
    "SecretNeed",
    "generate_secret",
    "known_passphrases",
    "layout_of",
    "locked_keys",
    "missing_secrets",
    "needed_secrets",
    "operator_secrets",
    "passphrases_to_ask",
    "read_secret",
    "unknown_secrets",
    "value_for",
]

SERVER_CERTS_KEY_PASSPHRASE = "octavia_server_certs_key_passphrase"  # noqa: S105 - a name
"""Not a role variable: the emitted octavia_octavia_conf_overrides refers to it."""

SERVER_CERTS_KEY_LENGTH = 32
"""Octavia takes it for a Fernet key: exactly 32 of [A-Za-z0-9_=-]."""

ALPHABET = string.ascii_letters + string.digits
"""Nothing that YAML, Jinja, a shell, a URL or oslo.config ($) could read as its own."""

_PURPOSES = {
    "octavia_container_mysql_password": "database password of the user octavia",
    "octavia_service_password": "Keystone password of the user octavia",
    "octavia_health_hmac_key": "signs the heartbeats of amphorae",
    "octavia_rabbitmq_password": "message queue password of the user octavia",
    "octavia_oslomsg_rpc_password": "message queue password of the user octavia",
    "octavia_cert_client_password": "passphrase of the client CA's key",
    "octavia_cert_password_client": "passphrase of the client CA's key, by the name 17.0.5 reads",
    "octavia_ca_private_key_passphrase": "passphrase of the server CA's key",
    SERVER_CERTS_KEY_PASSPHRASE: "encrypts amphora keys in flight and in the database; "
    "Octavia's own default is published",
}
_DEFAULT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A secret the deployment needs, by the name of its variable."""

    name: str
    purpose: str
    length: int
    """Characters."""
    wizard_only: bool = False
    """OSA's own secrets file does not know it, so that nobody can have filled it in there."""
    typed: bool = False
    """The operator typed its value, which opens a key that exists: it is written, not made."""


def needed_secrets(effective: Effective) -> tuple[SecretNeed, ...]:
    """Return every secret of the release and of what the wizard makes, in a fixed order."""
    names = list(effective.release.rules.required_secrets)
    layout = layout_of(effective)
    if layout is not None:
        names += [name for name in layout.passphrases.values() if name not in names]
    if effective.release.rules.server_certs_key_passphrase_supported:
        names.append(SERVER_CERTS_KEY_PASSPHRASE)
    shipped = effective.release.rules.required_secrets
    return tuple(
        SecretNeed(
            name,
            _PURPOSES.get(name, "a passphrase of the certificates"),
            SERVER_CERTS_KEY_LENGTH if name == SERVER_CERTS_KEY_PASSPHRASE else _DEFAULT_LENGTH,
            wizard_only=name not in shipped,
        )
        for name in names
    )


def missing_secrets(effective: Effective, host: HostFacts) -> tuple[SecretNeed, ...]:
    """Return the needed secrets the wizard has to write, be they made afresh or typed.

    Left out are those that have a value, those only the operator can know because they
    open keys that exist already (unless they were typed), and, where a secrets file is
    encrypted as a whole, those of OSA's own secrets file: they are most likely in there.
    """
    theirs = set(operator_secrets(effective))
    typed = theirs & set(host.typed)
    elsewhere = (theirs - typed) | set(unknown_secrets(effective, host)) | set(host.secrets)
    return tuple(
        replace(need, typed=need.name in typed)
        for need in needed_secrets(effective)
        if need.name not in elsewhere
    )


def operator_secrets(effective: Effective) -> tuple[str, ...]:
    """Return the names of secrets that open keys the operator brings along."""
    layout = layout_of(effective)
    return layout.operator_secrets if layout is not None else ()


def unknown_secrets(effective: Effective, host: HostFacts) -> tuple[str, ...]:
    """Return the names taken to be in a secrets file that is encrypted by ansible-vault."""
    if not any(file.vaulted for file in host.user_files):
        return ()
    return tuple(
        need.name
        for need in needed_secrets(effective)
        if not need.wizard_only and need.name not in host.secrets
    )


def generate_secret(need: SecretNeed) -> Secret:
    """Make a value from the operating system's source of randomness."""
    return Secret("".join(randomness.choice(ALPHABET) for _ in range(need.length)))


def value_for(need: SecretNeed, host: HostFacts) -> Secret:
    """Return what is to be written for a need: what was typed, else a value made afresh."""
    return host.typed[need.name] if need.typed else generate_secret(need)


def known_passphrases(host: HostFacts) -> Callable[[str], str | None]:
    """Return a reader of passphrases that are known already; it gives None for any other.

    A plan or a check must not fail for want of one.
    """

    def read(name: str) -> str | None:
        if name not in host.secrets and name not in host.typed:
            return None
        try:
            return read_secret(name, host)
        except FileError:
            return None

    return read


def locked_keys(effective: Effective, host: HostFacts) -> tuple[LockedKey, ...]:
    """Look at the keys of the operator's own that Octavia opens by a passphrase; reads files."""
    layout = layout_so_far(effective)
    if layout is None or layout.generate:
        return ()
    known = known_passphrases(host)
    return tuple(
        locked_key(layout.files[pem], name, known(name), host.secrets.get(name))
        for pem, name in layout.passphrases.items()
        if pem in layout.files
    )


def passphrases_to_ask(effective: Effective, host: HostFacts) -> tuple[LockedKey, ...]:
    """Return the keys whose passphrase only the operator can tell; reads files.

    Where a secrets file is encrypted as a whole, the passphrase is taken to be in there.
    """
    if any(file.vaulted for file in host.user_files):
        return ()
    closed = (LockState.NOT_KNOWN, LockState.WRONG)
    keys = locked_keys(effective, host)
    return tuple(key for key in keys if key.can_be_typed and key.state in closed)


def read_secret(name: str, host: HostFacts) -> Secret:
    """Read a secret from the files as they are now; of several, the last the wrapper reads counts.

    What was typed counts while no file has a value.  Raises FileError where there is no value at
    all, or where it is encrypted.
    """
    vaulted = ""
    for path in reversed(user_paths(host.deploy_dir, host.collation)):
        text = read_text(path)
        if text is None:
            continue
        if text.startswith(VAULT_HEADER):
            vaulted = vaulted or str(path)
            continue
        value = parse_document(text).values.get(name)
        if isinstance(value, VaultText):
            vaulted = vaulted or str(path)
            break
        if has_value(value):
            return Secret(value)
    if name in host.typed:
        return host.typed[name]
    if vaulted:
        raise _encrypted(name, vaulted)
    raise FileError(
        f"{name} has no value in any user_*.yml of {host.deploy_dir}",
        hint=f"put it into {host.deploy_dir / 'user_secrets.yml'}",
    )


def _encrypted(name: str, where: str) -> FileError:
    return FileError(
        f"{name} cannot be read: {where} is encrypted by ansible-vault",
        hint="put this one secret in plain into a user_secrets file of mode 0600 for the run; "
        "you may encrypt it afterwards",
    )
