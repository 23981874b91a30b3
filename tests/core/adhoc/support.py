"""A deploy host with the real ansible, and hosts that are directories of this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.facts.model import HostFacts, Tools
from octavia_wizard.core.vault import Vault

ANSIBLE = Path(sys.executable).parent / "ansible"
ETC = "{{ octavia_etc }}"
"""Where the hosts of the tests have their octavia.conf: each in a directory of its own."""
UNREACHABLE = "ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1"


@dataclass
class Site:
    """A deploy host and its inventory."""

    root: Path
    hosts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    vault: Vault | None = None

    def __post_init__(self) -> None:
        """Make the directories."""
        self.playbooks.mkdir(parents=True)

    @property
    def playbooks(self) -> Path:
        """Where ansible is run."""
        return self.root / "clone" / "playbooks"

    def etc(self, name: str) -> Path:
        """Return the configuration directory of a host."""
        return self.root / "hosts" / name / "etc"

    def add(self, name: str, *groups: str, conf: str | None = None, how: str = "") -> None:
        """Add a host that is reached by itself, with this octavia.conf."""
        (self.etc(name) / "certs").mkdir(parents=True)
        if conf is not None:
            (self.etc(name) / "octavia.conf").write_text(conf)
        local = f"ansible_connection=local ansible_python_interpreter={self._python(name)}"
        self.hosts[name] = f"octavia_etc={self.etc(name)} {how or local}"
        for group in groups:
            self.groups.setdefault(group, []).append(name)

    def program(self, host: str, name: str, text: str) -> None:
        """Put a program before all others on one host."""
        path = self.root / "hosts" / host / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def only_programs(self, host: str, *names: str) -> None:
        """Leave a host with these programs and no others."""
        place = self.root / "hosts" / host / "bin"
        for name in names:
            found = shutil.which(name)
            assert found is not None
            (place / name).symlink_to(found)
        self._python(host, only=True)

    def _python(self, host: str, *, only: bool = False) -> Path:
        place = self.root / "hosts" / host / "bin"
        place.mkdir(exist_ok=True)
        path = self.root / "hosts" / host / "python"
        others = "" if only else ":$PATH"
        path.write_text(f'#!/bin/sh\nPATH="{place}{others}" exec {sys.executable} "$@"\n')
        path.chmod(0o755)
        return path

    def environ(self, **more: str) -> Mapping[str, str]:
        """Return the operator's environment, in which ansible finds the inventory."""
        inventory = self.root / "inventory.ini"
        lines = [f"{name} {variables}" for name, variables in self.hosts.items()]
        for group, names in self.groups.items():
            lines += [f"[{group}]", *names]
        inventory.write_text("\n".join(lines) + "\n")
        home = self.root / "home"
        home.mkdir(exist_ok=True)
        (self.root / "ansible.cfg").touch()
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "ANSIBLE_INVENTORY": str(inventory),
            "ANSIBLE_CONFIG": str(self.root / "ansible.cfg"),
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            **more,
        }

    def facts(self, ansible: Path | None = ANSIBLE) -> HostFacts:
        """Return what is known of the deploy host."""
        return HostFacts(
            self.root / "openstack_deploy",
            exists=True,
            vault=self.vault,
            tools=Tools(ansible=ansible, clone=self.root / "clone"),
        )
