"""Load balancers and what belongs to them, by openstacksdk.

Names and devices of what Octavia makes in other services are those of
octavia/network/drivers/neutron/allowed_address_pairs.py, octavia/controller/worker/v2/tasks/
compute_tasks.py and octavia/common/constants.py, the same from Pike on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk

from octavia_wizard.core.cloud.sdk_connection import Connections
from octavia_wizard.core.errors import CloudError, CredentialsError
from octavia_wizard.core.facts.balancing import (
    BalancerAmphora,
    LeftOver,
    LoadBalancer,
    Remains,
    Server,
)

if TYPE_CHECKING:
    from openstack.connection import Connection

_GONE = "DELETED"
_NOTHING = frozenset({_GONE, "PENDING_DELETE"})


class SdkBalancing:
    """The load-balancer calls of ``core.cloud.api.Cloud``."""

    _connections: Connections

    def load_balancer_versions(self) -> tuple[str, ...]:
        """Ask the endpoint of the catalogue which versions it speaks, e.g. ``v2.0``."""
        return self._connections.read("asking the load-balancer API for its versions", _versions)

    def load_balancer_providers(self) -> tuple[str, ...]:
        """Return the names of the providers a load balancer can have."""
        return self._connections.read(
            "reading the load-balancer providers",
            lambda c: tuple(sorted(one.name or "" for one in c.load_balancer.providers())),
        )

    def load_balancers(self, name: str | None = None) -> tuple[LoadBalancer, ...]:
        """Return the load balancers of this name, or all."""
        query = {} if name is None else {"name": name}
        return self._connections.read(
            "reading the load balancers",
            lambda c: tuple(
                balancer
                for balancer in map(balancer_of, c.load_balancer.load_balancers(**query))
                if balancer.provisioning != _GONE
            ),
        )

    def get_load_balancer(self, id: str) -> LoadBalancer | None:
        """Read one load balancer afresh; None once it is gone."""
        return self._connections.read(
            f"reading the load balancer {id}", lambda c: _one_balancer(c, id)
        )

    def create_load_balancer(self, wanted: LoadBalancer) -> LoadBalancer:
        """Begin to create a load balancer of the default provider, in the caller's project."""
        attributes: dict[str, Any] = {
            "name": wanted.name,
            "description": wanted.description,
            "vip_subnet_id": wanted.subnet_id,
        }
        return self._connections.write(
            f"creating the load balancer {wanted.name}",
            lambda c: balancer_of(c.load_balancer.create_load_balancer(**attributes)),
        )

    def delete_load_balancer(self, id: str) -> None:
        """Begin to delete a load balancer with all it has; one that is gone is no fault."""
        self._connections.write(
            f"deleting the load balancer {id}",
            lambda c: c.load_balancer.delete_load_balancer(id, cascade=True),
        )

    def create_listener(self, balancer_id: str, name: str, port: int) -> str:
        """Begin to create a listener for HTTP; return its id."""
        attributes: dict[str, Any] = {
            "load_balancer_id": balancer_id,
            "name": name,
            "protocol": "HTTP",
            "protocol_port": port,
        }
        return self._connections.write(
            f"creating the listener {name}",
            lambda c: str(c.load_balancer.create_listener(**attributes).id),
        )

    def create_pool(self, listener_id: str, name: str) -> str:
        """Begin to create the pool of a listener, HTTP and round robin; return its id."""
        attributes: dict[str, Any] = {
            "listener_id": listener_id,
            "name": name,
            "protocol": "HTTP",
            "lb_algorithm": "ROUND_ROBIN",
        }
        return self._connections.write(
            f"creating the pool {name}",
            lambda c: str(c.load_balancer.create_pool(**attributes).id),
        )

    def create_member(self, pool_id: str, name: str, address: str, port: int) -> str:
        """Begin to add a server to a pool; return the member's id."""
        attributes: dict[str, Any] = {"name": name, "address": address, "protocol_port": port}
        return self._connections.write(
            f"adding {address}:{port} to the pool {pool_id}",
            lambda c: str(c.load_balancer.create_member(pool_id, **attributes).id),
        )

    def amphorae_of(self, balancer_id: str) -> tuple[BalancerAmphora, ...]:
        """Return the amphorae of a load balancer; that takes the admin role."""
        return self._connections.read(
            f"reading the amphorae of the load balancer {balancer_id}",
            lambda c: _amphorae(c, balancer_id),
        )

    def get_server(self, id: str) -> Server | None:
        """Read a virtual machine; None where it is gone."""
        return self._connections.read(f"reading the server {id}", lambda c: _server(c, id))

    def remains_of(
        self, balancer_id: str, amphorae: Sequence[str], network_id: str = ""
    ) -> Remains:
        """Look in all services for what a load balancer that is gone has left behind.

        With ``network_id``, every port that is still on that network counts.
        """
        ids = tuple(amphorae)
        searches: tuple[tuple[str, Callable[[Connection], Iterable[LeftOver]]], ...] = (
            ("ports", lambda c: _ports(c, balancer_id, ids, network_id)),
            ("security groups", lambda c: _groups(c, balancer_id)),
            ("amphorae", lambda c: _amphorae_left(c, balancer_id)),
            ("servers", lambda c: _servers(c, ids)),
            ("server groups", lambda c: _server_groups(c, balancer_id)),
        )
        found: list[LeftOver] = []
        unread: list[str] = []
        for kind, search in searches:
            try:
                found += self._connections.read(
                    f"looking for {kind} of {balancer_id}", _whole(search)
                )
            except CredentialsError:
                unread.append(f"{kind}: that takes the admin role")
            except CloudError as error:
                unread.append(f"{kind}: {error.message}")
        return Remains(tuple(found), tuple(unread))


def balancer_of(found: Any) -> LoadBalancer:
    """Read a load balancer."""
    return LoadBalancer(
        id=found.id,
        name=found.name or "",
        subnet_id=found.vip_subnet_id or "",
        address=found.vip_address or "",
        port_id=found.vip_port_id or "",
        provisioning=found.provisioning_status or "",
        operating=found.operating_status or "",
        provider=found.provider or "",
        description=found.description or "",
        project_id=found.project_id or "",
    )


def _versions(connection: Connection) -> tuple[str, ...]:
    """Ask the root of the endpoint, which needs no token and reaches no database."""
    endpoint = connection.endpoint_for("load-balancer")
    if not endpoint:
        raise ksa.EndpointNotFound("no endpoint for the service type load-balancer")
    answer = connection.session.get(root_of(str(endpoint)), authenticated=False)
    document = answer.json()
    versions = document.get("versions") if isinstance(document, dict) else None
    if not isinstance(versions, list) or not versions:
        raise sdk.InvalidResponse("the load-balancer endpoint's answer has no versions")
    return tuple(str(one.get("id")) for one in versions if isinstance(one, dict))


def root_of(endpoint: str) -> str:
    """Return the address of the list of versions; some catalogues name one of them."""
    parts = urlsplit(endpoint)
    path = parts.path.rstrip("/")
    if path.rpartition("/")[2].startswith("v") and path.rpartition("/")[2][1:2].isdigit():
        path = path.rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", ""))


def _one_balancer(connection: Connection, id: str) -> LoadBalancer | None:
    with suppress(sdk.NotFoundException):
        found = balancer_of(connection.load_balancer.get_load_balancer(id))
        return None if found.provisioning == _GONE else found
    return None


def _amphorae(connection: Connection, balancer_id: str) -> tuple[BalancerAmphora, ...]:
    found = connection.load_balancer.amphorae(loadbalancer_id=balancer_id)
    return tuple(
        BalancerAmphora(
            id=one.id,
            status=one.status or "",
            role=one.role or "",
            address=one.lb_network_ip or "",
            compute_id=one.compute_id or "",
        )
        for one in found
    )


def _server(connection: Connection, id: str) -> Server | None:
    with suppress(sdk.NotFoundException):
        return _server_of(connection.compute.get_server(id))
    return None


def _server_of(found: Any) -> Server:
    fault = found.fault if isinstance(found.fault, dict) else {}
    return Server(found.id, found.name or "", found.status or "", str(fault.get("message") or ""))


def _whole(
    search: Callable[[Connection], Iterable[LeftOver]],
) -> Callable[[Connection], tuple[LeftOver, ...]]:
    """Read a search to its end, where its faults are still translated."""
    return lambda connection: tuple(search(connection))


def _ports(
    connection: Connection, balancer_id: str, amphorae: tuple[str, ...], network_id: str
) -> Iterator[LeftOver]:
    network: Any = connection.network
    queries = [{"device_id": f"lb-{balancer_id}"}]
    queries += [{"name": f"octavia-lb-vrrp-{amphora}"} for amphora in amphorae]
    queries += [{"network_id": network_id}] if network_id else []
    seen: set[str] = set()
    for query in queries:
        for port in network.ports(**query):
            # What serves the network itself goes with it.
            if port.id not in seen and not str(port.device_owner or "").startswith("network:"):
                seen.add(port.id)
                yield LeftOver("port", port.id, port.name or "", port.device_owner or "")


def _groups(connection: Connection, balancer_id: str) -> Iterator[LeftOver]:
    network: Any = connection.network
    for group in network.security_groups(name=f"lb-{balancer_id}"):
        yield LeftOver("security group", group.id, group.name or "")


def _amphorae_left(connection: Connection, balancer_id: str) -> Iterator[LeftOver]:
    for amphora in _amphorae(connection, balancer_id):
        if amphora.status not in _NOTHING:
            yield LeftOver("amphora", amphora.id, "", amphora.status)


def _servers(connection: Connection, amphorae: tuple[str, ...]) -> Iterator[LeftOver]:
    compute: Any = connection.compute
    for amphora in amphorae:
        for found in compute.servers(all_projects=True, name=f"amphora-{amphora}"):
            yield LeftOver("server", found.id, found.name or "", found.status or "")


def _server_groups(connection: Connection, balancer_id: str) -> Iterator[LeftOver]:
    compute: Any = connection.compute
    for group in compute.server_groups(all_projects=True):
        if group.name == f"octavia-lb-{balancer_id}":
            yield LeftOver("server group", group.id, group.name)
