"""Checks of the hosts, groups and provider networks of the OSA inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from octavia_wizard.core.emit.inventory import inventory_note
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.octavia_groups import (
    RENAMED,
    host_group_sources,
    named_hosts,
    outdated_groups,
)
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning

NO_ENTRY = error(
    "inventory-name-unknown",
    "network.inventory_name",
    "No provider network has this name",
    "The role takes the first provider network of that net_name and fails on an empty list: "
    '"No first item, sequence was empty".',
    "Let the wizard edit the inventory (network.edit_inventory), or name a net_name of "
    "provider_networks in openstack_user_config.yml.",
)
PHYSICAL_UNKNOWN = warning(
    "physical-network-unknown",
    "network.physical_network",
    "Neither the inventory nor the cloud knows the physical network",
    "Neutron refuses a network on a physical network that is in none of its mappings.",
    "Use the net_name of a flat or vlan entry of provider_networks; for a new entry, run the "
    "Neutron playbook first.",
)
NO_HOSTS = error(
    "no-octavia-hosts",
    "deployment.hosts",
    "No host is to run the Octavia services",
    "Without a host in its host group the Octavia playbook has nothing to do, and no API, worker "
    "or health manager runs.",
    "Name the hosts, usually all controllers, with their management addresses.",
)
HOSTS_ELSEWHERE = warning(
    "host-group-elsewhere",
    "deployment.hosts",
    "Another file names other Octavia hosts",
    "The wizard leaves that file alone and adds no second one, since OSA would merge the two: the "
    "hosts named there will run the services, not those answered.",
    "Answer the same hosts, or remove the group from that file.",
)
HOST_DIFFERS = error(
    "host-address-differs",
    "deployment.hosts",
    "A host has another address elsewhere in the inventory",
    "OSA's inventory generator refuses a host with two addresses.",
    "Use the address the host has in the other host groups.",
)
HOST_SHARED = error(
    "host-address-shared",
    "deployment.hosts",
    "Two hosts have the same address",
    "OSA's inventory generator refuses it, and Ansible would reach one host twice.",
    "Give every host its own management address.",
)
HOST_NEW = note(
    "host-not-in-inventory",
    "deployment.hosts",
    "A host is in no other group of the inventory",
    "A new host has to be prepared by OSA's setup-hosts playbook before Octavia can run on it; a "
    "misspelt name looks the same.",
    "Check the spelling; prepare the host if it is new.",
)
OTHER_GROUPS = note(
    "group-names-of-other-release",
    "deployment.rename_groups",
    "The inventory has Octavia's groups under their names from before 33.0.0",
    "33.0.0 renamed them from hyphens to underscores. Its inventory generator reads host groups "
    "and group_binds in either spelling; what openstack_inventory.json has under the old names "
    "stays there beside the new ones, hosts that were removed since included, and Ansible warns "
    "of such names at every start.",
    "Let the wizard rename them (deployment.rename_groups), or rename them when you next touch "
    "the files.",
)
NEW_GROUPS = warning(
    "group-names-too-new",
    "deployment.hosts",
    "The inventory has an Octavia group under its name of 33.0.0 and later",
    "The inventory generator of this release knows it with a hyphen only: hosts of the group run "
    "nothing.",
    "Rename the group in the file.",
)
NEW_BINDS = error(
    "group-binds-too-new",
    "network.inventory_name",
    "A provider network is bound to group names of 33.0.0 and later",
    "This release knows Octavia's groups with hyphens only: the containers get no address on "
    "the network, and the role fails when it looks for that.",
    "Write the names with hyphens, e.g. octavia-worker.",
)

_NEW_NAMES = frozenset(RENAMED.values())
_ROLE_FINDS_ITSELF = ("octavia_container_interface", "octavia_container_network_name")


def check_entry(case: Situation) -> Iterator[Finding]:
    """Look for the provider network that gives Octavia's containers their address."""
    effective, entries = case.effective, case.inventory.provider_networks
    name = effective.maybe_text("network.inventory_name")
    if not entries or name is None or case.additions.network is not None:
        return
    if all(case.variable(variable) is not None for variable in _ROLE_FINDS_ITSELF):
        return
    if effective.mapping("deployment.health_managers"):
        # Both variables that are taken from it are then written.
        return
    names = {entry.net_name for entry in entries}
    if name not in names:
        yield NO_ENTRY.found(f"No provider network is called {name}; there are {_all(names)}.")


def check_physical(case: Situation) -> Iterator[Finding]:
    """Look for the physical network in the inventory and in the cloud."""
    effective, entries = case.effective, case.inventory.provider_networks
    cloud, name = case.cloud(Part.NETWORKS), effective.maybe_text("network.physical_network")
    if name is None or (not entries and cloud is None):
        return
    added = case.additions.network is not None
    if added and effective.chosen("network.inventory_name", name):
        return
    known = {entry.net_name for entry in entries if entry.type in ("flat", "vlan")}
    known |= {n.physical_network for n in cloud.networks if n.physical_network} if cloud else set()
    # An inventory elsewhere and a cloud without provider networks tell nothing.
    if known and name not in known:
        yield PHYSICAL_UNKNOWN.found(f"{name} is not among {_all(known)}.")


def check_hosts(case: Situation) -> Iterator[Finding]:
    """Compare the Octavia hosts with each other and with the rest of the inventory."""
    hosts = case.effective.mapping("deployment.hosts")
    ours = case.release.rules.infra_hosts_group
    elsewhere = named_hosts(case.inventory, case.release)
    answered = "deployment.hosts" in case.effective
    if answered and not hosts and not elsewhere:
        yield NO_HOSTS.found(f"deployment.hosts is empty, and no file has the group {ours}.")
    source = ", ".join(sorted(set(host_group_sources(case.inventory, case.release).values())))
    foreign = inventory_note(case.effective, case.facts)
    if hosts and elsewhere and foreign and elsewhere != hosts:
        yield HOSTS_ELSEWHERE.found(
            f"{ours} has {_all(elsewhere)} there, and {_all(hosts)} in the answers.", where=source
        )
    yield from _addresses(case, hosts)


def check_groups(case: Situation) -> Iterator[Finding]:
    """Look for Octavia groups in the spelling of another era."""
    if case.release.rules.group_names_underscored:
        for name, groups in outdated_groups(case.inventory).items():
            yield OTHER_GROUPS.found(f"There is {_all(groups)}.", where=name)
        return
    for group in sorted(case.inventory.host_groups):
        if _too_new(group):
            source = case.inventory.group_sources.get(group, "")
            right = case.release.rules.infra_hosts_group
            what = f"{group} is called {right} in {case.release.name}."
            yield NEW_GROUPS.found(what, where=source)
    right_ones = set(case.release.rules.service_groups)
    for entry in case.inventory.provider_networks:
        wrong = [group for group in entry.group_binds if _too_new(group)]
        if wrong and right_ones.isdisjoint(entry.group_binds):
            yield NEW_BINDS.found(
                f"{entry.net_name} is bound to {_all(wrong)}.", where=entry.source
            )


def _addresses(case: Situation, hosts: dict[str, str]) -> Iterator[Finding]:
    known: dict[str, tuple[str, str]] = {}
    for group, members in sorted(case.inventory.host_groups.items()):
        if not _is_octavia(group):
            for host, address in members.items():
                if address:
                    known.setdefault(host, (address, group))
    seen: dict[str, str] = {}
    for host, address in sorted(hosts.items()):
        if host in known and known[host][0] != address:
            other, group = known[host]
            yield HOST_DIFFERS.found(f"{host} is {address} here and {other} in {group}.")
        elif known and host not in known:
            yield HOST_NEW.found(f"{host} is in no other host group.")
        if address in seen:
            yield HOST_SHARED.found(f"{seen[address]} and {host} both have {address}.")
        seen[address] = host


def _is_octavia(group: str) -> bool:
    return group.startswith(("octavia-", "octavia_"))


def _too_new(group: str) -> bool:
    return group in _NEW_NAMES


def _all(names: Iterable[str]) -> str:
    return listed(sorted(names), most=6)


CHECKS: tuple[Check, ...] = (check_entry, check_physical, check_hosts, check_groups)
