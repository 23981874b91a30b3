"""Checks of the management network's CIDR, pool and gateway by themselves and in the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from octavia_wizard.core import ranges
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, warning
from octavia_wizard.core.occupied import subnet_ranges

POOL_VARIABLE = "octavia_management_net_subnet_allocation_pools"

POOL_OUTSIDE = error(
    "pool-outside-cidr",
    "network.pool",
    "The pool is not within the CIDR",
    "Neutron refuses a subnet whose allocation pool leaves its CIDR.",
    "Choose a pool within the CIDR or a larger CIDR, or take the pool back, so that one is "
    "proposed.",
)
POOL_RESERVED = error(
    "pool-takes-reserved-address",
    "network.pool",
    "The pool holds the network or broadcast address",
    "The first and last address of an IPv4 network cannot be given to an amphora, and Neutron "
    "refuses such a pool.",
    "Begin the pool after the first address and end it before the last.",
)
POOL_NOT_SET = warning(
    "pool-not-set",
    "network.pool",
    "The subnet has no pool",
    "Neutron then hands out any address of the CIDR, also those of hosts and containers on the "
    "same bridge.",
    "Give a pool that leaves out the addresses of hosts and containers; where the release has no "
    "variable for it (before 16.0.5), let the wizard create the subnet.",
)
GATEWAY_OUTSIDE = error(
    "gateway-outside-cidr",
    "network.gateway",
    "The gateway is not within the CIDR",
    "Amphorae could not reach it.",
    "Choose a gateway within the CIDR, or none: amphorae and controllers share the network.",
)
GATEWAY_RESERVED = error(
    "gateway-is-reserved-address",
    "network.gateway",
    "The gateway is the network or broadcast address",
    "No host can have that address.",
    "Choose another address of the CIDR, or none.",
)
GATEWAY_IN_POOL = error(
    "gateway-inside-pool",
    "network.gateway",
    "The gateway lies inside the pool",
    "Neutron refuses a pool that holds the gateway, since an amphora could get its address.",
    "Choose a gateway outside the pool, or begin the pool after it.",
)
CONTROLLER_IN_POOL = error(
    "controller-inside-pool",
    "network.pool",
    "A host has an address inside the pool",
    "Neutron does not know that address is taken and would give it to an amphora as well.",
    "Move the pool away from the addresses of hosts and containers.",
)
SAME_NETWORK = error(
    "cidr-overlaps-own-subnet",
    "network.cidr",
    "The network already has a subnet with overlapping addresses",
    "Neutron refuses overlapping subnets on one network, so the planned one cannot be made.",
    "Use the CIDR the subnet has, or another that does not overlap.",
)
OTHER_NETWORK = warning(
    "cidr-overlaps-subnet",
    "network.cidr",
    "A subnet of another network uses the same addresses",
    "Neutron allows it, but a controller or router that reaches both networks cannot tell them "
    "apart.",
    "Choose a CIDR nothing else uses, or accept this where the other network is isolated.",
)


def check_pool(case: Situation) -> Iterator[Finding]:
    """Compare pool and CIDR."""
    effective = case.effective
    cidr = ranges.network(effective.maybe_text("network.cidr"))
    pool = ranges.pool(effective.maybe_text("network.pool"))
    if cidr is None or pool is None:
        return
    whole = ranges.of_network(cidr)
    if not whole.covers(pool):
        yield POOL_OUTSIDE.found(f"Pool {pool} is not within {cidr} ({whole}).")
        return
    if cidr.prefixlen < 31:
        for name, address in _reserved(whole):
            if address in pool:
                yield POOL_RESERVED.found(f"Pool {pool} holds {address}, the {name} of {cidr}.")


def check_pool_set(case: Situation) -> Iterator[Finding]:
    """Look for a subnet to be made without a pool."""
    effective = case.effective
    waits = "network.pool" in effective.missing
    if not effective.chosen("network.mode", "create") or waits or "network.cidr" not in effective:
        return
    # What was answered by hand has a finding of its own where the role cannot carry it out.
    lost = case.created_by_role and not case.given("network.pool")
    unheard = lost and not case.release.has(POOL_VARIABLE)
    if effective.maybe_text("network.pool") is None or unheard:
        cidr = effective.maybe_text("network.cidr")
        yield POOL_NOT_SET.found(f"The subnet {cidr} is to be made without an allocation pool.")


def check_gateway(case: Situation) -> Iterator[Finding]:
    """Compare gateway, CIDR and pool."""
    effective = case.effective
    gateway = ranges.address(effective.maybe_text("network.gateway"))
    cidr = ranges.network(effective.maybe_text("network.cidr"))
    if gateway is None or cidr is None:
        return
    pool = ranges.pool(effective.maybe_text("network.pool"))
    if gateway not in cidr:
        yield GATEWAY_OUTSIDE.found(f"Gateway {gateway} is not within {cidr}.")
        return
    for name, address in _reserved(ranges.of_network(cidr)):
        if gateway == address and cidr.prefixlen < 31:
            yield GATEWAY_RESERVED.found(f"Gateway {gateway} is the {name} of {cidr}.")
    if pool is not None and gateway in pool:
        yield GATEWAY_IN_POOL.found(f"Gateway {gateway} lies inside the pool {pool}.")


def check_hosts(case: Situation) -> Iterator[Finding]:
    """Look for hosts whose address Neutron would hand out."""
    pool = ranges.pool(case.effective.maybe_text("network.pool"))
    if pool is None:
        return
    inside: dict[str, str] = {}
    for who, text in _host_addresses(case):
        address = ranges.address(text)
        if address is not None and address in pool:
            inside.setdefault(str(address), who)
    if inside:
        named = listed(f"{address} ({who})" for address, who in sorted(inside.items()))
        yield CONTROLLER_IN_POOL.found(f"Pool {pool} holds {named}.")


def check_subnets(case: Situation) -> Iterator[Finding]:
    """Look for subnets in the cloud that overlap the planned one."""
    effective, cloud = case.effective, case.cloud(Part.NETWORKS, Part.SUBNETS)
    cidr = ranges.network(effective.maybe_text("network.cidr"))
    if cloud is None or cidr is None or not effective.chosen("network.mode", "create"):
        return
    own = {network.id for network in case.own_networks()}
    whole, others = ranges.of_network(cidr), list[str]()
    names: dict[str, Network] = {}
    for theirs, subnet in subnet_ranges(cloud):
        if not theirs.overlaps(whole):
            continue
        names = names or {network.id: network for network in cloud.networks}
        described = _described(subnet, names.get(subnet.network_id))
        if subnet.network_id not in own:
            others.append(described)
        elif theirs != whole:
            yield SAME_NETWORK.found(f"{cidr} overlaps {described}.", where=f"subnet {subnet.id}")
    if others:
        yield OTHER_NETWORK.found(f"{cidr} overlaps {listed(sorted(others))}.")


def _reserved(whole: ranges.Range) -> tuple[tuple[str, IPv4Address], ...]:
    return (
        ("network address", IPv4Address(whole.first)),
        ("broadcast address", IPv4Address(whole.last)),
    )


def _host_addresses(case: Situation) -> Iterator[tuple[str, str]]:
    yield from case.effective.mapping("deployment.hosts").items()
    for group, hosts in sorted(case.inventory.host_groups.items()):
        for host, address in sorted(hosts.items()):
            yield f"{host} of {group}", address
    for host, address in case.effective.mapping("deployment.health_managers").items():
        yield f"heartbeats to {host}", address
    managers = case.variable("octavia_hm_hosts")
    for address in managers.split(",") if isinstance(managers, str) else ():
        yield "octavia_hm_hosts", address.strip()


def _described(subnet: Subnet, network: Network | None) -> str:
    owner = network.name if network is not None else subnet.network_id
    return f"{subnet.cidr} of subnet {subnet.name or 'without name'} {subnet.id} in network {owner}"


CHECKS: tuple[Check, ...] = (check_pool, check_pool_set, check_gateway, check_hosts, check_subnets)
