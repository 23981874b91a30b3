"""playbooks list, run and log, as an operator calls them, with a stand-in for openstack-ansible."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run, lines_of
from tests.cli.osa_stand_in import OsaStandIn

OCTAVIA = "openstack.osa.octavia"


@pytest.fixture
def osa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OsaStandIn:
    """A host with openstack-ansible."""
    return OsaStandIn.on_path(tmp_path / "osa", monkeypatch)


@pytest.fixture
def preset(files_preset: Path, osa: OsaStandIn) -> Path:
    """A preset whose files have to be written, and two playbooks to be run."""
    text = files_preset.read_text().replace(
        "deployment: {", "deployment: {playbooks: [containers, octavia], "
    )
    # No role reads a clouds.yaml here.
    accepted = "accept: [clouds-yaml-missing]\n"
    files_preset.write_text(f"{text}certificates: {{key_type: ec-p256}}\n{accepted}")
    return files_preset


@pytest.fixture
def applied(preset: Path, osa: OsaStandIn, run: Run) -> Path:
    """The same, with everything done."""
    done = run("replay", str(preset), "--yes")
    assert done.exit_code == 0, done.output
    # When a run began is known to the second; Ansible alone takes longer to start.
    time.sleep(1.0 - time.time() % 1.0)
    return preset


def last(result: Result, kind: str) -> Mapping[str, Any]:
    """Return the last document of a kind."""
    return [line for line in lines_of(result) if line["kind"] == kind][-1]


def standing(run: Run, name: str, *preset: str) -> Mapping[str, Any]:
    """Return how one playbook stands."""
    result = run("playbooks", "list", *preset, "--format", "json")
    assert result.exit_code == 0, result.output
    found = last(result, "playbooks")["playbooks"]
    return next(one for one in found if one["name"] == name)


class TestList:
    """What is due."""

    def test_before_anything_was_run(self, run: Run, preset: Path, osa: OsaStandIn) -> None:
        result = run("playbooks", "list", str(preset))
        assert result.exit_code == 0, result.output
        assert "octavia    due" in result.stdout
        assert "+ never run from here" in result.stdout
        assert f"openstack-ansible {OCTAVIA}" in result.stdout
        assert "haproxy    not wanted" in result.stdout
        assert "playbooks run" in result.stdout
        assert osa.calls == []

    def test_after_a_run_each_is_up_to_date_with_its_last_run(
        self, run: Run, applied: Path, osa: OsaStandIn
    ) -> None:
        assert [call.split()[0] for call in osa.calls] == [
            "openstack.osa.containers_lxc_create",
            OCTAVIA,
        ]
        octavia = standing(run, "octavia")
        assert octavia["due"] == "up to date"
        assert octavia["last"]["state"] == "done"
        assert octavia["last"]["exit_code"] == 0
        assert Path(octavia["last"]["log"]).is_file()
        text = run("playbooks", "list").stdout
        assert "ended well after" in text
        assert "output.log" in text
        assert "runs those that are due" not in text

    def test_what_changed_makes_those_due_that_read_it(
        self, run: Run, applied: Path, deploy_dir: Path
    ) -> None:
        (deploy_dir / "user_variables_site.yml").write_text("octavia_api_threads: 4\n")
        octavia = standing(run, "octavia")
        assert octavia["due"] == "due"
        assert octavia["why"] == ["+ octavia_api_threads"]
        assert standing(run, "containers")["due"] == "up to date"

    def test_without_answers_it_is_said_what_is_missing(self, run: Run, osa: OsaStandIn) -> None:
        result = run("playbooks", "list")
        assert result.exit_code == 3
        assert "'Cloud' is not answered" in result.stderr

    def test_a_misspelt_deploy_directory(self, run: Run, tmp_path: Path, preset: Path) -> None:
        result = run("playbooks", "list", str(preset), "--deploy-dir", str(tmp_path / "x"))
        assert result.exit_code == 2


class TestRun:
    """Running some of them."""

    def test_one_that_is_up_to_date_is_run_again_and_nothing_else(
        self, run: Run, applied: Path, osa: OsaStandIn
    ) -> None:
        before = len(osa.calls)
        result = run("playbooks", "run", "octavia", "--yes")
        assert result.exit_code == 0, result.output
        assert osa.calls[before:] == [OCTAVIA]
        assert "Done in" in result.stdout
        assert "runbook" in result.stdout
        assert standing(run, "octavia")["due"] == "up to date"

    def test_without_a_name_those_that_are_due(
        self, run: Run, applied: Path, osa: OsaStandIn, deploy_dir: Path
    ) -> None:
        nothing = run("playbooks", "run", "--yes")
        assert nothing.exit_code == 0
        assert "no playbook is due" in nothing.stdout
        before = len(osa.calls)
        (deploy_dir / "user_variables_site.yml").write_text("octavia_api_threads: 4\n")
        assert run("playbooks", "run", "--yes").exit_code == 0
        assert osa.calls[before:] == [OCTAVIA]

    def test_options_are_passed_through_and_the_run_is_none_of_the_whole(
        self, run: Run, applied: Path, osa: OsaStandIn, deploy_dir: Path
    ) -> None:
        (deploy_dir / "user_variables_site.yml").write_text("octavia_api_threads: 4\n")
        result = run(
            *("playbooks", "run", "octavia", "--check", "--diff", "--limit", "infra1", "--yes"),
            *("--tags", "octavia-config", "--skip-tags", "pki", "--verbosity", "2"),
            *("--format", "json"),
        )
        assert result.exit_code == 0, result.output
        assert osa.calls[-1] == (
            f"{OCTAVIA} --check --diff --limit infra1 --tags octavia-config --skip-tags pki -vv"
        )
        told = last(result, "playbooks-run")
        assert told["trial"] is True
        assert told["playbooks"][0]["trial"] is True
        assert standing(run, "octavia")["due"] == "due"
        assert standing(run, "octavia")["last"]["trial"] is True

    def test_nothing_is_run_without_a_yes(self, run: Run, applied: Path, osa: OsaStandIn) -> None:
        before = osa.calls
        result = run("playbooks", "run", "octavia")
        assert result.exit_code == 2
        assert "--yes" in result.stderr
        assert osa.calls == before

    def test_the_answers_of_the_deployment_stay(
        self, run: Run, applied: Path, deploy_dir: Path
    ) -> None:
        kept = DeploymentPlace.of(deploy_dir).preset
        before = kept.read_bytes()
        assert run("playbooks", "run", "containers", "--check", "--yes").exit_code == 0
        assert kept.read_bytes() == before

    def test_files_that_are_not_written_yet_are_in_the_way(
        self, run: Run, preset: Path, osa: OsaStandIn
    ) -> None:
        result = run("playbooks", "run", "octavia", "--preset", str(preset), "--yes")
        assert result.exit_code == 4
        assert "not as planned yet" in result.stderr
        assert "--only" in result.stderr
        assert osa.calls == []

    def test_a_name_there_is_not(self, run: Run, applied: Path) -> None:
        result = run("playbooks", "run", "octavai", "--yes")
        assert result.exit_code == 2
        assert "did you mean 'octavia'" in result.stderr

    def test_one_that_fails_is_resumed(self, run: Run, applied: Path, osa: OsaStandIn) -> None:
        osa.failing.touch()
        result = run("playbooks", "run", "octavia", "--yes")
        assert result.exit_code == 5
        assert "resume goes on from here" in result.stderr
        assert "--skip" not in result.stderr, "there is nothing else to go on with"
        assert standing(run, "octavia")["last"]["state"] == "failed"
        osa.failing.unlink()
        before = len(osa.calls)
        again = run("resume", "--yes")
        assert again.exit_code == 0, again.output
        assert "going on with run" in again.stderr
        assert [call.split()[0] for call in osa.calls[before:]] == [OCTAVIA]
        assert "Nothing to resume" in run("resume").stdout

    def test_one_that_failed_is_taken_up_where_it_failed_unless_the_whole_is_wanted(
        self, run: Run, applied: Path, osa: OsaStandIn
    ) -> None:
        osa.failing.touch()
        run("playbooks", "run", "octavia", "--yes")
        run("playbooks", "run", "octavia", "--yes")
        assert osa.calls[-1] == f"{OCTAVIA} --start-at-task Drop config"
        run("playbooks", "run", "octavia", "--whole", "--yes")
        assert osa.calls[-1] == OCTAVIA

    def test_undo_has_nothing_to_take_back_of_it(self, run: Run, applied: Path) -> None:
        assert run("undo", "--yes").exit_code == 0
        result = run("playbooks", "run", "octavia", "--preset", str(applied), "--yes")
        assert result.exit_code == 4, "the files are gone"
        assert "Nothing to undo" in run("undo").stdout


class TestUnreachableCloud:
    """A playbook may be what brings the cloud back."""

    @pytest.fixture
    def live(self, preset: Path, home: Path) -> Path:
        """The same preset for a cloud nobody answers for."""
        Path("clouds.yaml").write_text(
            "clouds: {site: {auth: {auth_url: 'http://127.0.0.1:9/v3', username: u, password: p, "
            "project_name: p, user_domain_name: d, project_domain_name: d}, region_name: here}}\n"
        )
        preset.write_text(preset.read_text().replace("mode: files", "mode: live, name: site"))
        return preset

    def test_what_is_due_is_told_all_the_same(self, run: Run, live: Path) -> None:
        result = run("playbooks", "list", str(live))
        assert result.exit_code == 0, result.output
        assert "note: the cloud could not be read" in result.stderr
        assert "octavia    due" in result.stdout

    def test_and_it_can_be_run(self, run: Run, live: Path, osa: OsaStandIn) -> None:
        result = run("playbooks", "run", "haproxy", "--preset", str(live), "--yes")
        assert result.exit_code == 0, result.output
        assert osa.calls == ["openstack.osa.haproxy --tags haproxy-service-config"]
        assert "proves that all of it works" in result.stdout


class TestLog:
    """What one wrote."""

    def test_before_anything_was_run(self, run: Run, preset: Path) -> None:
        assert run("playbooks", "log").exit_code == 2
        assert "playbooks run" in run("playbooks", "log").stderr

    def test_the_end_of_the_newest_is_shown_and_commands_no_terminal(
        self, run: Run, applied: Path
    ) -> None:
        result = run("playbooks", "log")
        assert result.exit_code == 0, result.output
        assert f"PLAY [Install {OCTAVIA}]" in result.stdout
        assert "changed: [infra1]" in result.stdout
        assert "failed=0�" in result.stdout
        assert "\x1b" not in result.stdout
        assert "\x07" not in result.stdout
        assert "playbooks run octavia" in result.stdout

    def test_of_one_playbook_as_data(self, run: Run, applied: Path) -> None:
        result = run("playbooks", "log", "containers", "--lines", "1", "--format", "json")
        told = last(result, "playbook-log")
        assert told["playbook"] == "containers"
        assert len(told["tail"]) == 1
        assert told["failures"] == []
        assert told["again"].endswith("playbooks run containers")

    def test_only_the_failures(self, run: Run, applied: Path, osa: OsaStandIn) -> None:
        osa.failing.touch()
        run("playbooks", "run", "octavia", "--yes")
        result = run("playbooks", "log", "octavia", "--failures")
        assert result.exit_code == 0
        assert "failed after" in result.stdout
        assert "exit code 2" in result.stdout
        assert "PLAY [" not in result.stdout
        assert "✗ infra1: Drop config" in result.stdout
        assert "no such thing" in result.stdout
        told = last(run("playbooks", "log", "octavia", "--format", "json"), "playbook-log")
        assert [(one["host"], one["message"]) for one in told["failures"]] == [
            ("infra1", "no such thing")
        ]

    def test_one_that_was_never_run(self, run: Run, applied: Path) -> None:
        result = run("playbooks", "log", "horizon")
        assert result.exit_code == 2
        assert "those that were: " in result.stderr
        assert "octavia" in result.stderr


class TestHandOver:
    """What is left after a run that ran playbooks."""

    def test_only_those_are_left_that_were_not_run(
        self, run: Run, preset: Path, osa: OsaStandIn
    ) -> None:
        result = run("replay", str(preset), "--yes", "--format", "json")
        handover = last(result, "handover")
        assert handover["commands"] == []
        assert [one["outcome"] for one in handover["ran"]] == ["done", "done"]
        assert {step["title"] for step in handover["runs"][-1]["steps"]} > {"Playbook: Octavia"}

    def test_the_runbook_tells_of_them(self, run: Run, applied: Path, deploy_dir: Path) -> None:
        text = DeploymentPlace.of(deploy_dir).runbook.read_text()
        assert "## Playbooks that were run" in text
        assert f"`openstack-ansible {OCTAVIA}`" in text
        assert "What the playbooks did on the hosts" in text
        assert "## Run next" not in text
