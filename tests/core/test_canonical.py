"""The same data has the same bytes, and other data others, also where JSON has no word for it."""

from __future__ import annotations

from datetime import date

import pytest

from octavia_wizard.core.canonical import canonical


def test_the_order_of_keys_means_nothing_and_that_of_a_list_does() -> None:
    assert canonical({"a": {"x": 1, "y": 2}, "b": 3}) == canonical({"b": 3, "a": {"y": 2, "x": 1}})
    assert canonical([1, 2]) != canonical([2, 1])
    assert canonical({"p", "q", "r"}) == canonical({"r", "q", "p"})


def test_any_key_yaml_allows_will_do() -> None:
    odd = {date(2026, 1, 1): {None: 1, 5: b"x", (1, 2): date(2026, 1, 2)}, "a": {1, "b"}}
    assert canonical(odd) == canonical(dict(reversed(odd.items())))


@pytest.mark.parametrize(
    ("one", "other"),
    [({"1": 0}, {1: 0}), ("1", 1), (True, 1), (None, ""), ([], {}), (date(2026, 1, 1), 2026)],
)
def test_what_differs_differs(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)
