"""The wizard ends in good order after a signal; a build or a playbook is not ended with it."""

from __future__ import annotations

import pytest

from octavia_wizard.core.engine.events import StepStarted
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.steps.base import Action, Decision
from octavia_wizard.screens.failure import standing
from octavia_wizard.screens.run_model import RunModel
from tests.screens.builds_site import until
from tests.screens.conftest import Opened

PLAYBOOK = "octavia_playbook"


def _run(*running: str) -> RunModel:
    items = (
        PlanItem("image_file", "Image file", "image", (), Decision(Action.RUN, "/a.qcow2")),
        PlanItem("network", "Network", "network", (), Decision(Action.CREATE, "lbaas-mgmt")),
        PlanItem(PLAYBOOK, "Playbook: Octavia", "deployment", (), Decision(Action.RUN, "octavia")),
    )
    model = RunModel(Plan(items), clock=lambda: 0.0)
    for step in running:
        model.fold(StepStarted(step, Action.CREATE if step == "network" else Action.RUN))
    return model


@pytest.mark.parametrize("step", ["image_file", PLAYBOOK])
async def test_after_a_signal_what_goes_on_by_itself_is_left_alone(
    opened: Opened, step: str
) -> None:
    async with opened() as desk:
        desk.app.run_model = model = _run(step)
        desk.app.hang_up()
        await desk.pilot.pause(0.2)
        assert model.cancel.is_set()
        assert not model.cancel.asked
        assert "leaving what is at work to itself" in standing(model).plain
        model.ended = True
        await until(desk, lambda: desk.app.return_value is not None)


async def test_a_run_that_does_more_is_stopped_and_waited_for(opened: Opened) -> None:
    async with opened() as desk:
        desk.app.run_model = model = _run("image_file", "network")
        desk.app.hang_up()
        await desk.pilot.pause(0.2)
        assert model.cancel.is_set()
        assert desk.app.return_value is None
        model.ended = True
        await until(desk, lambda: desk.app.return_value is not None)


@pytest.mark.parametrize(
    ("running", "words"),
    [
        ("image_file", "cancelling the build and cleaning up"),
        (PLAYBOOK, "ending the playbook"),
        ("network", "after the calls"),
    ],
)
def test_to_stop_a_build_in_a_run_is_told_as_what_it_is(running: str, words: str) -> None:
    model = _run(running)
    model.cancel.ask()
    assert words in standing(model).plain


async def test_leaving_during_a_run_says_what_becomes_of_the_build(opened: Opened) -> None:
    async with opened() as desk:
        desk.app.run_model = _run("image_file")
        desk.app.leave()
        await desk.pilot.pause()
        assert "cancelled and cleaned up" in " ".join(str(desk.app.screen.text).split())
        desk.app.run_model.ended = True


@pytest.mark.parametrize(("key", "asked"), [("g", False), ("l", True)])
async def test_a_playbook_is_left_to_itself_or_ended_as_the_operator_wants(
    opened: Opened, key: str, asked: bool
) -> None:
    async with opened() as desk:
        desk.app.run_model = model = _run(PLAYBOOK)
        desk.app.leave()
        await desk.pilot.pause()
        assert "Leave it going" in desk.text()
        await desk.pilot.press(key)
        await until(desk, model.cancel.is_set)
        assert model.cancel.asked is asked
        model.ended = True
        await until(desk, lambda: desk.app.return_value is not None)
