"""Views of the management network: what it is or will be, its addresses, the inventory."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.facts.cloud import UNKNOWN, project_names, subnets_of
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.occupied import own_networks
from octavia_wizard.core.questions.model import Context
from octavia_wizard.core.questions.network_grounds import carried, networks
from octavia_wizard.core.views.address_map import clean, count, draw_addresses
from octavia_wizard.core.views.glyphs import RULE
from octavia_wizard.core.views.inventory_entry import draw_additions, draw_entry
from octavia_wizard.core.views.layout import cut, verdict, wrapped
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, View, line

_MOST_LINES = 8
_ABOUT = ("network.mode", "network.existing", "network.cidr", "network.dhcp", "network.name")
_LIKELY = 3


def draw_network(subject: Subject, width: int) -> Picture:
    """Show the network to adopt as it is, or the one to create as it will be."""
    adopting = subject.effective.chosen("network.mode", "adopt")
    rows = list(_adopted(subject, width) if adopting else _created(subject, width))
    rows = [tuple(row) for row in rows]
    for finding in subject.findings:
        asked = finding.key in subject.effective.missing
        if finding.key in _ABOUT and finding.severity is not Severity.NOTE and not asked:
            told = _told(finding, width)
            if len(rows) + len(told) <= _MOST_LINES:
                rows += told
    return tuple(rows)


def _told(finding: Finding, width: int) -> Picture:
    role = Role.BAD if finding.severity is Severity.ERROR else Role.ATTENTION
    return verdict(role, clean(finding.what), width)


def _adopted(subject: Subject, width: int) -> Iterator[Line]:
    cloud = subject.facts.cloud
    if cloud is None or Part.NETWORKS in cloud.unread:
        yield line(("The networks of the cloud are not known.", Role.QUIET))
        return
    if subject.effective.maybe_text("network.existing") is None:
        yield from _offer(subject, width)
        return
    found = own_networks(subject.effective, cloud)
    for network in found[:1] if len(found) == 1 else ():
        yield line((clean(network.name or network.id), Role.STRONG), f"  {network.id}"[:width])
        yield _row(_shape(network, cloud), width)
        for subnet in subnets_of(cloud, network.id):
            if subnet.ip_version == 4:
                yield from _subnet(subnet, width)


def _offer(subject: Subject, width: int) -> Iterator[Line]:
    """Name the networks that look like a management network, while none is chosen."""
    facts, effective = subject.facts, subject.effective
    choices = networks(Context(effective.release, facts, effective))
    yield _row(f"{count(len(choices), 'network')} found; the most likely ones:", width)
    for choice in choices[:_LIKELY]:
        yield _row(f"  {clean(choice.label)}: {choice.detail}", width)


def _shape(network: Network, cloud: CloudFacts) -> str:
    usage = cloud.usage.get(network.id)
    used = f"{usage.used} of {usage.total} addresses used" if usage else ""
    parts = (
        carried(network),
        f"MTU {network.mtu}" if network.mtu else "",
        f"project {clean(project_names(cloud)(network.project_id))}",
        "shared" if network.shared else "",
        "external" if network.external else "",
        used or f"{UNKNOWN} addresses used",
    )
    return ", ".join(filter(None, parts))


def _subnet(subnet: Subnet, width: int) -> Iterator[Line]:
    gateway = f"gateway {subnet.gateway}" if subnet.gateway else "no gateway"
    dhcp = "DHCP on" if subnet.dhcp else "DHCP off"
    name = f"subnet {clean(subnet.name or subnet.id)}"
    yield _row(f"{name}: {subnet.cidr}, {dhcp}, {gateway}", width)
    pools = ", ".join(f"{first}-{last}" for first, last in subnet.pools)
    yield _row(f"  Neutron hands out {pools}" if pools else "  no pool", width)


def _created(subject: Subject, width: int) -> Iterator[Line]:
    """Say in a line each what will exist: network, subnet, security group, and the way there."""
    effective = subject.effective
    name = effective.maybe_text("network.name")
    kind = effective.maybe_text("network.provider_type")
    if name is None or kind is None:
        return
    carried_by = _carrier(subject, kind)
    mtu = effective.maybe_number("network.mtu") or UNKNOWN
    yield _row(f"Network {name}: {carried_by}, MTU {mtu}, {_by_whom(subject, name)}", width)
    gateway = effective.maybe_text("network.gateway")
    parts = (
        effective.maybe_text("network.cidr") or "CIDR still open",
        f"pool {effective.maybe_text('network.pool') or 'still open'}",
        f"gateway {gateway}" if gateway else "no gateway",
        "DHCP" if effective.is_on("network.dhcp") else "no DHCP",
    )
    yield from wrapped(f"Subnet {name}-subnet: {', '.join(parts)}", width, indent=2)
    group = effective.maybe_text("network.security_group") or "still open"
    peers = effective.maybe_text("network.allowed_cidr") or "any address"
    yield _row(f"Security group {group}: lets {peers} reach the amphorae", width)
    yield _row(_way(subject, kind, carried_by), width)


def _carrier(subject: Subject, kind: str) -> str:
    effective = subject.effective
    segment = effective.maybe_number("network.segmentation_id")
    if kind in ("vlan", "flat"):
        physical = effective.maybe_text("network.physical_network") or "?"
        tag = f" {segment or UNKNOWN}" if kind == "vlan" else ""
        return f"{kind}{tag} on {physical}"
    return f"{kind} {segment}" if segment else kind


def _by_whom(subject: Subject, name: str) -> str:
    there = own_networks(subject.effective, subject.facts.cloud)
    if there:
        return "there already" if len(there) == 1 else f"{len(there)} of that name there"
    by_wizard = subject.effective.chosen("network.created_by", "wizard")
    return "made when you apply" if by_wizard else "made by the role"


def _way(subject: Subject, kind: str, carried_by: str) -> str:
    """Draw the way from a controller to an amphora in one line."""
    interface = subject.effective.maybe_text("network.container_interface") or UNKNOWN
    bridge = subject.effective.maybe_text("network.bridge") or UNKNOWN
    link = f" {RULE * 2} "
    middle = carried_by if kind in ("vlan", "flat") else f"your own way into {carried_by}"
    return link.join((f"containers ({interface})", bridge, middle, "amphorae"))


def _row(text: str, width: int) -> Line:
    return line(cut(clean(text), width))


_SHAPE_KEYS = tuple(
    f"network.{name}"
    for name in (
        "mode",
        "existing",
        "created_by",
        "name",
        "provider_type",
        "physical_network",
        "segmentation_id",
        "mtu",
        "security_group",
    )
)
_ENTRY_KEYS = tuple(
    f"network.{name}"
    for name in (
        "inventory_name",
        "bridge",
        "container_interface",
        "host_interface",
        "agent_group",
    )
)
_ADDRESS_KEYS = tuple(
    f"network.{name}" for name in ("cidr", "pool", "gateway", "dns_servers", "dhcp", "allowed_cidr")
)

VIEWS: tuple[View, ...] = (
    View("network", "The network", draw_network, _SHAPE_KEYS),
    View("addresses", "Its addresses, to scale", draw_addresses, _ADDRESS_KEYS),
    # The file is parsed anew for each of its three changes, which takes too long for a keystroke.
    View(
        "additions",
        "What openstack_user_config.yml gets",
        draw_additions,
        ("network.edit_inventory",),
        slow=True,
    ),
    View("entry", "The entry of provider_networks", draw_entry, _ENTRY_KEYS),
)
