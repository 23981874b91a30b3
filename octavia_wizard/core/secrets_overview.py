"""Every secret a deployment needs: what for, for whom, and where its value is; never the value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.deploy_host_files import broken_user_files
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.facts.secret_faults import SERVER_CERTS_KEY_PASSPHRASE, Fault
from octavia_wizard.core.pki.layout import SERVER_PASSPHRASE
from octavia_wizard.core.secrets import (
    SecretNeed,
    missing_secrets,
    needed_secrets,
    operator_secrets,
    purpose_of,
    source_secrets,
    unknown_secrets,
)


class NeededBy(StrEnum):
    """Who reads a secret."""

    ROLE = "role"
    """The role, or what it writes to octavia.conf."""
    WIZARD = "wizard"
    """octavia-wizard alone: no host of the cloud ever sees it."""


class Standing(StrEnum):
    """Where a value is, or what becomes of it."""

    IN_FILE = "in a file"
    TYPED = "typed"
    """In memory only; what opens a key of ours is written when applied."""
    REPLACED = "will be replaced"
    """The wizard's own file has another value than the one that was typed."""
    GENERATED = "will be generated"
    TO_BE_TYPED = "to be typed"
    """It opens a key or a file that exists, so only the operator can tell it."""
    ASSUMED = "assumed"
    """Taken to be in a file that is encrypted, and no password was given for, or is broken."""
    NOT_NEEDED = "not needed any more"
    """Of a key that was taken offline, or of a file that was taken over already."""


@dataclass(frozen=True, slots=True)
class SecretState:
    """One secret, without its value."""

    name: str
    purpose: str
    needed_by: NeededBy
    standing: Standing
    path: Path | None = None
    """The file its value is in: of several, the last the wrapper reads."""
    line: int | None = None
    """1-based, in the decrypted text where the file is encrypted."""
    vaulted: bool = False
    """Whether ansible-vault encrypts the value: the whole file, or the value by itself."""
    fault: Fault | None = None
    """What is wrong with the value."""
    once: bool = False
    """Needed only to take over a file of the operator's; the wizard never writes it."""

    @property
    def where(self) -> str:
        """Say in which file and line it is; "" for none."""
        if self.path is None:
            return ""
        return str(self.path) if self.line is None else f"{self.path}:{self.line}"


def overview(effective: Effective, host: HostFacts) -> tuple[SecretState, ...]:
    """Return the state of every secret, in a fixed order; looks which keys exist."""
    missing = {need.name: need for need in missing_secrets(effective, host)}
    unknown = unknown_secrets(effective, host)
    theirs = operator_secrets(effective)
    found = [
        _state(need.name, _standing(need.name, host, missing, unknown, theirs), effective, host)
        for need in needed_secrets(effective)
    ]
    for name in source_secrets(effective):
        if name not in {state.name for state in found}:
            found.append(_state(name, _of_source(name, host), effective, host, once=True))
    return tuple(found)


def _standing(
    name: str,
    host: HostFacts,
    missing: dict[str, SecretNeed],
    unknown: tuple[str, ...],
    theirs: tuple[str, ...],
) -> Standing:
    need = missing.get(name)
    if need is not None and need.typed:
        return Standing.REPLACED if need.replaces else Standing.TYPED
    if name in host.secrets:
        return Standing.IN_FILE
    if need is not None:
        broken = not need.wizard_only and broken_user_files(host)
        return Standing.ASSUMED if broken else Standing.GENERATED
    if name in unknown:
        return Standing.ASSUMED
    return Standing.TO_BE_TYPED if name in theirs else Standing.NOT_NEEDED


def _of_source(name: str, host: HostFacts) -> Standing:
    if name in host.secrets:
        return Standing.IN_FILE
    return Standing.TYPED if name in host.typed else Standing.TO_BE_TYPED


def _state(
    name: str, standing: Standing, effective: Effective, host: HostFacts, *, once: bool = False
) -> SecretState:
    path = host.secrets.get(name)
    file = next((file for file in host.user_files if file.path == path), None)
    line = file.variables[name].line if file is not None and name in file.variables else None
    vaulted = name in host.secrets_encrypted or (file is not None and file.vaulted)
    fault = next((each.fault for each in host.faulty_secrets if each.name == name), None)
    return SecretState(
        name=name,
        purpose=purpose_of(name),
        needed_by=_reader(name, effective),
        standing=standing,
        path=path,
        line=line,
        vaulted=path is not None and vaulted,
        fault=fault,
        once=once,
    )


def _reader(name: str, effective: Effective) -> NeededBy:
    by_role = (*effective.release.rules.required_secrets, SERVER_PASSPHRASE)
    # The wizard's override of octavia.conf refers to the last of them.
    read = name in by_role or name == SERVER_CERTS_KEY_PASSPHRASE
    return NeededBy.ROLE if read else NeededBy.WIZARD
