"""The step that verifies: due when what was verified has changed, and nothing of it stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.engine.events import StepFailed
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.balancing import LoadBalancer
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.facts.verified import read_verified
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Action, Decision, Pending, Record, UndoResult
from octavia_wizard.core.steps.verification import VerificationStep
from octavia_wizard.core.verification import verify as verify_module
from octavia_wizard.core.verification.bounds import Bounds
from octavia_wizard.core.verification.model import Report, Status
from octavia_wizard.core.verification.record import last_kept
from octavia_wizard.core.verification.smoke_names import SmokeNames
from tests.core.engine.deployment import Deployment
from tests.core.verification.support import effective, ready_cloud
from tests.fake_work import FakeWork
from tests.fakes import seen

WANTED = {"deployment.verify": True, "deployment.run_playbooks": False}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment in memory that is to be verified, without hosts to ask."""
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))  # put back at the end; a deployment sets its own
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Deployment(tmp_path)
    made.cloud.looks = 0
    return answering(made, **{})


def answering(site: Deployment, **more: Any) -> Deployment:
    """Change answers; ``deployment__verify`` is a key."""
    changed = {key.replace("__", "."): value for key, value in more.items()}
    values = {**site.answers.values, **WANTED, **changed}
    site.answers = Answers(values=MappingProxyType(values))
    return site


def decision(site: Deployment) -> Decision:
    """Return what the step would do."""
    (item,) = [one for one in site.plan().items if one.step == "verification"]
    return item.decision


def place(site: Deployment) -> DeploymentPlace:
    """Return where the state of the deployment is."""
    return DeploymentPlace.of(site.deploy_dir)


def test_a_run_ends_with_a_verification_and_then_there_is_nothing_to_do(site: Deployment) -> None:
    assert decision(site).action is Action.RUN
    result = site.run()
    assert result.status is RunStatus.DONE, result.error
    kept = read_verified(place(site).verified)
    assert kept is not None
    assert kept.smoke
    assert {"management network", "amphora image"} <= set(kept.inputs)
    assert not site.cloud.balancers
    assert decision(site).action is Action.KEEP
    assert not site.plan().has_changes


def test_what_each_check_found_is_kept(site: Deployment) -> None:
    site.run()
    kept = last_kept(place(site).verification)
    assert kept is not None
    assert kept.ended
    assert not kept.failed
    assert {one.id for one in kept.checks if one.status is Status.PASSED} >= {"api", "image"}
    assert place(site).verification.stat().st_mode & 0o077 == 0


def test_a_changed_answer_is_verified_again_and_named(site: Deployment) -> None:
    site.run()
    answering(site, capacity__topology="SINGLE", network__allowed_cidr="172.29.232.0/23")
    assert decision(site).action in (Action.RUN, Action.KEEP)
    answering(site, variables__octavia_amp_active_wait_sec=5, capacity__active_retries=20)
    found = decision(site)
    assert found.action is Action.RUN
    assert any("octavia_amp_active_retries" in line for line in found.diff)


def test_it_is_not_done_where_it_is_not_wanted(site: Deployment) -> None:
    answering(site, deployment__verify=False)
    assert "verification" not in {item.step for item in site.plan().items}
    assert site.plan(only=("verification",)).items[-1].action is Action.SKIP
    answering(site, deployment__verify=True, cloud__mode="files")
    # Without a cloud it is not even asked about.
    assert "verification" not in {item.step for item in site.plan().items}


def test_a_member_nobody_understands_blocks_it(site: Deployment) -> None:
    answering(site, deployment__smoke_member="the web server")
    found = decision(site)
    assert found.action is Action.BLOCKED
    assert "192.0.2.10:80" in found.reason


def test_without_a_smoke_test_it_is_verified_again_once_one_is_wanted(site: Deployment) -> None:
    answering(site, deployment__smoke_test=False)
    assert site.run().status is RunStatus.DONE
    assert "create_load_balancer" not in site.cloud.calls
    assert decision(site).action is Action.KEEP
    answering(site, deployment__smoke_test=True)
    assert decision(site).diff == ("+ not yet with a load balancer",)


def test_a_failed_check_fails_the_run_with_cause_and_cure(site: Deployment) -> None:
    site.run()
    site.cloud.becomes = "ERROR"
    site.cloud.fault = "No valid host was found."
    answering(site, deployment__playbooks_not_before="2999-01-01")
    result = site.run()
    assert result.status is RunStatus.FAILED
    assert result.exit_code == 5
    (told,) = [one for one in site.events if isinstance(one, StepFailed)]
    assert "Load balancer becomes active" in told.message
    assert "capacity.anti_affinity" in told.hint
    assert ". Fix: look at " in told.hint
    assert not site.cloud.balancers
    # What was verified before does not count any more.
    assert read_verified(place(site).verified) is None


def test_what_stays_is_removed_by_the_next_run(
    site: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.cloud.becomes = "PENDING_CREATE"
    short = Bounds(active=0.0, change=0.0, gone=0.0, remains=0.0)
    with monkeypatch.context() as patch:
        patch.setattr(verify_module, "bounds_of", lambda effective: short)
        result = site.run()
    assert result.status is RunStatus.FAILED
    assert site.cloud.balancers
    names = {one.name for one in site.cloud.networks.values()}
    assert len(names) == 2
    # In the meantime Octavia has come to its end with it.
    site.cloud.becomes = "ACTIVE"
    assert site.run().status is RunStatus.DONE
    assert not site.cloud.balancers
    assert len(site.cloud.networks) == 1


class TestLost:
    """What an interrupted verification may have left."""

    def work(self) -> FakeWork:
        """Return what the engine hands to the step, over a cloud in which all is well."""
        cloud = ready_cloud(looks=0)
        return FakeWork(effective(), seen(cloud, VerificationStep.reads), cloud, "verification")

    def pending(self, names: SmokeNames) -> Pending:
        """Return an announced load balancer."""
        return Pending(1, "verification", "smoke load balancer", names.name, names.lookup)

    def test_load_balancer_subnet_and_network_go_together(self) -> None:
        work, names = self.work(), SmokeNames.new()
        network = work.cloud.create_network(Network("", names.name, ""))
        subnet = work.cloud.create_subnet(Subnet("", names.name, network.id, "", "192.0.2.0/24"))
        work.cloud.create_load_balancer(LoadBalancer("", names.name, subnet.id))
        assert VerificationStep().find_lost(work, self.pending(names)) is None
        assert not work.cloud.balancers
        assert names.name not in {one.name for one in work.cloud.networks.values()}
        assert any("load balancer" in line for line in work.log_lines)

    def test_what_belongs_to_another_smoke_test_is_left_alone(self) -> None:
        work, names, others = self.work(), SmokeNames.new(), SmokeNames.new()
        work.cloud.create_network(Network("", others.name, ""))
        assert VerificationStep().find_lost(work, self.pending(names)) is None
        assert others.name in {one.name for one in work.cloud.networks.values()}

    def test_what_cannot_be_removed_is_named_and_stays_pending(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        work, names = self.work(), SmokeNames.new()
        network = work.cloud.create_network(Network("", names.name, ""))
        work.cloud.ports["a server"] = network.id
        short = Bounds(active=0.0, change=0.0, gone=0.0, remains=0.0)
        monkeypatch.setattr(
            "octavia_wizard.core.steps.verification.bounds_of", lambda effective: short
        )
        with pytest.raises(StepError, match="in use by a server"):
            VerificationStep().find_lost(work, self.pending(names))

    def test_nothing_of_it_is_to_be_undone(self) -> None:
        record = Record(1, "verification", "smoke network", "x", "created", "id")
        assert VerificationStep().undo(self.work(), record).result is UndoResult.GONE


def test_a_damaged_record_counts_for_nothing(site: Deployment) -> None:
    site.run()
    path = place(site).verification
    path.write_text('{"checks": "none"}')
    assert last_kept(path) is None
    place(site).verified.write_text("{")
    assert decision(site).action is Action.RUN


def test_decisions_need_no_cloud_that_answers(site: Deployment) -> None:
    facts = site.facts()
    assert facts.cloud is not None
    calls = len(site.cloud.calls)
    unknown = replace(facts, cloud=replace(facts.cloud, service_project_id=None))
    step = VerificationStep()
    assert step.decide(site.values(unknown), unknown).action is Action.BLOCKED
    assert len(site.cloud.calls) == calls


def test_what_it_warned_of_is_told_as_long_as_it_holds(
    site: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Report, "warnings", ("Amphorae: no heartbeat",))
    site.run()
    kept = read_verified(place(site).verified)
    assert kept is not None
    assert kept.warnings == ("Amphorae: no heartbeat",)
    assert "warning: Amphorae: no heartbeat" in decision(site).reason
