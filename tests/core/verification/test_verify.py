"""A verification makes its checks in order, tells of each, and creates nothing on bad ground."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.errors import CloudError, CredentialsError, Interrupted, TransientError
from octavia_wizard.core.facts.controllers import Controller, Controllers
from octavia_wizard.core.facts.resources import Quotas
from octavia_wizard.core.verification.announcing import CHECKS as SMOKE_CHECKS
from octavia_wizard.core.verification.model import Status
from octavia_wizard.core.verification.verify import CHECKS, Verification, Wish
from tests.core.verification.support import Stage, effective, of, ready_cloud, statuses


def test_everything_is_well_and_nothing_is_left() -> None:
    stage = Stage()
    before = dict(stage.cloud.networks), dict(stage.cloud.subnets)
    report = stage.carry_out()
    ended = statuses(report)
    assert report.passed, report
    assert report.smoke
    assert {name for name, status in ended.items() if status is Status.SKIPPED} == {
        "controllers",
        "reach",
        "smoke-requests",
    }
    assert list(ended) == [*(name for name, _, _ in CHECKS), *SMOKE_CHECKS]
    assert (stage.cloud.networks, stage.cloud.subnets) == before
    assert not stage.cloud.balancers
    assert not stage.notes.open
    assert [result.partition(" ")[0] for _, result in stage.notes.closed] == ["removed"] * 2


def test_each_check_is_told_as_begun_and_as_ended_in_the_order_of_the_report() -> None:
    stage = Stage()
    report = stage.carry_out()
    assert list(stage.finished) == [one.id for one in report.checks]
    assert [one.number for one in stage.started] == list(range(1, len(stage.started) + 1))
    assert {one.total for one in stage.started} == {len(report.checks)}


def test_waits_are_told_with_what_has_passed_and_when_they_end() -> None:
    stage = Stage()
    stage.cloud.looks = 5
    stage.carry_out()
    waits = stage.waits("smoke-active")
    assert [wait.elapsed for wait in waits] == [0, 3, 6, 9, 12]
    # 10 times 10 s to boot, 120 times 5 s to connect, and two minutes.
    assert {wait.bound for wait in waits} == {820}
    assert "load balancer PENDING_CREATE, amphora BOOTING 172.29.232.60, server ACTIVE" in {
        wait.what for wait in waits
    }


def test_without_a_smoke_test_nothing_is_written() -> None:
    stage = Stage(wish=Wish(smoke=False))
    report = stage.carry_out()
    assert report.passed
    assert not report.smoke
    assert stage.cloud.writes == []
    assert [one.id for one in report.checks] == [name for name, _, _ in CHECKS]


def test_a_failed_check_ends_it_and_no_load_balancer_is_created() -> None:
    stage = Stage()
    stage.cloud.providers = ("ovn",)
    report = stage.carry_out()
    assert [one.id for one in report.failed] == ["providers"]
    later = statuses(report)
    assert later["image"] is Status.SKIPPED
    assert later["smoke-active"] is Status.SKIPPED
    assert not report.smoke
    assert stage.cloud.writes == []


def test_keeping_on_makes_all_checks_that_look_and_still_creates_nothing() -> None:
    stage = Stage(wish=Wish(keep_going=True))
    stage.cloud.providers = ("ovn",)
    stage.cloud.images.clear()
    report = stage.carry_out()
    assert [one.id for one in report.failed] == ["providers", "image"]
    assert of(report, "quotas").status is Status.PASSED
    assert stage.cloud.writes == []


class TestApi:
    """The API itself."""

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (TransientError("cannot reach http://vip:9876/: connection refused"), "haproxy"),
            (TransientError("x: busy (HTTP 503)"), "octavia-api"),
            (CloudError("x: the catalogue has no such service here: y"), "Octavia playbook"),
            (CredentialsError("x: me may not do that: no (HTTP 403)"), "load-balancer_admin"),
        ],
    )
    def test_why_it_does_not_answer(self, error: CloudError, words: str) -> None:
        stage = Stage()
        stage.cloud.fail[2] = error
        stage.facts = stage.scene().facts
        report = stage.carry_out()
        verdict = of(report, "api").verdict
        assert verdict.status is Status.FAILED
        assert error.message in verdict.detail
        assert verdict.cause
        assert words in verdict.cause + verdict.cure

    def test_an_error_the_table_does_not_know_is_told_as_it_is(self) -> None:
        stage = Stage()
        stage.facts = stage.scene().facts
        stage.cloud.fail[2] = CloudError("something quite new", hint="do this")
        verdict = of(stage.carry_out(), "api").verdict
        assert verdict.detail == ("something quite new",)
        assert verdict.cure == "do this"


class TestProviders:
    """What load balancers can be made of."""

    def test_before_rocky_there_are_none(self) -> None:
        wanted = effective("17.1.17")
        stage = Stage(effective=wanted, cloud=ready_cloud(wanted), wish=Wish(smoke=False))
        verdict = of(stage.carry_out(), "providers").verdict
        assert verdict.status is Status.SKIPPED
        assert "read providers" not in stage.cloud.calls

    @pytest.mark.parametrize("release", ["28.4.2", "29.0.1"])
    def test_a_release_without_amphora_says_so(self, release: str) -> None:
        wanted = effective(release)
        stage = Stage(effective=wanted, cloud=ready_cloud(wanted), wish=Wish(smoke=False))
        stage.cloud.providers = ("amphorav2",)
        verdict = of(stage.carry_out(), "providers").verdict
        assert verdict.status is Status.PASSED
        assert "Magnum" in verdict.detail[-1]

    def test_one_that_was_answered_and_is_not_there(self) -> None:
        drivers = ["amphora: 'The driver.'", "ovn: 'OVN.'"]
        wanted = effective(variables__octavia_enabled_provider_drivers=drivers)
        stage = Stage(effective=wanted, wish=Wish(smoke=False))
        verdict = of(stage.carry_out(), "providers").verdict
        assert verdict.status is Status.WARNED
        assert "ovn" in verdict.cause


class TestImage:
    """The image, as Octavia looks for it."""

    def test_one_of_another_project_is_not_found_and_named(self) -> None:
        stage = Stage()
        stage.cloud.images["image-x"] = replace(stage.cloud.images["image-x"], owner="elsewhere")
        verdict = of(stage.carry_out(), "image").verdict
        assert verdict.status is Status.FAILED
        assert "of project elsewhere" in verdict.detail[1]
        assert verdict.section == "image"

    def test_two_are_one_too_many(self) -> None:
        stage = Stage(wish=Wish(smoke=False))
        one = stage.cloud.images["image-x"]
        stage.cloud.images["image-y"] = replace(one, id="image-y", created_at="2026-02-01")
        verdict = of(stage.carry_out(), "image").verdict
        assert verdict.status is Status.WARNED
        assert verdict.detail[0].startswith("amphora image-y")

    def test_one_that_is_not_active_does_not_count(self) -> None:
        stage = Stage()
        stage.cloud.images["image-x"] = replace(stage.cloud.images["image-x"], status="queued")
        verdict = of(stage.carry_out(), "image").verdict
        assert verdict.status is Status.FAILED
        assert "queued" in verdict.detail[1]


class TestResources:
    """What octavia.conf is to name."""

    def test_a_missing_group_fails_with_the_step_that_makes_it(self) -> None:
        stage = Stage()
        stage.cloud.security_groups.clear()
        verdict = of(stage.carry_out(), "resources").verdict
        assert verdict.status is Status.FAILED
        assert "--only security_group" in verdict.cure
        assert verdict.section == "network"

    def test_a_network_left_to_the_role_must_be_there_by_now(self) -> None:
        wanted = effective(network__created_by="role")
        stage = Stage(effective=wanted, wish=Wish(smoke=False))
        assert of(stage.carry_out(), "resources").status is Status.PASSED
        stage.cloud.subnets.clear()
        stage.cloud.networks.clear()
        verdict = of(stage.carry_out(), "resources").verdict
        assert verdict.status is Status.FAILED
        assert "playbook" in verdict.cause


class TestQuotas:
    """Room for one load balancer."""

    def test_a_full_project_fails_before_anything_is_created(self) -> None:
        stage = Stage()
        known = stage.cloud.quotas
        used = {**known.used, "instances": 10}
        stage.cloud.quotas = Quotas(known.compute, known.network, known.volume, used)
        verdict = of(stage.carry_out(), "quotas").verdict
        assert verdict.status is Status.FAILED
        assert verdict.detail == ("instances: 0 left, 1 needed",)
        assert verdict.section == "capacity"
        assert stage.cloud.writes == []

    def test_what_is_unlimited_has_room(self) -> None:
        stage = Stage(wish=Wish(smoke=False))
        known = stage.cloud.quotas
        used = {**known.used, "instances": 5000}
        limits = {**known.compute, "instances": -1}
        stage.cloud.quotas = Quotas(limits, known.network, known.volume, used)
        assert of(stage.carry_out(), "quotas").status is Status.PASSED


def test_where_there_is_no_ansible_controllers_are_skipped_with_the_reason() -> None:
    stage = Stage(wish=Wish(smoke=False))
    nobody = Controllers("2026-01-01T00:00:00+00:00", problem="there is no ansible on this host")
    scene = replace(stage.scene(), look=lambda: nobody)
    report = Verification(scene, stage.wish).carry_out()
    verdict = of(report, "controllers").verdict
    assert verdict.status is Status.SKIPPED
    assert verdict.detail == ("there is no ansible on this host",)


def test_a_wish_to_stop_ends_it_between_two_checks(tmp_path: Path) -> None:
    stage = Stage()
    stage.facts = stage.scene().facts
    stage.cancel.set()
    with pytest.raises(Interrupted):
        stage.carry_out()
    assert stage.cloud.writes == []


@pytest.mark.parametrize(
    ("controllers", "named"),
    [
        (None, "on a controller: systemctl status octavia-api"),
        (
            Controllers(
                at="2026-05-06T07:08:00+00:00",
                hosts=(Controller("infra1", problem="away"), Controller("infra2")),
            ),
            "on infra2: systemctl status octavia-api",
        ),
    ],
)
def test_where_to_look_is_a_host_that_is_there(controllers: Controllers | None, named: str) -> None:
    stage = Stage()
    stage.cloud.fail[2] = TransientError("x: busy (HTTP 503)")
    stage.facts = replace(stage.scene().facts, controllers=controllers)
    report = stage.carry_out()
    looks = of(report, "api").verdict.look
    assert named in looks
    assert "{host}" not in " ".join(looks)
