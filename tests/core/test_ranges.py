"""Ranges of addresses are compared by their ends."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from octavia_wizard.core import ranges
from octavia_wizard.core.ranges import Range


def test_a_pool_is_read_and_shown_as_it_is_written() -> None:
    pool = ranges.pool("10.0.0.5-10.0.0.9")
    assert pool is not None
    assert str(pool) == "10.0.0.5-10.0.0.9"
    assert len(pool) == 5
    assert IPv4Address("10.0.0.9") in pool
    assert IPv4Address("10.0.0.10") not in pool


@pytest.mark.parametrize("text", [None, "", "10.0.0.5", "10.0.0.9-10.0.0.5", "::1-::2", "a-b"])
def test_what_is_no_pool_is_none(text: str | None) -> None:
    assert ranges.pool(text) is None


@pytest.mark.parametrize("text", [None, "", "fd00::/64", "10.0.0.0/33"])
def test_what_is_no_ipv4_network_is_none(text: str | None) -> None:
    assert ranges.network(text) is None


def test_one_address_is_shown_without_a_dash() -> None:
    assert str(ranges.between("10.0.0.5", "10.0.0.5")) == "10.0.0.5"


@pytest.mark.parametrize(
    ("parts", "free"),
    [
        ([], (10, 20)),
        ([(10, 20)], None),
        ([(0, 30)], None),
        ([(16, 30), (0, 15)], None),
        ([(0, 12)], (13, 20)),
        ([(15, 30)], (10, 14)),
        ([(10, 11), (14, 20)], (12, 13)),
        ([(30, 40)], (10, 20)),
        ([(0, 5)], (10, 20)),
    ],
)
def test_the_first_uncovered_stretch_is_found(
    parts: list[tuple[int, int]], free: tuple[int, int] | None
) -> None:
    found = ranges.uncovered(Range(10, 20), [Range(*part) for part in parts])
    assert found == (Range(*free) if free else None)


def test_gaps_are_what_no_part_holds() -> None:
    parts = [Range(8, 12), Range(1, 2), Range(10, 15), Range(30, 40), Range(19, 19)]
    assert list(ranges.gaps(Range(2, 25), parts)) == [Range(3, 7), Range(16, 18), Range(20, 25)]
    assert list(ranges.gaps(Range(2, 25), [])) == [Range(2, 25)]
    assert list(ranges.gaps(Range(2, 25), [Range(0, 99)])) == []
