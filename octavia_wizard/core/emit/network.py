"""Variables of the management network."""

from __future__ import annotations

from octavia_wizard.core.emit.entries import Row, View
from octavia_wizard.core.emit.lookup import (
    address_pool_name,
    adopted_network,
    inventory_entry,
    looks_like_id,
    metal_hosts,
    physical_name,
)

_OVERLAYS = ("vxlan", "geneve")


def _creating(view: View) -> bool:
    return view.effective.chosen("network.mode", "create")


def _adopting(view: View) -> bool:
    return view.effective.chosen("network.mode", "adopt")


def _overlay(view: View) -> bool:
    return view.effective.maybe_text("network.provider_type") in _OVERLAYS


def _adopted_id(view: View) -> str | None:
    wanted = view.effective.maybe_text("network.existing")
    return wanted if wanted is not None and looks_like_id(wanted) else None


def _adopted_name(view: View) -> str | None:
    wanted = view.effective.text("network.existing")
    return None if looks_like_id(wanted) else wanted


def _no_setup(view: View) -> bool | None:
    """Keep the role's hands off what it could not make, or did not make."""
    if _adopting(view):
        # Given an id, the role neither makes nor looks for a network.
        return None if _adopted_id(view) else False
    # The role always names a physical network, which Neutron refuses for an overlay.
    return False if _overlay(view) else None


def _adopted_dhcp(view: View) -> bool | None:
    network, cloud = adopted_network(view), view.facts.cloud
    if network is None or cloud is None:
        return None
    subnets = [subnet for subnet in cloud.subnets if subnet.network_id == network.id]
    return any(subnet.dhcp for subnet in subnets) if subnets else None


def _role_network(view: View) -> str:
    """Return the value of the one name that, before 25, stands for two things."""
    physical = physical_name(view)
    if physical is not None and (_creating(view) or view.release.has(_SEPARATE)):
        return physical
    return view.effective.text("network.inventory_name")


_SEPARATE = "octavia_provider_inventory_net_name"


def _two_names(view: View) -> bool:
    """Say whether the inventory's entry bears another name than the role looks for."""
    if view.release.has(_SEPARATE):
        return False
    return view.effective.maybe_text("network.inventory_name") != _role_network(view)


def _address_name(view: View) -> str:
    return f"{address_pool_name(view)}_address"


def _address_default(view: View) -> object:
    if _two_names(view):
        return None
    # Where the role takes net_name for ip_from_q, the two must be equal.
    return _address_name(view) if _by_queue(view) else f"{_role_network(view)}_address"


def _by_queue(view: View) -> bool:
    version = view.release.version
    return version >= (18, 1, 7) or (17, 1, 5) <= version < (18, 0, 0)


def _container_interface(view: View) -> str:
    entry = inventory_entry(view)
    if entry is not None and entry.container_interface:
        return entry.container_interface
    return view.effective.text("network.container_interface")


def _on_metal(view: View) -> bool:
    return bool(metal_hosts(view))


def _interface_on_metal(view: View) -> object:
    """Return the bridge, which is the hosts' own interface; where some have containers, both."""
    bridge = view.effective.maybe_text("network.bridge")
    if (
        bridge is None
        or set(metal_hosts(view)) == view.effective.mapping("deployment.hosts").keys()
    ):
        return bridge
    inside = _container_interface(view)
    # The generator leaves "properties" with every host and container.
    metal = "(properties | default({})).is_metal | default(false) | bool"
    return f"{{{{ ({metal}) | ternary('{bridge}', '{inside}') }}}}"


def _heartbeat_addresses(view: View) -> object:
    managers = view.effective.mapping("deployment.health_managers")
    return ",".join(address for _, address in sorted(managers.items())) or None


def _management_cidr(view: View) -> object:
    if view.release.rules.security_group_rule_cidr_is_management_cidr:
        return view.effective.maybe_text("network.cidr")
    return None


ROWS = (
    Row(
        variable="octavia_service_net_setup",
        key="network.mode",
        why="The role must not create the network: it exists, or only the wizard can make it.",
        value=_no_setup,
        default=lambda _: True,
    ),
    Row(
        variable="octavia_neutron_management_network_uuid",
        key="network.existing",
        why="The network to use; with its id the role neither creates nor looks for one.",
        value=_adopted_id,
        when=_adopting,
    ),
    Row(
        variable="octavia_neutron_management_network_name",
        key="network.existing",
        why="The network to use; the role finds its id by this name.",
        value=_adopted_name,
        when=_adopting,
    ),
    Row(
        variable="octavia_neutron_management_network_name",
        key="network.name",
        why="Name in Neutron of the network between controllers and amphorae.",
        when=_creating,
    ),
    Row(
        variable="octavia_provider_network_type",
        key="network.provider_type",
        why="How Neutron carries the network.",
        when=_creating,
    ),
    Row(
        variable="octavia_provider_network_name",
        key="network.physical_network",
        why="Neutron's physical network.",
        when=_creating,
    ),
    Row(
        variable="octavia_provider_network_name",
        key="network.inventory_name",
        why="net_name of the inventory's entry for this network.",
        value=_role_network,
        when=lambda view: (
            "network.physical_network" not in view.effective and not view.release.has(_SEPARATE)
        ),
        default=lambda _: "lbaas",
    ),
    Row(
        variable="octavia_provider_segmentation_id",
        key="network.segmentation_id",
        why="VLAN id, or VNI of an overlay.",
        when=_creating,
    ),
    Row(
        variable="octavia_provider_network_mtu",
        key="network.mtu",
        why="Largest packet in bytes; bridges on the way must carry as much.",
        when=_creating,
        default=lambda _: 1500,
    ),
    Row(
        variable="octavia_provider_inventory_net_name",
        key="network.inventory_name",
        why="net_name of the inventory's entry that gives the containers their address here.",
        default=lambda view: view.effective.maybe_text("network.physical_network") or "lbaas",
    ),
    Row(
        variable="octavia_container_network_name",
        key="network.inventory_name",
        why="Where the containers' address on this network stands in the inventory.",
        value=_address_name,
        default=_address_default,
        when=lambda view: _two_names(view) or not _by_queue(view),
    ),
    Row(
        variable="octavia_container_interface",
        key="network.container_interface",
        why="The containers' interface on this network, which the firewall rules name.",
        value=_container_interface,
        default=lambda _: None,
        when=lambda view: _two_names(view) and not _on_metal(view),
    ),
    Row(
        variable="octavia_container_interface",
        key="network.bridge",
        why="Without containers it is the hosts' own interface that the firewall rules name.",
        value=_interface_on_metal,
        when=_on_metal,
        always=True,
    ),
    Row(
        variable="octavia_hm_hosts",
        key="deployment.health_managers",
        why="Where amphorae send their heartbeats. Of hosts without containers OSA's inventory "
        "has no address on this network, so the role cannot find them by itself.",
        value=_heartbeat_addresses,
        always=True,
    ),
    Row(
        variable="octavia_management_net_subnet_cidr",
        key="network.cidr",
        why="Addresses of the management network.",
    ),
    Row(
        variable="octavia_management_net_subnet_allocation_pools",
        key="network.pool",
        why="What Neutron hands to amphorae; the rest stays with hosts and containers.",
        when=_creating,
    ),
    Row(
        variable="octavia_management_net_subnet_gateway",
        key="network.gateway",
        why="The way to controllers that are in another network.",
        when=_creating,
    ),
    Row(
        variable="octavia_management_net_dhcp",
        key="network.dhcp",
        why="A boolean, not the role's quoted text: any text counts as true in its templates.",
        when=_creating,
        always=True,
    ),
    Row(
        variable="octavia_management_net_dhcp",
        key="network.existing",
        why="Whether amphorae may ask for their address, as the adopted subnet has it. "
        "A boolean, not the role's quoted text: any text counts as true in its templates.",
        value=_adopted_dhcp,
        when=_adopting,
        always=True,
    ),
    Row(
        variable="octavia_security_group_name",
        key="network.security_group",
        why="The group every amphora gets on this network; Octavia finds it by name.",
    ),
    Row(
        variable="octavia_security_group_rule_cidr",
        key="network.allowed_cidr",
        why="Who may talk to amphorae.",
        none="0.0.0.0/0",
        default=lambda view: _management_cidr(view) or "0.0.0.0/0",
    ),
)
