"""Checks of the management network's type, segment and MTU."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.facts.cloud import groups_called
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, warning

# Bytes an encapsulated packet is longer (Neutron's plugins/ml2 constants, IPv4 underlay; Geneve
# with the options that OVN uses).
OVERHEAD = {"vxlan": 50, "geneve": 58}
ETHERNET_MTU = 1500
LOWEST_MTU = 576
LOWEST_IPV6_MTU = 1280
HIGHEST_VLAN = 4094
PHYSICAL = ("flat", "vlan")

MTU_TOO_SMALL = error(
    "mtu-too-small",
    "network.mtu",
    "The MTU is below what IPv4 needs",
    "Every IPv4 host must accept packets of 576 bytes (RFC 791); amphorae could not be reached "
    "reliably.",
    "Use the MTU of the physical network, usually 1500.",
)
MTU_LOW = warning(
    "mtu-low",
    "network.mtu",
    "The MTU is unusually small",
    "Below 1280 bytes IPv6 does not work (RFC 8200), and TLS to the amphorae is cut into many "
    "small packets.",
    "Use the MTU of the physical network, usually 1500.",
)
MTU_ABOVE_OTHERS = warning(
    "mtu-above-physical",
    "network.mtu",
    "The MTU is larger than that of the other networks on the same wires",
    "Packets larger than the physical network carries are lost without a word: small requests "
    "work, and a load balancer with certificates hangs.",
    "Use the MTU of the other networks, or make sure every switch and bridge carries more.",
)
MTU_OVERHEAD = warning(
    "mtu-without-overhead",
    "network.mtu",
    "The MTU leaves no room for the tunnel header",
    "The encapsulated packet is longer by 50 bytes (VXLAN) or 58 (Geneve). On an underlay of "
    "1500 it does not fit.",
    "Lower the MTU to 1450 (VXLAN) or 1442 (Geneve), or accept this where the underlay carries "
    "jumbo frames.",
)
PHYSICAL_MISSING = error(
    "physical-network-missing",
    "network.physical_network",
    "The physical network is not given",
    "Neutron puts a flat or VLAN network on a physical network and refuses one without.",
    "Name the physical network, as in bridge_mappings or physical_interface_mappings of Neutron.",
)
SEGMENT_MISSING = error(
    "segmentation-id-missing",
    "network.segmentation_id",
    "The VLAN id is not given",
    "The bridge br-lbaas of the controllers has to carry the same VLAN, so it cannot be left to "
    "Neutron.",
    "Give the VLAN id (1 to 4094) that the switches carry for the management network.",
)
SEGMENT_RANGE = error(
    "segmentation-id-out-of-range",
    "network.segmentation_id",
    "The VLAN id is out of range",
    "IEEE 802.1Q has ids from 1 to 4094.",
    "Give a VLAN id from 1 to 4094.",
)
FLAT_TAKEN = error(
    "flat-network-taken",
    "network.physical_network",
    "The physical network already has a flat network",
    "Neutron allows one flat network for each physical network.",
    "Adopt that network, choose another physical network, or use a VLAN on it.",
)
SEGMENT_TAKEN = error(
    "segmentation-id-taken",
    "network.segmentation_id",
    "The segmentation id is in use",
    "Neutron allows each id once: for a VLAN once on its physical network.",
    "Choose another id, or adopt the network that has it.",
)
NAME_TWICE = error(
    "network-name-ambiguous",
    "network.name",
    "Several networks have this name",
    "The role looks the network up by name and takes whichever comes first.",
    "Choose another name, or adopt one of them by its id.",
)
GROUP_TWICE = error(
    "security-group-ambiguous",
    "network.security_group",
    "Several security groups have this name",
    "Octavia is given the group by name; with two of a name in the service project no amphora "
    "boots.",
    "Delete or rename all but one, or choose another name.",
)
TUNNEL_BY_ROLE = error(
    "role-cannot-create-tunnel",
    "network.created_by",
    "The role cannot create a tunnelled network",
    "The role always passes a physical network, which Neutron refuses for VXLAN and Geneve.",
    "Let the wizard create the network, or use flat or vlan.",
)
ROLE_LACKS = error(
    "role-cannot-set",
    "network.created_by",
    "The role of this release cannot set what was answered",
    "This release has no variable for it, so the role would create the network without it.",
    "Let the wizard create the network, leave the answer out, or upgrade.",
)

_ROLE_VARIABLES = {
    "network.segmentation_id": "octavia_provider_segmentation_id",
    "network.mtu": "octavia_provider_network_mtu",
    "network.pool": "octavia_management_net_subnet_allocation_pools",
    "network.gateway": "octavia_management_net_subnet_gateway",
}


def check_mtu(case: Situation) -> Iterator[Finding]:
    """Compare the MTU with what the protocols and the other networks need."""
    mtu = case.effective.maybe_number("network.mtu")
    if mtu is None:
        return
    if mtu < LOWEST_MTU:
        yield MTU_TOO_SMALL.found(f"The MTU is {mtu}; IPv4 needs at least {LOWEST_MTU}.")
        return
    if mtu < LOWEST_IPV6_MTU:
        yield MTU_LOW.found(f"The MTU is {mtu}, below {LOWEST_IPV6_MTU}.")
    kind = case.effective.maybe_text("network.provider_type")
    if not case.effective.chosen("network.mode", "create") or kind is None:
        return
    peers = [network for network in _peers(case, kind) if network.mtu]
    largest = max(peers, key=lambda network: network.mtu or 0, default=None)
    if largest is not None and largest.mtu is not None:
        if mtu > largest.mtu:
            yield MTU_ABOVE_OTHERS.found(
                f"The MTU is {mtu}; {len(peers)} {kind} networks beside it have at most "
                f"{largest.mtu} ({largest.name})."
            )
    elif kind in OVERHEAD and mtu > ETHERNET_MTU - OVERHEAD[kind]:
        room = ETHERNET_MTU - OVERHEAD[kind]
        yield MTU_OVERHEAD.found(
            f"The MTU is {mtu}; {kind} leaves {room} of the usual {ETHERNET_MTU}."
        )


def check_shape(case: Situation) -> Iterator[Finding]:
    """Compare type, physical network and segmentation id with one another."""
    effective = case.effective
    kind = effective.maybe_text("network.provider_type")
    if not effective.chosen("network.mode", "create") or kind is None:
        return
    physical = effective.maybe_text("network.physical_network")
    if kind in PHYSICAL and physical is None and not _waits(case, "network.physical_network"):
        yield PHYSICAL_MISSING.found(f"The type is {kind}, and no physical network is given.")
    segment = effective.maybe_number("network.segmentation_id")
    if kind == "vlan" and segment is None and not _waits(case, "network.segmentation_id"):
        yield SEGMENT_MISSING.found("The type is vlan, and no VLAN id is given.")
    if kind == "vlan" and segment is not None and not 1 <= segment <= HIGHEST_VLAN:
        yield SEGMENT_RANGE.found(f"{segment} is no VLAN id.")


def check_taken(case: Situation) -> Iterator[Finding]:
    """Look for networks in the cloud that hold the same segment."""
    effective = case.effective
    kind = effective.maybe_text("network.provider_type")
    if not effective.chosen("network.mode", "create") or kind is None:
        return
    same = _peers(case, kind)
    if kind == "flat" and same:
        taken = same[0]
        yield FLAT_TAKEN.found(
            f"{taken.physical_network} has the flat network {taken.name} {taken.id}.",
            where=f"network {taken.id}",
        )
    segment = effective.maybe_number("network.segmentation_id")
    for network in same:
        if kind != "flat" and segment is not None and network.segmentation_id == segment:
            on = f" on {network.physical_network}" if kind == "vlan" else ""
            yield SEGMENT_TAKEN.found(
                f"{kind} {segment}{on} belongs to network {network.name} {network.id}.",
                where=f"network {network.id}",
            )


def check_names(case: Situation) -> Iterator[Finding]:
    """Look for names the role could not resolve."""
    effective = case.effective
    networks = case.own_networks() if effective.chosen("network.mode", "create") else ()
    if len(networks) > 1:
        ids = listed(network.id for network in networks)
        yield NAME_TWICE.found(f"{len(networks)} networks are called {networks[0].name}: {ids}.")
    cloud = case.cloud(Part.SECURITY_GROUPS)
    wanted = effective.maybe_text("network.security_group")
    groups = groups_called(cloud, wanted) if cloud is not None and wanted is not None else ()
    if len(groups) > 1:
        ids = listed(group.id for group in groups)
        yield GROUP_TWICE.found(
            f"{len(groups)} groups of the service project are called {wanted}: {ids}."
        )


def check_role(case: Situation) -> Iterator[Finding]:
    """Look for answers that the role, where it creates the network, could not carry out."""
    if not case.created_by_role:
        return
    kind = case.effective.maybe_text("network.provider_type")
    if kind in OVERHEAD:
        yield TUNNEL_BY_ROLE.found(f"The role is to create a {kind} network.")
    for key, variable in _ROLE_VARIABLES.items():
        if case.given(key) and not case.release.has(variable):
            yield ROLE_LACKS.found(
                f"{key} is {case.effective.value(key)}, and {case.release.name} has no {variable}.",
                place=key,
            )


def _peers(case: Situation, kind: str) -> list[Network]:
    """Return the other networks of this type; of flat and vlan those on the same wires."""
    cloud = case.cloud(Part.NETWORKS)
    if cloud is None:
        return []
    own = {network.id for network in case.own_networks()}
    physical = case.effective.maybe_text("network.physical_network")
    return [
        network
        for network in cloud.networks
        if network.id not in own
        and network.provider_type == kind
        and (kind not in PHYSICAL or (physical and network.physical_network == physical))
    ]


def _waits(case: Situation, key: str) -> bool:
    """Say whether the question is still open, which has a finding of its own."""
    return key in case.effective.missing


CHECKS: tuple[Check, ...] = (check_mtu, check_shape, check_taken, check_names, check_role)
