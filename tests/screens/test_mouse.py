"""What can be pressed can be clicked."""

from __future__ import annotations

from octavia_wizard.screens.frame import KeysLine
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.preview import PreviewScreen
from tests.screens.conftest import Desk, Opened


async def _click(desk: Desk, word: str) -> None:
    place = desk.lines()[-1].index(word)
    await desk.pilot.click(KeysLine, offset=(place, 0))
    await desk.settle()


async def test_a_key_in_the_line_of_keys_can_be_clicked(opened: Opened) -> None:
    async with opened({"cloud.mode": "files", "cloud.release": "33.0.1"}) as desk:
        await _click(desk, "preview")
        assert isinstance(desk.app.screen, PreviewScreen)
        await _click(desk, "Esc")
        assert isinstance(desk.app.screen, HubScreen)


async def test_a_click_beside_the_keys_does_nothing(opened: Opened) -> None:
    async with opened({"cloud.mode": "files", "cloud.release": "33.0.1"}) as desk:
        await desk.pilot.click(KeysLine, offset=(0, 0))
        await desk.settle()
        assert isinstance(desk.app.screen, HubScreen)
