"""Section 2: the network between controllers and amphorae."""

from __future__ import annotations

from octavia_wizard.core.questions import network_agents as agents
from octavia_wizard.core.questions import network_grounds as grounds
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import (
    always,
    both,
    chosen,
    fixed,
    from_role,
    undecided,
)
from octavia_wizard.core.questions.model import Choice, InterviewSection, Kind, Question

_creating = chosen("network.mode", "create")
_wizard_creates = both(_creating, chosen("network.created_by", "wizard"))

_SHAPE = (
    Question(
        key="network.mode",
        kind=Kind.CHOICE,
        title="Network",
        help="Octavia's controllers reach their amphorae over a network of their own. Most people "
        "create one; adopt one where the network team has made it already. An adopted network "
        "is never changed.",
        choices=fixed(
            Choice("create", "create", "make the network, or repair one made this way"),
            Choice("adopt", "adopt", "use a network that exists"),
        ),
        default=always("create", "what most people choose"),
        variables=("octavia_service_net_setup",),
    ),
    Question(
        key="network.existing",
        kind=Kind.TEXT,
        title="Network to adopt",
        help="Name or id of the network. It must be usable by the service project, have an IPv4 "
        "subnet, and be reachable from the controllers.",
        choices=grounds.networks,
        columns=grounds.NETWORK_COLUMNS,
        default=undecided,
        when=chosen("network.mode", "adopt"),
        variables=("octavia_neutron_management_network_name",),
    ),
    Question(
        key="network.created_by",
        kind=Kind.CHOICE,
        title="Created by",
        help="The wizard can create it now, so that you see it before the playbooks run, or leave "
        "it to the role. Both make the same network; afterwards the role changes nothing.",
        choices=grounds.creators,
        default=grounds.creator,
        when=_creating,
    ),
    Question(
        key="network.name",
        kind=Kind.TEXT,
        title="Network name",
        help="Name in Neutron; its subnet is called NAME-subnet. Keep the role's own name unless "
        "another network has it.",
        default=from_role("octavia_neutron_management_network_name", "lbaas-mgmt"),
        when=_creating,
        variables=("octavia_neutron_management_network_name",),
    ),
    Question(
        key="network.provider_type",
        kind=Kind.CHOICE,
        title="Type",
        help="How Neutron carries the network. Flat: a bridge of its own (br-lbaas) on every host, "
        "the role's default. VLAN: a tag on an existing physical network, what most production "
        "sites use. VXLAN and Geneve need your own way from the controllers into the overlay.",
        choices=fixed(
            Choice("flat", "flat", "untagged, one network per physical network"),
            Choice("vlan", "vlan", "tagged on a physical network"),
            Choice("vxlan", "vxlan", "overlay"),
            Choice("geneve", "geneve", "overlay, with OVN"),
        ),
        default=from_role("octavia_provider_network_type", "flat"),
        when=_creating,
        variables=("octavia_provider_network_type",),
    ),
    Question(
        key="network.physical_network",
        kind=Kind.TEXT,
        title="Physical network",
        help="Neutron's name of the physical network: in OSA the net_name of a provider network. "
        "For flat that is the new entry, lbaas; for VLAN an existing one, often vlan.",
        choices=grounds.physical_networks,
        default=grounds.physical_network,
        when=both(_creating, chosen("network.provider_type", "flat", "vlan")),
        variables=("octavia_provider_network_name",),
    ),
    Question(
        key="network.segmentation_id",
        kind=Kind.INTEGER,
        title="Segmentation id",
        titled=grounds.segment_title,
        help="The VLAN id (1 to 4094), or the VNI of an overlay. Ask the network team for a VLAN "
        "that reaches controllers and computes. None lets Neutron choose, for overlays only.",
        default=grounds.segmentation_id,
        when=both(_creating, chosen("network.provider_type", "vlan", "vxlan", "geneve")),
        nullable=True,
        none_label="Neutron chooses",
        variables=("octavia_provider_segmentation_id",),
    ),
    Question(
        key="network.mtu",
        kind=Kind.INTEGER,
        title="MTU",
        help="Largest packet in bytes. 1500 on plain Ethernet; overlays lose 50 (VXLAN) or 58 "
        "(Geneve) of it. Every link between controllers and computes must carry as much.",
        default=grounds.mtu,
        when=_creating,
        unit="bytes",
        variables=("octavia_provider_network_mtu",),
    ),
)

_ADDRESSES = (
    Question(
        key="network.cidr",
        kind=Kind.TEXT,
        title="CIDR",
        help="Addresses of the network, IPv4. Big enough for controllers and every amphora: two "
        "for each load balancer with ACTIVE_STANDBY, and one more during a failover.",
        default=grounds.cidr,
        variables=("octavia_management_net_subnet_cidr",),
    ),
    Question(
        key="network.pool",
        kind=Kind.TEXT,
        title="Neutron pool",
        help="The range (first-last) Neutron hands to amphorae. Keep it apart from the addresses "
        "OSA gives to containers: the wizard adds it to used_ips. Most sites leave the first 50 "
        "to the control plane.",
        default=grounds.pool,
        when=_creating,
        variables=("octavia_management_net_subnet_allocation_pools",),
    ),
    Question(
        key="network.gateway",
        kind=Kind.TEXT,
        title="Gateway",
        help="Only where controllers are in another network than amphorae. Most sites have none: "
        "the management network should lead nowhere.",
        default=always(None, "the role sets none"),
        when=grounds.gateway_possible,
        nullable=True,
        variables=("octavia_management_net_subnet_gateway",),
    ),
    Question(
        key="network.dns_servers",
        kind=Kind.LIST,
        title="DNS servers",
        help="Amphorae need none to work. Give some only where your image resolves names.",
        default=always([], "amphorae need none"),
        when=_wizard_creates,
    ),
    Question(
        key="network.dhcp",
        kind=Kind.FLAG,
        title="DHCP",
        help="Amphorae are told their addresses by config drive and need no DHCP. The role's own "
        "default is on up to 2024.1, and off from 2024.2.",
        default=grounds.dhcp,
        when=_creating,
        variables=("octavia_management_net_dhcp",),
    ),
)

_ACCESS = (
    Question(
        key="network.security_group",
        kind=Kind.TEXT,
        title="Security group",
        help="Name of the group every amphora gets on this network. Octavia finds it by name, so "
        "it must be the only one of that name in the service project.",
        default=from_role("octavia_security_group_name", "octavia_sec_grp"),
        variables=("octavia_security_group_name",),
    ),
    Question(
        key="network.allowed_cidr",
        kind=Kind.TEXT,
        title="Allowed peers",
        help="Who may talk to the amphora agent. The management CIDR is right unless controllers "
        "come from elsewhere through a router.",
        default=grounds.allowed_cidr,
        nullable=True,
        none_label="any address",
        variables=("octavia_security_group_rule_cidr",),
    ),
)

_INVENTORY = (
    Question(
        key="network.edit_inventory",
        kind=Kind.FLAG,
        title="Edit the inventory",
        help="Adds the provider network, its CIDR and used_ips to openstack_user_config.yml, or "
        "to the file below conf.d that replaces such a list. Comments and order stay, you see the "
        "diff first, and a backup is kept. Without it you get a snippet to paste.",
        default=grounds.edit_inventory,
    ),
    Question(
        key="network.inventory_name",
        kind=Kind.TEXT,
        title="Inventory network",
        help="net_name of the entry in provider_networks that gives the Octavia containers their "
        "address on this network. OSA's examples call it lbaas.",
        default=grounds.inventory_name,
        variables=("octavia_provider_inventory_net_name", "octavia_provider_network_name"),
    ),
    Question(
        key="network.bridge",
        kind=Kind.TEXT,
        title="Host bridge",
        help="The bridge on the hosts that run the Octavia containers. You create it: in no "
        "release does OSA make host bridges.",
        choices=fixed(Choice("br-lbaas", "br-lbaas")),
        default=always("br-lbaas", "the name all of OSA's examples use"),
    ),
    Question(
        key="network.container_interface",
        kind=Kind.TEXT,
        title="Container interface",
        help="Name of the interface inside the containers; any that no other network has.",
        default=always("eth14", "the name all of OSA's examples use"),
    ),
    Question(
        key="network.host_interface",
        kind=Kind.TEXT,
        title="Host interface",
        help="For a flat network on hosts where Neutron's bridge takes a physical interface "
        "directly, e.g. bond0. Most sites name none.",
        default=always(None, "most sites name none"),
        when=chosen("network.provider_type", "flat"),
        nullable=True,
    ),
    Question(
        key="network.agent_group",
        kind=Kind.TEXT,
        title="Network agents",
        help="The inventory group of hosts where Neutron connects the network: the Open vSwitch "
        "or Linux bridge agents as the cloud has them, or those of OVN, where the computes must be "
        "among them: gateways only where every compute is one.",
        choices=agents.agent_choices,
        default=agents.agent_group,
    ),
)

SECTION = InterviewSection(
    name="network",
    title="Management network",
    help="The network over which controllers configure amphorae and amphorae report their health.",
    summary=summaries.network,
    questions=(*_SHAPE, *_ADDRESSES, *_ACCESS, *_INVENTORY),
)
