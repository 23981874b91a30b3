"""Which files of a deployment ansible-vault encrypted, and the password that opens them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError, UsageError
from octavia_wizard.core.facts.deploy_host_files import opened_text, user_paths
from octavia_wizard.core.facts.deploy_host_yaml import VaultText, parse_document
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.files import read_text
from octavia_wizard.core.secret_values import in_our_file
from octavia_wizard.core.vault import Vault, is_vaulted


def closed_files(host: HostFacts) -> tuple[Path, ...]:
    """Return the user files that are encrypted as a whole and that no password opened."""
    return tuple(file.path for file in host.user_files if file.closed)


def needs_vault_password(host: HostFacts) -> bool:
    """Say whether a vault password would tell more: a file is closed, or a single value is."""
    return bool(closed_files(host)) or (host.vault is None and bool(host.secrets_encrypted))


def anything_encrypted(deploy_dir: Path) -> bool:
    """Say whether a vault password would open anything in a deploy directory; reads files."""
    return next(_encrypted(deploy_dir), None) is not None


def encrypted_singly(host: HostFacts) -> tuple[str, ...]:
    """Return the names of the operator's secrets that are encrypted by themselves."""
    return tuple(
        name
        for name in host.secrets_encrypted
        if name in host.secrets and not in_our_file(name, host)
    )


def single_values(host: HostFacts) -> Iterator[tuple[str, bytes]]:
    """Yield what each of the operator's secrets is that is encrypted by itself, and its data."""
    for name in encrypted_singly(host):
        path = host.secrets[name]
        try:
            value = parse_document(opened_text(path, host.vault) or "").values.get(name)
        except FileError:
            continue
        if isinstance(value, VaultText):
            yield f"{name} in {path}", value.encode()


def typed_vault(password: Secret, deploy_dir: Path, environ: Mapping[str, str]) -> Vault:
    """Return the vault that a typed password opens, after it was tried on a file or a value.

    Takes half a second.  Raises FileError where it does not open that, UsageError where there is
    nothing it could open, or no ansible-vault.
    """
    vault = Vault(password, environ)
    problem: FileError | None = None
    for what, data in _encrypted(deploy_dir):
        try:
            vault.decrypt(data, what)
        except FileError as error:
            # Files of several vault ids have several passwords; one that fits is enough.
            problem = problem or error
            continue
        return vault
    if problem is not None:
        raise problem
    raise UsageError(
        f"nothing in {deploy_dir} is encrypted by ansible-vault",
        hint="no vault password is needed",
    )


def _encrypted(deploy_dir: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each file that is encrypted as a whole, then one value that is by itself."""
    values: list[tuple[str, bytes]] = []
    for path in user_paths(deploy_dir, "C"):
        try:
            text = read_text(path) or ""
            if is_vaulted(text):
                yield str(path), text.encode()
                continue
            found = parse_document(text).values
        except FileError:
            continue
        values += [
            (f"{name} in {path}", value.encode())
            for name, value in found.items()
            if isinstance(value, VaultText)
        ]
    yield from values[:1]
