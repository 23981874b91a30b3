"""Who has which addresses of the management network, as data; how it is drawn is told elsewhere.

OSA hands out the addresses of ``cidr_networks`` that are not in ``used_ips`` to containers,
Neutron hands out its pools to amphorae; what both would hand out is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from octavia_wizard.core import ranges
from octavia_wizard.core.capacity import Amphorae, planned_amphorae
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.occupied import (
    Taken,
    host_addresses,
    other_inventory_networks,
    other_subnets,
    own_names,
    own_subnets,
    used_ips,
)
from octavia_wizard.core.ranges import Range


class AreaKind(StrEnum):
    """What addresses are for."""

    POOL = "pool"
    """Neutron hands them out, to amphorae."""
    RESERVED = "reserved"
    """In used_ips: nobody hands them out."""
    CONTROL = "control"
    """OSA hands them out, to containers and controllers."""
    FREE = "free"
    """Nobody has a use for them."""


@dataclass(frozen=True, slots=True)
class Area:
    """Addresses next to one another that are for the same."""

    kind: AreaKind
    range: Range
    source: str = ""
    """File and line, or the subnet, that says so."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Addresses two would use, or that cannot be used, and why in words."""

    range: Range
    """Where to point at; cut to the network."""
    what: str


@dataclass(frozen=True, slots=True)
class AddressMap:
    """The addresses of the management network from first to last."""

    network: Range
    cidr: str
    areas: tuple[Area, ...]
    """Without gaps or overlaps, in ascending order."""
    pools: tuple[Range, ...]
    """As they are answered or found, also where they leave the network."""
    gateway: int | None
    conflicts: tuple[Conflict, ...]
    plan: Amphorae

    def count(self, kind: AreaKind) -> int:
        """Return how many addresses are for something; network and broadcast address are not."""
        return sum(map(len, self.stretches(kind)))

    def stretches(self, kind: AreaKind) -> tuple[Range, ...]:
        """Return the usable addresses of a kind in ascending order, neighbours as one."""
        usable, found = _usable(self.network), list[Range]()
        for area in self.areas:
            part = _cut(area.range, usable) if area.kind is kind else None
            if part is not None and found and found[-1].last + 1 == part.first:
                found[-1] = Range(found[-1].first, part.last)
            elif part is not None:
                found.append(part)
        return tuple(found)

    @property
    def amphorae(self) -> int:
        """Return how many amphorae the pools hold, as far as they are within the network."""
        inside = (_cut(pool, self.network) for pool in self.pools)
        return sum(len(pool) for pool in inside if pool is not None)


def address_map(effective: Effective, facts: Facts) -> AddressMap | None:
    """Work out the map; None while there is no IPv4 network to draw."""
    text = effective.maybe_text("network.cidr")
    cidr = ranges.network(text)
    if cidr is None or text is None or "/" not in text:
        return None
    whole = ranges.of_network(cidr)
    pools = _pools(effective, facts)
    gateway = _gateway(effective, facts)
    return AddressMap(
        network=whole,
        cidr=str(cidr),
        areas=tuple(_areas(effective, facts, whole, pools)),
        pools=tuple(pool.range for pool in pools),
        gateway=gateway,
        conflicts=tuple(_conflicts(effective, facts, whole, pools, gateway)),
        plan=planned_amphorae(effective),
    )


def _pools(effective: Effective, facts: Facts) -> tuple[Taken, ...]:
    """Return the pool as answered or proposed; of a network to adopt those of its subnets."""
    if effective.chosen("network.mode", "adopt"):
        return tuple(
            Taken(found, f"pool of subnet {subnet.name or subnet.cidr}")
            for subnet in own_subnets(effective, facts.cloud)
            for found in (ranges.between(*pool) for pool in subnet.pools)
            if found is not None
        )
    found = ranges.pool(effective.maybe_text("network.pool"))
    return () if found is None else (Taken(found, "the pool"),)


def _gateway(effective: Effective, facts: Facts) -> int | None:
    text = effective.maybe_text("network.gateway")
    if effective.chosen("network.mode", "adopt"):
        named = (subnet.gateway for subnet in own_subnets(effective, facts.cloud))
        text = next((gateway for gateway in named if gateway), None)
    found = ranges.address(text)
    return None if found is None else int(found)


def _areas(
    effective: Effective, facts: Facts, whole: Range, pools: tuple[Taken, ...]
) -> Iterator[Area]:
    inventory = _inventory_range(effective, facts) or whole
    layers = [
        (AreaKind.POOL, pools),
        (AreaKind.RESERVED, tuple(used_ips(facts, whole))),
        (AreaKind.CONTROL, (Taken(inventory, "cidr_networks"),)),
        (AreaKind.FREE, (Taken(whole, ""),)),
    ]
    placed: list[Area] = []
    held: list[Range] = []
    for kind, layer in layers:
        for taken in _apart(layer):
            part = _cut(taken.range, whole)
            for rest in ranges.gaps(part, held) if part is not None else ():
                placed.append(Area(kind, rest, taken.source or taken.what))
        held += [taken.range for taken in layer]
    yield from sorted(placed, key=lambda area: area.range.first)


def _apart(layer: Iterable[Taken]) -> Iterator[Taken]:
    """Yield what is taken in ascending order, cut so that nothing overlaps."""
    start = 0
    for taken in sorted(layer, key=lambda one: one.range.first):
        if taken.range.last >= start:
            first = max(taken.range.first, start)
            yield Taken(Range(first, taken.range.last), taken.what, taken.source)
            start = taken.range.last + 1


def _inventory_range(effective: Effective, facts: Facts) -> Range | None:
    """Return what OSA hands out for this network, where the inventory has an entry for it."""
    known = facts.host.inventory.cidr_networks
    for name in sorted(own_names(effective, facts)):
        cidr = ranges.network(known.get(name))
        if cidr is not None:
            return ranges.of_network(cidr)
    return None


def _conflicts(
    effective: Effective,
    facts: Facts,
    whole: Range,
    pools: tuple[Taken, ...],
    gateway: int | None,
) -> Iterator[Conflict]:
    yield from _overlaps(effective, facts, whole)
    if gateway is not None and IPv4Address(gateway) not in whole:
        yield Conflict(whole, f"gateway {IPv4Address(gateway)} is outside the network")
    for pool in pools:
        inside = _cut(pool.range, whole)
        if inside is None or inside != pool.range:
            yield Conflict(inside or whole, f"{pool.what} {pool.range} leaves the network")
            continue
        yield from _within(effective, facts, whole, pool, gateway)


def _overlaps(effective: Effective, facts: Facts, whole: Range) -> Iterator[Conflict]:
    others = list(other_inventory_networks(effective, facts))
    if effective.chosen("network.mode", "create"):
        others += other_subnets(effective, facts, whole)
        others += _odd_subnets(effective, facts, whole)
    for taken in others:
        shared = _cut(taken.range, whole)
        if shared is not None:
            yield Conflict(shared, f"also in {taken.what}")


def _odd_subnets(effective: Effective, facts: Facts, whole: Range) -> Iterator[Taken]:
    for subnet in own_subnets(effective, facts.cloud):
        cidr = ranges.network(subnet.cidr)
        if cidr is not None and ranges.of_network(cidr) != whole:
            what = f"subnet {subnet.name or subnet.id} of this network ({cidr})"
            yield Taken(ranges.of_network(cidr), what)


def _within(
    effective: Effective, facts: Facts, whole: Range, pool: Taken, gateway: int | None
) -> Iterator[Conflict]:
    """Yield what lies in a pool and is not an amphora's."""
    if len(whole) > 2:
        ends = {whole.first: "the network address", whole.last: "the broadcast address"}
        for address, what in ends.items():
            if IPv4Address(address) in pool.range:
                yield Conflict(Range(address, address), f"{what} is in {pool.what}")
    if gateway is not None and IPv4Address(gateway) in pool.range:
        yield Conflict(Range(gateway, gateway), f"gateway {IPv4Address(gateway)} is in {pool.what}")
    for entry in used_ips(facts, pool.range):
        if not entry.range.covers(pool.range):
            shared = _cut(entry.range, pool.range) or entry.range
            words = f"used_ips {entry.range} ({_place(entry.source)})"
            inside = pool.range.covers(entry.range)
            verb = "is in" if inside else "reaches into"
            yield Conflict(shared, f"{words} {verb} {pool.what}")
    for host in host_addresses(effective, facts, pool.range):
        yield Conflict(host.range, f"{host.what} ({host.range}) is in {pool.what}")


def _place(source: str) -> str:
    """Name the file only where it is not the one everybody has used_ips in."""
    file, _, number = source.partition(":")
    return f"line {number}" if file == USER_CONFIG else source


def _cut(part: Range, whole: Range) -> Range | None:
    first, last = max(part.first, whole.first), min(part.last, whole.last)
    return Range(first, last) if first <= last else None


def _usable(network: Range) -> Range:
    # RFC 3021: of two addresses, both are hosts.
    return network if len(network) <= 2 else Range(network.first + 1, network.last - 1)
