"""A free CIDR and a free pool for the management network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from octavia_wizard.core import ranges
from octavia_wizard.core.addresses import propose_pool
from octavia_wizard.core.capacity import planned_amphorae
from octavia_wizard.core.effective import Effective
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

USUAL_CIDR = "172.29.232.0/22"
"""The role's default of octavia_management_net_subnet_cidr, in every release."""
_USUAL_PREFIX = 22
_WIDEST_PREFIX = 12
_NARROWEST_PREFIX = 26
# First what is near the role's default; the rest of RFC 1918 after it, but not 172.17.0.0/16,
# which Docker takes on every host it is installed on.
_SPACES = (
    ("172.29.232.0", "172.29.255.255"),
    ("172.29.0.0", "172.29.231.255"),
    ("172.30.0.0", "172.31.255.255"),
    ("172.18.0.0", "172.28.255.255"),
    ("172.16.0.0", "172.16.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("192.168.0.0", "192.168.255.255"),
)
_AVOIDED = (
    Taken(
        Range(int(IPv4Address("10.255.255.0")), int(IPv4Address("10.255.255.255"))),
        "lxcbr0, which OSA makes on every host with containers",
    ),
    Taken(
        Range(int(IPv4Address("172.29.236.0")), int(IPv4Address("172.29.247.255"))),
        "management, tunnel and storage in all of OSA's examples",
    ),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Addresses that overlap nothing known."""

    cidr: str
    pool: str
    """First and last address, as the question is answered."""
    reason: str
    """Why these, in one sentence without a stop."""


def propose_network(effective: Effective, facts: Facts) -> Proposal | None:
    """Propose a CIDR and a pool for the network to create; None where nothing is free.

    What holds already is kept where it is free: then only the pool is new. Else the network is
    as wide as the role's, or as the planned amphorae need it. Nothing is proposed for a network
    to adopt, whose addresses are given.
    """
    if not effective.chosen("network.mode", "create"):
        return None
    most = planned_amphorae(effective).most
    given = effective.answered("network.cidr")
    holding = effective.maybe_text("network.cidr")
    for text in (holding, *_known_cidrs(effective, facts), USUAL_CIDR):
        cidr = ranges.network(text)
        if cidr is None or next(in_the_way(effective, facts, cidr), None) is not None:
            continue
        pool = free_pool(effective, facts, str(cidr))
        if pool is not None and ((given and text == holding) or _size(pool) >= most):
            former = None if text == holding else holding
            return Proposal(str(cidr), pool, _why(effective, facts, str(cidr), pool, former))
    return _searched(effective, facts, most, holding)


def in_the_way(effective: Effective, facts: Facts, cidr: IPv4Network) -> Iterator[Taken]:
    """Yield what overlaps a CIDR: other networks of inventory and cloud, and own odd subnets."""
    whole = ranges.of_network(cidr)
    for taken in other_inventory_networks(effective, facts):
        if taken.range.overlaps(whole):
            yield taken
    yield from other_subnets(effective, facts, whole)
    for subnet in own_subnets(effective, facts.cloud):
        theirs = ranges.network(subnet.cidr)
        if theirs is not None and theirs != cidr and theirs.overlaps(cidr):
            yield Taken(ranges.of_network(theirs), f"the network's own subnet {theirs}")


def free_cidr(effective: Effective, facts: Facts, usual: str) -> tuple[str, str] | None:
    """Return another CIDR and why, where the usual one overlaps something; else None.

    What the network has already is taken first, so that applying changes nothing here.
    """
    cidr = ranges.network(usual)
    obstacle = next(in_the_way(effective, facts, cidr), None) if cidr is not None else None
    if obstacle is None:
        return None
    why = f"{usual} overlaps {obstacle.what}"
    known = next(_known_cidrs(effective, facts), None)
    if known is not None:
        return None if known == usual else (known, f"{why}; the network has this one already")
    found = next(_free(effective, facts, _USUAL_PREFIX), None)
    return None if found is None else (str(found), why)


def free_pool(effective: Effective, facts: Facts, cidr: str) -> str | None:
    """Return the usual pool of a CIDR, or what is left of it beside the addresses in use.

    An entry of used_ips that is just what would be proposed without it was written for the pool.
    """
    usual = ranges.pool(propose_pool(cidr))
    if usual is None:
        return None
    fixed = list(host_addresses(effective, facts, usual))
    gateway = ranges.address(effective.maybe_text("network.gateway"))
    if gateway is not None:
        fixed.append(Taken(Range(int(gateway), int(gateway)), "the gateway"))
    entries = [one for one in used_ips(facts, usual) if not one.range.covers(usual)]
    # A pool is the longest stretch there is, and its entry is added after all others.
    likely = list(reversed(entries))
    likely.sort(key=lambda one: len(one.range), reverse=True)
    for entry in likely:
        others = [*fixed, *(one for one in entries if one is not entry)]
        if _largest(usual, others) == entry.range:
            return _text(entry.range)
    found = _largest(usual, [*fixed, *entries])
    return _text(found) if found is not None else None


def _text(pool: Range) -> str:
    return f"{IPv4Address(pool.first)}-{IPv4Address(pool.last)}"


def _size(pool: str) -> int:
    found = ranges.pool(pool)
    return len(found) if found is not None else 0


def _largest(whole: Range, taken: Iterable[Taken]) -> Range | None:
    """Return the longest stretch of ``whole`` in which nothing is taken, the first of several."""
    free = ranges.gaps(whole, (one.range for one in taken))
    return max(free, key=len, default=None)


def _known_cidrs(effective: Effective, facts: Facts) -> Iterator[str]:
    """Yield what the network has already, in the cloud or in the inventory."""
    for subnet in own_subnets(effective, facts.cloud):
        yield subnet.cidr
    known = facts.host.inventory.cidr_networks
    for name in sorted(own_names(effective, facts)):
        if name in known:
            yield known[name]


def _searched(
    effective: Effective, facts: Facts, most: int, holding: str | None
) -> Proposal | None:
    for prefix in _prefixes(most):
        for cidr in _free(effective, facts, prefix):
            pool = free_pool(effective, facts, str(cidr))
            if pool is not None:
                former = holding or USUAL_CIDR
                return Proposal(str(cidr), pool, _why(effective, facts, str(cidr), pool, former))
    return None


def _prefixes(most: int) -> Iterator[int]:
    """Yield prefix lengths to try: the role's if that is enough, wider ones, then narrower ones."""
    enough = [
        prefix
        for prefix in (*range(_USUAL_PREFIX, _WIDEST_PREFIX - 1, -1),)
        if _size(propose_pool(f"0.0.0.0/{prefix}") or "") >= most
    ]
    yield from enough[:1]
    for prefix in range(_USUAL_PREFIX + 1, _NARROWEST_PREFIX + 1):
        if _size(propose_pool(f"0.0.0.0/{prefix}") or "") >= most:
            yield prefix


def _free(effective: Effective, facts: Facts, prefix: int) -> Iterator[IPv4Network]:
    """Yield networks that overlap nothing known, the preferred ones first."""
    size = 1 << (32 - prefix)
    for first, last in _SPACES:
        space = Range(int(IPv4Address(first)), int(IPv4Address(last)))
        taken = [
            *_AVOIDED,
            *other_inventory_networks(effective, facts),
            *other_subnets(effective, facts, space),
            *used_ips(facts, space),
            *host_addresses(effective, facts, space),
        ]
        for gap in ranges.gaps(space, (one.range for one in taken)):
            start = -(-gap.first // size) * size
            if start + size - 1 <= gap.last:
                yield IPv4Network((start, prefix))


def _why(effective: Effective, facts: Facts, cidr: str, pool: str, former: str | None) -> str:
    """Say what is wrong with the former CIDR, if it is another, and what is right with this."""
    most = planned_amphorae(effective).most
    room = f"room for {_size(pool)} amphorae" + (f", {most} at most are planned" if most else "")
    good = f"{cidr} overlaps nothing known and has {room}"
    old = ranges.network(former)
    if old is None:
        return good
    obstacle = next(in_the_way(effective, facts, old), None)
    if obstacle is not None:
        return f"{old} overlaps {obstacle.what}; {good}"
    return f"{old} is too small or too full; {good}"
