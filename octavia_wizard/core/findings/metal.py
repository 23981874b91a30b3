"""Checks of hosts that run Octavia without containers: where amphorae send their heartbeats."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core import ranges
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed

MISSING = error(
    "health-manager-address-missing",
    "deployment.health_managers",
    "The addresses for heartbeats are not those of the hosts",
    "Every host of Octavia runs a health manager. One that is not told to the amphorae counts all "
    "of those dead that report to it alone after a restart, and an address that is no host's loses "
    "heartbeats.",
    "Give one address for each of the hosts of Octavia.",
)
OUTSIDE = error(
    "health-manager-outside-cidr",
    "deployment.health_managers",
    "A host's address for heartbeats is not on the management network",
    "Amphorae have an interface there alone and, without a gateway, reach nothing else: no "
    "heartbeat arrives, and Octavia replaces every amphora again and again.",
    "Give the address the host has on the bridge of the management network, not its address for "
    "management by OSA; or set a gateway.",
)
SHARED = error(
    "health-manager-address-shared",
    "deployment.health_managers",
    "Two hosts have the same address for heartbeats",
    "Only one host can have an address, so the other one hears nothing.",
    "Give each host's own address.",
)


def check_health_managers(case: Situation) -> Iterator[Finding]:
    """Compare the addresses for heartbeats with hosts, CIDR and each other."""
    effective = case.effective
    managers = effective.mapping("deployment.health_managers")
    if "deployment.health_managers" not in effective or case.variable("octavia_hm_hosts"):
        return
    hosts = effective.mapping("deployment.hosts")
    without, unknown = sorted(hosts.keys() - managers), sorted(managers.keys() - hosts)
    if without:
        yield MISSING.found(f"{listed(without, 6)}: no address is given.")
    if unknown:
        yield MISSING.found(f"{listed(unknown, 6)}: not among the hosts of Octavia.")
    seen: dict[str, str] = {}
    for host, address in sorted(managers.items()):
        if address in seen:
            yield SHARED.found(f"{seen[address]} and {host} both have {address}.")
        seen[address] = host
    yield from _outside(case, managers)


def _outside(case: Situation, managers: dict[str, str]) -> Iterator[Finding]:
    cidr = ranges.network(case.effective.maybe_text("network.cidr"))
    if cidr is None or case.effective.maybe_text("network.gateway") is not None:
        return
    for host, text in sorted(managers.items()):
        address = ranges.address(text)
        if address is not None and address not in cidr:
            yield OUTSIDE.found(f"{host} has {address}, which is not within {cidr}.")


CHECKS: tuple[Check, ...] = (check_health_managers,)
