"""Where amphorae can run: the computes found, and whether two amphorae can be kept apart.

Nova places both amphorae of a pair by a server group: with the policy anti-affinity, Octavia's
default ([nova] anti_affinity_policy), each needs a compute of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.facts.resources import Compute

PAIR = 2
"""Computes a pair that is kept apart needs."""
PAIR_AND_FAILOVER = 3
"""Computes it needs to be made whole again while one of them is down."""


class Source(StrEnum):
    """Where the computes are known from."""

    CLOUD = "cloud"
    INVENTORY = "inventory"
    """The hosts of the group compute_hosts; whether they are up is not known."""
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Placement:
    """The computes that can take amphorae."""

    source: Source
    hosts: tuple[str, ...] = ()
    """Those that can, sorted."""
    seen: int = 0
    """How many there are, able or not."""
    zone: str | None = None
    """The availability zone they have to be in; None for any."""
    reason: str = ""
    """Why the cloud could not be asked."""

    @property
    def count(self) -> int | None:
        """How many can take amphorae; None where nothing is known."""
        return None if self.source is Source.NOWHERE else len(self.hosts)


def usable_computes(computes: Iterable[Compute], zone: str | None) -> tuple[Compute, ...]:
    """Return the computes that are up, enabled, and in the zone where one is asked for."""
    return tuple(c for c in computes if c.up and c.enabled and zone in (None, c.zone))


def placement(effective: Effective, facts: Facts) -> Placement:
    """Return the computes that can take the amphorae of these answers."""
    zone = effective.maybe_text("capacity.availability_zone")
    cloud = facts.cloud
    unread = cloud.unread.get(Part.COMPUTES, "") if cloud else ""
    if cloud is not None and not unread:
        hosts = sorted(compute.host for compute in usable_computes(cloud.computes, zone))
        return Placement(Source.CLOUD, tuple(hosts), len(cloud.computes), zone)
    planned = planned_computes(facts)
    if planned:
        return Placement(Source.INVENTORY, planned, len(planned), None, unread)
    return Placement(Source.NOWHERE, zone=zone, reason=unread)


def planned_computes(facts: Facts) -> tuple[str, ...]:
    """Return the compute hosts of openstack_user_config.yml and conf.d, sorted."""
    groups = facts.host.inventory.host_groups
    named = (members for group, members in groups.items() if _is_compute(group))
    return tuple(sorted({host for members in named for host in members}))


def _is_compute(group: str) -> bool:
    return group.replace("-", "_") == "compute_hosts"
