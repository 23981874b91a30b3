"""A plan is complete, ordered, and never promises what cannot be done."""

from __future__ import annotations

import graphlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.plan import build_plan, in_order, plan_document
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.steps.base import Action, Decision
from tests.core.engine.support import EFFECTIVE, Makes, actions, host, makes, names_of

CLOUD = CloudFacts("fake", "RegionOne", "service")
NET = Network("net-1", "one", "service", mtu=1500)


def facts(*networks: Network, root: Path = Path("/nowhere")) -> Facts:
    return Facts(host(root), cloud=replace(CLOUD, networks=networks))


def test_says_per_step_what_would_be_done() -> None:
    plan = build_plan(EFFECTIVE, facts(NET), [makes("one"), makes("two")])
    assert actions(plan) == {"one": Action.KEEP, "two": Action.CREATE}
    assert [item.step for item in plan.changes] == ["two"]
    assert plan.has_changes
    assert not plan.conflicts


def test_of_a_converged_cloud_has_no_changes() -> None:
    assert not build_plan(EFFECTIVE, facts(NET), [makes("one")]).has_changes


def test_blocks_whatever_needs_a_step_in_conflict() -> None:
    steps = [
        makes("one"),
        makes("two", needs=["one"]),
        makes("three", needs=["two"]),
        makes("four"),
    ]
    plan = build_plan(EFFECTIVE, facts(NET, replace(NET, id="net-2")), steps)
    assert actions(plan) == {
        "one": Action.CONFLICT,
        "two": Action.BLOCKED,
        "three": Action.BLOCKED,
        "four": Action.CREATE,
    }
    assert [item.step for item in plan.conflicts] == ["one"]
    assert [item.step for item in plan.obstacles] == ["one", "two", "three"]
    assert "One" in plan.items[1].decision.reason


def test_does_not_take_what_could_not_be_read_for_missing() -> None:
    broken = replace(CLOUD, unread={Part.NETWORKS: "503 from neutron"})
    seen = Facts(host(Path("/x")), cloud=broken)
    item = build_plan(EFFECTIVE, seen, [makes("one")]).items[0]
    assert item.action is Action.BLOCKED
    assert "networks could not be read: 503 from neutron" in item.decision.reason


def test_without_a_cloud_skips_the_steps_that_need_one() -> None:
    class Local(Makes):
        id = "local"
        reads = frozenset()

        def decide(self, effective: Effective, facts: Facts) -> Decision:
            return Decision(Action.CREATE)

    plan = build_plan(EFFECTIVE, Facts(host(Path("/x"))), [makes("one"), Local()])
    assert actions(plan) == {"one": Action.SKIP, "local": Action.CREATE}
    assert "no cloud" in plan.items[0].decision.reason


def test_of_some_steps_includes_what_they_need_and_skips_the_rest() -> None:
    steps = [
        makes("one"),
        makes("two", needs=["one"]),
        makes("three", needs=["two"]),
        makes("four"),
    ]
    plan = build_plan(EFFECTIVE, facts(), steps, only=["two"])
    assert actions(plan) == {
        "one": Action.CREATE,
        "two": Action.CREATE,
        "three": Action.SKIP,
        "four": Action.SKIP,
    }


def test_a_step_that_was_not_asked_for_is_no_obstacle() -> None:
    twice = facts(NET, replace(NET, id="net-2"))
    plan = build_plan(EFFECTIVE, twice, [makes("one"), makes("two")], only=["two"])
    assert not plan.obstacles


def test_of_an_unknown_step_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'network'") as caught:
        build_plan(EFFECTIVE, facts(), [makes("network")], only=["netwrok"])
    assert "network" in caught.value.hint


def test_order_is_the_given_one_as_far_as_needs_allow() -> None:
    steps = [makes("late", needs=["early"]), makes("alone"), makes("early")]
    assert names_of(in_order(steps)) == ["early", "late", "alone"]


def test_a_circle_or_an_unknown_need_is_a_mistake_of_the_program() -> None:
    with pytest.raises(graphlib.CycleError):
        in_order([makes("one", needs=["two"]), makes("two", needs=["one"])])
    with pytest.raises(LookupError, match="needs zero"):
        in_order([makes("one", needs=["zero"])])
    with pytest.raises(LookupError, match="same id"):
        in_order([makes("one"), makes("one")])


def test_document_is_versioned_and_holds_what_the_plan_shows() -> None:
    plan = build_plan(EFFECTIVE, facts(), [makes("one"), makes("two", needs=["one"])])
    document = json.loads(json.dumps(plan_document(plan)))
    assert document["schema"] == 1
    assert document["changes"] == 2
    assert document["steps"][1] == {
        "step": "two",
        "title": "Two",
        "section": "test",
        "needs": ["one"],
        "action": "create",
        "subject": "two",
        "diff": ["+ two"],
        "reason": "",
    }


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Draw the needs of up to nine steps, in any order, without a circle."""
    count = draw(st.integers(1, 9))
    nodes = [
        (f"s{number}", [f"s{earlier}" for earlier in range(number) if draw(st.booleans())])
        for number in range(count)
    ]
    return draw(st.permutations(nodes))


@given(graphs())
def test_every_step_comes_after_what_it_needs_and_the_order_is_always_the_same(
    graph: list[tuple[str, list[str]]],
) -> None:
    order = names_of(in_order([makes(step, needs=needs) for step, needs in graph]))
    assert sorted(order) == sorted(step for step, _ in graph)
    for step, needs in graph:
        assert all(order.index(need) < order.index(step) for need in needs)
    assert order == names_of(in_order([makes(step, needs=needs) for step, needs in graph]))


def test_what_a_deployment_has_nothing_to_do_with_is_passed_over_with_its_needs() -> None:
    steps = [
        makes("one"),
        makes("two", needs=["one"], concerns=lambda _, __: False),
        makes("three", needs=["two"], concerns=lambda _, __: False),
        makes("four", needs=["three", "one"]),
    ]
    plan = build_plan(EFFECTIVE, facts(), steps)
    assert [(item.step, item.needs) for item in plan.items] == [("one", ()), ("four", ("one",))]


def test_a_step_that_is_asked_for_is_planned_whether_or_not_it_concerns_the_deployment() -> None:
    steps = [makes("one"), makes("two", needs=["one"], concerns=lambda _, __: False)]
    plan = build_plan(EFFECTIVE, facts(), steps, only=["two"])
    assert actions(plan) == {"one": Action.CREATE, "two": Action.CREATE}


def test_needs_may_follow_from_the_answers() -> None:
    steps = [makes("one"), makes("two", needed=lambda _, effective: ("one",))]
    assert [item.needs for item in build_plan(EFFECTIVE, facts(), steps).items] == [(), ("one",)]
