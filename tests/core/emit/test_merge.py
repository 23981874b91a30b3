"""Maps are merged in depth, lists of named entries by name."""

from __future__ import annotations

from octavia_wizard.core.emit.merge import leaves, merged, picked


def test_the_upper_map_wins_and_the_lower_keeps_the_rest() -> None:
    base = {"a": {"x": 1, "y": 2}, "b": 1}
    assert merged(base, {"a": {"x": 9}, "c": 3}) == {"a": {"x": 9, "y": 2}, "b": 1, "c": 3}
    assert base == {"a": {"x": 1, "y": 2}, "b": 1}


def test_named_entries_are_merged_by_name() -> None:
    base = [{"name": "a", "x": 1}, {"name": "b"}]
    assert merged(base, [{"name": "a", "y": 2}]) == [{"name": "a", "x": 1, "y": 2}, {"name": "b"}]


def test_other_lists_are_replaced() -> None:
    assert merged({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_leaves_and_picked_are_each_others_inverse() -> None:
    data = {"a": {"b": 1, "c": {}}, "d": [1], "e": None}
    assert picked(data, leaves(data)) == data
    assert picked(data, [("a", "b"), ("no", "where"), ("a", "b", "c")]) == {"a": {"b": 1}}
