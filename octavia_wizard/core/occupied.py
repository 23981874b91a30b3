"""Which IPv4 addresses are taken already, by what, and which of it is the management network's own.

Looked at are ``cidr_networks``, ``used_ips`` and the hosts of the OSA inventory, and the subnets
of the cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from octavia_wizard.core import ranges
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import networks_called, subnets_of
from octavia_wizard.core.facts.model import CloudFacts, Facts
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.ranges import Range

USUAL_NAME = "lbaas"
"""What OSA's examples call the management network in cidr_networks and provider_networks."""
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Taken:
    """Addresses that belong to something, and what that is in words."""

    range: Range
    what: str
    source: str = ""
    """File and line, where a file says so."""


def own_names(effective: Effective, facts: Facts) -> set[str]:
    """Return the keys of cidr_networks that can stand for the management network itself."""
    names = {effective.maybe_text("network.inventory_name") or USUAL_NAME}
    if not effective.release.rules.separate_inventory_net_name:
        names.add(effective.maybe_text("network.physical_network") or USUAL_NAME)
    ours = set(names)
    for entry in facts.host.inventory.provider_networks:
        serves_octavia = any(
            group.replace("-", "_").startswith("octavia_") for group in entry.group_binds
        )
        if entry.ip_from_q and (entry.net_name in names or serves_octavia):
            ours.add(entry.ip_from_q)
    return ours


def own_networks(effective: Effective, cloud: CloudFacts | None) -> tuple[Network, ...]:
    """Return the networks of the cloud that the answers mean, by id or by name."""
    adopting = effective.chosen("network.mode", "adopt")
    wanted = effective.maybe_text("network.existing" if adopting else "network.name")
    return networks_called(cloud, wanted) if cloud is not None and wanted is not None else ()


def own_subnets(effective: Effective, cloud: CloudFacts | None) -> tuple[Subnet, ...]:
    """Return the IPv4 subnets of the one network the answers mean."""
    networks = own_networks(effective, cloud)
    if cloud is None or len(networks) != 1:
        return ()
    return tuple(s for s in subnets_of(cloud, networks[0].id) if s.ip_version == 4)


def other_inventory_networks(effective: Effective, facts: Facts) -> Iterator[Taken]:
    """Yield the entries of cidr_networks that are not the management network's own."""
    ours = own_names(effective, facts)
    for name, text in sorted(facts.host.inventory.cidr_networks.items()):
        cidr = ranges.network(text)
        if cidr is not None and name not in ours:
            yield Taken(ranges.of_network(cidr), f"{name} of cidr_networks ({cidr})")


def other_subnets(effective: Effective, facts: Facts, within: Range) -> Iterator[Taken]:
    """Yield the subnets of other networks in the cloud that share addresses with ``within``."""
    cloud = facts.cloud
    if cloud is None:
        return
    own = {network.id for network in own_networks(effective, cloud)}
    names: dict[str, str] = {}
    for theirs, subnet in subnet_ranges(cloud):
        if subnet.network_id in own or not theirs.overlaps(within):
            continue
        names = names or {network.id: network.name for network in cloud.networks}
        owner = names.get(subnet.network_id) or subnet.network_id
        yield Taken(theirs, f"subnet {subnet.name or subnet.id} of network {owner} ({subnet.cidr})")


def used_ips(facts: Facts, within: Range) -> Iterator[Taken]:
    """Yield the entries of used_ips that share addresses with ``within``."""
    for entry in facts.host.inventory.used_ips:
        used = ranges.between(entry.first, entry.last)
        if used is not None and used.overlaps(within):
            yield Taken(used, "used_ips", entry.source)


def host_addresses(effective: Effective, facts: Facts, within: Range) -> Iterator[Taken]:
    """Yield the addresses of hosts, answered or of the inventory, that lie in ``within``."""
    named = dict(effective.mapping("deployment.hosts"))
    for hosts in facts.host.inventory.host_groups.values():
        named.update(hosts)
    for host, text in sorted(named.items()):
        address = ranges.address(text)
        if address is not None and address in within:
            yield Taken(Range(int(address), int(address)), f"host {host}")


def subnet_ranges(cloud: CloudFacts) -> tuple[tuple[Range, Subnet], ...]:
    """Return the IPv4 subnets of the cloud with their ranges.

    Remembered for the last facts: ten thousand take some 50 ms, too long for every keystroke.
    """
    known = _remembered.get(id(cloud.subnets))
    if known is None or known[0] is not cloud.subnets:
        found = ((ranges.network(one.cidr), one) for one in cloud.subnets if one.ip_version == 4)
        known = cloud.subnets, tuple((ranges.of_network(n), one) for n, one in found if n)
        if len(_remembered) >= _REMEMBERED:
            _remembered.clear()
        _remembered[id(cloud.subnets)] = known
    return known[1]


# By identity: the hash of so many subnets would take as long as reading them. What is remembered
# keeps its subnets alive, so that no others can get their identity.
_remembered: dict[int, tuple[tuple[Subnet, ...], tuple[tuple[Range, Subnet], ...]]] = {}
