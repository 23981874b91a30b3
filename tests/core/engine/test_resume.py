"""An unfinished run can be gone on with, from nothing but its journal."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import TransientError
from octavia_wizard.core.places import DeploymentPlace
from tests.core.engine.support import PRESET, Bench, makes

STEPS = (makes("one"), makes("two", needs=["one"]), makes("three", needs=["two"]), makes("four"))
ONCE = RetryPolicy(attempts=1)


def failing(root: Path) -> Bench:
    """Return a deployment whose run failed in the middle of step two, with its answer lost."""
    bench = Bench(root, STEPS[:3])
    bench.cloud.lose = {5}
    assert bench.run(policy=ONCE).failed == ("two",)
    return bench


def test_without_an_unfinished_run_there_is_nothing_to_resume(tmp_path: Path) -> None:
    bench = Bench(tmp_path, STEPS)
    assert resumable(DeploymentPlace(tmp_path / "never")) is None
    bench.run()
    assert resumable(bench.place) is None


def test_tells_all_that_is_needed_to_go_on(tmp_path: Path) -> None:
    bench = failing(tmp_path)
    left = resumable(bench.place)
    assert left is not None
    assert left.run_id == runs(bench.place)[0].run_id
    assert left.answers == PRESET
    assert (left.cloud, left.region, left.release) == ("fake", "RegionOne", "33.0.1")
    assert (left.command, left.status) == ("replay preset.yml", "failed")
    assert (left.done, left.failed) == (("one",), ("two",))
    assert [(pending.step, pending.name) for pending in left.pending] == [("two", "two")]
    assert left.deploy_dir == str(tmp_path / "openstack_deploy")
    assert "connection was reset" in left.message


def test_resumed_it_takes_up_what_was_lost_and_undo_covers_both_runs(tmp_path: Path) -> None:
    bench = failing(tmp_path)
    left = resumable(bench.place)
    assert left is not None
    assert bench.run(resumes=left.run_id).status is RunStatus.DONE
    assert bench.names() == ["one", "three", "two"]
    second, first = runs(bench.place)
    assert second.resumes == first.run_id == left.run_id
    assert resumable(bench.place) is None
    assert [item.what.name for item in bench.undo().items] == ["three", "two", "one"]
    assert bench.names() == []


def test_a_run_of_some_steps_is_resumed_with_the_same_steps(tmp_path: Path) -> None:
    bench = Bench(tmp_path, STEPS)
    bench.cloud.fail = {2: TransientError("reset")}
    bench.run(bench.plan(only=["two"]), policy=ONCE)
    left = resumable(bench.place)
    assert left is not None
    assert left.only == ("two",)
    bench.run(bench.plan(only=left.only), resumes=left.run_id)
    assert bench.names() == ["one", "two"]


def test_while_a_run_goes_on_nothing_can_be_resumed(tmp_path: Path) -> None:
    bench = failing(tmp_path)
    lock = DeploymentLock.acquire(bench.place, "replay")
    assert resumable(bench.place) is None
    lock.release()
    assert resumable(bench.place) is not None


def test_after_an_undo_there_is_nothing_to_resume(tmp_path: Path) -> None:
    bench = failing(tmp_path)
    bench.undo()
    assert resumable(bench.place) is None
