"""Steps are left out from the command line where that does no harm, and only there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.session import Session
from tests.cli.conftest import Run, lines_of
from tests.core.image.support import qcow2
from tests.fakes import FakeCloud

PRESET = """\
schema: 1
description: a cloud in memory
cloud: {name: site, release: 33.0.1}
image: {source: file, path: amphora.qcow2}
certificates: {key_type: ec-p256}
capacity: {load_balancers: 20, topology: SINGLE, anti_affinity: false}
deployment: {hosts: {infra1: 172.29.236.11}}
"""


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """A cloud in memory that refuses to raise quotas."""
    found = FakeCloud(name="site")

    def read_cloud(session: Session, parts: frozenset[Part] = frozenset(Part)) -> None:
        session.facts = replace(session.facts, cloud=found.read(frozenset(Part), None))

    def set_quotas(self: FakeCloud, service: str, project: str, limits: object) -> None:
        raise CloudError("the quota service is down")

    monkeypatch.setattr(Session, "connect", lambda _: found)
    monkeypatch.setattr(Session, "read_cloud", read_cloud)
    monkeypatch.setattr(FakeCloud, "set_quotas", set_quotas)
    return found


@pytest.fixture
def preset(home: Path, cloud: FakeCloud) -> str:
    """A preset for it."""
    qcow2(home / "work" / "amphora.qcow2")
    path = home / "work" / "site.yml"
    path.write_text(PRESET)
    return str(path)


@pytest.fixture
def accepted(run: Run, preset: str) -> tuple[str, ...]:
    """What has to be accepted first."""
    found = lines_of(run("plan", preset, "--format", "json"))
    warnings = [line["id"] for line in found if line.get("severity") == "warning"]
    return tuple(word for warning in warnings for word in ("--accept", warning))


def test_a_failure_says_how_to_go_on_without_the_step(
    run: Run, preset: str, accepted: tuple[str, ...]
) -> None:
    result = run("replay", preset, "--yes", *accepted)

    assert result.exit_code == 6, result.output
    assert "--skip quotas leaves out Quotas: the quotas stay as they are" in result.stderr


def test_resume_without_the_failed_step_ends_well_and_tells_what_is_left(
    run: Run, preset: str, accepted: tuple[str, ...], deploy_dir: Path
) -> None:
    run("replay", preset, "--yes", *accepted)
    result = run("resume", "--skip", "quotas", "--yes")

    assert result.exit_code == 0, result.output
    assert "left out by the operator" in result.stdout
    assert "--only quotas" in result.stdout
    place = DeploymentPlace.of(deploy_dir)
    assert "## Put off" in place.runbook.read_text()
    assert "Nothing to resume" in run("resume").stdout


def test_replay_leaves_a_step_out_from_the_start(
    run: Run, preset: str, accepted: tuple[str, ...]
) -> None:
    result = run("replay", preset, "--yes", *accepted, "--skip", "quotas", "--format", "json")

    assert result.exit_code == 0, result.output
    (handover,) = [line for line in lines_of(result) if line["kind"] == "handover"]
    assert [item["step"] for item in handover["put_off"]] == ["quotas"]
    assert "runbook" in handover


@pytest.mark.parametrize("step", ["image", "certificates", "secrets", "files"])
def test_what_must_stay_is_refused_with_the_reason_and_what_may_go(
    run: Run, preset: str, accepted: tuple[str, ...], step: str, cloud: FakeCloud
) -> None:
    result = run("replay", preset, "--yes", *accepted, "--skip", step)

    assert result.exit_code == 2
    assert f"{step} cannot be left out: " in result.stderr
    assert "may be left out: network, subnet, security_group, flavor, quotas" in result.stderr
    assert not cloud.networks


def test_several_steps_may_be_named_at_once(
    run: Run, preset: str, accepted: tuple[str, ...], cloud: FakeCloud
) -> None:
    result = run("replay", preset, "--yes", *accepted, "--skip", "quotas,network")

    assert result.exit_code == 0, result.output
    assert not cloud.networks
    assert cloud.flavors
    assert "Management subnet: left out by the operator" in result.stdout


def test_a_misspelt_step_is_told(run: Run, preset: str, accepted: tuple[str, ...]) -> None:
    result = run("replay", preset, "--yes", *accepted, "--skip", "quota")

    assert result.exit_code == 2
    assert "did you mean 'quotas'" in result.stderr
