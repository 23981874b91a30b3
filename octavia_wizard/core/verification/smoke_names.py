"""How what a smoke test makes is called, so that it is found again, and where it is put."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from octavia_wizard.core import ranges
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.occupied import subnet_ranges
from octavia_wizard.core.ranges import Range
from octavia_wizard.core.verification.host_checks import own_addresses

PREFIX = "octavia-wizard-smoke-"
DESCRIPTION = "made by octavia-wizard to verify a deployment, and deleted by it"
DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
"""Ranges nobody may use for anything real (RFC 5737)."""
_TOKEN = "smoke"  # noqa: S105 - a key of the journal, and no secret


@dataclass(frozen=True, slots=True)
class SmokeNames:
    """One name for all things of one smoke test, unlike that of any other."""

    name: str

    @classmethod
    def new(cls) -> SmokeNames:
        """Make up a new name."""
        return cls(f"{PREFIX}{secrets.token_hex(4)}")

    @classmethod
    def of(cls, lookup: Mapping[str, object]) -> SmokeNames | None:
        """Read the name of an announced change; None for one that is not of a smoke test."""
        name = lookup.get(_TOKEN)
        return cls(name) if isinstance(name, str) and name.startswith(PREFIX) else None

    @property
    def lookup(self) -> dict[str, str]:
        """Return what is announced, to be found again by."""
        return {_TOKEN: self.name}


def free_range(effective: Effective, facts: Facts) -> IPv4Network | None:
    """Return a documentation range that overlaps nothing known here; None where each does."""
    taken = tuple(_taken(effective, facts))
    for text in DOCUMENTATION:
        network = IPv4Network(text)
        overlaps = any(one.overlaps(ranges.of_network(network)) for one in taken)
        if not overlaps and not own_addresses((network,)):
            return network
    return None


def _taken(effective: Effective, facts: Facts) -> Iterator[Range]:
    inventory = facts.host.inventory
    if facts.cloud is not None:
        yield from (found for found, _ in subnet_ranges(facts.cloud))
    cidrs = (*inventory.cidr_networks.values(), effective.maybe_text("network.cidr"))
    yield from (ranges.of_network(one) for one in map(ranges.network, cidrs) if one is not None)
    for used in inventory.used_ips:
        found = ranges.between(used.first, used.last)
        if found is not None:
            yield found
    hosts = dict(effective.mapping("deployment.hosts"))
    for group in inventory.host_groups.values():
        hosts.update(group)
    for text in hosts.values():
        address = ranges.address(text)
        if address is not None:
            yield Range(int(address), int(address))


@dataclass(frozen=True, slots=True)
class Member:
    """A server behind the load balancer."""

    address: str
    port: int


def member_of(text: str | None) -> Member | None:
    """Read ``192.0.2.10:80``; None where nothing is given.  Raises ValueError for anything else."""
    if not text:
        return None
    address, colon, port = text.strip().rpartition(":")
    if not colon or ranges.address(address) is None or not port.isdecimal():
        raise ValueError(f"{text!r} is no address and port, such as 192.0.2.10:80")
    if not 1 <= int(port) <= 65535:
        raise ValueError(f"{port} is no port: 1 to 65535 are")
    return Member(address, int(port))
