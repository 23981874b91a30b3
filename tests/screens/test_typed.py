"""A key that waits for the keys before it ends nothing when those do not come in time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from octavia_wizard.core.facts.resources import Network
from octavia_wizard.screens import typed
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.picker import PickScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.fakes import SERVICE, FakeCloud
from tests.screens.conftest import COMPLETE, Opened


async def _asleep() -> None:
    await asyncio.sleep(0.3)


@pytest.mark.parametrize("key", ["enter", "down", "escape", "ctrl+r", "ctrl+n"])
async def test_a_field_that_does_not_answer_in_time_ends_nothing(
    opened: Opened, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed, "TYPED_AHEAD", 0.05)
    async with opened(COMPLETE) as desk:
        desk.app.show_section("network", "network.name")
        await desk.settle()
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert desk.app.screen.row is not None
        desk.app.screen.row.field.call_later(_asleep)
        await desk.press(key)
        assert desk.app.is_running
        await desk.press("escape", "escape")
        assert isinstance(desk.app.screen, HubScreen)


async def test_nor_does_a_list(
    opened: Opened, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed, "TYPED_AHEAD", 0.05)
    cloud.networks["n"] = Network("n", "lb-mgmt", SERVICE)
    async with opened({**COMPLETE, "network.mode": "adopt"}) as desk:
        desk.app.show_section("network", "network.existing")
        await desk.settle()
        await desk.press("f4")
        assert isinstance(desk.app.screen, PickScreen)
        desk.app.screen.query_one("#filter").call_later(_asleep)
        await desk.press("enter")
        assert desk.app.is_running


@pytest.mark.parametrize("key", ["enter", "down"])
async def test_nor_does_a_question_that_went_while_its_key_waited(
    opened: Opened, key: str, image: Path
) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        desk.app.show_section("image", "image.path")
        await desk.settle()
        screen = desk.app.screen
        assert isinstance(screen, QuestionsScreen)
        row = screen.row
        assert row is not None
        row.field.call_later(lambda: setattr(row, "display", False))
        await desk.press(key)
        assert desk.app.is_running
