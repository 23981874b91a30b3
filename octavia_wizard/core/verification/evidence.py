"""What is seen of a load balancer while it is made; of one that failed, Octavia tells no reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.balancing import BalancerAmphora, LoadBalancer, Server

_NO_SERVER = "none"


@dataclass(slots=True)
class Evidence:
    """What was seen last of each amphora and its virtual machine."""

    amphorae: dict[str, BalancerAmphora] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    unread: str = ""
    """Why the amphorae cannot be seen; "" where they can be."""

    def look(self, cloud: Cloud, balancer: LoadBalancer) -> None:
        """Look again; what Octavia has removed since is remembered as it was."""
        try:
            found = cloud.amphorae_of(balancer.id)
        except CloudError as error:
            self.unread = error.message
            return
        self.unread = ""
        self.amphorae |= {one.id: one for one in found}
        for amphora in found:
            server = _server(cloud, amphora)
            if server is not None:
                # A fault is told once; the revert of Octavia deletes the server after it.
                self.servers[amphora.id] = server

    def words(self, balancer: LoadBalancer) -> str:
        """Say how it stands, in a line."""
        return ", ".join((f"load balancer {balancer.provisioning}", *self._amphorae()))

    def symptoms(self, balancer: LoadBalancer) -> tuple[str, ...]:
        """Return what may tell the cause, the most telling first."""
        faults = tuple(server.fault for server in self.servers.values() if server.fault)
        seen = tuple(self._amphorae())
        if not seen and not self.unread:
            return (*faults, f"{balancer.provisioning}, no amphora")
        return (*faults, *sorted(seen, key=lambda line: "server none" in line))

    def _amphorae(self) -> list[str]:
        return [
            f"amphora {one.status} {one.address}".rstrip() + f", server {self._server_status(one)}"
            for one in self.amphorae.values()
        ]

    def _server_status(self, amphora: BalancerAmphora) -> str:
        server = self.servers.get(amphora.id)
        return server.status if server is not None else _NO_SERVER


def _server(cloud: Cloud, amphora: BalancerAmphora) -> Server | None:
    if not amphora.compute_id:
        return None
    try:
        return cloud.get_server(amphora.compute_id)
    except CloudError:
        # Without the right to see it, the amphora's own state has to do.
        return None
