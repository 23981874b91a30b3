"""What is typed at a prompt, and tables of what can be chosen."""

from __future__ import annotations

import pytest

from octavia_wizard.plain.options import Move, literal, move_of, padded, widths_of


@pytest.mark.parametrize("move", Move)
def test_each_move_can_be_typed_and_meant_literally(move: Move) -> None:
    assert move_of(move.value) is move
    assert move_of(f"\\{move.value}") is None
    assert literal(f"\\{move.value}") == move.value


def test_other_answers_stay_as_they_are() -> None:
    assert literal("\\\\server\\share") == "\\\\server\\share"
    assert move_of("vlan") is None


def test_a_table_fits_the_room_there_is() -> None:
    rows = [("lbaas-mgmt", "/root/.config/openstack/clouds.yaml", ""), ("x", "y", "")]
    widths = widths_of(rows, 30)
    lines = [padded(row, widths) for row in rows]

    assert max(map(len, lines)) <= 30
    assert lines[0].startswith("lbaas-mgmt  …")
    assert lines[0].endswith("clouds.yaml")


def test_a_name_is_cut_at_its_end() -> None:
    assert padded(("a-very-long-name",), [8]) == "a-very-…"
