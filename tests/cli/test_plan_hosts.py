"""A plan that asks the controllers too, through the real ansible of a deploy host."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from octavia_wizard.cli import cli
from tests.cli.conftest import Run
from tests.osa.host import DeployHost
from tests.osa.tree import build_tree

PRESET = (
    "schema: 1\n"
    "description: files only\n"
    "cloud: {mode: files}\n"
    "capacity: {load_balancers: 20, volume_backed: false}\n"
    "network: {cidr: 172.29.232.0/22, pool: 172.29.232.50-172.29.235.200}\n"
    "deployment: {hosts: {infra1: 172.29.236.11}, run_playbooks: false}\n"
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeployHost:
    """A deploy host with OpenStack-Ansible, whose environment this process has."""
    host = build_tree(tmp_path / "tree", "33.0.1")
    for name, value in host.environment().items():
        monkeypatch.setenv(name, value)
    return host


@pytest.fixture
def plan(tree: DeployHost, home: Path) -> Callable[..., Result]:
    """Plan for that deploy host."""
    preset = home / "work" / "site.yml"
    preset.write_text(PRESET)

    def call(*arguments: str) -> Result:
        place = ["--deploy-dir", str(tree.deploy_dir)]
        return CliRunner().invoke(cli, [*place, "plan", str(preset), *arguments])

    return call


def test_hosts_are_asked_only_where_that_is_wanted(plan: Callable[..., Result]) -> None:
    assert "the bridge was looked for" not in plan().stderr
    result = plan("--hosts")
    assert "there is no controller yet; the bridge was looked for on" in result.stderr
    assert "bridge-not-ready" not in result.stdout + result.stderr


def test_a_host_without_its_bridge_stands_in_the_way_until_accepted(
    plan: Callable[..., Result], tree: DeployHost
) -> None:
    shutil.rmtree(tree.carrier("infra1") / "sys/class/net/br-lbaas")
    result = plan("--hosts")
    assert result.exit_code == 4
    assert "bridge-not-ready" in result.stdout + result.stderr
    assert "br-lbaas is absent" in result.stdout + result.stderr
    before = plan().exit_code
    assert plan("--hosts", "--accept", "bridge-not-ready").exit_code == before


def test_without_ansible_the_plan_is_as_good_as_without_asking(
    run: Run, files_preset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    without = run("plan", str(files_preset))
    result = run("plan", str(files_preset), "--hosts")
    assert result.exit_code == without.exit_code == 0
    assert "there is no ansible on this host" in result.stderr
    assert "controllers-not-asked" in result.stdout + result.stderr
