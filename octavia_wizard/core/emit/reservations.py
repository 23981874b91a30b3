"""What openstack_user_config.yml has to say about the management network, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.lookup import (
    address_pool_name,
    adopted_network,
    inventory_entry,
    metal_hosts,
    physical_name,
)
from octavia_wizard.core.facts.model import AddressRange
from octavia_wizard.core.facts.resources import Subnet

_NEEDED = ("network.inventory_name", "network.bridge", "network.container_interface")


@dataclass(frozen=True, slots=True)
class Reservation:
    """The three things to be added; None or empty where nothing has to be."""

    cidr: tuple[str, str] | None = None
    """Key and value in cidr_networks."""
    used_ips: tuple[str, ...] = ()
    network: dict[str, object] | None = None
    """An entry of provider_networks."""
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is to be added."""
        return bool(self.cidr or self.used_ips or self.network)


def reservation(view: View) -> Reservation:
    """Work out what the inventory lacks; what is there in another form is left, with a note."""
    if any(view.effective.maybe_text(key) is None for key in _NEEDED):
        return Reservation()
    notes: list[str] = []
    return Reservation(
        cidr=_cidr(view, notes),
        used_ips=_used_ips(view),
        network=_network(view, notes),
        notes=tuple(notes),
    )


def _cidr(view: View, notes: list[str]) -> tuple[str, str] | None:
    cidr = view.effective.maybe_text("network.cidr")
    if cidr is None:
        return None
    name = address_pool_name(view)
    present = view.facts.host.inventory.cidr_networks.get(name)
    if present is None:
        return name, cidr
    if present != cidr:
        notes.append(f"cidr_networks has {name}: {present}, not {cidr}; it is left as it is")
    return None


def _used_ips(view: View) -> tuple[str, ...]:
    present = view.facts.host.inventory.used_ips
    reserved = dict.fromkeys(_reserved(view))
    wanted = [r for r in reserved if not any(_covers(known, *r) for known in present)]
    return tuple(first if first == last else f"{first},{last}" for first, last in wanted)


def _reserved(view: View) -> Iterator[tuple[str, str]]:
    """Yield what OSA must not give to containers: Neutron's, the gateway, hosts without any."""
    pool = view.effective.maybe_text("network.pool")
    if pool is not None:
        first, _, last = pool.partition("-")
        yield first.strip(), last.strip()
    gateway = view.effective.maybe_text("network.gateway")
    if gateway is not None:
        yield gateway, gateway
    for subnet in _adopted_subnets(view):
        yield from subnet.pools
        if subnet.gateway:
            yield subnet.gateway, subnet.gateway
    managers = view.effective.mapping("deployment.health_managers")
    for host in metal_hosts(view):
        if host in managers:
            yield managers[host], managers[host]


def _adopted_subnets(view: View) -> list[Subnet]:
    network, cloud = adopted_network(view), view.facts.cloud
    if network is None or cloud is None:
        return []
    return [s for s in cloud.subnets if s.network_id == network.id and s.ip_version == 4]


def _covers(known: AddressRange, first: str, last: str) -> bool:
    low, high = IPv4Address(known.first), IPv4Address(known.last)
    return low <= IPv4Address(first) and IPv4Address(last) <= high


def _network(view: View, notes: list[str]) -> dict[str, object] | None:
    wanted = _entry(view)
    present = inventory_entry(view)
    if present is not None:
        found = {
            "container_bridge": present.bridge,
            "ip_from_q": present.ip_from_q,
            "type": present.type,
        }
        odd = [f"{k} {found[k]}, not {wanted[k]}" for k in found if found[k] != wanted[k]]
        lacking = sorted(_flat(_groups(view)) - _flat(present.group_binds))
        if lacking:
            odd.append(f"no {', '.join(lacking)} in group_binds")
        if odd:
            what = f"provider_networks in {present.source} has {present.net_name} already"
            notes.append(f"{what}, with {'; '.join(odd)}: it is left as it is")
        return None
    return {"network": wanted}


def _flat(groups: tuple[str, ...]) -> set[str]:
    # 2026.1 takes group names with hyphens too.
    return {group.replace("-", "_") for group in groups}


def _groups(view: View) -> tuple[str, ...]:
    agents = view.effective.maybe_text("network.agent_group")
    return ((agents,) if agents else ()) + view.release.rules.service_groups


def _entry(view: View) -> dict[str, object]:
    effective, rules = view.effective, view.release.rules
    name = effective.text("network.inventory_name")
    kind = _kind(view, name)
    entry: dict[str, object] = {
        "container_bridge": effective.text("network.bridge"),
        "container_type": "veth",
        "container_interface": effective.text("network.container_interface"),
    }
    interface = effective.maybe_text("network.host_interface")
    if interface is not None and kind != "raw":
        entry[rules.physical_binding_key] = interface
    entry |= {"ip_from_q": address_pool_name(view), "type": kind}
    segment = effective.maybe_number("network.segmentation_id")
    if kind == "vlan" and segment is not None:
        entry["range"] = f"{segment}:{segment}"
    return {**entry, "net_name": name, "group_binds": list(_groups(view))}


def _kind(view: View, name: str) -> str:
    """Return the type: raw unless this very entry is to be Neutron's physical network."""
    kind = view.effective.maybe_text("network.provider_type")
    if kind is None:
        network = adopted_network(view)
        kind = network.provider_type if network else None
    if kind in ("flat", "vlan") and physical_name(view) == name:
        return kind
    return "raw"
