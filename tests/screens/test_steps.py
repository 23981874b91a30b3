"""A step says in one line how long it has taken and how long it will."""

from __future__ import annotations

import pytest

from octavia_wizard.core.engine.events import StepProgress, StepStarted
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.screens.run_model import RunModel
from octavia_wizard.screens.steps import StepLine, short_time
from tests.screens.conftest import Opened
from tests.screens.test_run_model import two_steps

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (75, "1m15s"), (3600, "1h00m")],
)
def test_a_duration_keeps_to_its_column(seconds: float, text: str) -> None:
    assert short_time(seconds) == text
    assert len(text) <= 6


@pytest.mark.parametrize(
    ("size", "seen", "unseen"),
    [
        ((120, 24), ("━", "100 of 400 MiB", "~30 s", "noble.qcow2"), ()),
        ((80, 24), ("━", "100 of 400"), ("noble.qcow2",)),
        ((60, 15), ("100 of",), ("━",)),
    ],
)
async def test_what_does_not_fit_is_left_out_whole(
    opened: Opened, size: tuple[int, int], seen: tuple[str, ...], unseen: tuple[str, ...]
) -> None:
    now = [0.0]
    model = RunModel(two_steps(), clock=lambda: now[0])
    model.fold(StepStarted("network", Action.CREATE))
    model.fold(StepProgress("network", 100 * MIB, 400 * MIB, "noble.qcow2", Unit.BYTES))
    now[0] = 10.0
    async with opened(size=size) as desk:
        desk.app.run_model = model
        desk.app.show_apply()
        await desk.pilot.pause(0.4)
        line = desk.lines()[2]
        assert all(text in line for text in seen)
        assert not any(text in line for text in unseen)
        assert len(desk.app.screen.query(StepLine)) == 2


async def test_a_share_tells_the_time_left_as_the_step_foresees_it(opened: Opened) -> None:
    model = RunModel(two_steps(), clock=lambda: 60.0)
    model.fold(StepStarted("network", Action.CREATE))
    left = (120.0, 185.0)
    model.fold(StepProgress("network", 629, 1000, "installing 9/16", Unit.SHARE, left))
    async with opened(size=(120, 24)) as desk:
        desk.app.run_model = model
        desk.app.show_apply()
        await desk.pilot.pause(0.4)
        assert "62 %  2 to 3 min left  installing 9/16" in desk.lines()[2]
