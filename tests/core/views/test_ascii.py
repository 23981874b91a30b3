"""What is drawn can be read on a terminal that prints ASCII only, and stays aligned."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.ascii import SIGNS, STAND_INS, needs_ascii, to_ascii

VIEW_GLYPHS = [value for name, value in vars(glyphs).items() if name.isupper()]


@pytest.mark.parametrize("sign", sorted({*STAND_INS, *VIEW_GLYPHS}))
def test_every_sign_has_one_character_of_its_own_width(sign: str) -> None:
    shown = to_ascii(sign)
    assert shown.isascii()
    assert len(shown) == 1
    assert shown not in ("?", " ")


def test_addresses_of_three_kinds_can_be_told_apart() -> None:
    kinds = {to_ascii(kind) for kind in (glyphs.FULL, glyphs.MEDIUM, glyphs.LIGHT)}
    assert len(kinds) == 3


def test_states_can_be_told_apart() -> None:
    states = (glyphs.DONE, glyphs.TO_DO, glyphs.RUNNING, glyphs.ATTENTION, glyphs.ERROR)
    assert len({to_ascii(state) for state in states}) == len(states)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("├██▒▒░░┤", "|##::..|"),
        ("naïve Zürich Łódź Straße", "naive Zurich Lodz Strase"),
        ("└ ✓ CN=Octavia", "` + CN=Octavia"),
        ("2026 ━━ 2036", "2026 == 2036"),
        ("ﬁ ½ Ж", "? ? ?"),
        ("as\u00a0it\u200b is", "as it is"),
    ],
)
def test_a_text_stays_readable(text: str, expected: str) -> None:
    assert to_ascii(text) == expected


@pytest.mark.parametrize("text", ["日本 lb", "e\u0301te\u0301", "Ａ network", "▏▌▐│┌─┐"])  # noqa: RUF001
def test_a_text_keeps_its_width(text: str) -> None:
    assert to_ascii(text).isascii()
    assert len(to_ascii(text)) == cell_len(text)


@pytest.mark.parametrize(
    ("term", "encoding", "expected"),
    [
        ("xterm-256color", "utf-8", False),
        ("linux", "utf-8", True),
        ("xterm", "iso8859-1", True),
        ("xterm", "ascii", True),
        ("xterm", "no-such-codec", True),
        ("xterm", None, True),
    ],
)
def test_it_is_used_where_the_terminal_cannot_print_the_signs(
    term: str, encoding: str | None, expected: bool
) -> None:
    assert needs_ascii({"TERM": term}, encoding) is expected


def test_the_signs_asked_for_are_those_that_are_drawn() -> None:
    assert set(VIEW_GLYPHS) - {"!"} <= set(SIGNS)
