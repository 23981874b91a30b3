"""The spare amphora pool: what it costs, and what became of it."""

from __future__ import annotations

from octavia_wizard.core.capacity import (
    FAILOVERS_AT_ONCE,
    LOCAL_DISK,
    adopted_flavor,
    planned_amphorae,
)
from octavia_wizard.core.releases import Release, SparePool
from octavia_wizard.core.views.layout import numbers, verdict, wrapped
from octavia_wizard.core.views.model import Picture, Role, Subject, View, line

VARIABLE = "octavia_spare_amphora_pool_size"
KEY = "capacity.spare_pool"

_ROWS = (
    ("instances", "virtual machines"),
    ("cores", "vCPUs"),
    ("ram", "memory GiB"),
    (LOCAL_DISK, "local disk GiB"),
    ("gigabytes", "volume space GiB"),
    ("ports", "ports"),
)
_WIDTHS = (18, 11, 11)


def draw_spares(subject: Subject, width: int) -> Picture:
    """Draw what spares cost where the release has them; else tell what to use instead."""
    release = subject.effective.release
    if release.rules.spare_pool is SparePool.GONE:
        return _gone(release, width)
    return (*_cost(subject), *_limits(subject, width))


def gigabytes(mebibytes: int) -> str:
    """Write MiB as GiB, with one decimal where it is no whole number."""
    return f"{mebibytes / 1024:.1f}".removesuffix(".0")


def _cost(subject: Subject) -> Picture:
    flavor = adopted_flavor(subject.effective, subject.facts.cloud)
    plan = planned_amphorae(subject.effective, flavor)
    one, all_of_them = plan.cost(1), plan.cost(plan.spare)
    head = numbers(("", "one spare", f"{plan.spare} of them"), _WIDTHS)
    rows = [
        name.ljust(_WIDTHS[0]) + numbers((_shown(key, one), _shown(key, all_of_them)), _WIDTHS[1:])
        for key, name in _ROWS
        if key in one
    ]
    return (line((head, Role.QUIET)), *map(line, rows))


def _shown(key: str, cost: dict[str, int]) -> str:
    return gigabytes(cost[key]) if key == "ram" else str(cost[key])


def _limits(subject: Subject, width: int) -> Picture:
    effective = subject.effective
    wanted = effective.maybe_number(KEY) or 0
    if wanted and effective.chosen("capacity.topology", "ACTIVE_STANDBY"):
        text = "of no use with ACTIVE_STANDBY: a server group takes no VM that runs already"
        return verdict(Role.ATTENTION, text, width)
    if effective.release.rules.spare_pool is SparePool.OVERRIDE:
        text = "deprecated since Octavia 7.0 (Victoria), gone with OSA 24 (Xena): leave it 0"
        return verdict(Role.ATTENTION if wanted else Role.QUIET, text, width)
    if not wanted:
        return verdict(Role.QUIET, "no pool: each amphora boots when it is needed", width)
    return verdict(Role.GOOD, "a SINGLE load balancer is made, or replaced, without a boot", width)


def _gone(release: Release, width: int) -> Picture:
    retired = release.retired(VARIABLE)
    told = [
        "Octavia deprecated the pool in Victoria (7.0.0): a server group takes no VM that runs "
        "already, so spares could never be kept apart from their twins. Xena (9.0.0, OSA 24) "
        "removed it.",
    ]
    if retired is not None:
        told.append(f"{VARIABLE}: {retired.what} {retired.fix}")
    told += [
        "In its place: ACTIVE_STANDBY with anti-affinity, whose second amphora takes over within "
        "seconds.",
        f"Octavia replaces {FAILOVERS_AT_ONCE} amphorae at once; failover_threads in section "
        "health_manager of octavia_octavia_conf_overrides makes it more.",
        "Keep room for replacements: the quotas planned here have it.",
    ]
    return tuple(row for text in told for row in wrapped(text, width))


SPARES = View(name="spares", title="Spare amphorae", draw=draw_spares, keys=(KEY,))
