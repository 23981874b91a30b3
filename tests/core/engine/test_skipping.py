"""A step is left out only where that does no harm, and a run without it comes to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.engine.skipping import leave_out, may_be_left_out, skippable
from octavia_wizard.core.errors import CloudError, UsageError
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.steps.base import Action, Decision
from tests.core.engine.support import Bench, DurableCloud, actions, makes

ONCE = RetryPolicy(attempts=1)


def item(
    step: str, action: Action = Action.CREATE, needs: tuple[str, ...] = (), without: str = ""
) -> PlanItem:
    """Return a step of a plan; with ``without`` it may be left out."""
    decision = Decision(action, f"{step}-1")
    return PlanItem(step, step.title(), "test", needs, decision, without, "much rests on it")


def test_a_step_that_says_what_becomes_without_it_may_be_left_out() -> None:
    omission = skippable(Plan((item("flavor", without="the role makes it"),)), "flavor")

    assert omission.is_safe
    assert omission.effects == ("Flavor: the role makes it",)


def test_others_must_not_be_left_out_and_the_reason_is_told() -> None:
    omission = skippable(Plan((item("image"),)), "image")

    assert not omission.is_safe
    assert omission.refusal == "image cannot be left out: much rests on it"


def test_what_is_in_conflict_would_only_be_met_by_the_playbooks() -> None:
    plan = Plan((item("flavor", Action.CONFLICT, without="the role makes it"),))

    assert "in conflict" in skippable(plan, "flavor").refusal


def test_what_needs_it_is_left_out_too_where_that_is_safe() -> None:
    plan = Plan(
        (
            item("network", without="made later"),
            item("subnet", needs=("network",), without="made later too"),
            item("ports", needs=("subnet",), without="made at last"),
            item("image"),
        )
    )
    assert [i.step for i in skippable(plan, "network").items] == ["network", "subnet", "ports"]
    left = leave_out(plan, ["network"])

    assert left.skip == ("network", "subnet", "ports")
    assert actions(left) == {
        "network": Action.SKIP,
        "subnet": Action.SKIP,
        "ports": Action.SKIP,
        "image": Action.CREATE,
    }
    assert left.items[0].decision.reason == "left out by the operator: made later"
    assert left.items[0].decision.subject == "network-1"


def test_what_needs_it_and_must_not_be_left_out_keeps_it_in() -> None:
    plan = Plan((item("key", without="later"), item("upload", needs=("key",))))

    refusal = skippable(plan, "key").refusal
    assert refusal.startswith("key cannot be left out: Upload needs it")
    assert "much rests on it" in refusal


@pytest.mark.parametrize("action", [Action.KEEP, Action.ADOPT, Action.SKIP])
def test_what_needs_it_is_no_hindrance_where_it_is_there_or_not_wanted(action: Action) -> None:
    plan = Plan((item("network", without="later"), item("subnet", action, ("network",))))

    assert leave_out(plan, ["network"]).skip == ("network",)
    assert actions(leave_out(plan, ["network"]))["subnet"] is action


def test_a_step_that_is_skipped_anyway_needs_no_leaving_out() -> None:
    plan = Plan((item("quotas", Action.SKIP),))

    assert leave_out(plan, ["quotas"]) == plan


def test_the_error_tells_every_refused_step_and_which_may_be_left_out() -> None:
    plan = Plan((item("image"), item("files"), item("quotas", without="as they are")))
    with pytest.raises(UsageError) as caught:
        leave_out(plan, ["image", "quotas", "files"])

    assert "image cannot be left out" in caught.value.message
    assert "files cannot be left out" in caught.value.message
    assert "quotas" not in caught.value.message
    assert caught.value.hint == "may be left out: quotas"
    assert may_be_left_out(plan) == ("quotas",)


def test_a_misspelt_step_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'quotas'"):
        leave_out(Plan((item("quotas", without="x"),)), ["quota"])


STEPS = (
    makes("one"),
    makes("two", needs=["one"], without="two comes later"),
    makes("three", needs=["two"], without="three comes later"),
    makes("four"),
)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A run in which step two fails whenever it is tried."""
    found = Bench(tmp_path, STEPS)
    real = DurableCloud.create_network

    def create_network(self: DurableCloud, network: Network) -> Network:
        if network.name == "two":
            raise CloudError("quota exceeded")
        return real(self, network)

    monkeypatch.setattr(DurableCloud, "create_network", create_network)
    result = found.run(policy=ONCE)
    assert (result.failed, result.blocked) == (("two",), ("three",))
    return found


def test_a_run_without_the_failed_step_is_done_and_journaled(bench: Bench) -> None:
    left = resumable(bench.place)
    assert left is not None
    plan = leave_out(bench.plan(), ["two"])
    result = bench.run(plan, resumes=left.run_id)

    assert result.status is RunStatus.DONE
    assert result.finished == ("one", "two", "three", "four")
    assert bench.names() == ["four", "one"]
    assert resumable(bench.place) is None
    assert runs(bench.place)[0].status == "done"


def test_a_resumed_run_knows_what_was_left_out(bench: Bench) -> None:
    plan = leave_out(bench.plan(), ["two"])
    bench.cancel.set()
    assert bench.run(plan).status is RunStatus.INTERRUPTED
    bench.cancel.clear()

    left = resumable(bench.place)
    assert left is not None
    assert left.skip == ("two", "three")
    assert bench.run(leave_out(bench.plan(), left.skip)).status is RunStatus.DONE


def test_what_was_left_out_is_done_by_a_later_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bench.run(leave_out(bench.plan(), ["two"])).status is RunStatus.DONE
    monkeypatch.undo()

    assert bench.run().status is RunStatus.DONE
    assert bench.names() == ["four", "one", "three", "two"]
