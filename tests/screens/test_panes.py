"""Long lines are broken so that they can be read."""

from __future__ import annotations

import pytest
from textual.content import Content

from octavia_wizard.screens.chains import ChainsScreen
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.panes import hanging
from tests.screens.conftest import COMPLETE, Opened


async def test_no_width_is_too_small_for_a_list(opened: Opened) -> None:
    async with opened(COMPLETE) as desk:
        desk.app.push_screen(ChainsScreen())
        await desk.settle()
        for width in range(1, 12):
            await desk.pilot.resize_terminal(width, 5)
            await desk.settle()
        assert desk.app.is_running


@pytest.mark.parametrize("key", ["pageup", "pagedown"])
@pytest.mark.parametrize("opener", ["", "9", "chains"])
async def test_page_keys_end_nothing_in_a_list_without_room(
    opened: Opened, opener: str, key: str
) -> None:
    async with opened() as desk:
        if opener == "chains":
            desk.app.push_screen(ChainsScreen())
        elif opener:
            await desk.press(opener)
        await desk.pilot.resize_terminal(1, 1)
        await desk.press("tab", key)
        assert desk.app.is_running
        await desk.pilot.resize_terminal(80, 24)
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)


@pytest.mark.parametrize("width", [20, 40, 78])
def test_no_line_is_longer_than_the_pane_and_no_word_is_lost(width: int) -> None:
    text = "+ one two three four five six seven eight nine ten eleven\n\n  indented line " * 3
    broken = hanging(Content(text), width).plain
    assert all(len(line) <= width for line in broken.splitlines())
    assert broken.split() == text.split()


def test_a_continued_line_stands_further_in_than_its_beginning() -> None:
    broken = hanging(Content("    four columns in and too long for the pane"), 24).plain
    first, second = broken.splitlines()[:2]
    assert first.startswith("    four")
    assert second.startswith("      ")


def test_a_rule_is_cut_off_rather_than_continued() -> None:
    assert hanging(Content("# ----- Title " + "-" * 90), 40).plain.count("\n") == 0


def test_a_fact_goes_on_under_its_text_and_fills_its_first_line() -> None:
    broken = hanging(Content("Since 22.0.0   the role has no such variable"), 34).plain
    assert broken.split("\n") == ["Since 22.0.0   the role has no", " " * 15 + "such variable"]


def test_a_long_name_is_kept_whole_rather_than_under_its_label() -> None:
    name = "octavia_ca_private_key_passphrase"
    broken = hanging(Content(f"✗ error  {name} has no value"), 36).plain
    assert name in broken
    assert all(len(line) <= 36 for line in broken.splitlines())
