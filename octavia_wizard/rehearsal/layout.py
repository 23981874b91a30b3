"""Where the rehearsal cloud lives: its directories, ports and addresses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import platformdirs

from octavia_wizard.core.errors import UsageError

HOST = "127.0.0.1"
REGION = "RegionOne"
PORT_OFFSET_VARIABLE = "OCTAVIA_WIZARD_REHEARSAL_PORT_OFFSET"
DEFAULT_PORT_OFFSET = 20000
COMPUTE_HOSTS = ("rehearsal-1", "rehearsal-2")
"""Two hosts, so that a cloud with room for anti-affinity can be told from one without."""
PHYSICAL_NETWORKS = ("physnet1", "physnet2", "provider", "lbaas", "vlan")
"""Physical networks with VLANs; flat networks may name any physical network."""


class Service(StrEnum):
    """A service of the rehearsal cloud, in the order they are started.

    keystone is asked by all others; nova takes longest; the rest follows.
    """

    KEYSTONE = "keystone"
    NOVA = "nova"
    NEUTRON = "neutron"
    OCTAVIA = "octavia"
    PLACEMENT = "placement"
    GLANCE = "glance"


USUAL_PORTS: Mapping[Service, int] = {
    Service.KEYSTONE: 5000,
    Service.GLANCE: 9292,
    Service.NEUTRON: 9696,
    Service.NOVA: 8774,
    Service.PLACEMENT: 8778,
    Service.OCTAVIA: 9876,
}
"""The ports OpenStack's installation guides give the services; the offset is added to them."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One rehearsal cloud: the installation it shares and the state of its own."""

    root: Path
    port_offset: int

    @classmethod
    def default(cls, port_offset: int | None = None, root: Path | None = None) -> Layout:
        """Lay out the cloud in the user's cache directory.

        Without ``port_offset`` the environment decides, then the default. Raises UsageError when
        the offset in the environment is not a number or puts a port out of range.
        """
        if port_offset is None:
            port_offset = _offset_from_environment()
        highest = max(USUAL_PORTS.values())
        if not 0 <= port_offset <= 65535 - highest:
            raise UsageError(
                f"a port offset of {port_offset} puts ports out of range",
                hint=f"choose one from 0 to {65535 - highest}; {DEFAULT_PORT_OFFSET} is usual",
            )
        if root is None:
            root = platformdirs.user_cache_path("octavia-wizard") / "rehearsal"
        return cls(root=root.absolute(), port_offset=port_offset)

    @property
    def venv(self) -> Path:
        """The virtual environment of the services, shared by all clouds of this root."""
        return self.root / "venv"

    @property
    def python(self) -> Path:
        """The interpreter of the services."""
        return self.venv / "bin" / "python"

    @property
    def installed_mark(self) -> Path:
        """Written last by an installation; holds the hash of what was installed."""
        return self.venv / ".complete"

    @property
    def tools(self) -> Path:
        """A small virtual environment for the installer."""
        return self.root / "tools"

    @property
    def entry_points(self) -> Path:
        """Where the services' plug-in loader remembers what is installed."""
        return self.root / "entry-points"

    @property
    def state(self) -> Path:
        """Everything of this one cloud: configuration, databases, images, logs."""
        return self.root / f"cloud-{self.port_offset}"

    @property
    def snapshot(self) -> Path:
        """The state as it was when it was new."""
        return self.root / f"fresh-{self.port_offset}"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops this cloud."""
        return self.root / f"cloud-{self.port_offset}.lock"

    @property
    def installation_lock(self) -> Path:
        """Held by whoever installs; clouds of several offsets share the installation."""
        return self.root / "installation.lock"

    @property
    def etc(self) -> Path:
        """Configuration of the services."""
        return self.state / "etc"

    @property
    def data(self) -> Path:
        """The services' databases."""
        return self.state / "databases"

    @property
    def logs(self) -> Path:
        """Logs and standard output of the services."""
        return self.state / "logs"

    @property
    def run(self) -> Path:
        """Process ids, locks and events of the running cloud."""
        return self.state / "run"

    @property
    def passwords(self) -> Path:
        """The passwords of the users, as JSON."""
        return self.state / "passwords.json"

    @property
    def clouds_file(self) -> Path:
        """The clouds.yaml for OpenStack clients."""
        return self.state / "clouds.yaml"

    @property
    def ports(self) -> dict[Service, int]:
        """The port of each service."""
        return {service: USUAL_PORTS[service] + self.port_offset for service in Service}

    def url(self, service: Service) -> str:
        """The address of a service, without a path."""
        return f"http://{HOST}:{self.ports[service]}"


def _offset_from_environment() -> int:
    text = os.environ.get(PORT_OFFSET_VARIABLE, "").strip()
    if not text:
        return DEFAULT_PORT_OFFSET
    try:
        return int(text)
    except ValueError:
        raise UsageError(
            f"{PORT_OFFSET_VARIABLE} is {text!r}, which is not a whole number",
            hint=f"unset it to use the default, {DEFAULT_PORT_OFFSET}",
        ) from None
