"""A question that stands in the way can be read and answered on any terminal."""

from __future__ import annotations

import pytest
from textual.widgets import Button

from octavia_wizard.screens.confirm import AskScreen, Way
from tests.screens.conftest import Opened

WAYS = (Way("l", "Look at the answers first", "look"), Way("r", "Resume", "resume"))
LONG = "\n".join(f"line {number} of what there is to say about it all" for number in range(30))


@pytest.mark.parametrize("size", [(40, 10), (60, 15), (80, 24), (120, 36)])
@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
async def test_the_ways_are_in_sight_however_long_the_text_is(
    opened: Opened, size: tuple[int, int], theme: str
) -> None:
    async with opened(size=size) as desk:
        desk.app.theme = theme
        desk.app.push_screen(AskScreen("An earlier run did not come to its end", LONG, WAYS))
        await desk.settle()
        text = desk.text()
        assert "L Look at the answers first" in text
        assert "R Resume" in text
        assert "line 0" in text
        height = desk.app.size.height
        for button in desk.app.screen.query(Button):
            assert button.region.bottom <= height
            assert button.region.right <= desk.app.size.width


async def test_a_short_question_takes_no_more_room_than_it_needs(opened: Opened) -> None:
    async with opened() as desk:
        desk.app.push_screen(AskScreen("Apply now?", "Really?", WAYS))
        await desk.settle()
        assert desk.app.screen.query_one("#ask").region.height <= 7


async def test_a_long_text_can_be_scrolled_by_keys(opened: Opened) -> None:
    async with opened(size=(60, 15)) as desk:
        desk.app.push_screen(AskScreen("Apply now?", LONG, WAYS))
        await desk.settle()
        assert "line 29" not in desk.text()
        await desk.press(*["pagedown"] * 6)
        assert "line 29" in desk.text()
        await desk.press(*["pageup"] * 6)
        assert "line 0 " in desk.text()


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        (("escape",), "look"),
        (("enter",), "look"),
        (("right", "enter"), "resume"),
        (("r",), "resume"),
    ],
)
async def test_it_is_answered_by_key_or_button(
    opened: Opened, keys: tuple[str, ...], result: str
) -> None:
    answers: list[str | None] = []
    async with opened() as desk:
        desk.app.push_screen(AskScreen("Apply now?", "Really?", WAYS), answers.append)
        await desk.settle()
        await desk.press(*keys)
        assert answers == [result]


async def test_ctrl_c_answers_nothing_and_says_how_to_leave(opened: Opened) -> None:
    async with opened(toasts=True) as desk:
        desk.app.push_screen(AskScreen("Apply now?", "Really?", WAYS))
        await desk.settle()
        await desk.press("ctrl+c")
        assert isinstance(desk.app.screen, AskScreen)
        assert "Ctrl+Q leaves" in desk.text()
