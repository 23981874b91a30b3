"""A deploy host below a directory, and what tests do with it."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from tests.osa.era import Era

GENERATED = ("openstack_inventory.json", "inventory.ini")
"""What OSA's own tools write into the deploy directory."""
FACTS = "ansible_facts"


class Switch(StrEnum):
    """What can be wrong with a host."""

    FAIL = "fail"
    """Its services cannot be started."""
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    """Installing takes as many seconds as the file of the switch says."""


@dataclass(frozen=True, slots=True)
class DeployHost:
    """A deploy host; everything of it lies below ``root``."""

    root: Path
    era: Era

    @property
    def deploy_dir(self) -> Path:
        """Return what is /etc/openstack_deploy elsewhere."""
        return self.root / "etc/openstack_deploy"

    @property
    def wrapper(self) -> Path:
        """Return openstack-ansible."""
        return self.root / "bin/openstack-ansible"

    @property
    def clone(self) -> Path:
        """Return the checkout of OpenStack-Ansible."""
        return self.root / "opt/openstack-ansible"

    @property
    def roles(self) -> Path:
        """Return the directory of the roles."""
        return self.root / "etc/ansible/roles"

    @property
    def home(self) -> Path:
        """Return the operator's home."""
        return self.root / "home"

    @property
    def vault_password_file(self) -> Path | None:
        """Return the file with the password of the vault, where there is a vault."""
        path = self.home / ".vault_password"
        return path if path.exists() else None

    def give_cloud(self, clouds_file: Path, serve: str) -> None:
        """Give it a cloud, which is both ``rehearsal`` and ``default`` to the operator.

        ``serve`` is a program: the role runs it with the octavia.conf the cloud is to work with.
        """
        clouds = yaml.safe_load(clouds_file.read_text())["clouds"]
        own = self.home / ".config/openstack/clouds.yaml"
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(yaml.safe_dump({"clouds": {**clouds, "default": clouds["rehearsal"]}}))
        own.chmod(0o600)
        (self.root / "bin/serve").write_text(serve)
        (self.root / "bin/serve").chmod(0o755)

    def environment(self) -> dict[str, str]:
        """Return the environment of the operator."""
        environment = {
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "ANSIBLE_ROLES_PATH": str(self.roles),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        if self.era.configurable:
            environment["OSA_CONFIG_DIR"] = str(self.deploy_dir)
        if self.vault_password_file is not None:
            environment["ANSIBLE_VAULT_PASSWORD_FILE"] = str(self.vault_password_file)
        return environment

    def run(
        self,
        *arguments: str,
        program: str = "openstack-ansible",
        directory: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the tree's programs by hand, from the playbooks of the clone."""
        return subprocess.run(
            [str(self.root / "bin" / program), *arguments],
            env=self.environment(),
            cwd=directory or self.clone / "playbooks",
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def carrier(self, name: str) -> Path:
        """Return the root of a host that is none of the containers."""
        return self.root / "hosts" / name

    def octavia(self) -> dict[str, Path]:
        """Return the root of every container of Octavia, by the host that carries it."""
        found = (self.root / "hosts").glob("*/var/lib/lxc/*octavia*server*/rootfs")
        return {path.parts[-6]: path for path in sorted(found)}

    def turn_on(self, switch: Switch, name: str, value: str = "") -> None:
        """Break a host, or the container at this root."""
        self._switch(switch, name).write_text(value)

    def turn_off(self, switch: Switch, name: str) -> None:
        """Mend it."""
        self._switch(switch, name).unlink(missing_ok=True)

    def _switch(self, switch: Switch, name: str) -> Path:
        directory = self.carrier(name) / "switches"
        directory.mkdir(exist_ok=True)
        return directory / switch

    def fingerprints(self) -> dict[str, str]:
        """Return a digest of every file of the operator, by its path below the deploy directory.

        What OSA generates there is left out, and so is nothing else: a file more is a file more.
        """
        return {
            str(path.relative_to(self.deploy_dir)): _digest(path)
            for path in sorted(self._operators())
        }

    def contents(self) -> dict[str, bytes]:
        """Return every file of the operator."""
        return {str(p.relative_to(self.deploy_dir)): p.read_bytes() for p in self._operators()}

    def _operators(self) -> Iterator[Path]:
        for path in self.deploy_dir.rglob("*"):
            inside = path.relative_to(self.deploy_dir)
            if path.is_file() and inside.parts[0] not in (FACTS, *GENERATED):
                yield path


def _digest(path: Path) -> str:
    mode = path.stat().st_mode & 0o777
    return f"{mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
