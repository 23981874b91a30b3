"""The flavor of amphorae: sizes, privacy by era, extra specs, adoption and undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.errors import TransientError
from octavia_wizard.core.facts.resources import Flavor
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.flavor import FlavorStep
from tests.core.steps.settings import RELEASES, answered
from tests.fake_work import FakeWork, work_on
from tests.fakes import FakeCloud, seen

STEP = FlavorStep()
AMPHORA = Flavor("fl-a", "m1.amphora", 1, 1024, 20, is_public=False)
SPECS = {"hw_rng:allowed": "True", "aggregate:octavia": "yes"}


def cloud_with(*flavors: Flavor, **fault: object) -> FakeCloud:
    """Return a cloud with these flavors."""
    return FakeCloud(flavors={flavor.id: flavor for flavor in flavors}, **fault)  # type: ignore[arg-type]


def decided(cloud: FakeCloud, **changed: Any) -> tuple[Action, str]:
    """Return the action and everything the plan would print."""
    decision = STEP.decide(answered(**changed), seen(cloud, STEP.reads))
    return decision.action, "\n".join((decision.subject, *decision.diff, decision.reason))


def applied(cloud: FakeCloud, **changed: Any) -> FakeWork:
    """Carry the step out and check that it has nothing more to do."""
    effective = answered(**changed)
    work = work_on(STEP, effective, cloud)
    STEP.apply(work, STEP.decide(effective, work.facts))
    assert STEP.decide(effective, seen(cloud, STEP.reads)).action is Action.KEEP
    return work


@pytest.mark.parametrize("release", RELEASES)
def test_creates_a_private_flavor_with_its_extra_specs(release: str) -> None:
    """Flavor and specs are two calls, so they are two records; undo removes both."""
    cloud = cloud_with()
    work = applied(cloud, release=release, capacity__extra_specs=SPECS)
    (made,) = cloud.flavors.values()
    assert made == replace(AMPHORA, id=made.id, extra_specs=SPECS)
    assert [record.kind for record in work.records] == ["flavor", "flavor extra specs"]
    undone = [STEP.undo(work, record).result for record in reversed(work.records)]
    assert undone == [UndoResult.RESTORED, UndoResult.REMOVED]
    assert cloud.flavors == {}


def test_other_sizes_are_a_conflict() -> None:
    """Flavors cannot be changed, and the role would replace this one."""
    cloud = cloud_with(replace(AMPHORA, ram_mib=2048))
    action, text = decided(cloud)
    assert action is Action.CONFLICT
    assert "1 vCPU, 2048 MiB, 20 GiB disk, wanted 1 vCPU, 1024 MiB, 20 GiB disk" in text


def test_a_public_flavor_is_in_conflict_with_the_roles_that_replace_it() -> None:
    """From 29 on the role itself makes it public, and leaves either alone."""
    cloud = cloud_with(replace(AMPHORA, is_public=True))
    assert decided(cloud, release="28.4.2")[0] is Action.CONFLICT
    assert decided(cloud, release="29.0.0")[0] is Action.KEEP


def test_extra_specs_become_exactly_those_answered_and_undo_restores_them() -> None:
    """The role removes every other; each is one line."""
    cloud = cloud_with(replace(AMPHORA, extra_specs={"old": "1", "hw_rng:allowed": "False"}))
    action, text = decided(cloud, capacity__extra_specs=SPECS)
    assert action is Action.CHANGE
    assert "+ aggregate:octavia=yes\n~ hw_rng:allowed=False → True\n- old=1" in text
    work = applied(cloud, capacity__extra_specs=SPECS)
    assert cloud.flavors["fl-a"].extra_specs == SPECS
    assert STEP.undo(work, work.records[0]).result is UndoResult.RESTORED
    assert cloud.flavors["fl-a"].extra_specs == {"old": "1", "hw_rng:allowed": "False"}


@pytest.mark.parametrize("wanted", ["fl-a", "m1.amphora"])
def test_adopts_by_id_or_name_whatever_the_sizes(wanted: str) -> None:
    """Nothing is written."""
    cloud = cloud_with(replace(AMPHORA, ram_mib=4096, is_public=True))
    effective = answered(capacity__flavor_source="adopt", capacity__flavor_existing=wanted)
    work = work_on(STEP, effective, cloud)
    decision = STEP.decide(effective, work.facts)
    assert (decision.action, decision.reason) == (Action.ADOPT, "1 vCPU, 4096 MiB, 20 GiB disk")
    STEP.apply(work, decision)
    assert cloud.writes == []


def test_a_flavor_to_adopt_that_is_not_there_is_a_conflict() -> None:
    """It is never created instead."""
    adopt = {"capacity__flavor_source": "adopt", "capacity__flavor_existing": "big"}
    assert decided(cloud_with(AMPHORA), **adopt)[0] is Action.CONFLICT


def test_lost_answers_are_found_again() -> None:
    """The flavor by name, the extra specs by their values."""
    effective = answered(capacity__extra_specs=SPECS)
    for number in (2, 3):
        cloud = cloud_with(lose={number})
        work = work_on(STEP, effective, cloud)
        with pytest.raises(TransientError):
            STEP.apply(work, STEP.decide(effective, work.facts))
        record = STEP.find_lost(work, work.pending[0])
        assert record is not None
        assert record.id in cloud.flavors


def test_undo_leaves_a_flavor_somebody_changed() -> None:
    """And says that a deleted one is gone."""
    cloud = cloud_with()
    work = applied(cloud)
    (record,) = work.records
    made = cloud.flavors[record.id]
    cloud.flavors[record.id] = replace(made, extra_specs={"theirs": "1"})
    assert STEP.undo(work, record).result is UndoResult.CHANGED_SINCE
    del cloud.flavors[record.id]
    assert STEP.undo(work, record).result is UndoResult.GONE
