"""Who runs what, by OSA's generated inventory, and by its configuration before there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from octavia_wizard.core.facts.inventory import Inventory, ManagedHost
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.releases import Release

AGENT_GROUPS = ("neutron_ovn_gateway", "neutron_openvswitch_agent", "neutron_linuxbridge_agent")
"""Groups of Neutron's agents a management network can be bound to, in the order OSA took them up
from the newest to the oldest."""
CONTROL_PLANE_GROUPS = ("shared-infra_hosts", "os-infra_hosts")
"""Host groups whose hosts are the usual controllers, spelled as before 33.0.0."""

_OCTAVIA = "octavia_all"
_SKELETON = "octavia_server_container"
_COMPUTES = "nova_compute"
_COMPUTE_HOSTS = "compute_hosts"


def octavia_containers(host: HostFacts, release: Release) -> tuple[ManagedHost, ...]:
    """Return what Octavia's services run in, by name; hosts themselves where they run on metal.

    Empty until OSA's inventory generator has seen the hosts of Octavia.
    """
    inventory = host.inventory
    names = set(members(inventory, _OCTAVIA))
    for group in release.rules.service_groups:
        names.update(members(inventory, group))
    return tuple(inventory.managed[name] for name in sorted(names))


def computes(host: HostFacts) -> tuple[ManagedHost, ...]:
    """Return the hosts that run instances, by name; from the configuration before OSA's own."""
    inventory = host.inventory
    found = members(inventory, _COMPUTES) or members(inventory, _COMPUTE_HOSTS)
    if found:
        return tuple(inventory.managed[name] for name in sorted(found))
    known: dict[str, ManagedHost] = {}
    for group, hosts in sorted(inventory.host_groups.items()):
        # Those of one hypervisor are called kvm-compute_hosts and the like.
        if underscored(group).endswith(_COMPUTE_HOSTS):
            for name, address in hosts.items():
                known.setdefault(name, ManagedHost(name, frozenset({group}), address, name, True))
    return tuple(known[name] for name in sorted(known))


def agent_groups(host: HostFacts) -> tuple[str, ...]:
    """Return the groups of Neutron's agents that hosts are in, as the inventory spells them.

    More than one is usual: OSA puts computes into the group of every agent they could run,
    whichever ``neutron_plugin_type`` then chooses.
    """
    inventory = host.inventory
    return tuple(
        spelled
        for group in AGENT_GROUPS
        for spelled in sorted(inventory.managed_groups)
        if underscored(spelled) == group and members(inventory, spelled)
    )


def on_metal(host: HostFacts, release: Release, wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the hosts, by name, on which Octavia runs or will run without a container.

    The generated inventory tells it of those it has; of others the configuration does:
    ``is_metal`` in env.d, and ``no_containers`` of the host or of all. ``wanted`` are hosts
    that are to run Octavia and need not be in the configuration yet.
    """
    inventory = host.inventory
    there = octavia_containers(host, release)
    metal = {one.name for one in there if one.is_metal}
    settled = {one.physical_host or one.name for one in there}
    group, hosts = _planned(inventory, release.rules.infra_hosts_group)
    free = inventory.no_containers.get(group, frozenset())
    everywhere = _SKELETON in inventory.metal_skeletons
    metal |= {name for name in hosts if name not in settled and (everywhere or name in free)}
    new = {name for name in wanted if name not in settled and name not in hosts}
    metal |= {name for name in new if everywhere or _without_containers(inventory, name)}
    return tuple(sorted(metal))


def _without_containers(inventory: Inventory, name: str) -> bool:
    """Say whether a host that Octavia's group does not name yet gets no containers."""
    for group, hosts in inventory.host_groups.items():
        if name in hosts and underscored(group) in map(underscored, CONTROL_PLANE_GROUPS):
            return name in inventory.no_containers.get(group, ())
    return inventory.all_without_containers


def members(inventory: Inventory, group: str) -> tuple[str, ...]:
    """Return the hosts in a group of the generated inventory, whichever way it is spelled."""
    wanted = underscored(group)
    found = {
        name: None
        for spelled, names in inventory.managed_groups.items()
        if underscored(spelled) == wanted
        for name in names
        if name in inventory.managed
    }
    return tuple(found)


def underscored(group: str) -> str:
    """Spell a group as 33.0.0 and later do."""
    return group.replace("-", "_")


def _planned(inventory: Inventory, ours: str) -> tuple[str, Iterable[str]]:
    """Return the group whose hosts run Octavia: its own, or else that of the controllers."""
    by_name: Mapping[str, str] = {underscored(name): name for name in inventory.host_groups}
    for group in (ours, *CONTROL_PLANE_GROUPS):
        spelled = by_name.get(underscored(group))
        if spelled is not None:
            return spelled, inventory.host_groups[spelled]
    return "", ()
