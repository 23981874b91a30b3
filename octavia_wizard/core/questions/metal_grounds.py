"""Grounds of what is asked where Octavia runs without containers, and of its groups' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from octavia_wizard.core import ranges
from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.managed import octavia_containers, on_metal
from octavia_wizard.core.facts.octavia_groups import outdated_groups
from octavia_wizard.core.questions.model import Context, Default

_ADDRESSES = "octavia_hm_hosts"

Found = tuple[Mapping[str, str], str]
"""Address by host, and where they were found."""


def on_hosts(context: Context) -> bool:
    """Ask only where any of the answered hosts runs Octavia without a container."""
    hosts = context.effective.mapping("deployment.hosts")
    return any(name in hosts for name in on_metal(context.facts.host, context.release, hosts))


def health_managers(context: Context) -> Default | None:
    """Propose the addresses that are known, where they are known of every host."""
    hosts = context.effective.mapping("deployment.hosts")
    for found, source in (_looked_at(context), _of_inventory(context), _of_variable(context)):
        if hosts and hosts.keys() <= found.keys():
            wanted = {name: found[name] for name in sorted(hosts)}
            return Default(wanted, Provenance.DETECTED, source)
    return None


def old_names(context: Context) -> bool:
    """Ask only where names from before 33.0.0 are found on a release that has the new ones.

    What was answered once holds, or the preset of that run could not be replayed after it.
    """
    if not context.release.rules.group_names_underscored:
        return False
    answered = context.answers.values.get("deployment.rename_groups") is not None
    return answered or bool(outdated_groups(context.facts.host.inventory))


def rename(context: Context) -> Default:
    """Leave the names: OSA reads both, and nothing of the operator's is renamed unasked."""
    return Default(False, Provenance.COMPUTED, "OSA reads the old names too")


def _looked_at(context: Context) -> Found:
    """Return what Ansible found on the hosts: what the bridge has, or else is in the network."""
    look = context.facts.controllers
    bridge = context.effective.maybe_text("network.bridge")
    network = ranges.network(context.effective.maybe_text("network.cidr"))
    found: dict[str, str] = {}
    for host in look.hosts if look is not None else ():
        everywhere = (one for addresses in host.addresses.values() for one in addresses)
        for address in (*host.addresses.get(bridge or "", ()), *_within(everywhere, network)):
            found.setdefault(host.name, address)
    for name, state in look.bridges.items() if look is not None else ():
        for address in state.addresses if state is not None else ():
            found.setdefault(name, address)
    return found, f"{bridge}, as Ansible found it"


def _within(addresses: Iterator[str], network: IPv4Network | None) -> Iterator[str]:
    for text in addresses:
        address = ranges.address(text)
        if network is not None and address is not None and address in network:
            yield text


def _of_inventory(context: Context) -> Found:
    """Return what OSA's inventory has of containers; of hosts it has none."""
    name = context.effective.maybe_text("network.inventory_name")
    entries = context.facts.host.inventory.provider_networks
    pools = [entry.ip_from_q for entry in entries if entry.net_name == name]
    key = f"{next(filter(None, pools), name)}_address"
    containers = octavia_containers(context.facts.host, context.release)
    found = {one.physical_host or one.name: one.networks.get(key, "") for one in containers}
    return {host: address for host, address in found.items() if address}, "container_networks"


def _of_variable(context: Context) -> Found:
    """Return the operator's own list; which host has which of them makes no difference there."""
    hosts = sorted(context.effective.mapping("deployment.hosts"))
    for file in reversed(context.facts.host.user_files):
        if _ADDRESSES in file.variables and not file.values_hidden and not file.ours:
            variable = file.variables[_ADDRESSES]
            addresses = [part.strip() for part in str(variable.value).split(",")]
            if len(addresses) == len(hosts) and all(map(ranges.address, addresses)):
                where = f"{_ADDRESSES} in {file.path.name}:{variable.line}"
                return dict(zip(hosts, addresses, strict=True)), where
    return {}, ""
