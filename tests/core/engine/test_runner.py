"""Any graph of steps, any of them failing: each step ends just as its needs allow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.engine.events import StepFinished, StepStarted
from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Action, Decision, Work
from tests.core.engine.support import Bench, Makes
from tests.core.engine.test_plan import graphs

REPOSITORY = Path(__file__).parents[3]


class MayFail(Makes):
    """A step that fails when it is told to."""

    fails = False

    def apply(self, work: Work, decision: Decision) -> None:
        """Fail, or make it."""
        if self.fails:
            raise StepError("as told")
        super().apply(work, decision)


@st.composite
def failing_graphs(draw: st.DrawFn) -> list[MayFail]:
    """Draw steps with needs, some of which fail."""
    return [
        type(
            f"F{step}",
            (MayFail,),
            {"id": step, "title": step, "needs": tuple(needs), "fails": draw(st.booleans())},
        )()
        for step, needs in draw(graphs())
    ]


def upstream(step: MayFail, by_id: dict[str, MayFail]) -> Iterator[MayFail]:
    for need in step.needs:
        yield by_id[need]
        yield from upstream(by_id[need], by_id)


@settings(max_examples=60, deadline=None)
@given(steps=failing_graphs(), workers=st.integers(1, 4))
def test_a_step_is_done_unless_it_fails_or_something_it_needs_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[MayFail], workers: int
) -> None:
    by_id = {step.id: step for step in steps}
    bench = Bench(tmp_path_factory.mktemp("graph"), tuple(steps))
    result = bench.run(max_workers=workers)
    blocked = {step.id for step in steps if any(earlier.fails for earlier in upstream(step, by_id))}
    failed = {step.id for step in steps if step.fails} - blocked
    assert set(result.blocked) == blocked
    assert set(result.failed) == failed
    assert set(result.finished) == set(by_id) - blocked - failed
    assert bench.names() == sorted(result.finished)
    assert result.status is (RunStatus.FAILED if failed else RunStatus.DONE)
    story = [(type(e), e.step) for e in bench.events if isinstance(e, StepStarted | StepFinished)]
    for step in steps:
        if step.id in result.finished:
            start = story.index((StepStarted, step.id))
            assert all(story.index((StepFinished, need)) < start for need in step.needs)
    told = [e.step for e in bench.of(StepFinished) if e.action is Action.BLOCKED]
    assert sorted(told) == sorted(blocked)


SLEEPER = """
import sys, threading
from pathlib import Path
from octavia_wizard.core.engine.signals import stop_on_signals
from tests.core.engine.support import Bench, Makes

class Sleeps(Makes):
    id = "one"
    def apply(self, work, decision):
        print("asleep", flush=True)
        (threading.Event() if "deaf" in sys.argv else work.cancel).wait(300)
        super().apply(work, decision)

bench = Bench(Path(sys.argv[1]), (Sleeps(),))
with stop_on_signals(bench.cancel):
    sys.exit(bench.run().exit_code)
"""


@pytest.fixture
def sleeper(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A process with a run in the middle of a step."""
    command = [sys.executable, "-c", SLEEPER, str(tmp_path), *request.param]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asleep\n"
        yield process
        process.kill()


@pytest.mark.parametrize("sleeper", [()], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_run_in_good_order(
    sleeper: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    sleeper.send_signal(number)
    assert sleeper.wait(60) == 130
    newest = runs(DeploymentPlace(tmp_path / "state" / "deployment"))[0]
    assert (newest.status, newest.pending, newest.created) == ("interrupted", 0, 0)


@pytest.mark.parametrize("sleeper", [("deaf",)], indirect=True)
def test_a_second_interrupt_does_not_wait_for_a_call_that_hangs(
    sleeper: subprocess.Popen[str], tmp_path: Path
) -> None:
    sleeper.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert sleeper.poll() is None
    sleeper.send_signal(signal.SIGINT)
    assert sleeper.wait(60) in (130, -signal.SIGINT)
    newest = runs(DeploymentPlace(tmp_path / "state" / "deployment"))[0]
    assert newest.status == "crashed"
