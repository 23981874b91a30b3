"""The addresses of the management network as a bar drawn to scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address
from typing import Final

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.ranges import Range
from octavia_wizard.core.views.address_plan import AddressMap, Area, AreaKind, address_map
from octavia_wizard.core.views.glyphs import (
    ATTENTION,
    DONE,
    END,
    ERROR,
    FULL,
    HERE,
    LIGHT,
    MEDIUM,
    RULE,
    START,
)
from octavia_wizard.core.views.model import Line, Picture, Role, Span, Subject, line, width_of

MOST_LINES: Final = 8
"""Lines beside the form of a terminal with 24."""
FILLS: Final[Mapping[AreaKind, tuple[str, Role, str]]] = {
    AreaKind.CONTROL: (LIGHT, Role.CONTROL, "containers"),
    AreaKind.RESERVED: (MEDIUM, Role.RESERVED, "used_ips"),
    AreaKind.POOL: (FULL, Role.POOL, "Neutron pool"),
    AreaKind.FREE: (RULE, Role.QUIET, "unused"),
}
"""Sign, role and name of each kind of addresses."""
_GATEWAY = "G"
_LEAST_CELLS = 8


def draw_addresses(subject: Subject, width: int) -> Picture:
    """Draw the map of what is answered; where it cannot be drawn, say what is missing."""
    found = address_map(subject.effective, subject.facts)
    if found is None:
        adopting = subject.effective.chosen("network.mode", "adopt")
        cure = "choose the network to adopt" if adopting else "type one like 172.29.232.0/22"
        return (_cut(line((f"No addresses to draw without a CIDR: {cure}.", Role.QUIET)), width),)
    cells = max(width - 2, _LEAST_CELLS)
    head = [ticks(found, cells), bar(found, cells), *_marks(found, cells), *_legend(found, width)]
    room, good = _room(found)
    if not good or len(found.conflicts) < MOST_LINES - len(head):
        head.append(room)
    tail = _verdict(found, subject, MOST_LINES - len(head))
    return tuple(_cut(row, width) for row in (*head, *tail))


def bar(found: AddressMap, cells: int) -> Line:
    """Draw the bar, ``cells`` columns between its two ends."""
    spans: list[Span] = [Span(START, Role.QUIET)]
    for kind in columns(found.areas, found.network, cells):
        sign, role, _ = FILLS[kind]
        if spans[-1].role is role and spans[-1].text != START:
            spans[-1] = Span(spans[-1].text + sign, role)
        else:
            spans.append(Span(sign, role))
    return (*spans, Span(END, Role.QUIET))


def columns(areas: Sequence[Area], network: Range, cells: int) -> list[AreaKind]:
    """Return what each column stands for: what most of its addresses are for.

    No kind is lost however few addresses it has: it gets the column nearest to its place that
    another kind can spare.
    """
    size = len(network)
    weights: list[dict[AreaKind, int]] = [{} for _ in range(cells)]
    for area in areas:
        first = (area.range.first - network.first) * cells
        last = (area.range.last + 1 - network.first) * cells
        for cell in range(first // size, -(-last // size)):
            part = min(last, (cell + 1) * size) - max(first, cell * size)
            weights[cell][area.kind] = weights[cell].get(area.kind, 0) + part
    shown = [max(weight, key=lambda kind: weight[kind]) for weight in weights]
    for area in sorted(areas, key=lambda one: (list(AreaKind).index(one.kind), -len(one.range))):
        if area.kind not in shown:
            _make_room(shown, area, network)
    return shown


def _make_room(shown: list[AreaKind], area: Area, network: Range) -> None:
    middle = (area.range.first + area.range.last) // 2
    place = column_of(middle, network, len(shown))
    for cell in sorted(range(len(shown)), key=lambda one: abs(one - place)):
        if shown.count(shown[cell]) > 1:
            shown[cell] = area.kind
            return


def column_of(address: int, network: Range, cells: int) -> int:
    """Return the column an address falls into, from 0."""
    return (address - network.first) * cells // len(network)


def ticks(found: AddressMap, cells: int) -> Line:
    """Draw first and last address and the quarters between them, as far as there is room."""
    network, width = found.network, cells + 2
    first, last = str(IPv4Address(network.first)), short(network.last, network)
    text = first.ljust(width - len(last)) + last if len(first) + len(last) < width else first
    for quarter in (1, 2, 3):
        address = network.first + len(network) * quarter // 4
        label = short(address, network)
        start = 1 + column_of(address, network, cells) - len(label) // 2
        room = text[max(start - 1, 0) : start + len(label) + 1]
        if network.first < address < network.last and room == " " * (len(label) + 2):
            text = text[:start] + label + text[start + len(label) :]
    return line((text.rstrip(), Role.QUIET))


def short(address: int, network: Range) -> str:
    """Write an address without the octets that all of its network share."""
    first = str(IPv4Address(network.first)).split(".")
    last = str(IPv4Address(network.last)).split(".")
    octets = str(IPv4Address(address)).split(".")
    same = next((n for n in range(4) if first[n] != last[n]), 3)
    return "." * (same > 0) + ".".join(octets[same:])


def _marks(found: AddressMap, cells: int) -> Iterator[Line]:
    """Point at conflicts and at the gateway, where there are any."""
    signs = [" "] * cells
    gateway = found.gateway
    if gateway is not None and IPv4Address(gateway) in found.network:
        signs[column_of(gateway, found.network, cells)] = _GATEWAY
    for conflict in found.conflicts:
        first = column_of(conflict.range.first, found.network, cells)
        last = column_of(conflict.range.last, found.network, cells)
        for cell in range(first + 1, last):
            signs[cell] = RULE if signs[cell] != HERE else HERE
        signs[first] = signs[last] = HERE
    text = " " + "".join(signs).rstrip()
    if text.strip():
        yield line((text, Role.BAD if HERE in text else Role.STRONG))


def _legend(found: AddressMap, width: int) -> Iterator[Line]:
    """Name what the signs stand for, with addresses and numbers, in as few lines as it takes."""
    row: Line = ()
    for part in _named(found):
        if row and width_of(row) + 3 + width_of(part) > width:
            yield row
            row = ()
        row = (*row, Span("   "), *part) if row else part
    if row:
        yield row


def _named(found: AddressMap) -> Iterator[Line]:
    for kind, (sign, role, name) in FILLS.items():
        stretches = found.stretches(kind)
        if stretches:
            where = ", ".join(_span(one, found.network) for one in stretches[:2])
            more = ", …" if len(stretches) > 2 else ""
            yield line((sign * 2, role), f" {name} {where}{more}: {found.count(kind)}")
    if found.gateway is not None:
        yield line((_GATEWAY, Role.STRONG), f" gateway {short(found.gateway, found.network)}")


def _span(part: Range, network: Range) -> str:
    first, last = short(part.first, network), short(part.last, network)
    return first if first == last else f"{first}-{last}"


def _room(found: AddressMap) -> tuple[Line, bool]:
    """Compare the pool with the amphorae that are planned, and say whether it is enough."""
    if not found.pools:
        told = line((ATTENTION, Role.ATTENTION), " no pool: Neutron may hand out any address")
        return told, False
    plan, held = found.plan, found.amphorae
    if not plan.load_balancers:
        room = count(held, "amphora", "amphorae")
        return line((DONE, Role.GOOD), f" the pool has room for {room}"), True
    pool = f" {count(held, 'address', 'addresses')}"
    needed = f"{count(plan.load_balancers, 'load balancer')} take {plan.steady}, {plan.most}"
    if held < plan.most:
        bad = held < plan.steady
        sign = (ERROR, Role.BAD) if bad else (ATTENTION, Role.ATTENTION)
        told = line(sign, f"{pool}, {plan.most - held} too few: {needed} in failovers")
        return told, False
    return line((DONE, Role.GOOD), f"{pool} are enough: {needed} in failovers"), True


def _verdict(found: AddressMap, subject: Subject, room: int) -> Iterator[Line]:
    """Name the conflicts, as many as there is room for, or what there is no conflict with."""
    conflicts = found.conflicts
    if not conflicts:
        yield line((DONE, Role.GOOD), f" {_compared(subject)}")
        return
    room = max(room, 1)
    shown = conflicts if len(conflicts) <= room else conflicts[: max(room - 1, 1)]
    for conflict in shown[:-1]:
        yield line((ERROR, Role.BAD), f" {clean(conflict.what)}")
    more = len(conflicts) - len(shown)
    tail = f"; {more} more" if more and room == 1 else ""
    yield line((ERROR, Role.BAD), f" {clean(shown[-1].what)}{tail}")
    if more and room > 1:
        yield line((ERROR, Role.BAD), f" and {more} more")


def _compared(subject: Subject) -> str:
    cloud = subject.facts.cloud
    entries = len(subject.facts.host.inventory.cidr_networks)
    parts = [f"{count(entries, 'network')} of the inventory"] if entries else []
    if cloud is not None and Part.SUBNETS not in cloud.unread:
        parts.append(f"{count(len(cloud.subnets), 'subnet')} of the cloud")
    if not parts:
        return "nothing is known yet that it could overlap"
    return f"no conflict with {' and '.join(parts)}"


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def clean(text: str) -> str:
    """Return a text of the cloud on one line, without what a terminal would act on."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _cut(row: Line, width: int) -> Line:
    """Cut a line to a width, with a sign that something is missing."""
    if width_of(row) <= width:
        return row
    kept: list[Span] = []
    room = width - 1
    for span in row:
        kept.append(Span(span.text[:room], span.role))
        room -= len(kept[-1].text)
        if room <= 0:
            break
    return (*kept, Span("…"))
