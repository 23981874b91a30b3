"""What is told of the controllers, and of their way to amphorae."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from octavia_wizard.core.controllers.agreement import Disagreement, Kind
from octavia_wizard.core.facts.controllers import Controller, Controllers
from octavia_wizard.core.verification import host_checks
from octavia_wizard.core.verification.host_checks import own_addresses
from octavia_wizard.core.verification.model import Status, Verdict
from octavia_wizard.core.verification.verify import Verification
from tests.core.verification.support import Stage, of, smoke

ON_IT = {"eth14": ("172.29.232.11",)}


def told(check: str, *hosts: Controller) -> Verdict:
    """Return what a check tells where these controllers answered."""
    stage = Stage(wish=smoke(keep_going=True))
    asked = Controllers("2026-01-01T00:00:00+00:00", hosts)
    scene = replace(stage.scene(), look=lambda: asked)
    return of(Verification(scene, replace(stage.wish, smoke=False)).carry_out(), check).verdict


def disagree(monkeypatch: pytest.MonkeyPatch, *found: Disagreement) -> None:
    """Let this be all that disagrees."""
    monkeypatch.setattr(host_checks, "agreement", lambda effective, facts: found)


def test_controllers_that_agree_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    disagree(monkeypatch)
    verdict = told("controllers", Controller("infra1"), Controller("infra2"))
    assert verdict.status is Status.PASSED
    assert verdict.detail == ("all agree: infra1, infra2",)


def test_each_disagreement_is_told_with_host_expectation_finding_and_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = Disagreement(
        Kind.OPTION,
        "infra2",
        "controller_worker.loadbalancer_topology",
        "SINGLE",
        "ACTIVE_STANDBY",
        "Run the Octavia playbook",
    )
    bare = Disagreement(Kind.UNASKED, "infra3", "the host", "", "unreachable", "Start it")
    disagree(monkeypatch, one, replace(one, subject="x.y", found=""), bare)
    verdict = told("controllers", Controller("infra1"))
    assert verdict.status is Status.FAILED
    assert verdict.detail == (
        "infra2: controller_worker.loadbalancer_topology is ACTIVE_STANDBY, expected SINGLE",
        "infra2: x.y is not set, expected SINGLE",
        "infra3: the host: unreachable",
    )
    # The same cure is told once.
    assert verdict.cure == "Run the Octavia playbook; Start it"


def test_of_many_the_first_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Disagreement(Kind.OPTION, "infra1", "a.b", "1", "2", "")
    disagree(monkeypatch, *(replace(one, subject=f"a.{number}") for number in range(40)))
    verdict = told("controllers", Controller("infra1"))
    assert len(verdict.detail) == 13
    assert verdict.detail[-1] == "… and 28 more"


def test_nobody_to_ask_is_no_failure() -> None:
    verdict = told("controllers")
    assert verdict.status is Status.SKIPPED
    assert "no host that runs Octavia" in verdict.detail[0]


class TestReach:
    """The addresses on the management network."""

    @pytest.fixture(autouse=True)
    def agreeing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing else is wrong."""
        disagree(monkeypatch)

    def test_all_controllers_have_one(self) -> None:
        verdict = told("reach", Controller("infra1", addresses=ON_IT))
        assert verdict.status is Status.PASSED

    def test_none_has_one(self) -> None:
        elsewhere = {"eth1": ("172.29.236.11",)}
        verdict = told("reach", Controller("infra1", addresses=elsewhere))
        assert verdict.status is Status.FAILED
        assert "172.29.232.0/22" in verdict.detail[0]
        assert "containers playbook" in verdict.cure

    def test_some_have_none(self) -> None:
        verdict = told("reach", Controller("infra1", addresses=ON_IT), Controller("infra2"))
        assert verdict.status is Status.WARNED
        assert verdict.detail[0] == "no address on it: infra2"

    def test_one_that_did_not_answer_is_not_blamed(self) -> None:
        silent = Controller("infra2", problem="unreachable")
        verdict = told("reach", Controller("infra1", addresses=ON_IT), silent)
        assert verdict.status is Status.PASSED
        assert verdict.detail[0] == "controllers with an address on it: 1"


def test_this_host_has_its_own_addresses() -> None:
    assert "127.0.0.1" in own_addresses((IPv4Network("127.0.0.0/8"),))
    assert own_addresses((IPv4Network("240.0.0.0/4"),)) == ()
