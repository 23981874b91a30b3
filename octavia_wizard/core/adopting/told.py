"""What the operator's files say about Octavia: the last file wins, as under the wrapper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.emit.maps import MAPS
from octavia_wizard.core.facts.deploy_host_files import is_secret_name
from octavia_wizard.core.facts.deploy_host_yaml import TEMPLATE_SIGNS, VaultText
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.releases import Release

_PREFIX = "octavia_"
_SHARED = ("debug",)
"""Read by every role, and of consequence for what the wizard itself makes."""


@dataclass(frozen=True, slots=True)
class Told:
    """One variable as the last file that sets it has it."""

    name: str
    value: object
    path: Path
    line: int
    hidden: bool = False
    """Whether its value is a secret, or was encrypted, and so is not known here."""
    ours: bool = False
    """Whether the wizard wrote that file, so that emitting writes it anew."""
    also: tuple[str, ...] = ()
    """Earlier files that set it too, and lose."""

    @property
    def where(self) -> str:
        """Name file and line."""
        return f"{self.path.name}:{self.line}"

    @property
    def is_template(self) -> bool:
        """Say whether only Ansible could tell what it comes to."""
        return _has_template(self.value)

    @property
    def is_plain(self) -> bool:
        """Say whether the value is known as it stands, so that it can be an answer."""
        known = not self.hidden and not isinstance(self.value, VaultText)
        return known and self.value is not None and not self.is_template


def told_variables(host: HostFacts) -> dict[str, Told]:
    """Return every variable of all ``user_*.yml``, each from the file that wins."""
    found: dict[str, Told] = {}
    for file in host.user_files:
        for name, variable in file.variables.items():
            before = found.get(name)
            also = (*before.also, before.where) if before is not None else ()
            hidden = file.values_hidden or is_secret_name(name)
            found[name] = Told(
                name, variable.value, file.path, variable.line, hidden, file.ours, also
            )
    return found


def carried(told: Mapping[str, Told], release: Release) -> dict[str, Told]:
    """Return those that a preset should speak of: what the role of Octavia acts on."""
    return {
        name: one
        for name, one in told.items()
        if is_octavias(name) and acts_on(release, name) and not is_secret_name(name)
    }


def is_octavias(name: str) -> bool:
    """Say whether a variable is about Octavia, or has a say in what the wizard makes for it."""
    return name.startswith(_PREFIX) or name in (*_SHARED, *MAPS)


def acts_on(release: Release, name: str) -> bool:
    """Say whether the release has a variable and does something with it."""
    return release.has(name) and release.retired(name) is None


def _has_template(value: object) -> bool:
    if isinstance(value, str):
        return any(sign in value for sign in TEMPLATE_SIGNS)
    if isinstance(value, Mapping):
        return any(_has_template(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(map(_has_template, value))
