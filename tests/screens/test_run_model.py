"""A run is told from its events alone, whether or not its screen is open."""

from __future__ import annotations

import pytest

from octavia_wizard.core.engine.events import (
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepRetried,
    StepStarted,
)
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.skipping import leave_out
from octavia_wizard.core.errors import LockedError
from octavia_wizard.core.steps.base import Action, Decision, Unit
from octavia_wizard.screens.run_model import RunModel, StepState


@pytest.fixture
def model() -> RunModel:
    """A run of two steps."""
    return RunModel(two_steps())


def two_steps() -> Plan:
    """Return a plan of a network and its subnet."""
    network = PlanItem("network", "Network", "network", (), Decision(Action.CREATE, "lbaas-mgmt"))
    subnet = PlanItem(
        "subnet", "Subnet", "network", ("network",), Decision(Action.CREATE, "lbaas-mgmt-subnet")
    )
    return Plan((network, subnet))


def test_a_step_runs_gets_further_and_is_done(model: RunModel) -> None:
    model.fold(RunStarted("0001", ()))
    model.fold(StepStarted("network", Action.CREATE))
    model.fold(StepProgress("network", 3, 9, "bytes"))
    step = model.steps["network"]
    assert (step.state, step.done, step.total) == (StepState.RUNNING, 3, 9)

    model.fold(StepFinished("network", Action.ADOPT, "lbaas-mgmt", 0.4))

    assert (step.word, step.text, step.elapsed) == ("adopted", "lbaas-mgmt", 0.4)
    assert model.finished == 1
    assert model.status == "running"


def test_the_first_failure_is_kept_with_what_to_do(model: RunModel) -> None:
    model.fold(StepFailed("network", "quota exceeded\nfor networks", "raise it", 1.0))
    model.fold(StepFailed("subnet", "another", "", 1.0))
    model.end(None, None)

    assert model.failure is not None
    assert (model.failure.step, model.failure.hint) == ("network", "raise it")
    assert model.steps["network"].text == "quota exceeded"
    assert model.status == "failed"


def test_a_step_that_stops_on_request_has_not_failed(model: RunModel) -> None:
    model.cancel.set()
    model.fold(StepFailed("network", "stopped on request", "", 1.0))
    assert model.steps["network"].word == "stopped"
    assert model.failure is None
    assert model.status == "stopping"


def test_a_blocked_step_is_not_counted_as_done(model: RunModel) -> None:
    model.fold(StepFinished("subnet", Action.BLOCKED, "", 0.0, "needs Network, which failed"))
    assert model.steps["subnet"].state is StepState.STOPPED
    assert model.finished == 0


def test_the_log_tells_retries_and_keeps_lines_apart(model: RunModel) -> None:
    model.fold(StepLog("network", "POST\n201"))
    model.fold(StepRetried("network", 2, 4.0, "connection reset"))
    model.fold(RunFinished("0001", "done", 2.0))
    assert list(model.log) == [
        "network: POST",
        "201",
        "network: connection reset; attempt 2 in 4 s",
        "run done after 2.0 s",
    ]
    assert model.logged == 4


def test_a_run_that_could_not_begin_says_why(model: RunModel) -> None:
    model.end(None, LockedError("locked by another", hint="wait"))
    assert model.status == "failed"
    assert model.failure is not None
    assert model.failure.message == "locked by another"


def test_a_step_at_work_counts_up_and_stops_counting_at_its_end() -> None:
    now = [10.0]
    model = RunModel(two_steps(), clock=lambda: now[0])
    model.fold(StepStarted("network", Action.CREATE))
    now[0] = 73.0
    step = model.steps["network"]
    assert model.took(step) == 63.0

    model.fold(StepFinished("network", Action.CREATE, "", 63.5))
    now[0] = 100.0
    assert model.took(step) == 63.5


def test_a_waiting_step_says_what_it_waits_for(model: RunModel) -> None:
    subnet = model.steps["subnet"]
    assert model.remark(subnet) == "waits for network"

    model.fold(StepFinished("network", Action.KEEP, "", 0.1))
    assert model.remark(subnet) == ""

    model.end(None, None)
    assert model.remark(subnet) == "not begun"


def test_a_step_that_is_left_out_is_no_ordinary_skip() -> None:
    item = PlanItem("quotas", "Quotas", "capacity", (), Decision(Action.CHANGE), "as they are")
    model = RunModel(leave_out(Plan((item,)), ["quotas"]))
    detail = model.plan.items[0].decision.reason
    model.fold(StepFinished("quotas", Action.SKIP, "", 0.0, detail))

    assert (model.steps["quotas"].word, model.steps["quotas"].text) == ("left out", "as they are")
    assert model.left_out == ("Quotas",)


def test_what_a_verification_waits_for_is_told() -> None:
    item = PlanItem("verification", "Verification", "deployment", (), Decision(Action.RUN))
    model = RunModel(Plan((item,)), clock=lambda: 0.0)
    model.fold(StepStarted("verification", Action.RUN))
    waits = "Load balancer becomes active: load balancer PENDING_CREATE, 3/820 s"
    model.fold(StepProgress("verification", 610, 1000, waits, Unit.SHARE))
    assert model.at_work == waits
