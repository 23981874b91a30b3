"""The two topologies drawn, and whether the computes found can carry the chosen one."""

from __future__ import annotations

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.placement import (
    PAIR,
    PAIR_AND_FAILOVER,
    Placement,
    Source,
    placement,
)
from octavia_wizard.core.releases import SparePool
from octavia_wizard.core.releases import Topology as Kind
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import beside, verdict
from octavia_wizard.core.views.model import Line, Picture, Role, Subject, View, line

_BLOCK = 26
"""Columns one topology takes."""
_WIDE_BLOCK = 38


def draw_topology(subject: Subject, width: int) -> Picture:
    """Draw both topologies, the chosen one marked, and say what the computes make of it."""
    effective = subject.effective
    found = placement(effective, subject.facts)
    chosen = effective.maybe_text("capacity.topology")
    pair, single = _pair(effective, found, chosen), _single(chosen)
    block = _WIDE_BLOCK if width >= 2 * _WIDE_BLOCK else _BLOCK
    shapes = beside(pair, single, block + 2) if width >= 2 * _BLOCK + 2 else (*pair, *single)
    return (
        *shapes,
        *_computes(found, width),
        *_apart(effective, found, width),
        *_spares(effective, width),
    )


def _head(kind: Kind, chosen: str | None, cost: str) -> Line:
    taken = chosen == kind
    mark = f"({glyphs.CHOSEN}) " if taken else "( ) "
    role = Role.STRONG if taken else Role.PLAIN
    return line((mark, role), (kind.value, role), (f"  {cost}", Role.QUIET))


def _pair(effective: Effective, found: Placement, chosen: str | None) -> Picture:
    wire = glyphs.RULE * 2
    apart = effective.is_on("capacity.anti_affinity") or chosen == Kind.SINGLE
    first, second = ("host A", "host B") if apart else ("any host", "any host")
    lonely = apart and found.count is not None and found.count < PAIR
    master = line(f"    VIP {wire} master  ", (first, Role.QUIET))
    lost = (f"{glyphs.ERROR} no host", Role.BAD) if lonely else (second, Role.QUIET)
    backup = line(f"        {glyphs.BRANCH}{glyphs.RULE} backup  ", lost)
    return (_head(Kind.ACTIVE_STANDBY, chosen, "2 VMs"), master, backup)


def _single(chosen: str | None) -> Picture:
    wire = glyphs.RULE * 2
    body = line(f"    VIP {wire} amphora  ", ("any host", Role.QUIET))
    return (_head(Kind.SINGLE, chosen, "1 VM"), body)


def _computes(found: Placement, width: int) -> Picture:
    zone = f", in zone {found.zone}" if found.zone else ""
    if found.source is Source.NOWHERE:
        why = found.reason or "no cloud was read, and the inventory names none"
        return verdict(Role.QUIET, f"computes not known: {why}", width)
    if found.source is Source.INVENTORY:
        count = f"{len(found.hosts)} compute host{_s(len(found.hosts))} in the inventory"
        return verdict(Role.QUIET, f"{count}; whether they are up is not known", width)
    usable = f"{len(found.hosts)} of {found.seen} compute{_s(found.seen)} can take amphorae"
    role = Role.GOOD if found.hosts else Role.BAD
    return verdict(role, f"{usable} (up, enabled{zone})", width)


def _apart(effective: Effective, found: Placement, width: int) -> Picture:
    if not effective.chosen("capacity.topology", Kind.ACTIVE_STANDBY):
        return verdict(
            Role.QUIET, "a lost amphora is booted anew: a minute or two without traffic", width
        )
    if not effective.is_on("capacity.anti_affinity"):
        text = "anti-affinity off: both amphorae may share a host, and fail with it"
        return verdict(Role.ATTENTION, text, width)
    count = found.count
    if count is None:
        text = f"anti-affinity needs {PAIR} hosts, {PAIR_AND_FAILOVER} to replace one that is down"
        return verdict(Role.QUIET, text, width)
    if count < PAIR:
        text = f"anti-affinity cannot be met: it needs {PAIR} hosts, there {_are(count)}"
        return verdict(Role.BAD, text, width)
    if count < PAIR_AND_FAILOVER:
        text = "anti-affinity can be met; to replace one while a host is down takes a third"
        return verdict(Role.ATTENTION, text, width)
    text = f"anti-affinity can be met: needs {PAIR} hosts, {PAIR_AND_FAILOVER} while one is down"
    return verdict(Role.GOOD, text, width)


def _spares(effective: Effective, width: int) -> Picture:
    match effective.release.rules.spare_pool:
        case SparePool.GONE:
            text = "spare pool: gone since Xena (OSA 24), use ACTIVE_STANDBY"
        case SparePool.OVERRIDE:
            text = "spare pool: deprecated since Victoria, gone with OSA 24"
        case _:
            return ()
    return verdict(Role.QUIET, text, width)


def _are(count: int) -> str:
    return f"is {count}" if count == 1 else f"are {count}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


TOPOLOGY = View(
    name="topology",
    title="One load balancer",
    draw=draw_topology,
    keys=("capacity.topology", "capacity.anti_affinity", "capacity.availability_zone"),
)
