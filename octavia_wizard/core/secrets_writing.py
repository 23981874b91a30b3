"""Adding to ``user_secrets_octavia.yml``, which is encrypted where the operator's files are."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.emit.secrets import secrets_text
from octavia_wizard.core.errors import FileError, UsageError, WizardError
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, is_secret_name
from octavia_wizard.core.facts.model import HostFacts, UserFile
from octavia_wizard.core.files import read_text
from octavia_wizard.core.vault import OPTION, is_vaulted, label_of
from octavia_wizard.core.vaulted import single_values

CURE = f"give the password of the vault: {OPTION} FILE, or --ask-vault-pass"


def obstacle_to_adding(host: HostFacts) -> str:
    """Say why nothing can be added to the file, or return ""."""
    path = host.deploy_dir / OUR_SECRETS
    obstacle = vault_obstacle(host)
    if obstacle or any(file.path == path for file in host.user_files):
        return obstacle
    for problem in host.problems:
        if problem.where.startswith(str(path)):
            return f"{problem.where} {problem.reason}; mend it first"
    return ""


def vault_obstacle(host: HostFacts) -> str:
    """Say why nothing can be added for want of the vault's password, or return ""."""
    path = host.deploy_dir / OUR_SECRETS
    theirs = _encrypted_secrets(host)
    for file in theirs:
        if file.path == path and file.closed:
            return file.unopened or (
                f"{path} is encrypted by ansible-vault, so nothing can be added; {CURE}"
            )
    if not theirs:
        return _opened_value(host)[1]
    if any(file.opened for file in theirs):
        return ""
    refused = next((file.unopened for file in theirs if file.unopened), "")
    return refused or (
        f"{theirs[0].path} is encrypted by ansible-vault, and so must be what is added to "
        f"{OUR_SECRETS}; {CURE}"
    )


def will_be_encrypted(host: HostFacts) -> bool:
    """Say whether the file is written encrypted: as it is now, or as the operator's files are."""
    return bool(_encrypted_secrets(host)) or _values_count(host)


def written_text(before: str | None, values: Mapping[str, str], host: HostFacts) -> str:
    """Return the content of the file with the values in it, encrypted where it has to be.

    ``before`` is what it is now, encrypted or not.  An encrypted text differs each time, so ask
    once.  Raises FileError where nothing can be added, and UsageError as the vault does.
    """
    vault, closed = host.vault, before is not None and is_vaulted(before)
    if not closed and not will_be_encrypted(host):
        return secrets_text(before, values)
    if vault is None:
        raise UsageError(f"{OUR_SECRETS} has to be encrypted by ansible-vault", hint=CURE)
    plain, label = before, _label(host)
    if before is not None and closed:
        data = before.encode()
        label = label_of(data)
        try:
            plain = vault.decrypt(data, OUR_SECRETS).decode()
        except UnicodeDecodeError:
            raise FileError(f"{OUR_SECRETS} is encrypted, and is not UTF-8 text") from None
    text = secrets_text(plain, values)
    return vault.encrypt(text.encode(), label, OUR_SECRETS).decode()


def _encrypted_secrets(host: HostFacts) -> list[UserFile]:
    """Return the encrypted files that hold secrets, by their name or by what is in them.

    What is in one that no password opens is most likely secret: why else would it be encrypted?
    """
    return [
        file
        for file in host.user_files
        if file.vaulted and (file.closed or file.secret or any(map(is_secret_name, file.variables)))
    ]


def _values_count(host: HostFacts) -> bool:
    """Say whether to do as with those of the operator's secrets that are encrypted one by one.

    Without a password nothing could be added, for the sake of what may be one value among many.
    """
    return host.vault is not None and next(single_values(host), None) is not None


def _opened_value(host: HostFacts) -> tuple[bytes, str]:
    """Return the first of those values that the password opens, or b"" and why it opens none."""
    reason = ""
    if host.vault is None:
        return b"", reason
    for what, data in single_values(host):
        try:
            host.vault.decrypt(data, what)
        except WizardError as error:
            reason = reason or error.in_a_line
        else:
            return data, ""
    return b"", reason


def _label(host: HostFacts) -> str:
    """Return the vault id of the operator's files: of several, that of the last one opened."""
    for file in reversed(_encrypted_secrets(host)):
        if file.opened:
            return label_of((read_text(file.path) or "").encode())
    return label_of(_opened_value(host)[0])
