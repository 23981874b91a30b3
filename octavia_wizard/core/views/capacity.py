"""What a number of load balancers takes, beside what the service project has."""

from __future__ import annotations

from octavia_wizard.core.capacity import (
    CapacityNeed,
    adopted_flavor,
    capacity_needs,
    planned_amphorae,
)
from octavia_wizard.core.facts.cloud import UNLIMITED
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.releases import QuotasBy
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import numbers, verdict, wrapped
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, View, line, width_of
from octavia_wizard.core.views.spare import SPARES, gigabytes
from octavia_wizard.core.views.topology import TOPOLOGY

_ORDER = (
    "virtual machines",
    "vCPUs",
    "memory",
    "ports",
    "server groups",
    "local disk",
    "volume space",
    "volumes",
    "security groups",
    "security group rules",
    "server group members",
)
"""What runs out first, first."""
_NAME = 22
_COLUMNS = (("one LB", 8), ("in use", 10), ("limit now", 11), ("needed", 9), ("after", 11))
_FEW = ("limit now", "needed")
_WHOLE = _NAME + 2 + sum(width for _, width in _COLUMNS)
_UNKNOWN = "?"


def draw_capacity(subject: Subject, width: int) -> Picture:
    """Draw a table of what is needed beside what there is; short limits are marked."""
    effective, cloud = subject.effective, subject.facts.cloud
    needs = sorted(capacity_needs(effective, cloud), key=lambda need: _ORDER.index(need.name))
    # The members of a group are two or three whatever is planned: worth a line if that is too many.
    needs = [need for need in needs if need.key != "server_group_members" or need.short]
    shown = _columns(width)
    head = " " * (_NAME + 2) + numbers([name for name, _ in shown], [w for _, w in shown])
    rows = [_row(need, shown, cloud) for need in needs]
    return (*_heading(subject, width), line((head, Role.QUIET)), *rows)


def _columns(width: int) -> list[tuple[str, int]]:
    """Return the columns there is room for; what is needed always has some."""
    names = [name for name, _ in _COLUMNS] if width >= _WHOLE else [*_FEW]
    shown = [column for column in _COLUMNS if column[0] in names]
    while len(shown) > 1 and _NAME + 2 + sum(room for _, room in shown) > width:
        shown.pop(0)
    return shown


def _heading(subject: Subject, width: int) -> Picture:
    """Say what is planned, and whether the limits allow it; in one line where that fits."""
    flavor = adopted_flavor(subject.effective, subject.facts.cloud)
    plan = planned_amphorae(subject.effective, flavor)
    balancers = f"{plan.load_balancers} load balancer{'' if plan.load_balancers == 1 else 's'}"
    spares = f" + {plan.spare} spare" if plan.spare else ""
    amphorae = f"{plan.steady - plan.spare} amphorae{spares}, at most {plan.most}"
    planned = wrapped(f"{balancers} {glyphs.ARROW} {amphorae}", width, Role.STRONG)
    standing = _standing(subject, width)
    room = width - width_of(planned[0]) - 2
    if len(planned) == len(standing) == 1 and width_of(standing[0]) <= room:
        return ((*planned[0], *line("  "), *standing[0]),)
    return (*planned, *standing)


def _row(need: CapacityNeed, shown: list[tuple[str, int]], cloud: CloudFacts | None) -> Line:
    unit = "GiB" if need.unit == "MiB" else need.unit
    name = f"{need.name} {unit}".rstrip()
    texts = {
        "one LB": "" if need.each is None else _number(need, need.each),
        "in use": _used(need, cloud),
        "limit now": _limit(need, need.now, cloud),
        "needed": _number(need, need.needed),
        "after": _limit(need, need.after, cloud),
    }
    mark = f"{glyphs.ATTENTION} " if need.short else "  "
    cells = numbers([texts[column] for column, _ in shown], [width for _, width in shown])
    return line((mark, Role.ATTENTION), f"{name} ".ljust(_NAME), cells)


def _number(need: CapacityNeed, value: int) -> str:
    return gigabytes(value) if need.unit == "MiB" else str(value)


def _used(need: CapacityNeed, cloud: CloudFacts | None) -> str:
    if need.used is not None:
        return _number(need, need.used)
    return glyphs.UNWANTED if not need.service and cloud else _UNKNOWN


def _limit(need: CapacityNeed, value: int | None, cloud: CloudFacts | None) -> str:
    if value == UNLIMITED:
        return "unlimited"
    if value is not None:
        return _number(need, value)
    return "none" if cloud and (not need.service or _read(cloud)) else _UNKNOWN


def _read(cloud: CloudFacts) -> bool:
    return Part.QUOTAS not in cloud.unread and bool(cloud.quotas.compute or cloud.quotas.network)


def _standing(subject: Subject, width: int) -> Picture:
    """Say in words which limits are too low, and who raises them."""
    effective, cloud = subject.effective, subject.facts.cloud
    if cloud is None:
        return verdict(Role.QUIET, "limits not known: no cloud", width)
    if not _read(cloud):
        why = cloud.unread.get(Part.QUOTAS) or f"there is no project {cloud.service_project} yet"
        return verdict(Role.QUIET, f"limits not known: {why}", width)
    short = sum(need.short for need in capacity_needs(effective, cloud))
    limits = f"{short} limit{'' if short == 1 else 's'}"
    if not short:
        return verdict(Role.GOOD, "limits are high enough", width)
    if effective.is_on("capacity.set_quotas"):
        return verdict(Role.ATTENTION, f"{limits} to be raised", width)
    if effective.release.rules.quotas_by is QuotasBy.ROLE:
        return verdict(Role.ATTENTION, f"{limits} low, the role has its own", width)
    return verdict(Role.BAD, f"{limits} too low, as it stands", width)


CAPACITY = View(
    name="capacity",
    title="What the load balancers take",
    draw=draw_capacity,
    keys=(
        "capacity.load_balancers",
        "capacity.set_quotas",
        "capacity.flavor_source",
        "capacity.flavor_existing",
        "capacity.flavor_name",
        "capacity.vcpus",
        "capacity.ram_mib",
        "capacity.disk_gib",
        "capacity.extra_specs",
        "capacity.volume_backed",
        "capacity.volume_size_gib",
        "capacity.volume_type",
    ),
)

VIEWS: tuple[View, ...] = (TOPOLOGY, CAPACITY, SPARES)
