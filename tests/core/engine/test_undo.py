"""Undo removes what we made, nothing else, and says what it had to leave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.engine.events import (
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepStarted,
)
from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.lines import RunKind
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.engine.undo import run_meanwhile, undo_plan
from octavia_wizard.core.errors import (
    CloudError,
    Interrupted,
    TransientError,
    UndoError,
    UsageError,
)
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Record, Undone, UndoResult, Work
from tests.core.engine.support import Bench, Makes, makes
from tests.core.engine.test_journal import HEADER
from tests.core.engine.test_run import _Listener

FOREIGN = Network("net-x", "foreign", "service", mtu=9000)
STEPS = (makes("one", "one", "uno"), makes("two", needs=["one"]), makes("three", needs=["two"]))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path, STEPS)
    bench.cloud.networks = {"net-x": FOREIGN, "net-y": replace(FOREIGN, id="net-y", name="two")}
    assert bench.run().status is RunStatus.DONE
    bench.events.clear()
    return bench


def test_takes_back_in_reverse_what_was_made_and_changed(bench: Bench) -> None:
    planned = [(item.what.kind, item.what.name) for item in undo_plan(bench.place)]
    assert planned == [("network", "three"), ("mtu", "two"), ("network", "uno"), ("network", "one")]
    report = bench.undo()
    assert report.exit_code == 0
    assert report.status is RunStatus.DONE
    assert [(item.what.kind, item.what.name) for item in report.items] == planned
    assert {network.name: network.mtu for network in bench.cloud.networks.values()} == {
        "foreign": 9000,
        "two": 9000,
    }


def test_what_was_run_since_is_named_because_it_is_not_taken_back(tmp_path: Path) -> None:
    place = DeploymentPlace(tmp_path / "deployment")
    journal = Journal.create(place, HEADER)
    for seq, (kind, name, result) in enumerate(
        (
            ("playbook", "containers", "ran"),
            ("network", "lbaas-mgmt", "created"),
            ("playbook", "octavia", "ran"),
            ("playbook", "octavia", "ran"),
        ),
        start=1,
    ):
        journal.intent("one", kind, name, {})
        journal.outcome(Record(seq, "one", kind, name, result, f"id-{seq}"))
    journal.close()
    assert run_meanwhile(place, undo_plan(place)) == ("octavia",)


def test_a_second_time_there_is_nothing_to_undo_and_no_journal(bench: Bench) -> None:
    bench.undo()
    count = len(runs(bench.place))
    report = bench.undo()
    assert (report.items, report.error, report.journal) == ((), None, None)
    assert len(runs(bench.place)) == count


def test_of_a_deployment_that_never_was_there_is_nothing_to_undo(tmp_path: Path) -> None:
    bench = Bench(tmp_path, STEPS)
    assert bench.undo().items == ()
    assert not bench.place.root.exists()


def test_leaves_what_was_changed_since_and_goes_on(bench: Bench) -> None:
    three = next(n for n in bench.cloud.networks.values() if n.name == "three")
    bench.cloud.networks[three.id] = replace(three, mtu=1234)
    report = bench.undo()
    assert bench.names() == ["foreign", "three", "two"]
    assert isinstance(report.error, UndoError)
    assert report.exit_code == 5
    assert report.status is RunStatus.FAILED
    assert report.error.message == "left behind:\nnetwork three: changed since: MTU"
    assert [item.what.name for item in report.left] == ["three"]
    # It stays on the books: put back as it was, it is removed after all.
    bench.cloud.networks[three.id] = three
    assert bench.undo().error is None
    assert bench.names() == ["foreign", "two"]


def test_goes_on_past_a_failure_and_lists_what_is_left(bench: Bench) -> None:
    class Refuses(Makes):
        id = "three"
        title = "Three"

        def undo(self, work: Work, record: Record) -> Undone:
            raise CloudError("409: a port is still on it (request req-1)")

    report = bench.undo(steps=(*STEPS[:2], Refuses()))
    assert bench.names() == ["foreign", "three", "two"]
    assert report.error is not None
    assert "network three: 409: a port is still on it" in report.error.message
    assert [failed.step for failed in bench.of(StepFailed)] == ["three"]
    assert bench.undo().error is None


def test_a_bug_in_a_step_does_not_keep_the_others_from_being_undone(bench: Bench) -> None:
    class Buggy(Makes):
        id = "three"

        def undo(self, work: Work, record: Record) -> Undone:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bench.undo(steps=(*STEPS[:2], Buggy()))
    assert bench.names() == ["foreign", "three", "two"]
    assert runs(bench.place)[0].status == "failed"


def test_what_is_gone_already_is_fine(bench: Bench) -> None:
    bench.cloud.networks = {}
    report = bench.undo()
    assert report.error is None
    assert {item.outcome.result for item in report.items if item.outcome} == {UndoResult.GONE}


def test_is_told_as_a_run_of_its_own(bench: Bench) -> None:
    report = bench.undo()
    first, last = bench.events[0], bench.events[-1]
    assert isinstance(first, RunStarted)
    assert [step for step, _, _ in first.steps] == ["three", "two", "one"]
    assert isinstance(last, RunFinished)
    assert (last.run_id, last.status) == (report.run_id, "done")
    assert [event.step for event in bench.of(StepStarted)] == ["three", "two", "one"]
    assert [(e.step, e.detail) for e in bench.of(StepFinished)] == [
        ("three", "1 undone"),
        ("two", "1 undone"),
        ("one", "2 undone"),
    ]
    assert bench.of(StepLog)[0].line == "network three: removed"
    newest = runs(bench.place)[0]
    assert (newest.kind, newest.status, newest.undone) == (RunKind.UNDO, "done", 4)
    assert runs(bench.place)[1].standing == 0


def test_covers_all_runs_the_newest_first(bench: Bench) -> None:
    more = Bench(bench.root, (*STEPS, makes("four")))
    more.run()
    assert [item.what.name for item in more.undo().items] == ["four", "three", "two", "uno", "one"]


def test_of_one_run_leaves_the_others(bench: Bench) -> None:
    more = Bench(bench.root, (*STEPS, makes("four")))
    run_id = more.run().run_id
    assert [item.what.name for item in undo_plan(more.place, run_id)] == ["four"]
    assert more.undo(only_run=run_id).error is None
    assert more.names() == ["foreign", "one", "three", "two", "uno"]
    assert len(undo_plan(more.place)) == 4


def test_of_a_run_there_is_none_of_is_refused(bench: Bench) -> None:
    with pytest.raises(UsageError, match="there is no run '0815'"):
        bench.undo(only_run="0815")


def test_looks_first_for_what_an_interrupted_run_may_have_made(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.lose = {2}
    bench.run(policy=RetryPolicy(attempts=1))
    assert [type(item.what).__name__ for item in undo_plan(bench.place)] == ["Pending"]
    report = bench.undo()
    assert report.error is None
    assert [str(item) for item in report.items] == ["network one: removed"]
    assert bench.names() == []


def test_what_cannot_be_cleared_up_is_left_and_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.lose = {2}
    bench.run(policy=RetryPolicy(attempts=1))
    blind = Bench(tmp_path, (makes("one"),))
    blind.cloud.fail = {number: CloudError("403 from neutron") for number in range(1, 50)}
    report = blind.undo()
    assert isinstance(report.error, UndoError)
    assert "network one: 403 from neutron" in report.error.message
    assert bench.undo().error is None
    assert bench.names() == []


def test_what_was_made_in_another_cloud_is_left_and_said(bench: Bench) -> None:
    bench.cloud.name = "elsewhere"
    bench.cloud.calls.clear()
    report = bench.undo()
    assert bench.cloud.writes == []
    assert report.error is not None
    assert "made in cloud fake (RegionOne), not in cloud elsewhere (RegionOne)" in (
        report.error.message
    )


def test_what_a_step_made_that_is_no_longer_known_is_left_and_said(bench: Bench) -> None:
    report = bench.undo(steps=STEPS[:2])
    assert report.error is not None
    assert "network three: step three is not known" in report.error.message
    assert bench.names() == ["foreign", "three", "two"]


@pytest.mark.parametrize("kind", ["fail", "lose"])
def test_a_passing_fault_at_any_call_is_got_over(tmp_path: Path, kind: str) -> None:
    for number in range(1, 9):
        root = tmp_path / str(number)
        root.mkdir()
        bench = Bench(root, STEPS)
        bench.run()
        bench.cloud.calls.clear()
        if kind == "fail":
            bench.cloud.fail = {number: TransientError("reset")}
        else:
            bench.cloud.lose = {number}
        assert bench.undo().error is None, number
        assert bench.names() == []


@pytest.mark.parametrize("after", range(5))
def test_stopped_after_any_record_it_is_gone_on_with(bench: Bench, after: int) -> None:
    logged = 0

    def stop(event: object) -> None:
        nonlocal logged
        logged += isinstance(event, StepLog)
        if logged == after:
            bench.cancel.set()

    bench.events = _Listener(stop)
    report = bench.undo()
    if after == 4:
        assert report.status is RunStatus.DONE
        return
    assert report.status is RunStatus.INTERRUPTED
    assert isinstance(report.error, Interrupted)
    assert report.exit_code == 130
    assert len(report.left) == 4 - after == len(undo_plan(bench.place))
    assert str(report.left[0]).endswith(": not reached")
    bench.cancel.clear()
    bench.events = []
    assert bench.undo().error is None
    assert bench.names() == ["foreign", "two"]


def test_with_the_journal_full_the_next_undo_finds_things_gone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    write, count = os.write, 0

    def full(handle: int, data: bytes) -> int:
        nonlocal count
        count += 1
        return write(handle, data if count < 2 else data[:5])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        report = bench.undo()
    assert report.exit_code == 5
    assert "No space left on device" in str(report.error)
    assert bench.undo().error is None
    assert bench.names() == ["foreign", "two"]
