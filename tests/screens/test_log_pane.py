"""The log of a run: it follows, can be scrolled back, and shows only what is looked for."""

from __future__ import annotations

import re
import time

import pytest
from textual.widgets import Log

from octavia_wizard.core.engine.events import StepLog, StepStarted
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.steps.base import Action
from octavia_wizard.screens.apply import ApplyScreen
from octavia_wizard.screens.run_model import RunModel
from tests.screens.conftest import Desk, Opened
from tests.screens.test_run_model import two_steps


@pytest.fixture
def model() -> RunModel:
    """A run of two steps, with a log that is longer than the screen."""
    found = RunModel(two_steps(), clock=lambda: 0.0)
    found.fold(StepStarted("network", Action.CREATE))
    for number in range(100):
        kind = "GET" if number % 10 else "POST"
        found.fold(StepLog("network", f"{kind} /v2.0/networks {number:03}"))
    return found


async def show(desk: Desk, model: RunModel) -> None:
    """Open the screen of a run."""
    desk.app.run_model = model
    desk.app.show_apply()
    await desk.pilot.pause()
    await desk.pilot.pause()


def more(model: RunModel, number: int) -> None:
    """Log some more lines."""
    for line in range(number):
        model.fold(StepLog("network", f"GET more {line:03}"))


def numbers(desk: Desk) -> list[str]:
    """Return the numbers of the lines that are in sight."""
    return re.findall(r"/v2.0/networks (\d+)", desk.text())


async def test_it_follows_what_comes(opened: Opened, model: RunModel) -> None:
    async with opened() as desk:
        await show(desk, model)
        assert "networks 099" in desk.text()
        more(model, 5)
        await desk.pilot.pause(0.5)
        assert "GET more 004" in desk.text()


async def test_scrolled_back_it_stays_until_end_follows_again(
    opened: Opened, model: RunModel
) -> None:
    async with opened() as desk:
        await show(desk, model)
        await desk.press("pageup", "pageup", "up")
        before = numbers(desk)
        assert before
        assert "099" not in before

        more(model, 5)
        await desk.pilot.pause(0.5)
        assert numbers(desk) == before

        await desk.press("end")
        assert "GET more 004" in desk.text()
        more(model, 1)
        await desk.pilot.pause(0.5)
        assert desk.text().count("GET more 000") == 2


async def test_a_search_shows_the_lines_with_the_text_and_counts_them(
    opened: Opened, model: RunModel
) -> None:
    async with opened() as desk:
        await show(desk, model)
        await desk.press("slash")
        await desk.type("post")
        text = desk.text()
        assert "10 of 100 lines" in text
        assert "POST /v2.0/networks 090" in text
        assert "GET" not in text

        model.fold(StepLog("network", "POST the eleventh"))
        model.fold(StepLog("network", "GET no match"))
        await desk.pilot.pause(0.5)
        assert "POST the eleventh" in desk.text()
        assert "no match" not in desk.text()
        assert "11 of 102 lines" in desk.text()


async def test_keys_of_the_screen_are_text_while_it_is_typed(
    opened: Opened, model: RunModel
) -> None:
    async with opened() as desk:
        await show(desk, model)
        await desk.press("slash")
        await desk.type("lxrck")
        assert "0 of 100 lines" in desk.text()
        assert isinstance(desk.app.screen, ApplyScreen)
        assert "lxrck" in desk.text()


async def test_enter_keeps_what_is_found_and_escape_shows_everything(
    opened: Opened, model: RunModel
) -> None:
    async with opened() as desk:
        await show(desk, model)
        await desk.press("slash")
        await desk.type("POST")
        await desk.press("enter", "up")
        assert "10 of 100 lines" in desk.text()
        assert "GET" not in desk.text()

        await desk.press("escape")
        assert isinstance(desk.app.screen, ApplyScreen)
        assert "of 100 lines" not in desk.text()
        assert "GET /v2.0/networks 099" in desk.text()

        await desk.press("escape")
        assert not isinstance(desk.app.screen, ApplyScreen)


async def test_an_empty_search_ends_by_enter(opened: Opened, model: RunModel) -> None:
    async with opened() as desk:
        await show(desk, model)
        await desk.press("slash", "enter")
        assert "of 100 lines" not in desk.text()


async def test_what_is_looked_for_is_no_pattern_and_no_markup(opened: Opened) -> None:
    model = RunModel(Plan(()))
    for line in ("[red]net[/red].*", "netx"):
        model.fold(StepLog("", line))
    async with opened() as desk:
        await show(desk, model)
        await desk.press("slash")
        await desk.type("].*")
        assert "1 of 2 lines" in desk.text()
        assert "[red]net[/red].*" in desk.text()


async def test_long_lines_are_broken_anew_in_another_width(opened: Opened) -> None:
    model = RunModel(Plan(()))
    model.fold(StepLog("", " ".join(["word"] * 30)))
    async with opened() as desk:
        await show(desk, model)
        wide = desk.text().count("word")
        await desk.pilot.resize_terminal(60, 15)
        await desk.settle()
        await desk.pilot.pause(0.3)
        assert desk.text().count("word") == wide == 30


async def test_a_key_is_taken_at_once_with_a_log_at_its_longest(opened: Opened) -> None:
    model = RunModel(Plan(()))
    for number in range(6000):
        model.fold(StepLog("image", f"line {number} of a log that is as long as it may be, " * 2))
    async with opened() as desk:
        await show(desk, model)
        await desk.press("slash")
        began = time.perf_counter()
        await desk.pilot.press("l")
        took = time.perf_counter() - began
        await desk.settle()
        assert "5000 of 5000 lines" in desk.text()
        assert desk.app.screen.query_one(Log).line_count <= 3000
        assert took < 1.0
