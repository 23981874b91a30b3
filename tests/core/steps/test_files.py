"""The files step writes what differs, backs up what it changes, and can take it all back."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.files import digest
from octavia_wizard.core.steps.base import Action, Pending
from octavia_wizard.core.steps.files import FilesStep
from tests.core.emit.support import DATA
from tests.core.steps import host_bench
from tests.core.steps.host_bench import HostBench

umask = pytest.fixture(autouse=True)(host_bench.open_umask)


class Alone(FilesStep):
    """The step without those it needs."""

    needs = ()


@pytest.fixture(params=["pike", "gazpacho"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> HostBench:
    """A copy of a site."""
    made = HostBench(tmp_path, (Alone(),), {"pike": "16.0.29", "gazpacho": "33.0.1"}[request.param])
    shutil.copytree(DATA / "openstack_deploy" / request.param, made.deploy)
    return made


def test_a_plan_shows_the_lines_and_writes_nothing(bench: HostBench) -> None:
    before = bench.content()
    item = bench.plan().items[0]
    assert item.action is Action.CHANGE
    assert f"~ {USER_CONFIG}" in item.decision.diff
    assert '+   lbaas: "172.29.232.0/22"' in item.decision.diff
    assert all(line[:2] in ("+ ", "- ", "~ ") for line in item.decision.diff)
    assert not [line for line in item.decision.diff if line.startswith("- ")]
    assert bench.content() == before


def test_after_a_run_the_plan_is_empty_and_a_second_run_writes_nothing(bench: HostBench) -> None:
    assert bench.run().status == "done"
    before = bench.content()
    times = {path: os.stat(path).st_mtime_ns for path in bench.deploy.rglob("*")}
    assert bench.plan().items[0].action is Action.KEEP
    bench.run()
    assert bench.content() == before
    assert {path: os.stat(path).st_mtime_ns for path in bench.deploy.rglob("*")} == times


def test_undo_restores_every_byte_and_mode(bench: HostBench) -> None:
    (bench.deploy / USER_CONFIG).chmod(0o604)
    before = bench.content()
    bench.run()
    assert stat.S_IMODE((bench.deploy / USER_CONFIG).stat().st_mode) == 0o604
    assert bench.content() != before
    bench.undo()
    assert bench.content() == before
    assert stat.S_IMODE((bench.deploy / USER_CONFIG).stat().st_mode) == 0o604


def test_modes_are_narrow_under_any_umask(bench: HostBench) -> None:
    bench.run()
    for name, mode in (("user_variables_octavia.yml", 0o640), ("conf.d/octavia.yml", 0o644)):
        assert stat.S_IMODE((bench.deploy / name).stat().st_mode) == mode
    backups = [p for p in bench.place.root.rglob("*") if p.name.startswith(USER_CONFIG)]
    assert backups
    assert {stat.S_IMODE(p.stat().st_mode) for p in backups} == {0o600}


def test_undo_leaves_a_file_that_was_edited_since(bench: HostBench) -> None:
    bench.run()
    path = bench.deploy / USER_CONFIG
    path.write_text(path.read_text() + "# a later thought\n")
    edited = path.read_bytes()
    bench.undo()
    assert path.read_bytes() == edited
    assert not (bench.deploy / "user_variables_octavia.yml").exists()


def test_drift_is_seen_and_repaired(bench: HostBench) -> None:
    bench.run()
    path = bench.deploy / "user_variables_octavia.yml"
    good = path.read_text()
    path.write_text(good.replace("octavia_management_net_dhcp:", "octavia_management_net_dhcp_:"))
    assert bench.plan().items[0].action is Action.CHANGE
    bench.run()
    assert yaml.safe_load(path.read_text()) == yaml.safe_load(good)


def test_a_file_changed_under_our_hands_is_left_alone(
    bench: HostBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.deploy / USER_CONFIG
    facts = bench.facts()
    monkeypatch.setattr(bench, "read_host", lambda: facts.host)
    path.write_text(path.read_text() + "# meanwhile\n")
    changed = path.read_bytes()
    assert bench.run().status == "failed"
    assert path.read_bytes() == changed


def test_a_full_disk_fails_the_step_and_can_be_resumed(
    bench: HostBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bench.content()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert bench.run().status == "failed"
    assert bench.content() == before
    assert bench.run().status == "done"
    bench.undo()
    assert bench.content() == before


def test_an_unreadable_file_of_ours_is_a_conflict(bench: HostBench) -> None:
    (bench.deploy / "user_variables_octavia.yml").write_text("a: [1\n")
    item = bench.plan().items[0]
    assert item.action is Action.CONFLICT
    assert "user_variables_octavia.yml:" in item.decision.reason


def test_an_encrypted_file_of_ours_is_a_conflict(bench: HostBench) -> None:
    path = bench.deploy / "user_variables_octavia.yml"
    path.write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    assert bench.plan().items[0].action is Action.CONFLICT


def test_an_edit_whose_outcome_was_lost_is_found_and_undone(bench: HostBench) -> None:
    bench.run()
    path = bench.deploy / USER_CONFIG
    state = {"sha256": "1" * 64, "backup": "/nowhere", "mode": 0o644}
    lookup = {"sha256": digest(path.read_bytes()), "before": state}
    found = Alone().find_lost(None, Pending(3, "files", "file", str(path), lookup))  # type: ignore[arg-type]
    assert found is not None
    assert (found.result, found.before) == ("changed", state)


def test_on_an_empty_host_files_and_directories_are_made_and_taken_back(tmp_path: Path) -> None:
    bench = HostBench(tmp_path, (Alone(),))
    item = bench.plan().items[0]
    assert item.action is Action.CREATE
    bench.run()
    assert set(bench.content()) == {
        "user_variables_octavia.yml",
        "conf.d/octavia.yml",
        "openstack_user_config.octavia.yml.snippet",
    }
    bench.undo()
    assert not bench.deploy.exists()
