"""Checks of the lists of the OSA inventory: who decides about them, and whether they fit."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.emit.inventory_files import NETWORKS, USED, UndecidedError, deciding
from octavia_wizard.core.emit.lookup import address_pool_name, metal_hosts
from octavia_wizard.core.facts.managed import underscored
from octavia_wizard.core.facts.model import ProviderNetwork
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, warning

UNDECIDED = warning(
    "inventory-list-undecided",
    "network.edit_inventory",
    "Two files below conf.d give the same list",
    "OSA's inventory generator replaces lists instead of merging them, and reads the files of one "
    "directory in no order: which of them counts may change with every copy of the directory. "
    "The wizard adds nothing to either.",
    "Keep the list in one file, best in openstack_user_config.yml.",
)
POOL_UNKNOWN = error(
    "address-pool-unknown",
    "network.inventory_name",
    "A provider network takes its addresses from a network that is not in cidr_networks",
    "OSA's inventory generator ends there, and no playbook runs without it.",
    "Add the network to cidr_networks, or correct ip_from_q.",
)
INTERFACE_TAKEN = error(
    "container-interface-taken",
    "network.container_interface",
    "Octavia's containers have this interface on another network already",
    "A container cannot have two interfaces of one name: it gets one of the two networks.",
    "Choose a name that no other network of the containers has, e.g. eth14.",
)
BRIDGE_SHARED = warning(
    "bridge-has-other-addresses",
    "network.bridge",
    "The bridge carries another network of the inventory",
    "Controllers would have amphorae among the hosts of that network, which tenants' images must "
    "not reach.",
    "Give the management network a bridge of its own, e.g. br-lbaas.",
)

_EVERY_CONTAINER = "all_containers"


def check_lists(case: Situation) -> Iterator[Finding]:
    """Look for lists of which OSA takes either."""
    for path in (USED, NETWORKS):
        try:
            deciding(case.facts.host.texts, path)
        except UndecidedError as found:
            yield UNDECIDED.found(f"{found.message}.", where=found.names[0])


def check_pools(case: Situation) -> Iterator[Finding]:
    """Compare what provider networks take their addresses from with what there is."""
    known = set(case.inventory.cidr_networks)
    if not known:
        return
    if case.additions.cidr is not None:
        known.add(case.additions.cidr[0])
    for entry in case.inventory.provider_networks:
        if entry.ip_from_q and entry.ip_from_q not in known:
            name = entry.net_name or entry.bridge
            what = f"{name} has ip_from_q {entry.ip_from_q}; there are {listed(sorted(known), 6)}."
            yield POOL_UNKNOWN.found(what, where=entry.source)


def check_clashes(case: Situation) -> Iterator[Finding]:
    """Compare interface and bridge with those of the other provider networks."""
    name = case.effective.maybe_text("network.inventory_name")
    entries = case.inventory.provider_networks
    ours = next((entry for entry in entries if entry.net_name == name), None)
    bridge = ours.bridge if ours else case.effective.maybe_text("network.bridge")
    interface = case.effective.maybe_text("network.container_interface")
    if ours is not None:
        interface = ours.container_interface
    if name is None:
        return
    for entry in entries:
        if entry is ours:
            continue
        called = entry.net_name or entry.ip_from_q or entry.bridge
        if interface and entry.container_interface == interface and _meets(case, entry, bridge):
            what = f"{interface} is the interface on {entry.bridge} ({called})."
            yield INTERFACE_TAKEN.found(what, where=entry.source)
        if bridge and entry.bridge == bridge and entry.ip_from_q:
            pool = address_pool_name(case.view)
            if entry.ip_from_q != pool:
                what = f"{bridge} has addresses of {entry.ip_from_q} too, not of {pool} alone."
                yield BRIDGE_SHARED.found(what, where=entry.source)


def _meets(case: Situation, entry: ProviderNetwork, bridge: str | None) -> bool:
    """Say whether containers of Octavia are on a network too, by another bridge."""
    hosts = case.effective.mapping("deployment.hosts")
    if entry.bridge == bridge or (hosts and set(metal_hosts(case.view)) == hosts.keys()):
        return False
    groups = {underscored(group) for group in entry.group_binds}
    octavias = {underscored(group) for group in case.release.rules.service_groups}
    return _EVERY_CONTAINER in groups or bool(groups & octavias)


CHECKS: tuple[Check, ...] = (check_lists, check_pools, check_clashes)
