"""Cells stand in columns whatever is in them, and fit into the width there is."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from octavia_wizard.screens.columns import Columns, in_cells

ROWS = [
    ("lbaas-mgmt", "service", "vlan", "172.29.232.0/22", "1500"),
    ("公共網路", "[red]x[/]", "flat", "203.0.113.0/24", "9000"),
    ("evil\x1b[2J\nname", "e\u0301", "", "", "900"),
]
HEADERS = ("Name", "Project", "Type", "CIDR", "MTU")


def _line(columns: Columns, row: tuple[str, ...], room: int) -> str:
    return "".join(text + " " * gap for text, gap in columns.lay_out(row, room))


@pytest.mark.parametrize("room", [1, 5, 18, 30, 41, 58, 78, 118])
def test_every_line_is_as_wide_as_there_is_room_for(room: int) -> None:
    columns = Columns(HEADERS)
    columns.measure(ROWS)
    widths = {cell_len(_line(columns, row, room)) for row in (HEADERS, *ROWS)}
    assert len(widths) == 1
    assert widths.pop() <= room


def test_columns_stand_under_their_headers() -> None:
    columns = Columns(HEADERS)
    columns.measure(ROWS)
    assert _line(columns, HEADERS, 78).index("Type") == _line(columns, ROWS[0], 78).index("vlan")


def test_the_last_column_takes_the_rest() -> None:
    columns = Columns()
    columns.measure([("a", "b")])
    assert columns.widths(40) == (2, [1, 37])


def test_numbers_stand_by_their_last_digit() -> None:
    columns = Columns(("MTU", "Name"))
    columns.measure([("900", "a"), ("1500", "b")])
    assert _line(columns, ("900", "a"), 30).startswith(" 900  a")


def test_what_is_too_narrow_leaves_out_the_last_columns_first() -> None:
    columns = Columns(HEADERS)
    columns.measure(ROWS)
    line = _line(columns, ROWS[0], 40)
    assert line.startswith("lbaas-mgmt")
    assert "1500" not in line


def test_nothing_in_a_name_commands_the_terminal() -> None:
    columns = Columns()
    columns.measure(ROWS)
    assert _line(columns, ROWS[2], 78).isprintable()


def test_wide_characters_are_cut_at_a_column() -> None:
    assert in_cells("公共網路", 8) == "公共網路"
    assert in_cells("公共網路", 7) == "公共網…"
    assert in_cells("公共網路", 6) == "公共 …"
    assert cell_len(in_cells("公共網路", 6)) == 6
    assert in_cells("公", 1) == "…"
    assert in_cells("x", 0) == ""
