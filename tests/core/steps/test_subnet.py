"""The management subnet: shape, drift, conflicts and undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.errors import TransientError
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.subnet import SubnetStep
from tests.core.steps.settings import RELEASES, answered
from tests.fake_work import FakeWork, work_on
from tests.fakes import SERVICE, FakeCloud, seen

STEP = SubnetStep()
LBAAS = Network("net-a", "lbaas-mgmt", SERVICE, "flat", "lbaas", mtu=1500)
SUBNET = Subnet(
    "sub-a",
    "lbaas-mgmt-subnet",
    "net-a",
    SERVICE,
    "172.29.232.0/22",
    pools=(("172.29.232.50", "172.29.235.200"),),
)


def cloud_with(*subnets: Subnet, **fault: object) -> FakeCloud:
    """Return a cloud that has the network and these subnets."""
    return FakeCloud(
        networks={"net-a": LBAAS},
        subnets={subnet.id: subnet for subnet in subnets},
        **fault,  # type: ignore[arg-type]
    )


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
def test_creates_the_subnet_the_role_looks_for(release: str) -> None:
    """Its name is derived from the network's; no gateway and no DNS unless asked for."""
    cloud = cloud_with()
    work = applied(cloud, release=release)
    (made,) = cloud.subnets.values()
    assert made == replace(SUBNET, id=made.id)
    assert [(r.kind, r.result, r.id) for r in work.records] == [("subnet", "created", made.id)]


def test_takes_gateway_dhcp_and_dns_from_the_answers_and_the_pool_from_neutron_if_unset() -> None:
    """Every answer reaches the subnet."""
    cloud = cloud_with()
    applied(
        cloud,
        network__gateway="172.29.232.1",
        network__dhcp=True,
        network__dns_servers=["10.0.0.53", "10.0.1.53"],
        network__pool=None,
    )
    (made,) = cloud.subnets.values()
    assert (made.gateway, made.dhcp) == ("172.29.232.1", True)
    assert made.dns_servers == ("10.0.0.53", "10.0.1.53")
    assert made.pools == (("172.29.232.1", "172.29.235.254"),)


def test_the_plan_before_the_network_exists_shows_the_subnet() -> None:
    """A dry run on an empty cloud is complete."""
    action, text = decided(FakeCloud())
    assert action is Action.CREATE
    assert "+ CIDR 172.29.232.0/22" in text
    assert "+ pool 172.29.232.50-172.29.235.200" in text


@pytest.mark.parametrize(
    ("drift", "line"),
    [
        ({"pools": (("172.29.232.2", "172.29.235.254"),)}, "172.29.232.2-172.29.235.254 →"),
        ({"gateway": "172.29.232.9"}, "~ gateway 172.29.232.9 → none"),
        ({"dhcp": True}, "~ DHCP on → off"),
    ],
)
def test_drift_is_mended_and_undo_puts_it_back(drift: dict[str, object], line: str) -> None:
    """Each field Neutron lets one change."""
    before = replace(SUBNET, **drift)  # type: ignore[arg-type]
    cloud = cloud_with(before)
    action, text = decided(cloud)
    assert action is Action.CHANGE
    assert line in text
    work = applied(cloud)
    assert cloud.subnets["sub-a"] == SUBNET
    assert STEP.undo(work, work.records[0]).result is UndoResult.RESTORED
    assert cloud.subnets["sub-a"] == before


def test_dns_servers_are_left_alone_unless_they_were_answered() -> None:
    """The role says nothing of them either."""
    cloud = cloud_with(replace(SUBNET, dns_servers=("10.0.0.53",)))
    assert decided(cloud)[0] is Action.KEEP
    assert decided(cloud, network__dns_servers=[])[0] is Action.CHANGE


def test_the_gateway_neutron_chose_for_the_role_is_left_alone_unless_none_was_answered() -> None:
    """The role omits the gateway, and Neutron then takes the first address."""
    cloud = cloud_with(replace(SUBNET, gateway="172.29.232.1"))
    assert decided(cloud)[0] is Action.KEEP
    assert decided(cloud, network__gateway=None)[0] is Action.CHANGE


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(SUBNET, cidr="10.1.0.0/22"), "CIDR 10.1.0.0/22, wanted 172.29.232.0/22"),
        (replace(SUBNET, project_id="admin"), "project admin"),
        (replace(SUBNET, name="hand-made"), "hand-made 172.29.232.0/22, which overlaps"),
    ],
)
def test_what_cannot_be_changed_is_a_conflict(other: Subnet, said: str) -> None:
    """It is said what is in the way."""
    action, text = decided(cloud_with(other))
    assert action is Action.CONFLICT
    assert said in text


def test_two_of_the_name_are_refused_and_both_listed() -> None:
    """The role would fail on them."""
    action, text = decided(cloud_with(SUBNET, replace(SUBNET, id="sub-b")))
    assert action is Action.CONFLICT
    assert "sub-a and sub-b" in text


def test_follows_the_network_when_that_is_adopted_skipped_or_in_conflict() -> None:
    """Its subnet is adopted with it, and one without IPv4 is of no use."""
    adopt = {"network__mode": "adopt", "network__existing": "net-a"}
    assert decided(cloud_with(SUBNET), **adopt)[0] is Action.ADOPT
    assert decided(cloud_with(), **adopt)[0] is Action.CONFLICT
    assert decided(cloud_with(), network__created_by="role")[0] is Action.SKIP
    assert decided(cloud_with(), network__provider_type="vlan")[0] is Action.BLOCKED


def test_lost_answers_are_found_again() -> None:
    """A created subnet by network and name, changed fields by their values."""
    for cloud in (cloud_with(lose={2}), cloud_with(replace(SUBNET, dhcp=True), lose={2})):
        effective = answered()
        work = work_on(STEP, effective, cloud)
        with pytest.raises(TransientError):
            STEP.apply(work, STEP.decide(effective, work.facts))
        record = STEP.find_lost(work, work.pending[0])
        assert record is not None
        assert record.id in cloud.subnets
        assert STEP.undo(work, record).result in (UndoResult.REMOVED, UndoResult.RESTORED)


def test_undo_leaves_a_subnet_that_was_changed_or_is_in_use() -> None:
    """And says that a deleted one is gone."""
    cloud = cloud_with()
    work = applied(cloud)
    (record,) = work.records
    cloud.ports["port-1"] = "net-a"
    assert STEP.undo(work, record).result is UndoResult.CHANGED_SINCE
    cloud.ports.clear()
    made = cloud.subnets[record.id]
    cloud.subnets[record.id] = replace(made, dns_servers=("1.1.1.1",))
    assert STEP.undo(work, record).result is UndoResult.CHANGED_SINCE
    cloud.subnets[record.id] = made
    assert STEP.undo(work, record).result is UndoResult.REMOVED
    assert STEP.undo(work, record).result is UndoResult.GONE
