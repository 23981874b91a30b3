"""Deployments with certificates, written by the wizard, for judges from outside to look at."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.integration.own_pki import OwnFiles

RELEASES = ("16.0.29", "17.1.17", "21.2.12", "23.4.4", "25.6.0", "29.2.4", "33.0.1")
RSA_ONLY = ("21.2.12", "23.4.4")
"""The role makes new keys there, where it finds any but RSA of the size it is told."""
SOURCES = ("generate", "own")
WIZARD = (sys.executable, "-m", "octavia_wizard")

# Up to 18 the wrapper reads /etc/openstack_deploy only; a test must not write there.
# The operator's own files are approved by somebody who looked at them, in the interview.
_ACCEPTED = ("deploy-directory-not-read", "cert-not-approved")
WITHOUT_OVN = "network.agent_group=neutron_openvswitch_agent"
"""Then the role's call of the PKI role makes nothing but Octavia's certificates."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the wizard left in a deploy directory."""

    release: str
    source: str
    place: Path
    """Home, state and deploy directory of this deployment lie below."""
    settings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return a name that inventories and test reports may use."""
        return self.place.name

    @property
    def major(self) -> int:
        """Return the release's first number."""
        return int(self.release.partition(".")[0])

    @property
    def deploy_dir(self) -> Path:
        """Return the deploy directory."""
        return self.place / "deploy"

    @property
    def certificates(self) -> Path:
        """Return the directory of the certificates."""
        return self.deploy_dir / "octavia"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment the wizard runs in."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("OS_", "XDG"))
        }
        return {
            **kept,
            "HOME": str(self.place),
            "XDG_STATE_HOME": str(self.place / "state"),
            "XDG_CACHE_HOME": str(self.place / "cache"),
        }

    @property
    def command(self) -> list[str]:
        """Return the command that writes, or looks again at, this deployment."""
        options = [part for text in self.settings for part in ("--set", text)]
        options += [part for finding in _ACCEPTED for part in ("--accept", finding)]
        where = ["--deploy-dir", str(self.deploy_dir)]
        return [*WIZARD, "replay", "files-only", "--yes", "--no-input", *where, *options]

    @property
    def variables(self) -> dict[str, Any]:
        """Return the variables the role gets, secrets included, in the order it reads them."""
        read: dict[str, Any] = {}
        for path in [*self.secret_files, self.deploy_dir / "user_variables_octavia.yml"]:
            read |= yaml.safe_load(path.read_text())
        return read

    @property
    def secret_files(self) -> list[Path]:
        """Return the secrets files, the operator's own and the wizard's."""
        return sorted(self.deploy_dir.glob("user_secrets*.yml"))

    def replay(self) -> str:
        """Write it, or look again; return what was said."""
        return run(self.command, cwd=self.place, environment=self.environment)

    def state(self) -> dict[str, tuple[object, ...]]:
        """Return what must not change of the certificates."""
        return state_of(self.certificates)


def state_of(directory: Path) -> dict[str, tuple[object, ...]]:
    """Return of every file below: contents, identity, owner, mode and time of the last change."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            stat = path.stat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            identity = (stat.st_ino, stat.st_uid, stat.st_gid, stat.st_mode, stat.st_mtime_ns)
            found[str(path.relative_to(directory))] = (digest, *identity)
    return found


def planned(
    root: Path,
    release: str,
    source: str,
    own: OwnFiles | None = None,
    *settings: str,
    name: str | None = None,
) -> Deployment:
    """Lay out a place for a deployment; nothing is written by the wizard yet."""
    place = root / (name or f"r{release.partition('.')[0]}-{source}")
    (place / "deploy").mkdir(parents=True, mode=0o700)
    given = [
        f"cloud.release={release}",
        "capacity.topology=SINGLE",
        "capacity.anti_affinity=no",
        f"certificates.source={source}",
    ]
    if own is not None:
        given += own.settings
        secrets = place / "deploy/user_secrets.yml"
        secrets.write_text(yaml.safe_dump(dict(own.secrets)))
        secrets.chmod(0o600)
    elif not any(text.startswith("certificates.key_type=") for text in settings):
        given.append(f"certificates.key_type={'rsa-3072' if release in RSA_ONLY else 'ec-p256'}")
    return Deployment(release, source, place, (*given, *settings))


def run(
    command: list[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> str:
    """Run a command that must succeed; return what it wrote."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=None if environment is None else dict(environment),
        cwd=cwd,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, (
        f"{command[:6]} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    )
    return done.stdout
