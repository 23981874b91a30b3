"""Checks of the management network against cidr_networks and used_ips of the OSA inventory.

OSA hands out addresses of ``cidr_networks`` to containers and leaves out ``used_ips``; Neutron
hands out the pool and knows of neither. So ``used_ips`` must hold the whole pool, and nothing
that stands there for another purpose may lie in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core import ranges
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, error, listed, warning
from octavia_wizard.core.occupied import own_names

NOT_RESERVED = warning(
    "pool-not-reserved",
    "network.pool",
    "The pool is not kept from the OSA inventory",
    "OSA picks container addresses from the same CIDR, so a container and an amphora can end up "
    "with the same one.",
    "Let the wizard edit the inventory (network.edit_inventory), or add the pool to used_ips.",
)
OTHERS_INSIDE = error(
    "used-ips-inside-pool",
    "network.pool",
    "Addresses reserved in used_ips lie inside the pool",
    "An entry of used_ips that is smaller than the pool stands for something else: a host, a "
    "router or a storage device. Neutron would give its address to an amphora.",
    "Move the pool; or, where the entry was meant for an earlier, smaller pool, widen the entry "
    "to the whole pool.",
)
PARTLY = warning(
    "used-ips-overlap-pool",
    "network.pool",
    "An entry of used_ips lies across an end of the pool",
    "It covers some addresses of the pool and some beside it, so it was not written for this "
    "pool; what it reserves may collide with amphorae.",
    "Find out what the entry is for, then let pool and entry be the same or apart.",
)
INVENTORY_OVERLAP = error(
    "cidr-overlaps-inventory",
    "network.cidr",
    "The CIDR overlaps another network of the inventory",
    "Controllers have an address in both networks and would route heartbeats and commands for "
    "amphorae into the wrong one.",
    "Choose a CIDR that overlaps no other entry of cidr_networks.",
)
INVENTORY_DIFFERS = warning(
    "inventory-cidr-differs",
    "network.cidr",
    "The inventory has another CIDR for this network",
    "Controllers get their addresses from cidr_networks, amphorae from the subnet. In different "
    "networks they do not reach each other without a router.",
    "Use the same CIDR in both places.",
)


def check_used_ips(case: Situation) -> Iterator[Finding]:
    """Compare the pool with every entry of used_ips."""
    pool = ranges.pool(case.effective.maybe_text("network.pool"))
    if pool is None:
        return
    covering: list[ranges.Range] = []
    for entry in case.inventory.used_ips:
        used = ranges.between(entry.first, entry.last)
        if used is None or not used.overlaps(pool):
            continue
        covering.append(used)
        if used.covers(pool):
            continue
        kind = OTHERS_INSIDE if pool.covers(used) else PARTLY
        relation = "lies inside" if kind is OTHERS_INSIDE else "overlaps"
        yield kind.found(f"used_ips entry {used} {relation} the pool {pool}.", where=entry.source)
    yield from _unreserved(case, pool, covering)


def check_cidr_networks(case: Situation) -> Iterator[Finding]:
    """Compare the CIDR with every entry of cidr_networks."""
    cidr = ranges.network(case.effective.maybe_text("network.cidr"))
    if cidr is None:
        return
    ours = own_names(case.effective, case.facts)
    others = []
    for name, text in sorted(case.inventory.cidr_networks.items()):
        theirs = ranges.network(text)
        if theirs is None:
            continue
        if name in ours and theirs != cidr:
            yield INVENTORY_DIFFERS.found(
                f"cidr_networks has {name}: {theirs}, the answers have {cidr}."
            )
        elif name not in ours and theirs.overlaps(cidr):
            others.append(f"{name} ({theirs})")
    if others:
        yield INVENTORY_OVERLAP.found(f"{cidr} overlaps {listed(others)} of cidr_networks.")


def _unreserved(
    case: Situation, pool: ranges.Range, covering: list[ranges.Range]
) -> Iterator[Finding]:
    for text in case.additions.used_ips:
        first, _, last = text.partition(",")
        added = ranges.between(first, last or first)
        covering += [added] if added is not None else []
    whole = [ranges.network(text) for text in case.inventory.cidr_networks.values()]
    if not any(cidr is not None and ranges.of_network(cidr).overlaps(pool) for cidr in whole):
        return
    free = ranges.uncovered(pool, covering)
    if free is not None:
        yield NOT_RESERVED.found(f"used_ips does not hold {free} of the pool {pool}.")


CHECKS: tuple[Check, ...] = (check_used_ips, check_cidr_networks)
