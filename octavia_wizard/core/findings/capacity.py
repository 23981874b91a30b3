"""Checks of topology, spare amphorae, zones and volumes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, note, warning
from octavia_wizard.core.placement import (
    PAIR,
    PAIR_AND_FAILOVER,
    planned_computes,
    usable_computes,
)
from octavia_wizard.core.releases import SparePool

# Seconds between two looks at a booting amphora ([controller_worker] amp_active_wait_sec).
WAIT_SECONDS = 10
FEW_RETRIES = 10

NEEDS_TWO = error(
    "anti-affinity-needs-computes",
    "capacity.anti_affinity",
    "Anti-affinity needs two computes",
    "Nova must put the two amphorae of a load balancer on different computes. With fewer than two "
    "the second one finds no valid host, and every load balancer ends in ERROR.",
    "Choose SINGLE without anti-affinity, or bring up a second compute in the zone.",
)
NEEDS_TWO_PLANNED = warning(
    "anti-affinity-few-compute-hosts",
    "capacity.anti_affinity",
    "The inventory has fewer than two compute hosts",
    "The two amphorae of a load balancer must be on different computes; with one compute every "
    "load balancer ends in ERROR.",
    "Choose SINGLE without anti-affinity, or add a compute host.",
)
NO_COMPUTE = error(
    "no-usable-compute",
    "capacity.availability_zone",
    "No compute can take an amphora",
    "Every boot of an amphora would end without a valid host.",
    "Bring up and enable nova-compute, or choose a zone that has one.",
)
TWO_ONLY = note(
    "anti-affinity-no-room-for-failover",
    "capacity.anti_affinity",
    "With two computes a lost amphora is not replaced",
    "While one of the two is down, anti-affinity leaves no compute for the replacement; the load "
    "balancer goes on with one amphora.",
    "Nothing to do if that is acceptable; a third compute cures it.",
)
SAME_HOST = warning(
    "active-standby-on-one-host",
    "capacity.anti_affinity",
    "Both amphorae of a load balancer may run on one compute",
    "Without anti-affinity Nova is free to put them side by side; that compute then takes both "
    "down.",
    "Switch anti-affinity on, or accept this in a lab.",
)
SINGLE_WITH_MANY = note(
    "single-with-several-computes",
    "capacity.topology",
    "There are computes enough for ACTIVE_STANDBY",
    "With SINGLE a load balancer is down for a minute or two while a lost amphora is replaced; "
    "with ACTIVE_STANDBY its twin takes over within seconds.",
    "Nothing to do if that is acceptable.",
)
NO_PAIR = note(
    "anti-affinity-with-single",
    "capacity.anti_affinity",
    "Anti-affinity has no effect with SINGLE",
    "A load balancer has one amphora, so there is no pair to keep apart.",
    "Nothing to do.",
)
SPARE_GONE = warning(
    "spare-pool-gone",
    "capacity.topology",
    "This release has no spare amphora pool",
    "Octavia removed the pool in Xena 9.0.0 (OSA 24): spares could not take part in "
    "anti-affinity. The answer has no effect.",
    "Leave capacity.spare_pool out. ACTIVE_STANDBY gives a faster failover than spares did.",
)
SPARE_DEPRECATED = warning(
    "spare-pool-deprecated",
    "capacity.spare_pool",
    "The spare amphora pool is deprecated",
    "The role has no variable for it any more; it is set through octavia_octavia_conf_overrides "
    "and ends with the upgrade to 24 (Xena).",
    "Set it to 0 unless you rely on it.",
)
SPARE_STANDBY = warning(
    "spare-pool-with-active-standby",
    "capacity.spare_pool",
    "Spare amphorae do not go with ACTIVE_STANDBY",
    "Nova cannot add a running amphora to a server group, so spares break anti-affinity or stay "
    "unused (release note of Octavia 7.0.0).",
    "Set capacity.spare_pool to 0.",
)
SPARE_OVERRIDE = warning(
    "spare-pool-override-dead",
    "variables.octavia_octavia_conf_overrides",
    "An override sets the spare pool that Octavia no longer has",
    "The option house_keeping.spare_amphora_pool_size is unknown from Xena 9.0.0 on; it is dead "
    "text in octavia.conf.",
    "Remove it from octavia_octavia_conf_overrides.",
)
ZONE_UNKNOWN = error(
    "availability-zone-unknown",
    "capacity.availability_zone",
    "The availability zone does not exist",
    "Nova refuses to boot amphorae there.",
    "Choose one of the cloud's zones, or none to leave it to the scheduler.",
)
ZONE_DOWN = warning(
    "availability-zone-down",
    "capacity.availability_zone",
    "The availability zone is not available",
    "Nova boots nothing there until its computes are back.",
    "Choose another zone, or bring its computes up.",
)
TYPE_UNKNOWN = error(
    "volume-type-unknown",
    "capacity.volume_type",
    "The volume type does not exist",
    "Cinder refuses the volume, and every load balancer ends in ERROR. The role's default, "
    "volumes-hdd, exists on few clouds.",
    "Choose one of the cloud's volume types.",
)
NO_CINDER = error(
    "volume-backed-without-cinder",
    "capacity.volume_backed",
    "The cloud has no volume service",
    "Amphorae cannot boot from volumes without Cinder.",
    "Set capacity.volume_backed to false.",
)
FEW_TRIES = note(
    "active-retries-low",
    "capacity.active_retries",
    "Amphorae get little time to boot",
    "When the time is over, Octavia gives the amphora up and the load balancer ends in ERROR. "
    "First boots on slow storage or nested virtualisation take minutes.",
    "Use 30 there.",
)


def check_computes(case: Situation) -> Iterator[Finding]:
    """Compare the topology with the computes that can take amphorae."""
    effective = case.effective
    pairs = effective.chosen("capacity.topology", "ACTIVE_STANDBY")
    apart = effective.is_on("capacity.anti_affinity")
    if pairs and not apart and "capacity.anti_affinity" in effective:
        yield SAME_HOST.found("The topology is ACTIVE_STANDBY, and anti-affinity is off.")
    if effective.chosen("capacity.topology", "SINGLE") and apart:
        yield NO_PAIR.found("The topology is SINGLE, and anti-affinity is on.")
    cloud = case.cloud(Part.COMPUTES)
    if cloud is None:
        yield from _planned_computes(case, pairs and apart)
        return
    usable = usable_computes(cloud.computes, _zone(case))
    count, seen = len(usable), f"{len(usable)} of {len(cloud.computes)} computes {_place(case)}"
    if not usable:
        yield NO_COMPUTE.found(f"{seen} can take amphorae (up, enabled).")
    elif pairs and apart and count < PAIR:
        yield NEEDS_TWO.found(f"{seen} can take amphorae: {usable[0].host}.")
    elif pairs and apart and count < PAIR_AND_FAILOVER:
        yield TWO_ONLY.found(f"{seen} can take amphorae.")
    elif effective.chosen("capacity.topology", "SINGLE") and count > 1:
        yield SINGLE_WITH_MANY.found(f"{seen} can take amphorae; the topology is SINGLE.")


def check_spares(case: Situation) -> Iterator[Finding]:
    """Look for spare amphorae where they do not work."""
    effective, means = case.effective, case.release.rules.spare_pool
    spares = effective.maybe_number("capacity.spare_pool") or 0
    name = f"{case.release.name} ({case.release.series})"
    if means is SparePool.GONE:
        if spares or "capacity.spare_pool" in effective.unused:
            yield SPARE_GONE.found(f"capacity.spare_pool is answered, and {name} has no pool.")
        yield from _overrides(case)
    elif spares and means is SparePool.OVERRIDE:
        yield SPARE_DEPRECATED.found(f"{spares} spare amphorae are wanted in {name}.")
    if spares and effective.chosen("capacity.topology", "ACTIVE_STANDBY"):
        yield SPARE_STANDBY.found(f"{spares} spare amphorae are wanted with ACTIVE_STANDBY.")


def check_zone(case: Situation) -> Iterator[Finding]:
    """Look for the availability zone in the cloud."""
    cloud, wanted = case.cloud(Part.ZONES), _zone(case)
    if cloud is None or not cloud.zones or wanted is None:
        return
    zones = {zone.name: zone for zone in cloud.zones}
    if wanted not in zones:
        yield ZONE_UNKNOWN.found(f"There is no zone {wanted}; there are {listed(sorted(zones))}.")
    elif not zones[wanted].available:
        yield ZONE_DOWN.found(f"Zone {wanted} is not available.")


def check_volumes(case: Situation) -> Iterator[Finding]:
    """Look for what volume-backed amphorae need."""
    cloud = case.cloud(Part.VOLUME_TYPES)
    if cloud is None or not case.effective.is_on("capacity.volume_backed"):
        return
    wanted = case.effective.maybe_text("capacity.volume_type")
    if cloud.volume_types is None:
        yield NO_CINDER.found("Amphorae are to boot from volumes; the catalogue has no Cinder.")
    elif wanted is not None and wanted not in cloud.volume_types:
        there = listed(cloud.volume_types) or "none"
        yield TYPE_UNKNOWN.found(f"There is no volume type {wanted}; there are: {there}.")


def check_retries(case: Situation) -> Iterator[Finding]:
    """Look for too little time to boot."""
    retries = case.effective.maybe_number("capacity.active_retries")
    if retries is not None and retries < FEW_RETRIES:
        yield FEW_TRIES.found(f"{retries} tries, {retries * WAIT_SECONDS} s in all.")


def _planned_computes(case: Situation, apart: bool) -> Iterator[Finding]:
    hosts = planned_computes(case.facts)
    if apart and hosts and len(hosts) < PAIR:
        yield NEEDS_TWO_PLANNED.found(f"The only compute host is {hosts[0]}.")


def _zone(case: Situation) -> str | None:
    return case.effective.maybe_text("capacity.availability_zone")


def _place(case: Situation) -> str:
    zone = _zone(case)
    return f"in zone {zone}" if zone else "of the cloud"


def _overrides(case: Situation) -> Iterator[Finding]:
    name = "octavia_octavia_conf_overrides"
    places = [("the answers", case.variable(name))]
    for file in case.facts.host.user_files:
        if name in file.variables and not file.ours:
            known = file.variables[name]
            places.append((f"{file.path}:{known.line}", known.value))
    for where, value in places:
        section = value.get("house_keeping") if isinstance(value, Mapping) else None
        if isinstance(section, Mapping) and "spare_amphora_pool_size" in section:
            yield SPARE_OVERRIDE.found(
                "It sets house_keeping.spare_amphora_pool_size.", where=where
            )


CHECKS: tuple[Check, ...] = (
    check_computes,
    check_spares,
    check_zone,
    check_volumes,
    check_retries,
)
