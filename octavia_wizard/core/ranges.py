"""Arithmetic on ranges of IPv4 addresses, ends included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True)
class Range:
    """Addresses from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        first, last = IPv4Address(self.first), IPv4Address(self.last)
        return str(first) if first == last else f"{first}-{last}"

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= int(address) <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def overlaps(self, other: Range) -> bool:
        """Say whether the two share an address."""
        return self.first <= other.last and other.first <= self.last

    def covers(self, other: Range) -> bool:
        """Say whether every address of the other is in this one."""
        return self.first <= other.first and other.last <= self.last


def network(text: str | None) -> IPv4Network | None:
    """Read a network; None where it is none, or not IPv4."""
    if text is None:
        return None
    try:
        return IPv4Network(text, strict=False)
    except ValueError:
        return None


def address(text: str | None) -> IPv4Address | None:
    """Read an address; None where it is none, or not IPv4."""
    if text is None:
        return None
    try:
        return IPv4Address(text)
    except ValueError:
        return None


def between(first: str | None, last: str | None) -> Range | None:
    """Make a range of two addresses; None where they are no range."""
    start, end = address(first), address(last)
    if start is None or end is None or start > end:
        return None
    return Range(int(start), int(end))


def pool(text: str | None) -> Range | None:
    """Read a pool written ``first-last``."""
    if text is None:
        return None
    first, _, last = text.partition("-")
    return between(first.strip(), last.strip())


def of_network(cidr: IPv4Network) -> Range:
    """Return all addresses of a network."""
    return Range(int(cidr.network_address), int(cidr.broadcast_address))


def uncovered(whole: Range, parts: Iterable[Range]) -> Range | None:
    """Return the first stretch of ``whole`` that none of ``parts`` holds; None when all is held."""
    return next(gaps(whole, parts), None)


def gaps(whole: Range, parts: Iterable[Range]) -> Iterator[Range]:
    """Yield the stretches of ``whole`` that none of ``parts`` holds, in ascending order."""
    start = whole.first
    for part in sorted(parts, key=lambda one: one.first):
        if part.last < start:
            continue
        if part.first > whole.last:
            break
        if part.first > start:
            yield Range(start, part.first - 1)
        start = part.last + 1
    if start <= whole.last:
        yield Range(start, whole.last)
