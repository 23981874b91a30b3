"""The management network: what is created, kept, adopted, refused, found again and undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.errors import StepError, TransientError
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.network import NetworkStep
from tests.core.steps.settings import RELEASES, answered
from tests.fake_work import FakeWork, work_on
from tests.fakes import SERVICE, FakeCloud, seen

STEP = NetworkStep()
LBAAS = Network("net-a", "lbaas-mgmt", SERVICE, "flat", "lbaas", mtu=1500)


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
def test_creates_what_the_role_of_the_release_would_make(release: str) -> None:
    """Name, owner and provider attributes are the role's; an MTU only where the role passes one."""
    cloud = FakeCloud()
    work = applied(cloud, release=release, network__mtu=1400)
    (made,) = cloud.networks.values()
    assert (made.name, made.project_id, made.shared) == ("lbaas-mgmt", SERVICE, False)
    assert (made.provider_type, made.physical_network) == ("flat", "lbaas")
    assert made.mtu == (1400 if int(release[:2]) >= 28 else 1500)
    assert [(r.kind, r.result, r.id) for r in work.records] == [("network", "created", made.id)]


def test_an_overlay_has_no_physical_network_and_keeps_the_segment_neutron_chose() -> None:
    """Neutron refuses a physical network for tunnels; the segment is its own choice."""
    cloud = FakeCloud()
    applied(cloud, network__provider_type="vxlan", network__segmentation_id=None)
    (made,) = cloud.networks.values()
    assert (made.physical_network, made.segmentation_id) == (None, 77)


def test_a_network_of_that_shape_is_kept_without_a_write() -> None:
    """Running again changes nothing."""
    cloud = FakeCloud(networks={"net-a": LBAAS})
    assert applied(cloud).records == []
    assert cloud.writes == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"provider_type": "vlan", "segmentation_id": 7}, "type vlan, wanted flat"),
        ({"physical_network": "other"}, "physical network other, wanted lbaas"),
        ({"project_id": "admin"}, "project admin, wanted service"),
        ({"shared": True}, "shared"),
        ({"external": True}, "external"),
    ],
)
def test_another_shape_is_a_conflict_that_names_what_differs(
    change: dict[str, object], said: str
) -> None:
    """A network somebody made for something else is never touched."""
    cloud = FakeCloud(networks={"net-a": replace(LBAAS, **change)})  # type: ignore[arg-type]
    action, text = decided(cloud)
    assert action is Action.CONFLICT
    assert said in text
    effective = answered()
    with pytest.raises(StepError, match="another shape"):
        STEP.apply(work_on(STEP, effective, cloud), STEP.decide(effective, seen(cloud, STEP.reads)))
    assert cloud.writes == []


def test_two_of_the_name_are_refused_and_both_listed() -> None:
    """Octavia would take either."""
    cloud = FakeCloud(networks={"net-a": LBAAS, "net-b": replace(LBAAS, id="net-b")})
    action, text = decided(cloud)
    assert action is Action.CONFLICT
    assert "net-a and net-b" in text


def test_another_mtu_is_mended_and_put_back_on_undo() -> None:
    """The role would set it too."""
    cloud = FakeCloud(networks={"net-a": replace(LBAAS, mtu=1450)})
    assert decided(cloud) == (Action.CHANGE, "lbaas-mgmt net-a\n~ MTU 1450 → 1500\n")
    work = applied(cloud)
    assert STEP.undo(work, work.records[0]).result is UndoResult.RESTORED
    assert cloud.networks["net-a"].mtu == 1450
    again = STEP.undo(work, work.records[0])
    assert (again.result, "already" in again.detail) == (UndoResult.RESTORED, True)


def test_an_mtu_the_role_cannot_pass_is_left_alone() -> None:
    """Before 24.5.0 and 25.3.0 the role has no variable for it."""
    cloud = FakeCloud(networks={"net-a": replace(LBAAS, mtu=1450)})
    assert decided(cloud, release="25.2.0")[0] is Action.KEEP


@pytest.mark.parametrize("wanted", ["net-a", "shared-mgmt"])
def test_adopts_by_id_or_name_whatever_the_shape(wanted: str) -> None:
    """An adopted network is never changed or journaled."""
    other = replace(LBAAS, name="shared-mgmt", project_id="admin", shared=True, mtu=9000)
    cloud = FakeCloud(networks={"net-a": other})
    effective = answered(network__mode="adopt", network__existing=wanted)
    work = work_on(STEP, effective, cloud)
    decision = STEP.decide(effective, work.facts)
    assert (decision.action, decision.subject) == (Action.ADOPT, "shared-mgmt net-a")
    STEP.apply(work, decision)
    assert (work.records, cloud.writes) == ([], [])


def test_a_network_to_adopt_that_is_not_there_is_a_conflict() -> None:
    """It is never created instead."""
    action, text = decided(FakeCloud(), network__mode="adopt", network__existing="mine")
    assert action is Action.CONFLICT
    assert "no network mine" in text


def test_left_to_the_role_or_without_a_cloud_is_skipped() -> None:
    """The reason says which."""
    assert decided(FakeCloud(), network__created_by="role")[0] is Action.SKIP
    assert decided(FakeCloud(), cloud__mode="files")[0] is Action.SKIP


def test_without_the_service_project_nothing_is_made() -> None:
    """Everything would belong to the wrong project."""
    action, text = decided(FakeCloud(service_project_id=None))
    assert action is Action.BLOCKED
    assert "project service" in text


def test_provider_attributes_that_cannot_be_seen_block() -> None:
    """Without the admin role nobody can tell whether the shape is right."""
    hidden = replace(LBAAS, provider_type=None, physical_network=None)
    assert decided(FakeCloud(networks={"net-a": hidden}))[0] is Action.BLOCKED


def test_a_lost_answer_is_found_again_once() -> None:
    """The network was made, the answer was not heard: it becomes a record of ours."""
    cloud, effective = FakeCloud(lose={2}), answered()
    work = work_on(STEP, effective, cloud)
    with pytest.raises(TransientError):
        STEP.apply(work, STEP.decide(effective, work.facts))
    (pending,) = work.pending
    record = STEP.find_lost(work, pending)
    assert record is not None
    assert (record.id, record.result, record.seq) == ("net-1", "created", pending.seq)
    assert STEP.undo(work, record).result is UndoResult.REMOVED
    assert cloud.networks == {}


def test_a_call_that_never_arrived_leaves_nothing_to_find() -> None:
    """Then the next run creates it."""
    cloud, effective = FakeCloud(fail={2: TransientError("down")}), answered()
    work = work_on(STEP, effective, cloud)
    with pytest.raises(TransientError):
        STEP.apply(work, STEP.decide(effective, work.facts))
    assert STEP.find_lost(work, work.pending[0]) is None


def test_a_lost_mtu_change_is_told_from_one_that_was_not_made() -> None:
    """Only the value in the cloud tells."""
    for fault in ({"lose": {2}}, {"fail": {2: TransientError("down")}}):
        cloud = FakeCloud(networks={"net-a": replace(LBAAS, mtu=1450)}, **fault)
        effective = answered()
        work = work_on(STEP, effective, cloud)
        with pytest.raises(TransientError):
            STEP.apply(work, STEP.decide(effective, work.facts))
        record = STEP.find_lost(work, work.pending[0])
        assert (record is not None) == ("lose" in fault)


def test_undo_removes_only_an_unchanged_network_without_others_on_it() -> None:
    """Somebody's change, subnet or port keeps it; a network already gone is said to be gone."""
    cloud = FakeCloud()
    work = applied(cloud)
    (record,) = work.records
    cloud.ports["port-1"] = record.id
    assert STEP.undo(work, record).result is UndoResult.CHANGED_SINCE
    cloud.ports.clear()
    cloud.subnets["s"] = Subnet("s", "theirs", record.id, "x", "10.0.0.0/24")
    undone = STEP.undo(work, record)
    assert (undone.result, "theirs" in undone.detail) == (UndoResult.CHANGED_SINCE, True)
    cloud.subnets.clear()
    cloud.networks[record.id] = replace(cloud.networks[record.id], description="mine now")
    assert STEP.undo(work, record).result is UndoResult.CHANGED_SINCE
    cloud.networks[record.id] = replace(cloud.networks[record.id], description="")
    assert STEP.undo(work, record).result is UndoResult.REMOVED
    assert STEP.undo(work, record).result is UndoResult.GONE


@pytest.mark.parametrize(
    ("kind", "playbooks", "needs"),
    [
        ("flat", ["neutron", "octavia"], ("neutron_playbook",)),
        ("vxlan", ["neutron", "octavia"], ()),
        ("flat", ["octavia"], ()),
    ],
)
def test_a_new_physical_network_is_made_known_to_neutron_first(
    kind: str, playbooks: list[str], needs: tuple[str, ...]
) -> None:
    chosen = answered(
        network__provider_type=kind,
        deployment__run_playbooks=True,
        deployment__playbooks=playbooks,
    )
    assert NetworkStep().needed(chosen) == needs
    by_hand = answered(network__provider_type=kind, deployment__playbooks=playbooks)
    assert NetworkStep().needed(by_hand) == ()
