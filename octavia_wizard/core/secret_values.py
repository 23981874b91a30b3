"""The values of secrets, read from the operator's files at the moment they are used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError, WizardError
from octavia_wizard.core.facts.deploy_host_files import (
    OUR_SECRETS,
    has_value,
    opened_text,
    user_paths,
)
from octavia_wizard.core.facts.deploy_host_yaml import (
    TEMPLATE_SIGNS,
    DocumentError,
    UnsafeText,
    VaultText,
    parse_document,
)
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.vault import OPTION, Vault, is_vaulted

_REFERENCE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_DEPTH = 8
"""References from one variable to the next; more are a circle."""


class TemplatedSecret(FileError):
    """A secret whose value only Ansible can work out."""


class _NoValueError(FileError):
    """A variable that no file has."""


def read_secret(name: str, host: HostFacts) -> Secret:
    """Read a secret from the files as they are now; of several, the last the wrapper reads counts.

    What was typed counts while no file but ours has a value: ours is changed to it.  A reference
    to another variable is followed as Ansible does.  Raises FileError where there is no value at
    all or where it stays encrypted, TemplatedSecret for any other template, and UsageError as the
    vault does.
    """
    return _read(name, host, _DEPTH)


def is_templated(name: str, host: HostFacts) -> str:
    """Say why the value of a secret cannot be known before Ansible runs, or return ""."""
    try:
        read_secret(name, host)
    except TemplatedSecret as error:
        return error.in_a_line
    except WizardError:
        return ""
    return ""


def _read(name: str, host: HostFacts, depth: int) -> Secret:
    closed = ""
    for path in reversed(user_paths(host.deploy_dir, host.collation)):
        if path.name == OUR_SECRETS and name in host.typed:
            continue
        text = opened_text(path, host.vault)
        if text is None:
            continue
        if is_vaulted(text):
            closed = closed or str(path)
            continue
        value = _values(text, path).get(name)
        if isinstance(value, VaultText) and host.vault is None:
            closed = closed or str(path)
            break
        if has_value(value):
            plain = _plain(value, host.vault, f"{name} in {path}")
            # Ansible takes neither what it decrypted by itself nor what is unsafe for a template.
            if isinstance(value, VaultText | UnsafeText):
                return plain
            return _followed(plain, host, f"{name} in {path}", depth)
    if name in host.typed:
        return host.typed[name]
    if closed:
        raise FileError(
            f"{name} cannot be read: {closed} is encrypted by ansible-vault",
            hint=f"give the password of the vault: {OPTION} FILE, or --ask-vault-pass",
        )
    raise _NoValueError(
        f"{name} has no value in any user_*.yml of {host.deploy_dir}",
        hint=f"put it into {host.deploy_dir / 'user_secrets.yml'}",
    )


def known_passphrases(host: HostFacts) -> Callable[[str], str | None]:
    """Return a reader of passphrases that are known already; it gives None for any other.

    A plan or a check must not fail for want of one.
    """

    def read(name: str) -> str | None:
        if name not in host.secrets and name not in host.typed:
            return None
        try:
            return read_secret(name, host)
        except WizardError:
            return None

    return read


def to_be_replaced(host: HostFacts, typed: Mapping[str, Secret]) -> frozenset[str]:
    """Return the names of typed secrets for which the wizard's own file has another value."""
    path = host.deploy_dir / OUR_SECRETS
    ours = [name for name in typed if in_our_file(name, host)]
    if not ours:
        return frozenset()
    try:
        text = opened_text(path, host.vault) or ""
        values = {} if is_vaulted(text) else parse_document(text).values
        return frozenset(
            name
            for name in ours
            if not has_value(values.get(name))
            or _plain(values[name], host.vault, name) != typed[name]
        )
    except WizardError:
        return frozenset(ours)


def in_our_file(name: str, host: HostFacts) -> bool:
    """Say whether a secret has its value in the file the wizard writes."""
    return host.secrets.get(name) == host.deploy_dir / OUR_SECRETS


def _values(text: str, path: Path) -> Mapping[str, object]:
    try:
        return parse_document(text).values
    except DocumentError as error:
        raise FileError(f"{path}:{error.line}: {error.reason}", hint="mend the file") from None


def _followed(text: Secret, host: HostFacts, what: str, depth: int) -> Secret:
    """Put the values of other variables in the places that refer to them."""
    if not any(sign in text for sign in TEMPLATE_SIGNS):
        return text
    rest = _REFERENCE.sub("", text)
    if depth == 0 or any(sign in rest for sign in TEMPLATE_SIGNS):
        raise _templated(what)
    try:
        return Secret(_REFERENCE.sub(lambda found: _read(found[1], host, depth - 1), text))
    except (TemplatedSecret, _NoValueError):
        # What is in none of these files may be in group_vars, or a fact.
        raise _templated(what) from None


def _templated(what: str) -> TemplatedSecret:
    return TemplatedSecret(
        f"{what} is a template, whose value only Ansible can work out",
        hint="write the value itself there; ansible-vault can encrypt it",
    )


def _plain(value: object, vault: Vault | None, what: str) -> Secret:
    if not isinstance(value, VaultText) or vault is None:
        return Secret(value)
    try:
        return Secret(vault.decrypt(value.encode(), what).decode())
    except UnicodeDecodeError:
        raise FileError(f"{what} is encrypted, and is not UTF-8 text") from None
