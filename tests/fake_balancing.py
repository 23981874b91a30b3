"""Octavia of the cloud in memory: load balancers that come to be, or do not, as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.balancing import (
    BalancerAmphora,
    LeftOver,
    LoadBalancer,
    Remains,
    Server,
)
from tests.fake_state import FakeState


@dataclass
class FakeBalancing(FakeState):
    """The load-balancer calls; each look at a load balancer brings it one look further."""

    versions: tuple[str, ...] = ("v2.0", "v2.27")
    providers: tuple[str, ...] = ("amphora", "amphorav2")
    default_provider: str = "amphora"
    balancers: dict[str, LoadBalancer] = field(default_factory=dict)
    looks: int = 2
    """At a load balancer until Octavia is done with it."""
    becomes: str = "ACTIVE"
    """What a new one becomes; ``PENDING_CREATE`` for one that is stuck."""
    operating: str = "ONLINE"
    amphorae_each: int = 1
    amphora_status: str = "ALLOCATED"
    """Of the amphorae of a load balancer that is done."""
    server_status: str = "ACTIVE"
    fault: str = ""
    undying: bool = False
    """Whether a deletion never comes to its end."""
    remains: tuple[LeftOver, ...] = ()
    """What is left of a load balancer that is gone."""
    on_create: Callable[[], None] = field(default=lambda: None)
    """Called after a load balancer began to be created, e.g. to stop everything."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._left: dict[str, int] = {}

    def load_balancer_versions(self) -> tuple[str, ...]:
        """Tell the versions."""
        with self._call("read versions"):
            return self.versions

    def load_balancer_providers(self) -> tuple[str, ...]:
        """Tell the providers."""
        with self._call("read providers"):
            return self.providers

    def load_balancers(self, name: str | None = None) -> tuple[LoadBalancer, ...]:
        """Return those of a name, or all."""
        with self._call("read load balancers"):
            return tuple(one for one in self.balancers.values() if name in (None, one.name))

    def get_load_balancer(self, id: str) -> LoadBalancer | None:
        """Look once more, and let it get on."""
        with self._call("get_load_balancer"):
            balancer = self.balancers.get(id)
            if balancer is None:
                return None
            self._left[id] -= 1
            if self._left[id] < 0 and balancer.is_busy:
                self._get_done(balancer)
            return self.balancers.get(id)

    def _get_done(self, balancer: LoadBalancer) -> None:
        if balancer.provisioning == "PENDING_DELETE":
            if not self.undying:
                del self.balancers[balancer.id]
            return
        new = balancer.provisioning == "PENDING_CREATE"
        state = self.becomes if new else "ACTIVE"
        operating = self.operating if state == "ACTIVE" else "OFFLINE"
        self.balancers[balancer.id] = replace(balancer, provisioning=state, operating=operating)

    def create_load_balancer(self, wanted: LoadBalancer) -> LoadBalancer:
        """Begin to create one on a subnet that is there."""
        with self._call("create_load_balancer"):
            if wanted.subnet_id not in self.subnets:
                raise CloudError(f"Subnet {wanted.subnet_id} not found. (HTTP 400)")
            made = replace(
                wanted,
                id=self._id("lb"),
                address="192.0.2.99",
                provisioning="PENDING_CREATE",
                operating="OFFLINE",
                provider=self.default_provider,
            )
            self._keep(made)
            subnet = self.subnets[wanted.subnet_id]
            self.ports[f"vip of {made.id}"] = subnet.network_id
        self.on_create()
        return made

    def _keep(self, balancer: LoadBalancer) -> None:
        self.balancers[balancer.id] = balancer
        self._left[balancer.id] = self.looks

    def delete_load_balancer(self, id: str) -> None:
        """Begin to delete one, unless Octavia works on it."""
        with self._call("delete_load_balancer"):
            balancer = self.balancers.get(id)
            if balancer is None:
                return
            if balancer.is_busy:
                raise CloudError(
                    f"Load Balancer {id} is immutable and cannot be updated. (HTTP 409)"
                )
            self._keep(replace(balancer, provisioning="PENDING_DELETE"))
            self.ports.pop(f"vip of {id}", None)

    def create_listener(self, balancer_id: str, name: str, port: int) -> str:
        """Begin to create a listener."""
        with self._call("create_listener"):
            self._change(balancer_id)
            return self._id(f"listener of {balancer_id}")

    def create_pool(self, listener_id: str, name: str) -> str:
        """Begin to create a pool."""
        with self._call("create_pool"):
            self._change(_balancer_of(listener_id))
            return self._id(f"pool of {_balancer_of(listener_id)}")

    def create_member(self, pool_id: str, name: str, address: str, port: int) -> str:
        """Begin to add a member."""
        with self._call(f"create_member {address}:{port}"):
            self._change(_balancer_of(pool_id))
            return self._id("member")

    def _change(self, id: str) -> None:
        balancer = self.balancers[id]
        if balancer.provisioning != "ACTIVE":
            raise CloudError(f"Load Balancer {id} is immutable and cannot be updated. (HTTP 409)")
        self._keep(replace(balancer, provisioning="PENDING_UPDATE"))

    def amphorae_of(self, balancer_id: str) -> tuple[BalancerAmphora, ...]:
        """Tell of as many amphorae as a load balancer has; none until it was looked at."""
        with self._call("read amphorae"):
            balancer = self.balancers.get(balancer_id)
            if balancer is None or self._left[balancer_id] == self.looks:
                return ()
            status = "BOOTING" if balancer.is_busy else self.amphora_status
            return tuple(
                BalancerAmphora(f"amp-{number}", status, "STANDALONE", "172.29.232.60", "server-1")
                for number in range(1, self.amphorae_each + 1)
            )

    def get_server(self, id: str) -> Server | None:
        """Tell of a server."""
        with self._call("get_server"):
            return Server(id, "amphora-amp-1", self.server_status, self.fault)

    def remains_of(
        self, balancer_id: str, amphorae: Sequence[str], network_id: str = ""
    ) -> Remains:
        """Tell what is left."""
        with self._call("read remains"):
            return Remains(self.remains)


def _balancer_of(id: str) -> str:
    """Return the load balancer in the id of a thing it has: ``listener of lb-3-4``."""
    return id.partition(" of ")[2].rpartition("-")[0]
