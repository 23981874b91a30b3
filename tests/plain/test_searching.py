"""Finding one of many by a part of its name."""

from __future__ import annotations

import time

from octavia_wizard.plain.options import Option
from octavia_wizard.plain.searching import Search

NETWORKS = [
    Option("id-1", "lbaas-mgmt", "vlan 400", cells=("lbaas-mgmt", "service", "vlan")),
    Option("id-2", "public", "flat", cells=("public", "admin", "flat")),
    Option("id-3", "twin"),
    Option("id-4", "twin"),
]


def test_a_name_or_a_value_is_exact() -> None:
    search = Search(NETWORKS)

    assert search.exact("public") is NETWORKS[1]
    assert search.exact("id-2") is NETWORKS[1]
    assert search.exact("publi") is None


def test_what_two_are_called_tells_neither() -> None:
    assert Search(NETWORKS).exact("twin") is None
    assert Search(NETWORKS).exact("id-4") is NETWORKS[3]


def test_every_word_counts_in_any_column_whatever_the_case() -> None:
    assert Search(NETWORKS).find("VLAN service") == [NETWORKS[0]]


def test_letters_in_their_order_are_enough_where_no_word_fits() -> None:
    assert Search(NETWORKS).find("lbmgmt") == [NETWORKS[0]]


def test_numbers_are_meant_as_they_are_typed() -> None:
    releases = [Option("33.0.1", "33.0.1", cells=("33.0.1", "2026.1"))]

    assert Search(releases).find("33.0.0") == []
    assert Search(releases).is_a_word("2026.1")


def test_ten_thousand_are_searched_between_two_keystrokes() -> None:
    many = [Option(f"id-{n}", f"tenant-{n:05}", "vxlan") for n in range(10_000)]
    search = Search(many)
    start = time.perf_counter()
    for text in ("t", "te", "ten", "tenant-0", "tenant-09999", "tnt"):
        search.find(text)

    assert (time.perf_counter() - start) / 6 < 0.5
