"""Section 6: topology, sizes and quotas."""

from __future__ import annotations

from octavia_wizard.core.questions import capacity_grounds as grounds
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import (
    always,
    both,
    chosen,
    fixed,
    from_role,
    on,
    release_has,
    undecided,
)
from octavia_wizard.core.questions.model import Choice, InterviewSection, Kind, Question

_new_flavor = chosen("capacity.flavor_source", "create")
_volumes = on("capacity.volume_backed")

_TOPOLOGY = (
    Question(
        key="capacity.topology",
        kind=Kind.CHOICE,
        title="Topology",
        help="SINGLE: one amphora for each load balancer; a failover takes a minute or two. "
        "ACTIVE_STANDBY: two that fail over within seconds, at twice the cost. Production sites "
        "choose ACTIVE_STANDBY, labs with one compute need SINGLE.",
        choices=fixed(
            Choice("ACTIVE_STANDBY", "ACTIVE_STANDBY", "two amphorae, fails over in seconds"),
            Choice("SINGLE", "SINGLE", "one amphora"),
        ),
        default=grounds.topology,
        variables=("octavia_loadbalancer_topology",),
    ),
    Question(
        key="capacity.anti_affinity",
        kind=Kind.FLAG,
        title="Anti-affinity",
        help="Keeps the two amphorae of a load balancer on different computes. With fewer than "
        "two usable computes no load balancer can then be made.",
        default=grounds.anti_affinity,
        variables=("octavia_enable_anti_affinity",),
    ),
    Question(
        key="capacity.spare_pool",
        kind=Kind.INTEGER,
        title="Spare amphorae",
        help="Amphorae booted in advance, so that a SINGLE load balancer is ready or replaced "
        "sooner. Octavia dropped the pool in Xena (OSA 24); where it is deprecated leave it 0.",
        default=grounds.spare_pool,
        when=grounds.spare_pool_exists,
        variables=("octavia_spare_amphora_pool_size",),
        unit="amphorae",
    ),
    Question(
        key="capacity.load_balancers",
        kind=Kind.INTEGER,
        title="Load balancers planned",
        help="How many you expect within a year or so. Quotas and the size of the address pool "
        "are computed from it.",
        default=always(100, "a start; raise it when you know more"),
        unit="load balancers",
    ),
    Question(
        key="capacity.set_quotas",
        kind=Kind.FLAG,
        title="Raise quotas",
        help="Amphorae count against the quotas of the service project, which are made for "
        "something much smaller. The wizard raises what is short and lowers nothing.",
        default=always(True, "OpenStack's own quotas end at about ten amphorae"),
    ),
)

_FLAVOR = (
    Question(
        key="capacity.flavor_source",
        kind=Kind.CHOICE,
        title="Flavor",
        help="Make a private flavor for amphorae, or use one that exists.",
        choices=fixed(
            Choice("create", "create", "a private flavor of its own"),
            Choice("adopt", "adopt", "one that exists"),
        ),
        default=always("create", "what most people choose"),
    ),
    Question(
        key="capacity.flavor_existing",
        kind=Kind.TEXT,
        title="Flavor to adopt",
        help="Id of the flavor; the role is told it instead of a name.",
        choices=grounds.flavors,
        columns=grounds.FLAVOR_COLUMNS,
        default=undecided,
        when=chosen("capacity.flavor_source", "adopt"),
        variables=("octavia_nova_flavor_uuid",),
    ),
    Question(
        key="capacity.flavor_name",
        kind=Kind.TEXT,
        title="Flavor name",
        help="Name of the private flavor; the role looks it up by this name.",
        default=from_role("octavia_amp_flavor_name", "m1.amphora"),
        when=_new_flavor,
        variables=("octavia_amp_flavor_name",),
    ),
    Question(
        key="capacity.vcpus",
        kind=Kind.INTEGER,
        title="vCPUs",
        help="One will do for most; TLS termination profits from two.",
        default=from_role("octavia_amp_vcpu", 1),
        when=_new_flavor,
        variables=("octavia_amp_vcpu",),
    ),
    Question(
        key="capacity.ram_mib",
        kind=Kind.INTEGER,
        title="Memory",
        help="HAProxy and the agent fit into 1024; more connections need more.",
        default=from_role("octavia_amp_ram", 1024),
        when=_new_flavor,
        unit="MiB",
        variables=("octavia_amp_ram",),
    ),
    Question(
        key="capacity.volume_backed",
        kind=Kind.FLAG,
        title="Boot from volumes",
        help="Puts the amphorae's disks on Cinder volumes, for computes without local disks. "
        "Most sites leave it off.",
        default=from_role("octavia_cinder_enabled", False),
        when=release_has("octavia_cinder_enabled"),
        variables=("octavia_cinder_enabled",),
    ),
    Question(
        key="capacity.disk_gib",
        kind=Kind.INTEGER,
        title="Disk",
        help="Root disk of an amphora, where logs are the biggest thing. 0 with volumes.",
        default=grounds.disk,
        when=_new_flavor,
        unit="GiB",
        variables=("octavia_amp_disk",),
    ),
    Question(
        key="capacity.extra_specs",
        kind=Kind.MAPPING,
        title="Extra specs",
        help="Extra specs of the flavor, e.g. hw_rng:allowed=True or an aggregate of computes.",
        default=always({}, "most people need none"),
        when=both(_new_flavor, release_has("octavia_amp_extra_specs")),
        variables=("octavia_amp_extra_specs",),
    ),
    Question(
        key="capacity.volume_size_gib",
        kind=Kind.INTEGER,
        title="Volume size",
        help="Size of each amphora's volume; the image must fit.",
        default=from_role("octavia_cinder_volume_size", 16),
        when=_volumes,
        unit="GiB",
        variables=("octavia_cinder_volume_size",),
    ),
    Question(
        key="capacity.volume_type",
        kind=Kind.TEXT,
        title="Volume type",
        help="Cinder volume type; the role's default, volumes-hdd, exists on few clouds.",
        choices=grounds.volume_types,
        default=grounds.volume_type,
        when=both(_volumes, grounds.volume_type_known),
        variables=("octavia_cinder_volume_type",),
    ),
)

_TUNING = (
    Question(
        key="capacity.availability_zone",
        kind=Kind.TEXT,
        title="Availability zone",
        help="Nova zone for amphorae. None leaves it to the scheduler.",
        choices=grounds.zones,
        columns=grounds.ZONE_COLUMNS,
        default=grounds.zone,
        nullable=True,
        none_label="the scheduler chooses",
        variables=("octavia_amp_availability_zone",),
    ),
    Question(
        key="capacity.active_retries",
        kind=Kind.INTEGER,
        title="Boot retries",
        help="How often Octavia asks, 10 seconds apart, whether an amphora has booted. 10 is "
        "short for nested virtualisation or a first boot on slow storage: use 30 there.",
        default=from_role("octavia_amp_active_retries", 10),
        variables=("octavia_amp_active_retries",),
    ),
    Question(
        key="capacity.api_workers",
        kind=Kind.INTEGER,
        title="API processes",
        help="Processes of the Octavia API in each container. None lets the role count "
        "processors, which suits most sites.",
        default=always(None, "the role counts processors"),
        when=release_has("octavia_wsgi_processes"),
        nullable=True,
        none_label="the role decides",
        variables=("octavia_wsgi_processes",),
    ),
)

SECTION = InterviewSection(
    name="capacity",
    title="Topology and capacity",
    help="How many amphorae a load balancer has, how big they are, and what that needs of Nova.",
    summary=summaries.capacity,
    questions=(*_TOPOLOGY, *_FLAVOR, *_TUNING),
)
