"""Defaults and choices of topology and capacity, from the release and the cloud."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.cloud import UNKNOWN
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.placement import PAIR, usable_computes
from octavia_wizard.core.questions.grounds import from_role
from octavia_wizard.core.questions.model import Choice, Context, Default
from octavia_wizard.core.releases import SparePool


def topology(context: Context) -> Default:
    """Propose the era's default, but SINGLE where fewer than two computes were seen."""
    computes = _usable_computes(context)
    if computes is not None and computes < PAIR:
        return Default("SINGLE", Provenance.DETECTED, _few(computes))
    value = str(context.release.rules.topology_default)
    return Default(value, Provenance.ROLE_DEFAULT, "octavia_loadbalancer_topology")


def anti_affinity(context: Context) -> Default:
    """Propose it for pairs only, and only where two computes can take them."""
    if context.effective.chosen("capacity.topology", "SINGLE"):
        return Default(False, Provenance.COMPUTED, "SINGLE has no pair to keep apart")
    computes = _usable_computes(context)
    if computes is not None and computes < PAIR:
        return Default(False, Provenance.DETECTED, _few(computes))
    value = context.release.rules.anti_affinity_default
    return Default(value, Provenance.ROLE_DEFAULT, "octavia_enable_anti_affinity")


def _few(computes: int) -> str:
    return f"the cloud has {computes} usable compute" + ("" if computes == 1 else "s")


def _usable_computes(context: Context) -> int | None:
    cloud = context.facts.cloud
    if cloud is None or not cloud.computes:
        return None
    # The zone is asked for later, and defaults to one the computes are in.
    return len(usable_computes(cloud.computes, None))


def spare_pool_exists(context: Context) -> bool:
    """Ask only where some way is left to have a pool (OSA 16 to 23)."""
    return context.release.rules.spare_pool is not SparePool.GONE


def spare_pool(context: Context) -> Default:
    """Propose the role's default where it still sets one, else none."""
    if context.release.rules.spare_pool is SparePool.TUNED:
        found = from_role("octavia_spare_amphora_pool_size", 1)(context)
        if found is not None:
            return found
    return Default(0, Provenance.COMPUTED, "deprecated: reachable by an override only")


FLAVOR_COLUMNS = ("Name", "vCPU", "RAM", "Disk", "Public")
ZONE_COLUMNS = ("Zone", "State", "Computes up")


def flavors(context: Context) -> tuple[Choice, ...]:
    """Offer the flavors of the cloud with their sizes."""
    cloud = context.facts.cloud
    return tuple(
        Choice(
            flavor.id,
            flavor.name,
            f"{flavor.vcpus} vCPU, {flavor.ram_mib} MiB, {flavor.disk_gib} GiB, "
            + ("public" if flavor.is_public else "private"),
            (
                flavor.name,
                str(flavor.vcpus),
                f"{flavor.ram_mib} MiB",
                f"{flavor.disk_gib} GiB",
                "yes" if flavor.is_public else "no",
            ),
        )
        for flavor in sorted(cloud.flavors if cloud else (), key=lambda flavor: flavor.name)
    )


def disk(context: Context) -> Default:
    """Propose the role's default, and 0 where the disk is a volume."""
    if context.effective.is_on("capacity.volume_backed"):
        return Default(0, Provenance.COMPUTED, "the disk is a volume")
    found = from_role("octavia_amp_disk")(context)
    return found or Default(20, Provenance.ROLE_DEFAULT, "octavia_amp_disk without volumes")


def volume_types(context: Context) -> tuple[Choice, ...]:
    """Offer the volume types of the cloud."""
    cloud = context.facts.cloud
    names = cloud.volume_types if cloud and cloud.volume_types else ()
    return tuple(Choice(name, name) for name in names)


def volume_type_known(context: Context) -> bool:
    """Ask only where a type is needed (OSA 25 and later) or the cloud has some to choose from."""
    return context.release.has("octavia_cinder_volume_type") or bool(volume_types(context))


def volume_type(context: Context) -> Default | None:
    """Propose the role's default where the cloud has it, else the cloud's first."""
    found = from_role("octavia_cinder_volume_type")(context)
    names = [choice.value for choice in volume_types(context)]
    if names and (found is None or found.value not in names):
        detail = f"the cloud has no type {found.value}" if found else "the first of the cloud"
        return Default(names[0], Provenance.DETECTED, detail)
    return found


def zones(context: Context) -> tuple[Choice, ...]:
    """Offer the availability zones of the cloud."""
    cloud = context.facts.cloud
    if cloud is None:
        return ()
    found = []
    for zone in cloud.zones:
        state = "available" if zone.available else "not available"
        there = [compute for compute in cloud.computes if compute.zone == zone.name]
        up = sum(compute.up and compute.enabled for compute in there)
        computes = UNKNOWN if Part.COMPUTES in cloud.unread else f"{up} of {len(there)}"
        found.append(Choice(zone.name, zone.name, state, (zone.name, state, computes)))
    return tuple(found)


def zone(context: Context) -> Default:
    """Propose the role's default where the cloud has it, else its only zone."""
    found = from_role("octavia_amp_availability_zone")(context)
    names = [choice.value for choice in zones(context)]
    if found is not None and names and found.value not in names:
        return Default(names[0], Provenance.DETECTED, f"the cloud has no zone {found.value}")
    return found or Default(None, Provenance.ROLE_DEFAULT, "this release sets none")
