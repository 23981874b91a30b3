"""Checks of a management network that exists already, and of its security group."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core import ranges
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning

NOT_FOUND = error(
    "adopt-network-not-found",
    "network.existing",
    "The network to adopt does not exist",
    "Without it the role stops when it looks the network up.",
    "Choose one of the networks the cloud has, or create one.",
)
AMBIGUOUS = error(
    "adopt-network-ambiguous",
    "network.existing",
    "Several networks have the name of the one to adopt",
    "Nothing tells which one is meant, and the role would take whichever comes first.",
    "Give the id of the network in place of its name.",
)
FOREIGN = warning(
    "adopt-network-foreign",
    "network.existing",
    "The network to adopt belongs to another project and is not shared",
    "Amphorae are made in the service project. Without a share, or an RBAC policy that is not "
    "visible here, Nova may not plug them into this network.",
    "Share the network with the service project, or accept this where an RBAC policy does.",
)
EXTERNAL = warning(
    "adopt-network-external",
    "network.existing",
    "The network to adopt is an external network",
    "The management network carries the amphorae's private API; on an external network it is "
    "open to whoever reaches that network.",
    "Use a network that only controllers and amphorae share.",
)
NO_SUBNET = error(
    "adopt-network-without-subnet",
    "network.existing",
    "The network to adopt has no IPv4 subnet",
    "An amphora gets no address on it, and its boot fails.",
    "Add a subnet to the network, or adopt another.",
)
SEVERAL_SUBNETS = note(
    "adopt-network-several-subnets",
    "network.existing",
    "The network to adopt has several IPv4 subnets",
    "Neutron gives an amphora an address of any of them; controllers must reach them all.",
    "Nothing to do if they do.",
)
CIDR_DIFFERS = warning(
    "adopt-cidr-differs",
    "network.cidr",
    "The adopted subnet has another CIDR than the answers",
    "From 27.0.0 the role limits the security group to octavia_management_net_subnet_cidr: with "
    "the wrong one, controllers are cut off from the amphorae.",
    "Set network.cidr to the CIDR of the adopted subnet.",
)
DHCP_DIFFERS = warning(
    "adopt-dhcp-differs",
    "network.dhcp",
    "The adopted subnet uses DHCP and the answers do not",
    "Without octavia_management_net_dhcp the security group has no rule that lets amphorae ask "
    "for a lease.",
    "Set network.dhcp to true, or switch DHCP off in the subnet.",
)
CUT_OFF = warning(
    "allowed-cidr-excludes-network",
    "network.allowed_cidr",
    "The security group keeps out the management network",
    "Rules for the agent's port 9443 and the heartbeats on UDP 5555 are limited to this CIDR. "
    "Controllers outside it reach no amphora.",
    "Use the CIDR of the management network or a larger one, or null for no limit.",
)


def check_found(case: Situation) -> Iterator[Finding]:
    """Look for the network to adopt, and at whose it is."""
    wanted = case.effective.maybe_text("network.existing")
    cloud = case.cloud(Part.NETWORKS)
    if cloud is None or wanted is None or not case.effective.chosen("network.mode", "adopt"):
        return
    networks = case.own_networks()
    if not networks:
        yield NOT_FOUND.found(f"No network has the id or name {wanted}.")
    elif len(networks) > 1:
        owners = listed(f"{network.id} of project {network.project_id}" for network in networks)
        yield AMBIGUOUS.found(f"{len(networks)} networks are called {wanted}: {owners}.")
    else:
        yield from _ownership(case, networks[0])
        yield from _subnets(case, networks[0])


def check_allowed(case: Situation) -> Iterator[Finding]:
    """Compare the security group's CIDR with the network's."""
    allowed = ranges.network(case.effective.maybe_text("network.allowed_cidr"))
    subnets = case.own_subnets() if case.effective.chosen("network.mode", "adopt") else ()
    answered = case.effective.maybe_text("network.cidr")
    texts = [subnet.cidr for subnet in subnets] or [answered or ""]
    for cidr in map(ranges.network, texts):
        if allowed is not None and cidr is not None and not cidr.subnet_of(allowed):
            yield CUT_OFF.found(f"{allowed} does not hold the management network {cidr}.")


def _ownership(case: Situation, network: Network) -> Iterator[Finding]:
    cloud = case.cloud(Part.IDENTITY)
    project = cloud.service_project_id if cloud is not None else None
    at = f"network {network.id}"
    if project is not None and network.project_id != project and not network.shared:
        owner = cloud.projects.get(network.project_id) if cloud is not None else None
        yield FOREIGN.found(
            f"{network.name} belongs to project {owner or network.project_id}, not to the service "
            f"project {cloud.service_project if cloud and owner else project}, and is not shared.",
            where=at,
        )
    if network.external:
        yield EXTERNAL.found(f"{network.name} is external.", where=at)


def _subnets(case: Situation, network: Network) -> Iterator[Finding]:
    if case.cloud(Part.SUBNETS) is None:
        return
    subnets = case.own_subnets()
    at = f"network {network.id}"
    if not subnets:
        yield NO_SUBNET.found(f"{network.name} has no IPv4 subnet.", where=at)
    elif len(subnets) > 1:
        cidrs = listed(subnet.cidr for subnet in subnets)
        yield SEVERAL_SUBNETS.found(f"{network.name} has the subnets {cidrs}.", where=at)
    yield from _differences(case, subnets)


def _differences(case: Situation, subnets: tuple[Subnet, ...]) -> Iterator[Finding]:
    effective = case.effective
    cidr = effective.maybe_text("network.cidr")
    follows = case.release.rules.security_group_rule_cidr_is_management_cidr
    if subnets and cidr and follows and cidr not in {subnet.cidr for subnet in subnets}:
        theirs = listed(subnet.cidr for subnet in subnets)
        yield CIDR_DIFFERS.found(f"The adopted network has {theirs}, the answers have {cidr}.")
    for subnet in subnets:
        if subnet.dhcp and "network.dhcp" in effective and not effective.is_on("network.dhcp"):
            yield DHCP_DIFFERS.found(
                f"Subnet {subnet.cidr} has DHCP on, and network.dhcp is false.",
                where=f"subnet {subnet.id}",
            )


CHECKS: tuple[Check, ...] = (check_found, check_allowed)
