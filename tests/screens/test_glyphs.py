"""The signs can be shown on every terminal, if need be in ASCII."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color

from octavia_wizard.core.views.ascii import to_ascii
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.glyphs import AsciiFilter, needs_ascii

SIGNS = "".join(value for name, value in vars(glyphs).items() if name.isupper())


def test_every_sign_has_one_ascii_character_of_its_own_width() -> None:
    assert to_ascii(SIGNS).isascii()
    assert len(to_ascii(SIGNS)) == len(SIGNS)
    assert "?" not in to_ascii(SIGNS)


@pytest.mark.parametrize(
    ("term", "encoding", "expected"),
    [
        ("xterm-256color", "utf-8", False),
        ("linux", "utf-8", True),
        ("xterm", "iso8859-1", True),
        ("xterm", "no-such-codec", True),
    ],
)
def test_ascii_is_used_where_the_terminal_cannot_print_the_signs(
    term: str, encoding: str, expected: bool
) -> None:
    assert needs_ascii({"TERM": term}, encoding) is expected


def test_the_filter_leaves_nothing_a_plain_terminal_cannot_print() -> None:
    segments = [Segment("✓ ready"), Segment("naïve → 日本"), Segment("plain")]

    shown = AsciiFilter().apply(segments, Color(0, 0, 0))

    assert [segment.text for segment in shown] == ["+ ready", "naive > ????", "plain"]
    assert [segment.cell_length for segment in shown] == [s.cell_length for s in segments]


def test_what_textual_draws_has_a_stand_in() -> None:
    assert to_ascii("← ↑↓ │─┌ ▌█") == "< ^v |-+  #"
