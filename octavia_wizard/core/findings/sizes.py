"""Checks of the planned number of load balancers against addresses, quotas and the flavor."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core import ranges
from octavia_wizard.core.capacity import (
    Amphorae,
    adopted_flavor,
    capacity_needs,
    planned_amphorae,
)
from octavia_wizard.core.facts.cloud import flavors_called
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.releases import ImageMechanism, QuotasBy

# Below this the amphora's own services leave HAProxy too little; nobody tests smaller ones.
LEAST_RAM_MIB = 512
GIB = 1024**3

POOL_SMALL = error(
    "pool-too-small",
    "network.pool",
    "The pool has too few addresses for the planned load balancers",
    "Each amphora has one address of the management network; when they run out, no further load "
    "balancer can be made and none can be repaired.",
    "Widen the pool, or plan fewer load balancers.",
)
POOL_TIGHT = warning(
    "pool-without-failover-room",
    "network.pool",
    "The pool has no room for failovers",
    "During a failover the old and the new amphora both have an address.",
    "Widen the pool, or plan fewer load balancers.",
)
QUOTA_SHORT = warning(
    "quota-short",
    "capacity.set_quotas",
    "Quotas of the service project are too low",
    "Amphorae count against the service project. At the limit a load balancer ends in ERROR, and "
    "a failed one is not replaced.",
    "Set capacity.set_quotas to true, or raise them yourself.",
)
FLAVOR_UNKNOWN = error(
    "flavor-not-found",
    "capacity.flavor_existing",
    "The flavor to adopt does not exist",
    "Octavia is given the flavor by its id; without it no amphora boots.",
    "Choose one of the flavors the cloud has, or have one created.",
)
RAM_SMALL = warning(
    "flavor-ram-small",
    "capacity.ram_mib",
    "The flavor has little memory",
    "Below 512 MiB the amphora's agent and HAProxy run out of memory under load.",
    "Use 1024 MiB, the role's default.",
)
DISK_SMALL = error(
    "flavor-disk-too-small",
    "capacity.disk_gib",
    "The disk is smaller than the image",
    "Nova refuses to boot an image whose virtual size exceeds the flavor's disk, and Cinder a "
    "volume smaller than the image.",
    "Give the disk or volume at least the size of the image.",
)
DISK_WASTED = note(
    "flavor-disk-beside-volume",
    "capacity.disk_gib",
    "The flavor has a disk that volume-backed amphorae do not use",
    "With Cinder the root disk is the volume; Nova still counts the flavor's disk when it looks "
    "for room on a compute.",
    "Set capacity.disk_gib to 0.",
)


def check_pool(case: Situation) -> Iterator[Finding]:
    """Compare the addresses with the amphorae."""
    free = _addresses(case)
    plan = planned_amphorae(case.effective)
    if free is None or not plan.load_balancers:
        return
    if free < plan.steady:
        yield POOL_SMALL.found(f"{free} addresses for {_told(plan)}.")
    elif free < plan.most:
        room = plan.most - plan.steady
        yield POOL_TIGHT.found(f"{free} addresses for {_told(plan)} and {room} replaced at once.")


def check_quotas(case: Situation) -> Iterator[Finding]:
    """Compare the quotas with the amphorae, where nobody is to raise them."""
    cloud = case.cloud(Part.QUOTAS, Part.FLAVORS)
    waits = "capacity.set_quotas" not in case.effective
    if cloud is None or waits or case.effective.is_on("capacity.set_quotas"):
        return
    short = [
        f"{need.name} {need.now} of {need.needed}{' ' if need.unit else ''}{need.unit}"
        for need in capacity_needs(case.effective, cloud)
        if need.short and not _role_raises(case, need.service)
    ]
    if short:
        plan = planned_amphorae(case.effective)
        yield QUOTA_SHORT.found(f"For {_told(plan)}: {listed(short, most=12)}.")


def check_flavor(case: Situation) -> Iterator[Finding]:
    """Look at the flavor, new or adopted."""
    effective, cloud = case.effective, case.cloud(Part.FLAVORS)
    wanted = effective.maybe_text("capacity.flavor_existing")
    adopting = effective.chosen("capacity.flavor_source", "adopt") and wanted is not None
    place = "capacity.flavor_existing" if adopting else ""
    if cloud is not None and adopting and wanted and not flavors_called(cloud, wanted):
        there = listed(sorted(flavor.name for flavor in cloud.flavors))
        yield FLAVOR_UNKNOWN.found(f"No flavor has the id or name {wanted}; there are {there}.")
    flavor = adopted_flavor(effective, cloud)
    if adopting and flavor is None:
        return
    ram = flavor.ram_mib if flavor else effective.maybe_number("capacity.ram_mib")
    disk = flavor.disk_gib if flavor else effective.maybe_number("capacity.disk_gib")
    if ram is not None and ram < LEAST_RAM_MIB:
        yield RAM_SMALL.found(f"The flavor has {ram} MiB.", place=place)
    if effective.is_on("capacity.volume_backed"):
        if disk:
            yield DISK_WASTED.found(f"The flavor has {disk} GiB beside the volume.", place=place)
        disk = effective.maybe_number("capacity.volume_size_gib")
        place = "capacity.volume_size_gib"
    size = _image_size(case)
    # A disk of 0 GiB means as large as the image.
    if disk and size is not None and size > disk * GIB:
        what = f"The image needs {size / GIB:.1f} GiB, the disk has {disk}."
        yield DISK_SMALL.found(what, place=place)


def _addresses(case: Situation) -> int | None:
    pool = ranges.pool(case.effective.maybe_text("network.pool"))
    if pool is not None:
        return len(pool)
    if not case.effective.chosen("network.mode", "adopt"):
        return None
    found = [ranges.between(*pool) for subnet in case.own_subnets() for pool in subnet.pools]
    return sum(len(one) for one in found if one is not None) if found else None


def _told(plan: Amphorae) -> str:
    return f"{plan.load_balancers} load balancers with {plan.steady} amphorae"


def _role_raises(case: Situation, service: str) -> bool:
    """Say whether the role sets these quotas itself, to far more than is needed.

    From 29.0.0 to 31 it does so through openstack_resources, which ignores the keys the role
    uses for Neutron's quotas.
    """
    if case.release.rules.quotas_by is not QuotasBy.ROLE:
        return False
    return service != "network" or not _through_resources(case)


def _through_resources(case: Situation) -> bool:
    return case.release.rules.image_mechanism is ImageMechanism.RESOURCE


def _image_size(case: Situation) -> int | None:
    """Return the bytes of the disk inside the image, which may yet have to be built."""
    if case.effective.chosen("image.source", "build"):
        built = case.effective.maybe_number("image.size_gib")
        return built * GIB if built is not None else None
    image = case.inspected.image
    return image.virtual_size if image is not None else None


CHECKS: tuple[Check, ...] = (check_pool, check_quotas, check_flavor)
