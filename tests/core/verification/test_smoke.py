"""The smoke test takes away what it made, whatever happens, and says why it failed."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from octavia_wizard.core.errors import CloudError, Interrupted, TransientError
from octavia_wizard.core.facts.balancing import LeftOver
from octavia_wizard.core.facts.resources import Subnet
from octavia_wizard.core.verification import smoke as smoke_module
from octavia_wizard.core.verification import smoke_names
from octavia_wizard.core.verification.model import Checked, Status
from octavia_wizard.core.verification.smoke import SmokeWish
from octavia_wizard.core.verification.smoke_names import PREFIX, Member, free_range, member_of
from octavia_wizard.core.verification.verify import Wish
from tests.core.verification.support import Stage, effective, of, ready_cloud, smoke, statuses


def nothing_left(stage: Stage) -> bool:
    """Say whether nothing of a smoke test is there."""
    names = [one.name for one in stage.cloud.networks.values()]
    names += [one.name for one in stage.cloud.subnets.values()]
    return not stage.cloud.balancers and not any(name.startswith(PREFIX) for name in names)


def failed(stage: Stage, check: str) -> Checked:
    """Carry it out; return the one check that failed, after all was removed."""
    report = stage.carry_out()
    assert [one.id for one in report.failed] == [check], report
    assert nothing_left(stage)
    assert not stage.notes.open
    return of(report, check)


class TestFailures:
    """What is told of a load balancer that does not come to be."""

    def test_nova_says_why(self) -> None:
        stage = Stage()
        stage.cloud.becomes = "ERROR"
        stage.cloud.amphora_status = "ERROR"
        stage.cloud.server_status = "ERROR"
        stage.cloud.fault = "No valid host was found. There are not enough hosts available."
        verdict = failed(stage, "smoke-active").verdict
        assert "Nova found no compute host" in verdict.cause
        assert verdict.section == "capacity"
        assert any("No valid host" in line for line in verdict.detail)

    def test_the_agent_cannot_be_reached(self) -> None:
        stage = Stage()
        stage.cloud.becomes = "ERROR"
        stage.cloud.amphora_status = "BOOTING"
        verdict = failed(stage, "smoke-active").verdict
        assert "9443" in verdict.cause
        assert verdict.section == "network"
        assert any("journalctl -u octavia-worker" in line for line in verdict.look)

    def test_an_error_before_any_amphora(self) -> None:
        stage = Stage()
        stage.cloud.becomes = "ERROR"
        stage.cloud.amphorae_each = 0
        verdict = failed(stage, "smoke-active").verdict
        assert "before it made a virtual machine" in verdict.cause

    def test_the_topology_is_another_one(self) -> None:
        wanted = effective(capacity__topology="ACTIVE_STANDBY", capacity__anti_affinity=True)
        stage = Stage(effective=wanted)
        verdict = failed(stage, "smoke-amphorae").verdict
        assert verdict.detail[0] == "1 amphorae ALLOCATED, wanted 2"
        assert "topology" in verdict.cause

    def test_no_heartbeats_are_a_warning_with_its_cause(self) -> None:
        stage = Stage()
        stage.cloud.operating = "OFFLINE"
        report = stage.carry_out()
        assert report.passed
        verdict = of(report, "smoke-listener").verdict
        assert verdict.status is Status.WARNED
        assert "5555" in verdict.cause

    def test_octavia_refuses_it(self) -> None:
        stage = Stage()
        stage.facts = stage.scene().facts
        stage.cloud.fail[number_of(stage, "create_load_balancer")] = CloudError(
            "creating it: Quota has been met for resources: Load Balancer (HTTP 403)"
        )
        verdict = failed(stage, "smoke-active").verdict
        assert "quotas of its own" in verdict.cause

    def test_a_cloud_without_networks_for_projects(self) -> None:
        stage = Stage()
        stage.facts = stage.scene().facts
        stage.cloud.fail[number_of(stage, "create_network")] = CloudError(
            "Unable to create the network. No tenant network is available for allocation."
        )
        verdict = failed(stage, "smoke-network").verdict
        assert "--subnet" in verdict.cure


def number_of(stage: Stage, call: str) -> int:
    """Return which call of a verification this is, counted from the ones made so far."""
    probe = Stage(effective=stage.effective, wish=stage.wish)
    probe.scene()
    probe.carry_out()
    # Both read the cloud once before.
    return probe.cloud.calls[1:].index(call) + 1


def test_it_waits_no_longer_than_its_bound_and_names_what_is_stuck() -> None:
    stage = Stage()
    stage.cloud.becomes = "PENDING_CREATE"
    report = stage.carry_out()
    assert [one.id for one in report.failed] == ["smoke-active", "smoke-removed"]
    assert "after 820 s" in of(report, "smoke-active").verdict.detail[0]
    removed = of(report, "smoke-removed").verdict
    assert "PENDING_CREATE" in removed.detail[0]
    (balancer,) = stage.cloud.balancers.values()
    assert f"openstack loadbalancer show {balancer.id}" in removed.look
    # It stays announced, so that a later run looks for it; the network has to stay as well.
    assert {pending.kind for pending in stage.notes.open} == {
        "smoke load balancer",
        "smoke network",
    }
    assert not report.smoke


def test_a_deletion_that_never_ends_is_named() -> None:
    stage = Stage()
    stage.cloud.undying = True
    report = stage.carry_out()
    assert [one.id for one in report.failed] == ["smoke-removed"]
    assert stage.notes.open
    assert max(wait.elapsed for wait in stage.waits("smoke-removed")) < 310


def test_what_octavia_leaves_behind_is_listed_with_commands() -> None:
    stage = Stage()
    stage.cloud.remains = (LeftOver("server group", "sg-1", "octavia-lb-x"),)
    report = stage.carry_out()
    verdict = of(report, "smoke-removed").verdict
    assert verdict.status is Status.WARNED
    assert verdict.detail == ("left behind: server group octavia-lb-x sg-1",)
    assert verdict.look == ("openstack server group show sg-1",)
    assert report.passed


@pytest.mark.parametrize("call", ["create_network", "create_subnet", "create_load_balancer"])
def test_a_lost_answer_leaves_nothing_behind(call: str) -> None:
    stage = Stage()
    stage.facts = stage.scene().facts
    stage.cloud.lose.add(number_of(stage, call))
    report = stage.carry_out()
    assert len(report.failed) == 1
    assert nothing_left(stage)
    assert not stage.notes.open


@pytest.mark.parametrize("fault", [CloudError("refused"), TransientError("reset")])
def test_any_call_may_fail_and_nothing_is_forgotten(fault: CloudError) -> None:
    """For every call in turn: what cannot be removed is still announced."""
    probe = Stage()
    probe.carry_out()
    for number in range(2, len(probe.cloud.calls) + 1):
        stage = Stage()
        stage.facts = stage.scene().facts
        stage.cloud.fail[number] = fault
        stage.carry_out()
        assert nothing_left(stage) or stage.notes.open, number


class TestStopping:
    """A wish to stop during the smoke test."""

    def test_what_was_made_is_removed_first(self) -> None:
        stage = Stage(stop_after=4.0)
        stage.cloud.looks = 5
        with pytest.raises(Interrupted):
            stage.carry_out()
        assert nothing_left(stage)
        assert not stage.notes.open
        assert stage.finished["smoke-removed"].status is Status.PASSED
        assert stage.cloud.cancel is stage.cancel

    def test_what_is_stuck_is_named_after_half_a_minute(self) -> None:
        stage = Stage(stop_after=4.0)
        stage.cloud.becomes = "PENDING_CREATE"
        with pytest.raises(Interrupted):
            stage.carry_out()
        assert stage.notes.open
        removed = stage.finished["smoke-removed"]
        assert removed.status is Status.FAILED
        assert removed.seconds < 45

    def test_during_the_removal_it_is_hurried(self) -> None:
        stage = Stage()
        stage.cloud.undying = True
        stage.stop_after = 60.0
        with pytest.raises(Interrupted):
            stage.carry_out()
        assert stage.notes.open
        assert stage.now < 120


class TestSubnet:
    """Where the address of the load balancer is."""

    def subnet(self, stage: Stage, id: str) -> None:
        """Add a subnet of that id on the management network."""
        network = next(iter(stage.cloud.networks))
        stage.cloud.subnets[id] = Subnet(id, "public", network, "p", "203.0.113.0/24")

    def test_a_subnet_of_the_operator_is_used_and_left_alone(self) -> None:
        stage = Stage(wish=smoke("public"))
        self.subnet(stage, "s1")
        report = stage.carry_out()
        assert report.passed
        assert "create_network" not in stage.cloud.calls
        assert "s1" in stage.cloud.subnets
        assert stage.notes.closed[0][0] == "smoke load balancer"

    @pytest.mark.parametrize("count", [0, 2])
    def test_a_name_must_mean_one(self, count: int) -> None:
        stage = Stage(wish=smoke("public"))
        for number in range(count):
            self.subnet(stage, f"s{number}")
        verdict = failed(stage, "smoke-network").verdict
        assert verdict.cure == "name one by its id"

    def test_its_own_range_overlaps_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stage = Stage()
        assert free_range(stage.effective, stage.scene().facts) == IPv4Network("192.0.2.0/24")
        network = next(iter(stage.cloud.networks))
        stage.cloud.subnets["a"] = Subnet("a", "a", network, "p", "192.0.2.128/25")
        facts = stage.scene().facts
        inventory = replace(facts.host.inventory, cidr_networks={"lb": "198.51.100.0/24"})
        facts = replace(facts, host=replace(facts.host, inventory=inventory))
        assert free_range(stage.effective, facts) == IPv4Network("203.0.113.0/24")
        with monkeypatch.context() as patch:
            patch.setattr(smoke_names, "own_addresses", lambda networks: ("203.0.113.1",))
            assert free_range(stage.effective, facts) is None
        held = {"infra1": "203.0.113.9"}
        assert free_range(effective(deployment__hosts=held), facts) is None


class TestMember:
    """A server behind it."""

    def wish(self) -> Wish:
        """Ask it through the load balancer."""
        return Wish(smoke_wish=SmokeWish(None, Member("192.0.2.10", 8080)))

    def test_it_is_asked_until_it_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        def ask(url: str) -> tuple[bool, str]:
            asked.append(url)
            return len(asked) == 3, "HTTP 200" if len(asked) == 3 else "HTTP 503"

        monkeypatch.setattr(smoke_module, "ask", ask)
        stage = Stage(wish=self.wish())
        report = stage.carry_out()
        assert report.passed
        assert asked == ["http://192.0.2.99:80/"] * 3
        assert "create_member 192.0.2.10:8080" in stage.cloud.calls

    def test_twelve_times_at_most(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        def ask(url: str) -> tuple[bool, str]:
            asked.append(url)
            return False, "ConnectTimeout"

        monkeypatch.setattr(smoke_module, "ask", ask)
        verdict = failed(Stage(wish=self.wish()), "smoke-requests").verdict
        assert len(asked) == 12
        assert "ConnectTimeout" in verdict.detail[0]
        assert "does not reach" in verdict.cause

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [(None, None), ("", None), ("192.0.2.10:80", Member("192.0.2.10", 80))],
    )
    def test_how_it_is_written(self, text: Any, wanted: Any) -> None:
        assert member_of(text) == wanted

    @pytest.mark.parametrize("text", ["192.0.2.10", "web:80", "192.0.2.10:0", "1.2.3.4:x", ":80"])
    def test_what_it_is_not(self, text: str) -> None:
        with pytest.raises(ValueError, match="port"):
            member_of(text)


def test_another_default_provider_has_no_amphorae() -> None:
    stage = Stage(cloud=ready_cloud(default_provider="ovn", amphorae_each=0))
    report = stage.carry_out()
    assert statuses(report)["smoke-amphorae"] is Status.SKIPPED
    assert report.passed
