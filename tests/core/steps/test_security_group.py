"""The security group: the rules of each era, drift, order of changes, and undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.errors import TransientError
from octavia_wizard.core.facts.resources import Rule, SecurityGroup
from octavia_wizard.core.steps.base import Action, UndoResult
from octavia_wizard.core.steps.security_group import DESCRIPTION, SecurityGroupStep
from tests.core.steps.settings import answered
from tests.fake_work import FakeWork, work_on
from tests.fakes import SERVICE, FakeCloud, seen

STEP = SecurityGroupStep()
CIDR = "172.29.232.0/22"
OUT = (Rule("egress"), Rule("egress", ethertype="IPv6"))
AGENT = Rule("ingress", "tcp", 9443, 9443, CIDR)
HEALTH = Rule("egress", "udp", 5555, 5555, CIDR)
SSH = Rule("ingress", "tcp", 22, 22, CIDR)
DHCP = Rule("egress", "udp", 67, 67)
ICMP = Rule("ingress", "icmp", remote_cidr=CIDR)


def decided(cloud: FakeCloud, **changed: Any) -> tuple[Action, tuple[str, ...]]:
    """Return the action and the diff."""
    decision = STEP.decide(answered(**changed), seen(cloud, STEP.reads))
    return decision.action, decision.diff


def applied(cloud: FakeCloud, **changed: Any) -> FakeWork:
    """Carry the step out and check that it has nothing more to do."""
    effective = answered(**changed)
    work = work_on(STEP, effective, cloud)
    STEP.apply(work, STEP.decide(effective, work.facts))
    assert STEP.decide(effective, seen(cloud, STEP.reads)).action is Action.KEEP
    return work


def rules_of(cloud: FakeCloud) -> set[Rule]:
    """Return the rules of the only group."""
    (group,) = cloud.security_groups.values()
    assert len(set(group.rules)) == len(group.rules)
    return set(group.rules)


def undo_all(work: FakeWork) -> list[UndoResult]:
    """Undo in reverse, as the engine does."""
    return [STEP.undo(work, record).result for record in reversed(work.records)]


@pytest.mark.parametrize(
    ("release", "plain", "everything"),
    [
        ("16.0.29", {*OUT, AGENT}, {*OUT, AGENT, SSH, ICMP}),
        ("22.4.4", {*OUT, AGENT}, {*OUT, AGENT, SSH, ICMP}),
        ("26.5.3", {*OUT, AGENT}, {*OUT, AGENT, SSH, ICMP}),
        ("27.2.0", {*OUT, AGENT}, {*OUT, AGENT, SSH, ICMP, DHCP}),
        ("27.3.0", {*OUT, AGENT, HEALTH}, {*OUT, AGENT, HEALTH, SSH, ICMP, DHCP}),
        ("28.4.2", {*OUT, AGENT, HEALTH}, {*OUT, AGENT, HEALTH, SSH, ICMP, DHCP}),
        ("29.0.0", {AGENT, HEALTH}, {AGENT, HEALTH, SSH, ICMP, DHCP}),
        ("33.0.1", {AGENT, HEALTH}, {AGENT, HEALTH, SSH, ICMP, DHCP}),
    ],
)
def test_ends_with_exactly_the_rules_of_the_role(
    release: str, plain: set[Rule], everything: set[Rule]
) -> None:
    """To 28 the role only adds to Neutron's own egress rules, from 29 on it removes them."""
    cloud = FakeCloud()
    applied(cloud, release=release)
    assert rules_of(cloud) == plain
    cloud = FakeCloud()
    applied(cloud, release=release, ssh__enabled=True, network__dhcp=True, variables__debug=True)
    assert rules_of(cloud) == everything
    (group,) = cloud.security_groups.values()
    assert (group.description, group.project_id) == (DESCRIPTION, SERVICE)


def test_peers_and_ports_follow_the_answers() -> None:
    """None lets anybody in, as the emitted file says it; ports are variables, also as text."""
    cloud = FakeCloud()
    applied(
        cloud,
        network__allowed_cidr=None,
        variables__octavia_agent_port="9000",
        variables__octavia_health_manager_port=5000,
    )
    assert rules_of(cloud) == {
        Rule("ingress", "tcp", 9000, 9000, "0.0.0.0/0"),
        Rule("egress", "udp", 5000, 5000, "0.0.0.0/0"),
    }


def test_without_an_answer_the_peers_are_the_era_s() -> None:
    """From 27 on the management CIDR, before anybody."""
    for release, peers in (("22.4.4", None), ("33.0.1", CIDR)):
        cloud = FakeCloud()
        applied(cloud, release=release, network__allowed_cidr=...)
        assert replace(AGENT, remote_cidr=peers) in rules_of(cloud)


def test_additional_rules_are_read_as_the_role_s_module_reads_them() -> None:
    """Ingress and IPv4 unless they say so; a group by name; only where the release has them."""
    extra = [
        {"protocol": "tcp", "port_range_min": 9100, "port_range_max": "9101"},
        {"direction": "egress", "ether_type": "IPv6", "protocol": "any"},
        {"protocol": "icmp", "port_range_min": -1, "remote_group": "octavia_sec_grp"},
        {"protocol": "udp", "port_range_min": 1, "port_range_max": 65535},
    ]
    cloud = FakeCloud()
    name = "variables__octavia_security_group_additional_rules"
    applied(cloud, **{name: extra})
    (group,) = cloud.security_groups
    assert rules_of(cloud) - {AGENT, HEALTH} == {
        Rule("ingress", "tcp", 9100, 9101),
        Rule("egress", ethertype="IPv6"),
        Rule("ingress", "icmp", remote_group=group),
        Rule("ingress", "udp"),
    }
    cloud = FakeCloud()
    applied(cloud, release="29.2.4", **{name: extra})
    assert rules_of(cloud) == {AGENT, HEALTH}


def test_a_missing_and_a_foreign_rule_are_one_line_each_and_undo_restores_both() -> None:
    """From 29 on the role would remove the foreign rule; undo makes it again."""
    foreign = Rule("ingress", "tcp", 80, 80, id="rule-x", description="mine")
    group = SecurityGroup("sg-a", "octavia_sec_grp", SERVICE, DESCRIPTION, (AGENT, foreign))
    cloud = FakeCloud(security_groups={"sg-a": group})
    assert decided(cloud) == (
        Action.CHANGE,
        ("- ingress tcp 80 from any", "+ egress udp 5555 to 172.29.232.0/22"),
    )
    assert decided(cloud, release="28.4.2") == (
        Action.CHANGE,
        ("+ egress udp 5555 to 172.29.232.0/22",),
    )
    work = applied(cloud)
    assert undo_all(work) == [UndoResult.REMOVED, UndoResult.RESTORED]
    (restored,) = (rule for rule in cloud.security_groups["sg-a"].rules if rule == foreign)
    assert restored.description == "mine"


def test_a_rule_from_anywhere_gives_way_to_the_same_one_from_0_0_0_0_0() -> None:
    """Neutron refuses one beside the other, while the role tells them apart."""
    old = replace(AGENT, remote_cidr=None, id="rule-x")
    group = SecurityGroup("sg-a", "octavia_sec_grp", SERVICE, DESCRIPTION, (*OUT, old))
    cloud = FakeCloud(security_groups={"sg-a": group})
    work = applied(cloud, release="26.5.3", network__allowed_cidr="0.0.0.0/0")
    assert rules_of(cloud) == {*OUT, replace(AGENT, remote_cidr="0.0.0.0/0")}
    assert cloud.writes == ["delete_rule", "create_rule"]
    undo_all(work)
    assert rules_of(cloud) == {*OUT, old}


def test_another_description_is_mended_and_put_back() -> None:
    """The role would write its own."""
    group = SecurityGroup("sg-a", "octavia_sec_grp", SERVICE, "by hand", (AGENT, HEALTH))
    cloud = FakeCloud(security_groups={"sg-a": group})
    assert decided(cloud) == (Action.CHANGE, (f"~ description 'by hand' → {DESCRIPTION!r}",))
    work = applied(cloud)
    assert undo_all(work) == [UndoResult.RESTORED]
    assert cloud.security_groups["sg-a"] == group


def test_two_groups_of_the_name_are_refused_and_a_group_of_another_project_is_not_ours() -> None:
    """Octavia looks by name in the service project."""
    ours = SecurityGroup("sg-a", "octavia_sec_grp", SERVICE, DESCRIPTION, (AGENT, HEALTH))
    theirs = replace(ours, id="sg-b", project_id="demo")
    assert decided(FakeCloud(security_groups={"sg-b": theirs}))[0] is Action.CREATE
    cloud = FakeCloud(security_groups={"sg-a": ours, "sg-c": replace(ours, id="sg-c")})
    assert decided(cloud)[0] is Action.CONFLICT


def test_undo_of_a_created_group_leaves_nothing() -> None:
    """Rules first, then the group, which by then is as it was when it was made."""
    cloud = FakeCloud()
    work = applied(cloud)
    assert undo_all(work)[-1] is UndoResult.REMOVED
    assert cloud.security_groups == {}
    assert set(undo_all(work)) == {UndoResult.GONE}


def test_undo_leaves_a_group_that_got_another_rule_or_is_in_use() -> None:
    """What others rely on stays."""
    cloud = FakeCloud()
    work = applied(cloud)
    (made,) = cloud.security_groups
    cloud.create_rule(made, Rule("ingress", "tcp", 80, 80))
    assert undo_all(work)[-1] is UndoResult.CHANGED_SINCE
    assert rules_of(cloud) == {*OUT, Rule("ingress", "tcp", 80, 80)}
    cloud = FakeCloud()
    work = applied(cloud)
    cloud.ports["port-1"] = next(iter(cloud.security_groups))
    assert undo_all(work)[-1] is UndoResult.CHANGED_SINCE


@pytest.mark.parametrize("release", ["22.4.4", "33.0.1"])
@pytest.mark.parametrize("lost", [True, False])
def test_a_fault_at_any_call_can_be_resumed_without_a_duplicate(release: str, lost: bool) -> None:
    """Whichever call fails, or is carried out unheard: what is lost is found, the rest is done."""
    calls = 2 + (4 if release == "33.0.1" else 1)
    effective = answered(release=release)
    for number in range(2, calls + 1):
        cloud = FakeCloud()
        work = work_on(STEP, effective, cloud)
        if lost:
            cloud.lose = {number}
        else:
            cloud.fail = {number: TransientError("down")}
        with pytest.raises(TransientError):
            STEP.apply(work, STEP.decide(effective, work.facts))
        (pending,) = work.pending
        record = STEP.find_lost(work, pending)
        assert (record is not None) == lost
        resumed = work_on(STEP, effective, cloud)
        resumed.records = [*work.records, *([record] if record else [])]
        STEP.apply(resumed, STEP.decide(effective, resumed.facts))
        assert STEP.decide(effective, seen(cloud, STEP.reads)).action is Action.KEEP
        assert len(cloud.security_groups) == 1
        assert set(undo_all(resumed)) <= {UndoResult.REMOVED, UndoResult.RESTORED}
        assert cloud.security_groups == {}
