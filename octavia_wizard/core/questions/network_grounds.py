"""Defaults and choices of the management network, from the inventory, the cloud and the role."""

from __future__ import annotations

import re
from collections.abc import Callable

from octavia_wizard.core import ranges
from octavia_wizard.core.addresses import propose_pool
from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.cloud import UNKNOWN, project_names
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.proposals import free_cidr, free_pool
from octavia_wizard.core.questions.grounds import from_role, live
from octavia_wizard.core.questions.model import Choice, Context, Default

NETWORK_COLUMNS = ("Name", "Project", "Type", "CIDR", "DHCP", "MTU", "Used")
_LIKELY = re.compile(r"lbaas|octavia|amphora|lb-?mgmt|load-?balanc", re.IGNORECASE)
_OVERLAY_MTU = {"vxlan": 1450, "geneve": 1442}
_USER_CONFIG = "openstack_user_config.yml"


def networks(context: Context) -> tuple[Choice, ...]:
    """Offer the networks of the cloud, those that look like a management network first."""
    cloud = context.facts.cloud
    if cloud is None:
        return ()
    subnets: dict[str, list[Subnet]] = {}
    for subnet in cloud.subnets:
        subnets.setdefault(subnet.network_id, []).append(subnet)
    owner = project_names(cloud)
    return tuple(
        _offered(network, subnets.get(network.id, []), cloud, owner)
        for network in sorted(cloud.networks, key=lambda one: _likelihood(one, cloud))
    )


def _likelihood(network: Network, cloud: CloudFacts) -> tuple[bool, bool, str, str]:
    """Order by what speaks for a network: its name, then its owner; external ones never do."""
    named = _LIKELY.search(network.name) is not None and not network.external
    own = network.project_id == cloud.service_project_id and not network.external
    return not named, not own, network.name, network.id


def _offered(
    network: Network, subnets: list[Subnet], cloud: CloudFacts, owner: Callable[[str], str]
) -> Choice:
    subnets = [one for one in subnets if one.ip_version == 4] or subnets
    cidrs = " ".join(one.cidr for one in subnets)
    mtu = f"MTU {network.mtu}" if network.mtu else ""
    detail = ", ".join(filter(None, (carried(network), cidrs or "no subnet", mtu)))
    dhcp = " ".join(dict.fromkeys("on" if one.dhcp else "off" for one in subnets))
    known = Part.SUBNETS not in cloud.unread
    usage = cloud.usage.get(network.id)
    cells = (
        network.name or network.id,
        owner(network.project_id),
        carried(network) if network.provider_type else UNKNOWN,
        (cidrs or "none") if known else UNKNOWN,
        dhcp if known else UNKNOWN,
        str(network.mtu or UNKNOWN),
        f"{usage.used}/{usage.total}" if usage is not None else UNKNOWN,
    )
    return Choice(network.id, network.name or network.id, detail, cells)


def carried(network: Network) -> str:
    """Say how Neutron carries a network: type, segment and physical network."""
    segment = "" if network.segmentation_id is None else f" {network.segmentation_id}"
    physical = f" on {network.physical_network}" if network.physical_network else ""
    return f"{network.provider_type or 'network'}{segment}{physical}"


def adopted(context: Context) -> Network | None:
    """Find the network to adopt by id or name, where the cloud shows exactly one."""
    cloud, wanted = context.facts.cloud, context.effective.maybe_text("network.existing")
    if cloud is None or wanted is None:
        return None
    found = [network for network in cloud.networks if wanted in (network.id, network.name)]
    return found[0] if len(found) == 1 else None


def creators(context: Context) -> tuple[Choice, ...]:
    """Offer the wizard only where it works on a cloud."""
    role = Choice("role", "the role", "when the Octavia playbook runs")
    if not live(context):
        return (role,)
    return (Choice("wizard", "the wizard", "now, when you apply"), role)


def creator(context: Context) -> Default:
    """Propose the wizard where it can."""
    if live(context):
        return Default("wizard", Provenance.COMPUTED, "you see it before the playbooks run")
    return Default("role", Provenance.COMPUTED, "files only: no cloud is touched")


def physical_networks(context: Context) -> tuple[Choice, ...]:
    """Suggest the physical networks the inventory and the cloud know."""
    found: dict[str, str] = {
        entry.net_name: f"{entry.type}, {entry.source}"
        for entry in context.facts.host.inventory.provider_networks
        if entry.type in ("flat", "vlan")
    }
    for network in context.facts.cloud.networks if context.facts.cloud else ():
        if network.physical_network:
            found.setdefault(network.physical_network, f"used by {network.name}")
    return tuple(Choice(name, name, source) for name, source in sorted(found.items()))


def physical_network(context: Context) -> Default | None:
    """Propose the role's own for flat, the first VLAN network of the inventory for VLAN."""
    if context.effective.chosen("network.provider_type", "flat"):
        return from_role("octavia_provider_network_name", "lbaas")(context)
    for entry in context.facts.host.inventory.provider_networks:
        if entry.type == "vlan":
            return Default(entry.net_name, Provenance.DETECTED, entry.source)
    return Default("vlan", Provenance.COMPUTED, "the name of the role's own VLAN example")


def segmentation_id(context: Context) -> Default | None:
    """Leave an overlay's VNI to Neutron; a VLAN id only the operator knows."""
    if context.effective.chosen("network.provider_type", "vlan"):
        return None
    return Default(None, Provenance.COMPUTED, "Neutron chooses a free one")


def segment_title(context: Context) -> str:
    """Call it what network engineers call it: a VLAN id, or the VNI of an overlay."""
    vlan = context.effective.chosen("network.provider_type", "vlan")
    return "VLAN id" if vlan else "VNI"


def mtu(context: Context) -> Default:
    """Propose what fits 1500 bytes on the wire."""
    kind = context.effective.maybe_text("network.provider_type") or ""
    if kind in _OVERLAY_MTU:
        return Default(_OVERLAY_MTU[kind], Provenance.COMPUTED, f"1500 less what {kind} adds")
    return Default(1500, Provenance.ROLE_DEFAULT, "plain Ethernet")


def cidr(context: Context) -> Default | None:
    """Propose the adopted network's own, else what the inventory or the role says."""
    if context.effective.chosen("network.mode", "adopt"):
        return _adopted_cidr(context)
    known = context.facts.host.inventory.cidr_networks.get("lbaas")
    # Only IPv4 can be answered, so one of IPv6 is no proposal.
    known = known if ranges.network(known) else None
    usual = from_role("octavia_management_net_subnet_cidr", "172.29.232.0/22")(context)
    # Applying the role's own value enters it there: where it came from must not change by that.
    if known is None and usual is not None:
        other = free_cidr(context.effective, context.facts, str(usual.value))
        # What was found of the cloud belongs to the preset: it may be gone at the next replay.
        return usual if other is None else Default(other[0], Provenance.DETECTED, other[1])
    if usual is not None and known == usual.value:
        return usual
    return Default(known, Provenance.DETECTED, f"cidr_networks in {_USER_CONFIG}")


def _adopted_cidr(context: Context) -> Default | None:
    network, cloud = adopted(context), context.facts.cloud
    if network is None or cloud is None:
        return None
    for subnet in cloud.subnets:
        if subnet.network_id == network.id and subnet.ip_version == 4:
            return Default(subnet.cidr, Provenance.DETECTED, f"subnet {subnet.name or subnet.id}")
    return None


def pool(context: Context) -> Default | None:
    """Propose a pool that leaves the control plane its addresses."""
    network = context.effective.maybe_text("network.cidr")
    proposed = propose_pool(network) if network else None
    if network is None or proposed is None:
        return None
    free = free_pool(context.effective, context.facts, network)
    if free is not None and free != proposed:
        why = f"what used_ips and hosts leave of {proposed}"
        return Default(free, Provenance.DETECTED, why)
    return Default(proposed, Provenance.COMPUTED, f"leaves the first addresses of {network} free")


def gateway_possible(context: Context) -> bool:
    """Ask only where somebody can set it: the wizard, or a role that has the variable."""
    effective = context.effective
    return effective.chosen("network.mode", "create") and (
        effective.chosen("network.created_by", "wizard")
        or context.release.has("octavia_management_net_subnet_gateway")
    )


def dhcp(context: Context) -> Default:
    """Propose the role's default, as the boolean its text was meant to be."""
    value = context.release.rules.dhcp_default
    return Default(value, Provenance.ROLE_DEFAULT, "octavia_management_net_dhcp")


def allowed_cidr(context: Context) -> Default:
    """Propose what the role's era does: the management CIDR from 27 on, before any address."""
    if context.release.rules.security_group_rule_cidr_is_management_cidr:
        network = context.effective.maybe_text("network.cidr")
        return Default(network, Provenance.ROLE_DEFAULT, "octavia_security_group_rule_cidr")
    return Default(None, Provenance.ROLE_DEFAULT, "this release restricts nothing")


def edit_inventory(context: Context) -> Default:
    """Propose to edit the file where there is one."""
    host = context.facts.host
    if _USER_CONFIG in host.texts:
        return Default(True, Provenance.DETECTED, f"{host.deploy_dir / _USER_CONFIG} exists")
    for entry in host.inventory.provider_networks:
        # OSA does without that file where conf.d says all.
        return Default(True, Provenance.DETECTED, f"provider_networks are in {entry.source}")
    return Default(False, Provenance.DETECTED, f"no {_USER_CONFIG} in {host.deploy_dir}")


def inventory_name(context: Context) -> Default:
    """Propose the flat network's own name where the release does not tell the two apart."""
    if not context.release.rules.separate_inventory_net_name:
        name = context.effective.maybe_text("network.physical_network")
        if name:
            return Default(name, Provenance.COMPUTED, "one variable names both before 25 (yoga)")
    return Default("lbaas", Provenance.COMPUTED, "the name all of OSA's examples use")
