"""A run does what the plan showed, tells it in order, and leaves nothing half known."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

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
from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import (
    BlockedError,
    CloudError,
    CredentialsError,
    Interrupted,
    LockedError,
    TransientError,
    UsageError,
)
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.steps.base import Action, Decision, Pending, Record, Work
from tests.core.engine.support import PRESET, Bench, Makes, actions, makes

STRANGER = Network("net-x", "one", "service", mtu=1500)


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_makes_what_is_planned_and_a_second_plan_is_empty(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one", "one", "uno"), makes("two", needs=["one"])))
    result = bench.run()
    assert result.status is RunStatus.DONE
    assert result.exit_code == 0
    assert result.finished == ("one", "two")
    assert bench.names() == ["one", "two", "uno"]
    assert not bench.plan().has_changes


def test_of_a_converged_deployment_writes_nothing_to_the_cloud(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"), makes("two")))
    bench.run()
    bench.cloud.calls.clear()
    result = bench.run()
    assert result.status is RunStatus.DONE
    assert bench.cloud.writes == []
    assert len(bench.cloud.calls) == 2


def test_repairs_drift(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"), makes("two")))
    bench.run()
    _, two = sorted(bench.cloud.networks.values(), key=lambda network: network.name)
    bench.cloud.networks = {two.id: replace(two, mtu=9000)}
    assert actions(bench.plan()) == {"one": Action.CREATE, "two": Action.CHANGE}
    assert bench.run().status is RunStatus.DONE
    assert sorted((n.name, n.mtu) for n in bench.cloud.networks.values()) == [
        ("one", 1500),
        ("two", 1500),
    ]


def test_tells_its_story_in_order(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"), makes("two", needs=["one"])))
    result = bench.run()
    kinds = [type(event) for event in bench.events]
    story = [StepStarted, StepProgress, StepFinished]
    assert kinds == [RunStarted, *story, *story, RunFinished]
    first = bench.events[0]
    assert isinstance(first, RunStarted)
    assert first.steps == (("one", "One", Action.CREATE), ("two", "Two", Action.CREATE))
    finished = bench.of(StepFinished)[0]
    assert (finished.step, finished.action, finished.subject) == ("one", Action.CREATE, "one net-1")
    last = bench.events[-1]
    assert isinstance(last, RunFinished)
    assert (last.run_id, last.status) == (result.run_id, "done")


def test_tells_everything_from_the_thread_that_called_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tuple(makes(f"s{number}") for number in range(6)))
    threads = set()
    bench.events = _Listener(lambda event: threads.add(threading.get_ident()))
    bench.run()
    assert threads == {threading.get_ident()}


class _Listener(list):  # type: ignore[type-arg]
    """A list that also hands on what is appended."""

    def __init__(self, hear: object) -> None:
        super().__init__()
        self.hear = hear

    def append(self, event: object) -> None:
        super().append(event)
        self.hear(event)  # type: ignore[operator]


def test_independent_steps_run_side_by_side_and_dependent_ones_wait(tmp_path: Path) -> None:
    meeting = threading.Barrier(2, timeout=20)
    order: list[str] = []

    class Meets(Makes):
        def apply(self, work: Work, decision: Decision) -> None:
            if self.id != "last":
                meeting.wait()  # breaks unless both are here at the same time
            super().apply(work, decision)
            order.append(self.id)

    def meets(id: str, *needs: str) -> Makes:
        return type(f"M_{id}", (Meets,), {"id": id, "names": (id,), "needs": needs})()  # type: ignore[no-any-return]

    bench = Bench(tmp_path, (meets("left"), meets("right"), meets("last", "left", "right")))
    assert bench.run().status is RunStatus.DONE
    assert order[-1] == "last"


def test_never_runs_more_steps_at_once_than_asked(tmp_path: Path) -> None:
    running, most = 0, 0
    guard = threading.Lock()

    class Counts(Makes):
        def apply(self, work: Work, decision: Decision) -> None:
            nonlocal running, most
            with guard:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            super().apply(work, decision)
            with guard:
                running -= 1

    steps = tuple(
        type(f"C{number}", (Counts,), {"id": f"c{number}", "names": (f"c{number}",)})()
        for number in range(6)
    )
    assert Bench(tmp_path, steps).run(max_workers=2).status is RunStatus.DONE
    assert most == 2


def test_after_a_failure_goes_on_with_what_does_not_need_it(tmp_path: Path) -> None:
    class Fails(Makes):
        id = "one"
        title = "One"

        def apply(self, work: Work, decision: Decision) -> None:
            raise CloudError("quota exceeded (request req-1)", hint="raise the quota")

    bench = Bench(
        tmp_path,
        (Fails(), makes("two", needs=["one"]), makes("three", needs=["two"]), makes("four")),
    )
    result = bench.run()
    assert result.status is RunStatus.FAILED
    assert result.exit_code == 6
    assert (result.failed, result.blocked) == (("one",), ("two", "three"))
    assert result.finished == ("four",)
    failed = bench.of(StepFailed)[0]
    assert (failed.message, failed.hint) == ("quota exceeded (request req-1)", "raise the quota")
    blocked = [e for e in bench.of(StepFinished) if e.action is Action.BLOCKED]
    assert [(e.step, e.detail) for e in blocked] == [
        ("two", "needs One, which failed"),
        ("three", "needs Two, which could not follow"),
    ]
    assert runs(bench.place)[0].status == "failed"


def test_ends_with_the_exit_code_of_the_first_error(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.fail = {2: CredentialsError("401 from neutron")}
    result = bench.run()
    assert isinstance(result.error, CredentialsError)
    assert result.exit_code == 6


def test_refuses_a_plan_with_conflicts_before_anything_is_done(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"), makes("two")))
    bench.cloud.networks = {"a": STRANGER, "b": replace(STRANGER, id="b")}
    with pytest.raises(BlockedError, match="two of the same name") as caught:
        bench.run()
    assert caught.value.exit_code == 4
    assert not bench.place.root.exists()
    assert bench.cloud.writes == []


def test_refuses_answers_with_a_secret_before_anything_is_done(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    answers = {**PRESET, "variables": {"octavia_service_password": "hunter2"}}
    with pytest.raises(UsageError, match=r"variables\.octavia_service_password") as caught:
        bench.run(answers_document=answers)
    assert "hunter2" not in str(caught.value)
    assert not bench.place.root.exists()


def test_a_step_that_does_not_stay_as_made_fails(tmp_path: Path) -> None:
    class Ignored(Makes):
        id = "one"

        def apply(self, work: Work, decision: Decision) -> None:
            with work.intent("network", "one") as intent:
                made = work.cloud.create_network(Network("", "one", "service", mtu=1400))
                intent.created(made.id, {"mtu": made.mtu})

    result = Bench(tmp_path, (Ignored(),)).run()
    assert result.exit_code == 5
    assert result.error is not None
    assert "did not stay as made" in result.error.message
    assert "~ one MTU 1400 → 1500" in result.error.message


def test_a_conflict_that_came_up_since_the_plan_fails_the_step(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    plan = bench.plan()
    bench.cloud.networks = {"a": STRANGER, "b": replace(STRANGER, id="b")}
    result = bench.run(plan)
    assert result.error is not None
    assert "two of the same name" in result.error.message
    assert bench.cloud.writes == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(STRANGER, None, id="kept becomes create"),
        pytest.param(STRANGER, replace(STRANGER, mtu=9000), id="kept becomes change"),
        pytest.param(None, replace(STRANGER, mtu=9000), id="create becomes change"),
        pytest.param(replace(STRANGER, mtu=9000), None, id="change becomes create"),
        pytest.param(replace(STRANGER, mtu=9000), replace(STRANGER, mtu=1400), id="another change"),
    ],
)
def test_does_no_more_than_the_plan_showed_unless_allowed(
    tmp_path: Path, before: Network | None, after: Network | None
) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.networks = {"net-x": before} if before else {}
    plan = bench.plan()
    bench.cloud.networks = {"net-x": after} if after else {}
    refused = bench.run(plan)
    assert refused.error is not None
    assert "changed since the plan" in refused.error.message
    assert refused.exit_code == 5
    assert bench.cloud.writes == []
    assert bench.run(plan, allow_replan=True).status is RunStatus.DONE


def test_of_a_plan_that_changed_only_what_is_new_is_told(tmp_path: Path) -> None:
    """Among a hundred lines of a file nobody finds the one that differs."""
    two = makes("one", "x", "y")
    bench = Bench(tmp_path, (two,))
    wrong = {name: replace(STRANGER, name=name, id=name, mtu=9000) for name in ("x", "y")}
    bench.cloud.networks = dict(wrong)
    plan = bench.plan()
    bench.cloud.networks = {**wrong, "y": replace(wrong["y"], mtu=1400)}
    refused = bench.run(plan)
    assert refused.error is not None
    assert "~ y MTU 1400 → 1500" in refused.error.message
    assert "~ x MTU" not in refused.error.message


def test_what_somebody_else_did_meanwhile_is_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    plan = bench.plan()
    bench.cloud.networks = {"net-x": STRANGER}
    assert bench.run(plan).status is RunStatus.DONE
    assert bench.cloud.writes == []
    assert bench.of(StepFinished)[0].action is Action.KEEP
    assert bench.undo().items == ()


def test_does_not_act_on_a_part_that_can_no_longer_be_read(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    plan = bench.plan()
    bench.cloud.unread = {Part.NETWORKS: "403 from neutron"}
    result = bench.run(plan)
    assert result.exit_code == 6
    assert bench.cloud.writes == []


def test_an_adopted_thing_is_journaled_as_such(tmp_path: Path) -> None:
    class Adopts(Makes):
        id = "one"

        def decide(self, effective: object, facts: object) -> Decision:
            return Decision(Action.ADOPT, "one net-x", reason="as answered")

    bench = Bench(tmp_path, (Adopts(),))
    bench.cloud.networks = {"net-x": STRANGER}
    result = bench.run()
    adopted = [line for line in lines_of(result.journal) if line["line"] == "adopted"]
    assert [(line["step"], line["subject"]) for line in adopted] == [("one", "one net-x")]
    assert bench.undo().items == ()


def test_a_skipped_step_is_told_but_not_looked_at(tmp_path: Path) -> None:
    class Skips(Makes):
        id = "one"

        def decide(self, effective: object, facts: object) -> Decision:
            return Decision(Action.SKIP, reason="the octavia user does not exist yet")

    bench = Bench(tmp_path, (Skips(), makes("two", needs=["one"])))
    bench.run()
    first = bench.of(StepFinished)[0]
    assert (first.step, first.action) == ("one", Action.SKIP)
    assert first.detail == "the octavia user does not exist yet"
    assert bench.names() == ["two"]


def test_a_bug_in_a_step_ends_the_run_in_good_order_and_is_then_raised(tmp_path: Path) -> None:
    class Buggy(Makes):
        id = "one"

        def apply(self, work: Work, decision: Decision) -> None:
            raise ZeroDivisionError("hunter2")

    bench = Bench(tmp_path, (Buggy(), makes("two")))
    with pytest.raises(ZeroDivisionError):
        bench.run()
    assert bench.names() == ["two"]
    newest = runs(bench.place)[0]
    assert newest.status == "failed"
    assert newest.message == "a bug in octavia-wizard: ZeroDivisionError"
    assert "hunter2" not in newest.journal.read_text()


def test_a_front_end_that_breaks_does_not_break_the_journal(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"), makes("two", needs=["one"])))

    def broken(event: object) -> None:
        if isinstance(event, StepProgress):
            raise BrokenPipeError

    bench.events = _Listener(broken)
    with pytest.raises(BrokenPipeError):
        bench.run()
    newest = runs(bench.place)[0]
    assert (newest.status, newest.pending, newest.created) == ("interrupted", 0, 1)
    bench.events = []
    bench.cancel.clear()
    assert bench.run().status is RunStatus.DONE


# ---- passing faults


def test_a_passing_fault_is_tried_again_visibly(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.fail = {2: TransientError("503 from neutron")}
    result = bench.run()
    assert result.status is RunStatus.DONE
    retried = bench.of(StepRetried)
    assert [(e.step, e.attempt, e.reason) for e in retried] == [("one", 2, "503 from neutron")]
    told = [line for line in lines_of(result.journal) if line["line"] == "retry"]
    assert [(line["step"], line["attempt"]) for line in told] == [("one", 2)]


def test_a_lost_answer_never_leads_to_a_second_create(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.lose = {2}
    assert bench.run().status is RunStatus.DONE
    assert bench.names() == ["one"]
    assert bench.of(StepFinished)[0].action is Action.CREATE
    assert "found network one again" in bench.of(StepLog)[0].line
    assert [str(item.outcome and item.outcome.result) for item in bench.undo().items] == ["removed"]
    assert bench.names() == []


def test_retries_end_with_the_last_error(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.fail = {number: TransientError("504 Gateway Timeout") for number in range(1, 99)}
    result = bench.run()
    assert isinstance(result.error, TransientError)
    assert result.error.message == "504 Gateway Timeout (tried 4 times)"
    assert result.exit_code == 6
    assert len(bench.of(StepRetried)) == 3


def test_retries_end_at_the_deadline_by_the_clock(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.fail = {number: TransientError("reset") for number in range(1, 99)}
    ticks = iter(range(0, 10**6, 7))
    policy = RetryPolicy(attempts=50, base=0.001, cap=0.001, deadline=20)
    result = bench.run(policy=policy, clock=lambda: float(next(ticks)))
    assert isinstance(result.error, TransientError)
    assert len(bench.of(StepRetried)) == 3


def test_waiting_for_a_retry_ends_at_once_when_asked_to_stop(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.fail = {1: TransientError("503")}
    bench.events = _Listener(
        lambda event: bench.cancel.set() if isinstance(event, StepRetried) else None
    )
    began = time.monotonic()
    result = bench.run(policy=RetryPolicy(attempts=5, base=300, cap=300, deadline=9999))
    assert result.status is RunStatus.INTERRUPTED
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("kind", ["fail", "lose"])
def test_a_fault_at_any_call_is_got_over(tmp_path: Path, kind: str) -> None:
    steps = (makes("one", "one", "uno"), makes("two", needs=["one"]), makes("three", needs=["one"]))
    calm = Bench(tmp_path, steps)
    (tmp_path / "cloud.pickle").unlink(missing_ok=True)
    calm.run()
    for number in range(1, len(calm.cloud.calls) + 1):
        root = tmp_path / f"{kind}{number}"
        root.mkdir()
        bench = Bench(root, steps)
        if kind == "fail":
            bench.cloud.fail = {number: TransientError("reset")}
        else:
            bench.cloud.lose = {number}
        assert bench.run().status is RunStatus.DONE, number
        assert bench.names() == ["one", "three", "two", "uno"], number
        assert not bench.plan().has_changes
        assert bench.undo().error is None
        assert bench.names() == []


@pytest.mark.parametrize("kind", ["fail", "lose"])
def test_a_lasting_fault_at_any_call_fails_resumably(tmp_path: Path, kind: str) -> None:
    """The answer to a call is lost, and so is every later one, until the operator comes back."""
    steps = (makes("one", "one", "uno"), makes("two", needs=["one"]))
    calm = Bench(tmp_path, steps)
    calm.run()
    for number in range(1, len(calm.cloud.calls) + 1):
        root = tmp_path / f"{kind}{number}"
        root.mkdir()
        bench = Bench(root, steps)
        later = range(number + 1, number + 200)
        bench.cloud.fail = {call: TransientError("reset") for call in later}
        if kind == "fail":
            bench.cloud.fail[number] = TransientError("reset")
        else:
            bench.cloud.lose = {number}
        assert bench.run().status is RunStatus.FAILED, number
        again = Bench(root, steps)
        assert again.run().status is RunStatus.DONE
        assert again.names() == ["one", "two", "uno"], number
        assert again.undo().error is None
        assert again.names() == []


# ---- stopping


@pytest.mark.parametrize("at", range(5))
def test_stopped_at_any_step_it_can_be_gone_on_with(tmp_path: Path, at: int) -> None:
    steps = tuple(
        makes(f"s{number}", f"a{number}", f"b{number}", needs=[f"s{number - 1}"] if number else [])
        for number in range(5)
    )
    bench = Bench(tmp_path, steps)

    def stop(event: object) -> None:
        if isinstance(event, StepProgress) and event.step == f"s{at}":
            bench.cancel.set()

    bench.events = _Listener(stop)
    result = bench.run()
    assert result.status is RunStatus.INTERRUPTED
    assert result.exit_code == 130
    assert isinstance(result.error, Interrupted)
    assert len(result.finished) <= at + 1
    assert runs(bench.place)[0].status == "interrupted"
    assert runs(bench.place)[0].pending == 0
    bench.events = []
    bench.cancel.clear()
    assert bench.run().status is RunStatus.DONE
    assert len(bench.names()) == 10 == len(set(bench.names()))


def test_asked_to_stop_before_it_begins_it_does_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cancel.set()
    assert bench.run().status is RunStatus.INTERRUPTED
    assert bench.cloud.calls == []
    assert bench.of(StepStarted) == []


def test_asked_to_stop_when_everything_is_done_it_is_done(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.events = _Listener(
        lambda event: bench.cancel.set() if isinstance(event, StepFinished) else None
    )
    assert bench.run().status is RunStatus.DONE


def test_by_force_it_lets_no_other_run_in_while_a_step_is_still_at_work(tmp_path: Path) -> None:
    """A second Ctrl-C does not wait for a call that hangs; the lock is held until that ends."""
    release = threading.Event()
    reached = threading.Event()

    class Hangs(Makes):
        id = "one"

        def apply(self, work: Work, decision: Decision) -> None:
            work.progress(0, 1)
            reached.set()
            release.wait(30)

    bench = Bench(tmp_path, (Hangs(),))

    def force(event: object) -> None:
        if isinstance(event, StepProgress):
            raise KeyboardInterrupt

    bench.events = _Listener(force)
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    assert reached.is_set()
    bench.events = []
    with pytest.raises(LockedError):
        bench.run()
    release.set()


# ---- one at a time


def test_two_runs_at_once_the_second_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    inside, leave = threading.Event(), threading.Event()

    class Waits(Makes):
        id = "one"

        def apply(self, work: Work, decision: Decision) -> None:
            inside.set()
            assert leave.wait(30)
            super().apply(work, decision)

    first = Bench(tmp_path, (Waits(),))
    thread = threading.Thread(target=first.run)
    thread.start()
    try:
        assert inside.wait(30)
        second = Bench(tmp_path, (makes("one"),))
        with pytest.raises(LockedError, match="replay preset") as caught:
            second.run()
        assert caught.value.exit_code == 7
        with pytest.raises(LockedError):
            second.undo()
        assert runs(second.place)[0].status == "running"
    finally:
        leave.set()
        thread.join(30)
    assert runs(first.place)[0].status == "done"


# ---- what earlier runs left


def test_of_another_cloud_takes_up_nothing(tmp_path: Path) -> None:
    looked: list[str] = []

    class Looks(Makes):
        id = "one"

        def find_lost(self, work: Work, pending: Pending) -> Record | None:
            looked.append(work.cloud.name)
            return super().find_lost(work, pending)

    bench = Bench(tmp_path, (Looks(),))
    bench.cloud.lose = {2}
    bench.run(policy=RetryPolicy(attempts=1))
    assert looked == []
    other = Bench(tmp_path, (Looks(),))
    other.cloud.name = "elsewhere"
    other.cloud.networks = {}
    other.run()
    assert looked == []
    back = Bench(tmp_path, (Looks(),))
    back.run()
    assert looked == ["fake"]


def test_backups_are_kept_only_where_there_are_any(tmp_path: Path) -> None:
    class BacksUp(Makes):
        id = "one"

        def apply(self, work: Work, decision: Decision) -> None:
            assert work.backup_dir.stat().st_mode & 0o777 == 0o700
            (work.backup_dir / "file").write_text("before")
            super().apply(work, decision)

    bench = Bench(tmp_path, (BacksUp(),))
    first, second = bench.run(), bench.run()
    assert (bench.place.backups / first.run_id / "file").read_text() == "before"
    assert not (bench.place.backups / second.run_id).exists()
