"""Which of Neutron's agents connect the management network: the choices and what is proposed."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.managed import agent_groups, computes, members, underscored
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.questions.model import Choice, Context, Default

OVN_GATEWAY = "neutron_ovn_gateway"
OVN_CONTROLLER = "neutron_ovn_controller"
"""Runs on computes and gateways alike (env.d/nova.yml and neutron.yml of OSA)."""

_PLUGIN_TYPE = "neutron_plugin_type"
_BY_PLUGIN = {
    "ml2.lxb": "neutron_linuxbridge_agent",
    "ml2.ovs": "neutron_openvswitch_agent",
    "ml2.ovs.dvr": "neutron_openvswitch_agent",
    "ml2.ovn": OVN_CONTROLLER,
}
_GATEWAY_HOSTS = "network_gateway_hosts"


def agent_choices(context: Context) -> tuple[Choice, ...]:
    """Offer the groups that can connect the network in this release, and those that are there."""
    names = [*context.release.rules.neutron_group_binds, *agent_groups(context.facts.host)]
    if OVN_GATEWAY in names or _of_plugin(context)[0] == OVN_CONTROLLER:
        names.append(OVN_CONTROLLER)
    return tuple(Choice(name, name) for name in dict.fromkeys(names))


def agent_group(context: Context) -> Default:
    """Propose the agents that have Neutron's other networks, else those that are deployed.

    With OVN every compute needs the mapping of the network that its amphorae are in, and
    only in small clouds computes are gateways too, as in OSA's own all-in-one.
    """
    named, why = _of_neighbours(context)
    agents, provenance = named, Provenance.DETECTED
    if not agents:
        group, why = _of_plugin(context)
        agents = (group,) if group else ()
    if not agents:
        agents, provenance = context.release.rules.neutron_group_binds[:1], Provenance.COMPUTED
        why = "what this release deploys by default"
    if not {OVN_GATEWAY, OVN_CONTROLLER} & set(agents):
        return Default(agents[0], provenance, why)
    if OVN_GATEWAY not in context.release.rules.neutron_group_binds:
        return Default(OVN_CONTROLLER, provenance, why)
    apart = _computes_apart(context.facts.host)
    if apart:
        found = f"{apart} runs instances and is no gateway"
        return Default(OVN_CONTROLLER, Provenance.DETECTED, found)
    return Default(OVN_CONTROLLER if OVN_CONTROLLER in named else OVN_GATEWAY, provenance, why)


def _of_neighbours(context: Context) -> tuple[tuple[str, ...], str]:
    """Return the agents of the first flat or VLAN network of the inventory, and which that is."""
    for entry in context.facts.host.inventory.provider_networks:
        if entry.type in ("flat", "vlan"):
            agents = tuple(group for group in entry.group_binds if group.startswith("neutron_"))
            if agents:
                return agents, f"as {entry.net_name} has it"
    return (), ""


def _of_plugin(context: Context) -> tuple[str, str]:
    """Return the agents of the plug-in a user file sets, and where it does; the last file wins."""
    for file in reversed(context.facts.host.user_files):
        if _PLUGIN_TYPE in file.variables and not file.values_hidden:
            variable = file.variables[_PLUGIN_TYPE]
            group = _BY_PLUGIN.get(str(variable.value), "")
            return group, f"{variable.value} in {file.path.name}:{variable.line}"
    return "", ""


def _computes_apart(host: HostFacts) -> str:
    """Return a host that runs instances without being an OVN gateway; "" where none is known."""
    gateways = set(members(host.inventory, OVN_GATEWAY))
    for group, hosts in host.inventory.host_groups.items():
        if underscored(group) == _GATEWAY_HOSTS:
            gateways.update(hosts)
    names = (compute.name for compute in computes(host))
    return next((name for name in names if name not in gateways), "")
