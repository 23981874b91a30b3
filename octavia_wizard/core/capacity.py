"""What a number of load balancers needs, in virtual machines and in quotas.

The figures follow the os_octavia role, which sets quotas itself from 17.1.0 to 31.x
(defaults/main.yml: ports ten for an instance, three security groups for a load balancer,
a hundred rules for each group), and Octavia: one server group for a pair with
anti-affinity, one volume for an amphora that boots from Cinder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.cloud import UNLIMITED, flavors_called, limits_of
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import Flavor, Quotas

FAILOVERS_AT_ONCE = 10
"""Amphorae Octavia replaces at the same time ([health_manager] failover_threads), each of
which is there twice for a while."""
PORTS_PER_AMPHORA = 10
GROUPS_PER_LOAD_BALANCER = 3
RULES_PER_GROUP = 100
GROUP_MEMBERS = 3
"""Two amphorae of a pair, and the one that replaces one of them."""

LOCAL_DISK = "disk"
"""Stands beside the keys of quotas in costs: Nova limits no disk of a project."""

_DEFAULT_VCPUS = 1
_DEFAULT_RAM_MIB = 1024
_DEFAULT_VOLUME_GIB = 20


@dataclass(frozen=True, slots=True)
class CapacityNeed:
    """What the planned load balancers need of one resource."""

    name: str
    """As an operator says it, e.g. ``ports``."""
    unit: str
    """``MiB``, ``GiB``, or "" for a count."""
    needed: int
    service: str = ""
    """Service whose quota limits it; "" where no quota does."""
    key: str = ""
    """Plural key of that quota."""
    now: int | None = None
    """The limit of the service project; -1 is unlimited, None where it is not known."""
    after: int | None = None
    """The limit once quotas have been raised, where that is wanted."""
    used: int | None = None
    """What the service project uses at present; None where it is not known."""
    each: int | None = None
    """What one load balancer takes; None where the limit is not about a number of them."""

    @property
    def short(self) -> bool:
        """Say whether the present limit is too low."""
        return self.now is not None and self.now != UNLIMITED and self.now < self.needed


@dataclass(frozen=True, slots=True)
class Amphorae:
    """How many amphorae there will be, and of what size."""

    load_balancers: int
    pairs: bool
    grouped: bool
    spare: int
    vcpus: int
    ram_mib: int
    disk_gib: int
    volume_gib: int
    """Size of each amphora's volume; 0 where they boot from local disks."""

    @property
    def steady(self) -> int:
        """Amphorae while nothing is being replaced."""
        return self.load_balancers * (2 if self.pairs else 1) + self.spare

    @property
    def most(self) -> int:
        """Amphorae while as many as Octavia can are being replaced."""
        return self.steady + min(FAILOVERS_AT_ONCE, self.steady)

    def cost(self, amphorae: int) -> dict[str, int]:
        """Return what a number of amphorae takes, by the keys of the quotas; disk in GiB."""
        taken = {
            "instances": amphorae,
            "cores": amphorae * self.vcpus,
            "ram": amphorae * self.ram_mib,
            "ports": amphorae * PORTS_PER_AMPHORA,
        }
        if self.disk_gib:
            taken[LOCAL_DISK] = amphorae * self.disk_gib
        if self.volume_gib:
            taken |= {"volumes": amphorae, "gigabytes": amphorae * self.volume_gib}
        return taken

    def cost_of_one(self) -> dict[str, int]:
        """Return what one load balancer takes, by the keys of the quotas."""
        taken = self.cost(2 if self.pairs else 1)
        if self.grouped:
            taken["server_groups"] = 1
        groups = GROUPS_PER_LOAD_BALANCER
        return taken | {"security_groups": groups, "security_group_rules": groups * RULES_PER_GROUP}


def planned_amphorae(effective: Effective, flavor: Flavor | None = None) -> Amphorae:
    """Return what the answers plan; an adopted flavor brings its own sizes."""
    pairs = effective.chosen("capacity.topology", "ACTIVE_STANDBY")
    volumes = effective.is_on("capacity.volume_backed")
    size = effective.maybe_number("capacity.volume_size_gib") or _DEFAULT_VOLUME_GIB
    return Amphorae(
        load_balancers=effective.maybe_number("capacity.load_balancers") or 0,
        pairs=pairs,
        grouped=pairs and effective.is_on("capacity.anti_affinity"),
        spare=effective.maybe_number("capacity.spare_pool") or 0,
        vcpus=flavor.vcpus
        if flavor
        else effective.maybe_number("capacity.vcpus") or _DEFAULT_VCPUS,
        ram_mib=flavor.ram_mib
        if flavor
        else effective.maybe_number("capacity.ram_mib") or _DEFAULT_RAM_MIB,
        disk_gib=flavor.disk_gib if flavor else effective.maybe_number("capacity.disk_gib") or 0,
        volume_gib=size if volumes else 0,
    )


def needed_quotas(effective: Effective, flavor: Flavor | None = None) -> Quotas:
    """Return the lowest limits of the service project that let the planned amphorae be.

    Pure; ``flavor`` is the adopted one, where the answers name no sizes.
    """
    plan = planned_amphorae(effective, flavor)
    groups = plan.load_balancers * GROUPS_PER_LOAD_BALANCER + 1
    most = plan.cost(plan.most)
    compute = {key: most[key] for key in ("instances", "cores", "ram")}
    if plan.grouped:
        compute |= {"server_groups": plan.load_balancers, "server_group_members": GROUP_MEMBERS}
    network = {
        "ports": most["ports"],
        "security_groups": groups,
        "security_group_rules": groups * RULES_PER_GROUP,
    }
    volume: dict[str, int] = {k: most[k] for k in ("volumes", "gigabytes") if k in most}
    return Quotas(compute=compute, network=network, volume=volume)


def raised_quotas(
    effective: Effective, cloud: CloudFacts, flavor: Flavor | None = None
) -> dict[str, dict[str, int]]:
    """Return by service the limits to raise, and to what; unlimited and ample ones are left out.

    A key the service did not report is left out too: it has no such quota.
    """
    needed = needed_quotas(effective, flavor or adopted_flavor(effective, cloud))
    raised: dict[str, dict[str, int]] = {}
    for service, wanted in _by_service(needed).items():
        now = limits_of(cloud, service)
        short = {
            key: value
            for key, value in wanted.items()
            if key in now and now[key] != UNLIMITED and now[key] < value
        }
        if short:
            raised[service] = short
    return raised


def adopted_flavor(effective: Effective, cloud: CloudFacts | None) -> Flavor | None:
    """Return the flavor to adopt, where one is to be adopted and the cloud shows it."""
    wanted = effective.maybe_text("capacity.flavor_existing")
    if cloud is None or wanted is None or not effective.chosen("capacity.flavor_source", "adopt"):
        return None
    found = flavors_called(cloud, wanted)
    return found[0] if len(found) == 1 else None


def capacity_needs(effective: Effective, cloud: CloudFacts | None) -> tuple[CapacityNeed, ...]:
    """Return what the planned load balancers need, beside the limits now and afterwards."""
    flavor = adopted_flavor(effective, cloud)
    plan = planned_amphorae(effective, flavor)
    quotas = _by_service(needed_quotas(effective, flavor))
    one = plan.cost_of_one()
    raise_them = effective.is_on("capacity.set_quotas")
    needs = [
        replace(_need(row, quotas[row.service][row.key], cloud, raise_them), each=one.get(row.key))
        for row in _ROWS
        if row.key in quotas[row.service]
    ]
    if plan.disk_gib:
        disk = CapacityNeed("local disk", "GiB", plan.cost(plan.most)[LOCAL_DISK])
        needs.insert(3, replace(disk, each=one[LOCAL_DISK]))
    return tuple(needs)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    unit: str
    service: str
    key: str


_ROWS = (
    _Row("virtual machines", "", "compute", "instances"),
    _Row("vCPUs", "", "compute", "cores"),
    _Row("memory", "MiB", "compute", "ram"),
    _Row("server groups", "", "compute", "server_groups"),
    _Row("server group members", "", "compute", "server_group_members"),
    _Row("ports", "", "network", "ports"),
    _Row("security groups", "", "network", "security_groups"),
    _Row("security group rules", "", "network", "security_group_rules"),
    _Row("volumes", "", "volume", "volumes"),
    _Row("volume space", "GiB", "volume", "gigabytes"),
)


def _need(row: _Row, needed: int, cloud: CloudFacts | None, raise_them: bool) -> CapacityNeed:
    need = CapacityNeed(row.name, row.unit, needed, row.service, row.key)
    now = limits_of(cloud, row.service).get(row.key) if cloud else None
    if cloud is None or now is None:
        return need
    raised = max(now, needed) if raise_them and now != UNLIMITED else now
    return replace(need, now=now, after=raised, used=cloud.quotas.used.get(row.key))


def _by_service(quotas: Quotas) -> dict[str, Mapping[str, int]]:
    return {"compute": quotas.compute, "network": quotas.network, "volume": quotas.volume}
