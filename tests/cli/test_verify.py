"""The verb verify: what it shows, what it ends with, and what it does not do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from octavia_wizard.core.errors import CloudError, Interrupted
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.session import Session
from octavia_wizard.core.verification import scene as scene_module
from octavia_wizard.core.verification import verify as verify_module
from octavia_wizard.core.verification.bounds import Bounds
from octavia_wizard.core.verification.causes import causes
from tests.cli.conftest import Run, lines_of
from tests.core.verification.support import ready_cloud
from tests.fakes import FakeCloud

PRESET = """\
schema: 1
description: the deployment to verify
cloud: {mode: live, name: fake, release: 33.0.1}
network: {provider_type: flat, physical_network: lbaas, name: lbaas-mgmt,
          cidr: 172.29.232.0/22, pool: 172.29.232.50-172.29.235.200}
image: {source: file, path: ../amphora-x64-haproxy.qcow2, tag: octavia-amphora-image}
capacity: {load_balancers: 5, topology: SINGLE, flavor_name: m1.amphora, disk_gib: 20}
"""


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """A cloud in memory in which all is well, in place of any other."""
    made = ready_cloud(looks=0)
    monkeypatch.setattr(Session, "connect", lambda session: made)
    return made


@pytest.fixture
def preset(home: Path) -> str:
    """The preset of that deployment."""
    path = home / "work" / "site.yml"
    path.write_text(PRESET)
    return str(path)


def test_all_is_well(run: Run, cloud: FakeCloud, preset: str) -> None:
    result = run("verify", preset, "--no-hosts")
    assert result.exit_code == 0, result.output
    assert "✓ Load balancer becomes active" in result.stdout
    assert "✓ Everything removed again" in result.stdout
    assert "nobody is to ask the controllers" in result.stdout
    assert "it works" in result.stdout
    assert not cloud.balancers


def test_it_verifies_anew_at_once_and_after_the_clock_was_turned_back(
    run: Run, cloud: FakeCloud, preset: str, deploy_dir: Path
) -> None:
    for count in (1, 2):
        assert run("verify", preset, "--no-hosts").exit_code == 0
        assert cloud.calls.count("create_load_balancer") == count
    kept = DeploymentPlace.of(deploy_dir).verified
    document = json.loads(kept.read_text())
    kept.write_text(json.dumps({**document, "at": "2999-01-01T00:00:00+00:00"}))
    assert run("verify", preset, "--no-hosts").exit_code == 0
    assert cloud.calls.count("create_load_balancer") == 3


def test_it_never_runs_another_step(run: Run, cloud: FakeCloud, preset: str) -> None:
    run("verify", preset, "--no-hosts")
    created = [call for call in cloud.writes if call.startswith("create")]
    assert created == [
        "create_network",
        "create_subnet",
        "create_load_balancer",
        "create_listener",
        "create_pool",
    ]


def test_looking_alone_takes_no_lock_and_writes_nothing(
    run: Run, cloud: FakeCloud, preset: str, deploy_dir: Path
) -> None:
    result = run("verify", preset, "--no-smoke")
    assert result.exit_code == 0, result.output
    assert "no load balancer was created" in result.stdout
    assert cloud.writes == []
    assert not DeploymentPlace.of(deploy_dir).root.exists()


def test_a_failed_check_ends_with_5_and_tells_why(run: Run, cloud: FakeCloud, preset: str) -> None:
    cloud.images.clear()
    result = run("verify", preset, "--keep-going")
    assert result.exit_code == 5
    assert "✗ Amphora image" in result.stdout
    (cause,) = [one for one in causes() if one.id == "image-missing"]
    assert cause.cause in result.stdout
    assert f"fix: {cause.cure}" in result.stdout
    assert "✓ Room in the quotas" in result.stdout
    assert "octavia-wizard" in result.stdout.partition("Next:")[2]
    assert "resume" not in result.output


def test_json_has_one_line_for_each_check_and_one_for_all(
    run: Run, cloud: FakeCloud, preset: str
) -> None:
    cloud.becomes, cloud.fault = "ERROR", "No valid host was found."
    result = run("verify", preset, "--no-hosts", "--format", "json")
    assert result.exit_code == 5
    told = [line for line in lines_of(result) if line["kind"] == "verification"]
    checks = {line["check"]: line for line in told if line["of"] == "check"}
    assert checks["api"]["status"] == "passed"
    assert checks["smoke-active"]["status"] == "failed"
    assert checks["smoke-active"]["section"] == "capacity"
    assert checks["smoke-removed"]["status"] == "passed"
    (whole,) = [line for line in told if line["of"] == "all"]
    assert not whole["passed"]
    assert whole["counts"]["failed"] == 1
    assert lines_of(result)[-1] == {
        "schema": 1,
        "kind": "result",
        "command": "verify",
        "exit_code": 5,
    }


def test_the_answers_of_the_deployment_are_taken_without_a_preset(
    run: Run, cloud: FakeCloud, preset: str, deploy_dir: Path
) -> None:
    place = DeploymentPlace.of(deploy_dir)
    place.root.mkdir(parents=True)
    place.preset.write_text(PRESET)
    result = run("verify", "--no-smoke")
    assert result.exit_code == 0, result.output
    assert str(place.preset) in result.stderr


def test_after_that_the_answers_of_the_deployment_are_as_before(
    run: Run, cloud: FakeCloud, deploy_dir: Path
) -> None:
    place = DeploymentPlace.of(deploy_dir)
    place.root.mkdir(parents=True)
    place.preset.write_text(PRESET)
    run("verify", "--no-hosts", "--member", "192.0.2.10:80", "--subnet", "nowhere")
    assert place.preset.read_text() == PRESET
    assert not place.autosave.exists()


@pytest.mark.parametrize("member", ["web", "192.0.2.1", "192.0.2.1:70000"])
def test_a_member_that_is_none_is_refused_at_once(
    run: Run, cloud: FakeCloud, preset: str, member: str
) -> None:
    result = run("verify", preset, "--member", member)
    assert result.exit_code == 2
    assert "--member" in result.stderr
    assert cloud.calls == []


def test_a_subnet_that_is_not_there_is_a_failed_check(
    run: Run, cloud: FakeCloud, preset: str
) -> None:
    result = run("verify", preset, "--no-hosts", "--subnet", "nowhere")
    assert result.exit_code == 5
    assert "no subnet nowhere" in result.stdout
    assert cloud.writes == []


def test_an_unreachable_cloud_ends_with_6(
    run: Run, cloud: FakeCloud, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
        raise CloudError("cannot reach http://keystone:5000/: connection refused")

    monkeypatch.setattr(cloud, "read", read)
    result = run("verify", preset)
    assert result.exit_code == 6
    assert "cannot reach" in result.stderr


def test_what_may_not_be_read_ends_with_6_and_names_it(
    run: Run, cloud: FakeCloud, preset: str
) -> None:
    cloud.unread[Part.QUOTAS] = "these credentials may not read it"
    result = run("verify", preset)
    assert result.exit_code == 6
    assert "quotas cannot be read" in result.stderr


def test_files_only_there_is_nothing_to_verify(run: Run, files_preset: Path) -> None:
    result = run("verify", str(files_preset))
    assert result.exit_code == 2
    assert "files only" in result.stderr


def stopped(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Ask to stop once the load balancer was begun; nothing is waited for."""
    monkeypatch.setattr(scene_module, "_wait", lambda event, seconds: None)
    return lambda: cloud.cancel.set()


def test_interrupted_it_cleans_up_and_ends_with_130(
    run: Run, cloud: FakeCloud, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.looks = 1
    cloud.on_create = stopped(cloud, monkeypatch)
    result = run("verify", preset, "--no-hosts")
    assert result.exit_code == 130, result.output
    assert "nothing is left behind" in result.stderr
    assert not cloud.balancers
    assert len(cloud.networks) == 1


def test_what_stays_after_an_interruption_is_named_and_resume_removes_it(
    run: Run, cloud: FakeCloud, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.becomes = "PENDING_CREATE"
    cloud.on_create = stopped(cloud, monkeypatch)
    short = Bounds(active=0.0, change=0.0, stopped=0.0)
    with monkeypatch.context() as patch:
        patch.setattr(verify_module, "bounds_of", lambda effective: short)
        result = run("verify", preset, "--no-hosts")
    assert result.exit_code == 130, result.output
    (balancer,) = cloud.balancers
    assert balancer in result.stderr
    assert "resume removes it" in result.stderr
    cloud.becomes, cloud.on_create, cloud.cancel = "ACTIVE", lambda: None, threading.Event()
    again = run("resume", "--yes")
    assert again.exit_code == 0, again.output
    assert not cloud.balancers
    assert "Nothing to resume" in run("resume").output


def test_help_says_what_it_ends_with(run: Run) -> None:
    result = run("verify", "--help")
    assert result.exit_code == 0
    for words in ("Exit codes:", "130", "octavia-wizard verify --no-smoke"):
        assert words in result.stdout


def test_one_that_is_stopped_proves_nothing(
    run: Run, cloud: FakeCloud, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(self: FakeCloud, *_: object, **__: object) -> None:
        raise Interrupted("stopped on request")

    monkeypatch.setattr(FakeCloud, "create_listener", stopped)
    result = run("verify", preset, "--no-hosts")
    assert result.exit_code == 130
    assert "✓ Load balancer becomes active" in result.stdout
    assert "stopped before its end, so nothing is proved" in result.stdout
    assert "it works" not in result.stdout
    assert "once that is mended" not in result.stdout
    assert not cloud.balancers
