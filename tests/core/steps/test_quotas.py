"""Quotas of the service project: raised to what is needed, never lowered, put back by undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.errors import CloudError, StepError, TransientError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Flavor
from octavia_wizard.core.steps.base import Action, Decision, UndoResult
from octavia_wizard.core.steps.quotas import QuotasStep
from tests.core.steps.settings import answered
from tests.fake_work import FakeWork, work_on
from tests.fakes import DEFAULT_QUOTAS, SERVICE, FakeCloud, seen

STEP = QuotasStep()


def decided(cloud: FakeCloud, **changed: Any) -> Decision:
    """Return the decision."""
    return STEP.decide(answered(**changed), seen(cloud, STEP.reads))


def applied(cloud: FakeCloud, **changed: Any) -> FakeWork:
    """Carry the step out and check that it has nothing more to do."""
    effective = answered(**changed)
    work = work_on(STEP, effective, cloud)
    STEP.apply(work, STEP.decide(effective, work.facts))
    assert STEP.decide(effective, seen(cloud, STEP.reads)).action is Action.KEEP
    return work


def test_raises_what_is_short_and_says_from_what_to_what() -> None:
    """A hundred pairs, ten of them being replaced; the ample limit of group members stays."""
    cloud = FakeCloud()
    decision = decided(cloud)
    assert decision.action is Action.CHANGE
    assert decision.diff == (
        "~ instances 10 → 210",
        "~ cores 20 → 210",
        "~ ram 51200 → 215040 MiB",
        "~ server_groups 10 → 100",
        "~ ports 500 → 2100",
        "~ security_groups 10 → 301",
        "~ security_group_rules 100 → 30100",
    )
    work = applied(cloud)
    assert cloud.quotas.compute["server_group_members"] == 10
    assert cloud.quotas.network["networks"] == 100
    assert [(r.kind, r.name, r.id) for r in work.records] == [
        ("quota", "compute", SERVICE),
        ("quota", "network", SERVICE),
    ]


def test_volumes_are_raised_only_for_amphorae_on_volumes() -> None:
    """One volume of the answered size for each amphora."""
    cloud = FakeCloud()
    applied(cloud, capacity__volume_backed=True, capacity__volume_size_gib=16)
    assert cloud.quotas.volume == {"volumes": 210, "gigabytes": 3360}


def test_unlimited_and_ample_limits_are_never_lowered() -> None:
    """Then there is nothing to do."""
    many = dict.fromkeys(DEFAULT_QUOTAS.compute, -1)
    ample = dict.fromkeys(DEFAULT_QUOTAS.network, 10**6)
    cloud = FakeCloud(quotas=replace(DEFAULT_QUOTAS, compute=many, network=ample))
    assert applied(cloud).records == []
    assert cloud.writes == []


def test_a_single_amphora_needs_half_and_no_server_group() -> None:
    """Without pairs there is nothing to keep apart."""
    cloud = FakeCloud()
    applied(cloud, capacity__topology="SINGLE")
    assert cloud.quotas.compute["instances"] == 110
    assert cloud.quotas.compute["server_groups"] == 10


def test_an_adopted_flavor_brings_its_sizes() -> None:
    """A flavor that is not there leaves the need unknown, so nothing is raised."""
    adopt: dict[str, Any] = {
        "capacity__flavor_source": "adopt",
        "capacity__flavor_existing": "fl-a",
    }
    adopt |= dict.fromkeys(("capacity__vcpus", "capacity__ram_mib", "capacity__disk_gib"), ...)
    cloud = FakeCloud(flavors={"fl-a": Flavor("fl-a", "big", 2, 4096, 10)})
    applied(cloud, **adopt)
    assert cloud.quotas.compute["cores"] == 420
    assert cloud.quotas.compute["ram"] == 210 * 4096
    assert decided(FakeCloud(), **adopt).action is Action.BLOCKED


def test_not_wanted_is_skipped() -> None:
    """The operator may manage quotas elsewhere."""
    assert decided(FakeCloud(), capacity__set_quotas=False).action is Action.SKIP


def test_undo_puts_back_what_is_still_ours() -> None:
    """A limit somebody has changed since stays, and is named."""
    cloud = FakeCloud()
    work = applied(cloud)
    cloud.quotas = replace(cloud.quotas, compute={**cloud.quotas.compute, "cores": 999})
    network, compute = (STEP.undo(work, record) for record in reversed(work.records))
    assert (network.result, compute.result) == (UndoResult.RESTORED, UndoResult.RESTORED)
    assert "cores" in compute.detail
    assert cloud.quotas.compute == {**DEFAULT_QUOTAS.compute, "cores": 999}
    assert cloud.quotas.network == DEFAULT_QUOTAS.network
    assert STEP.undo(work, work.records[0]).result is UndoResult.CHANGED_SINCE


def test_undo_that_the_service_refuses_is_reported() -> None:
    """Nova refuses a limit below what is used."""
    cloud = FakeCloud()
    work = applied(cloud)
    cloud.fail = {len(cloud.calls) + 2: CloudError("Quota limit 10 must be at least 12")}
    undone = STEP.undo(work, work.records[0])
    assert undone.result is UndoResult.CHANGED_SINCE
    assert "at least 12" in undone.detail


@pytest.mark.parametrize("number", [2, 3])
def test_a_lost_answer_is_found_by_the_limits(number: int) -> None:
    """And a call that never arrived leaves nothing to find."""
    effective = answered()
    for fault in ({"lose": {number}}, {"fail": {number: TransientError("down")}}):
        cloud = FakeCloud(**fault)
        work = work_on(STEP, effective, cloud)
        with pytest.raises(TransientError):
            STEP.apply(work, STEP.decide(effective, work.facts))
        record = STEP.find_lost(work, work.pending[0])
        assert (record is not None) == ("lose" in fault)
        if record:
            assert STEP.undo(work, record).result is UndoResult.RESTORED
            assert getattr(cloud.quotas, record.name) == getattr(DEFAULT_QUOTAS, record.name)


def test_quotas_that_cannot_be_read_again_are_not_taken_for_missing() -> None:
    """The undo says so."""
    cloud = FakeCloud()
    work = applied(cloud)
    cloud.unread = {Part.QUOTAS: "forbidden"}
    with pytest.raises(StepError, match="forbidden"):
        STEP.undo(work, work.records[0])
