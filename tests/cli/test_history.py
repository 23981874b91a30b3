"""resume, undo and status where there is nothing yet, and after a run on this host only."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run, lines_of
from tests.cli.test_emit import content


def test_nothing_to_resume_is_fine(run: Run) -> None:
    result = run("resume")

    assert result.exit_code == 0
    assert "Nothing to resume" in result.stdout


def test_nothing_to_undo_is_fine(run: Run) -> None:
    result = run("undo")

    assert result.exit_code == 0
    assert "Nothing to undo" in result.stdout


@pytest.mark.parametrize("verb", ["resume", "undo"])
def test_while_a_run_goes_on_nothing_is_said_to_be_over(
    run: Run, verb: str, deploy_dir: Path
) -> None:
    lock = DeploymentLock.acquire(DeploymentPlace.of(deploy_dir), "replay elsewhere")
    try:
        result = run(verb, "--yes")
    finally:
        lock.release()

    assert result.exit_code == 7
    assert "replay elsewhere" in result.stderr
    assert "Nothing to" not in result.stdout


@pytest.mark.parametrize("verb", ["resume", "undo"])
def test_a_run_of_another_user_is_not_passed_over(
    run: Run, verb: str, deploy_dir: Path, tmp_path: Path
) -> None:
    lock = DeploymentLock.acquire(DeploymentPlace(tmp_path / "theirs"), "replay", deploy_dir)
    try:
        result = run(verb, "--yes")
    finally:
        lock.release()

    assert result.exit_code == 7
    assert "another octavia-wizard, under another state directory" in result.stderr


def test_an_unknown_run_is_told(run: Run) -> None:
    assert run("undo", "--run", "0099-x").exit_code == 2


def test_the_status_of_nothing_names_the_first_step(run: Run) -> None:
    result = run("status")

    assert "No run yet" in result.stdout
    assert "begins the interview" in result.stdout


def test_without_a_yes_nothing_is_done(
    run: Run, files_preset: Path, deploy_dir: Path, home: Path
) -> None:
    before = content(deploy_dir)
    result = run("replay", str(files_preset))

    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert content(deploy_dir) == before
    assert not list((home / "state").rglob("*.jsonl"))


def test_a_misspelt_deploy_directory_is_not_made(
    run: Run, files_preset: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "openstack_deplyo"
    result = run("replay", str(files_preset), "--yes", "--deploy-dir", str(missing))

    assert result.exit_code == 2
    assert str(missing) in result.stderr
    assert not missing.exists()


class TestAfterARun:
    """A run in files only mode, in this process."""

    @pytest.fixture(autouse=True)
    def replayed(self, run: Run, files_preset: Path, deploy_dir: Path) -> dict[str, bytes]:
        before = content(deploy_dir)
        result = run("replay", str(files_preset), "--yes", "--set", "certificates.key_type=ec-p256")
        assert result.exit_code == 0, result.stderr
        return before

    @pytest.fixture
    def preset(self, deploy_dir: Path) -> str:
        return str(DeploymentPlace.of(deploy_dir).preset)

    def test_the_preset_is_private_and_does_nothing_again(self, run: Run, preset: str) -> None:
        assert Path(preset).stat().st_mode & 0o777 == 0o600
        result = run("replay", preset)

        assert result.exit_code == 0
        assert "Nothing to do" in result.stdout

    def test_doing_nothing_writes_nothing(
        self, run: Run, preset: str, deploy_dir: Path, home: Path
    ) -> None:
        before = content(deploy_dir), content(home / "state")
        run("replay", preset, "--yes")

        assert (content(deploy_dir), content(home / "state")) == before

    def test_the_runbook_lies_beside_the_preset_and_the_status_names_it(
        self, run: Run, preset: str
    ) -> None:
        runbook = Path(preset).with_name("runbook.md")
        assert runbook.stat().st_mode & 0o777 == 0o600
        assert "user_variables_octavia.yml" in runbook.read_text()
        assert str(runbook) in run("status").stdout.replace("~", str(Path.home()))
        (line,) = lines_of(run("status", "--format", "json"))[:1]
        assert line["runbook"] == str(runbook)

    def test_no_secret_is_in_the_runbook(self, preset: str, deploy_dir: Path) -> None:
        text = Path(preset).with_name("runbook.md").read_text()
        secrets = yaml.safe_load((deploy_dir / "user_secrets_octavia.yml").read_text())
        assert secrets
        assert not [name for name, value in secrets.items() if str(value) in text]

    def test_the_status_tells_what_is_there(self, run: Run) -> None:
        text = run("status").stdout

        assert "user_variables_octavia.yml" in text
        assert "drifted" in text

    def test_undo_puts_everything_back(
        self, run: Run, deploy_dir: Path, replayed: dict[str, bytes]
    ) -> None:
        result = run("undo", "--yes")

        assert result.exit_code == 0, result.stderr
        assert content(deploy_dir) == replayed

    def test_undo_leaves_and_lists_what_was_changed_since(self, run: Run, deploy_dir: Path) -> None:
        mine = deploy_dir / "user_variables_octavia.yml"
        mine.write_text(mine.read_text() + "octavia_debug: true\n")
        result = run("undo", "--yes")

        assert result.exit_code == 5
        assert "user_variables_octavia.yml" in result.stderr
        assert mine.exists()

    def test_drift_of_a_file_is_shown_and_repaired(
        self, run: Run, preset: str, deploy_dir: Path
    ) -> None:
        path = deploy_dir / "user_variables_octavia.yml"
        good = path.read_text()
        path.write_text(good.replace("172.29.232.50", "172.29.232.99"))

        assert run("plan", preset, "--detailed-exitcode").exit_code == 8
        assert run("replay", preset, "--yes").exit_code == 0
        assert path.read_text() == good

    def test_another_run_is_waited_for_by_nobody(
        self, run: Run, preset: str, deploy_dir: Path
    ) -> None:
        lock = DeploymentLock.acquire(DeploymentPlace.of(deploy_dir), "replay elsewhere")
        try:
            result = run("replay", preset, "--yes", "--set", "capacity.topology=SINGLE")
            assert "replay elsewhere" in run("status").stdout
        finally:
            lock.release()

        assert result.exit_code == 7
        assert "replay elsewhere" in result.stderr

    def test_a_conflict_is_told(self, run: Run, preset: str, deploy_dir: Path) -> None:
        (deploy_dir / "octavia" / "ca_01.pem").write_text("not a certificate\n")
        result = run("plan", preset)

        assert result.exit_code == 4
        assert "ca_01.pem" in result.output

    def test_the_hand_over_is_data_in_json(
        self, run: Run, files_preset: Path, deploy_dir: Path
    ) -> None:
        result = run(
            "replay", str(files_preset), "--yes", "--format", "json",
            "--set", "certificates.key_type=ec-p256", "--set", "capacity.topology=SINGLE",
        )  # fmt: skip
        lines = lines_of(result)
        (handover,) = [line for line in lines if line["kind"] == "handover"]

        assert [line["kind"] for line in lines[-2:]] == ["handover", "result"]
        assert "run-finished" in [line.get("event") for line in lines]
        assert "openstack-ansible openstack.osa.octavia" in [
            command["command"] for command in handover["commands"]
        ]
        assert len(handover["certificates"]) == 3
        assert handover["runbook"] == str(DeploymentPlace.of(deploy_dir).runbook)


def test_undo_at_a_misspelt_deploy_directory_is_not_taken_for_nothing_to_do(
    run: Run, tmp_path: Path
) -> None:
    result = run("undo", "--yes", "--deploy-dir", str(tmp_path / "openstack_deplyo"))
    assert result.exit_code == 2
    assert "there is no deploy directory" in result.stderr
