"""emit writes files, respects what is there, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run, lines_of

FILES = {
    "user_variables_octavia.yml",
    "user_secrets_octavia.yml",
    "conf.d/octavia.yml",
    "openstack_user_config.yml",
}


@pytest.fixture
def out(home: Path) -> Path:
    """Where to write."""
    return home / "out"


def content(directory: Path) -> dict[str, bytes]:
    """Return every file of a directory."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_all_files_are_written(run: Run, files_preset: Path, out: Path) -> None:
    result = run("emit", str(files_preset), "--out", str(out))

    assert result.exit_code == 0
    assert set(content(out)) == FILES
    assert all(yaml.safe_load(text) for text in content(out).values())
    assert (out / "user_secrets_octavia.yml").stat().st_mode & 0o777 == 0o600


def test_the_deploy_directory_is_left_as_it_is(
    run: Run, files_preset: Path, out: Path, deploy_dir: Path
) -> None:
    before = content(deploy_dir)
    run("emit", str(files_preset), "--out", str(out))

    assert content(deploy_dir) == before


def test_no_secret_is_shown(run: Run, files_preset: Path, out: Path) -> None:
    result = run("emit", str(files_preset), "--out", str(out), "-v")

    for value in yaml.safe_load((out / "user_secrets_octavia.yml").read_text()).values():
        assert value not in result.output


def test_only_missing_secrets_are_made(
    run: Run, files_preset: Path, out: Path, deploy_dir: Path
) -> None:
    run("emit", str(files_preset), "--out", str(out))
    made = yaml.safe_load((out / "user_secrets_octavia.yml").read_text())

    assert "octavia_ca_private_key_passphrase" in made
    assert not made.keys() & yaml.safe_load((deploy_dir / "user_secrets.yml").read_text()).keys()


def test_writing_again_changes_nothing(run: Run, files_preset: Path, out: Path) -> None:
    run("emit", str(files_preset), "--out", str(out))
    before = content(out)
    result = run("emit", str(files_preset), "--out", str(out), "--format", "json")

    assert content(out) == before
    assert {line["action"] for line in lines_of(result) if line["kind"] == "file"} == {"kept"}


def test_a_change_is_shown_and_what_was_there_is_kept(
    run: Run, files_preset: Path, out: Path
) -> None:
    run("emit", str(files_preset), "--out", str(out))
    before = (out / "user_variables_octavia.yml").read_bytes()
    result = run("emit", str(files_preset), "--out", str(out), "--set", "capacity.topology=SINGLE")

    assert "+octavia_loadbalancer_topology: SINGLE" in result.stdout
    backups = [line.split()[1] for line in result.stdout.splitlines() if "backup:" in line]
    assert before in [Path(path).read_bytes() for path in backups]


def test_in_place_the_operators_file_is_edited_and_backed_up(
    run: Run, files_preset: Path, deploy_dir: Path
) -> None:
    before = (deploy_dir / "openstack_user_config.yml").read_text()
    result = run("emit", str(files_preset), "--out", str(deploy_dir))

    after = (deploy_dir / "openstack_user_config.yml").read_text()
    assert result.exit_code == 0
    assert "br-lbaas" in after
    assert set(before.splitlines()) <= set(after.splitlines())
    assert "openstack_user_config.yml." in result.stdout


def test_in_place_it_waits_for_no_run_and_lets_none_in_between(
    run: Run, files_preset: Path, deploy_dir: Path, out: Path
) -> None:
    before = content(deploy_dir)
    lock = DeploymentLock.acquire(DeploymentPlace.of(deploy_dir), "replay elsewhere")
    try:
        result = run("emit", str(files_preset), "--out", f"{deploy_dir}/.")
        elsewhere = run("emit", str(files_preset), "--out", str(out))
    finally:
        lock.release()

    assert result.exit_code == 7
    assert "replay elsewhere" in result.stderr
    assert content(deploy_dir) == before
    assert elsewhere.exit_code == 0


@pytest.mark.parametrize("name", ["user_variables_octavia.yml", "openstack_user_config.yml"])
def test_a_file_of_somebody_else_is_not_overwritten(
    run: Run, files_preset: Path, out: Path, name: str
) -> None:
    out.mkdir()
    (out / name).write_text("---\nmine: true\n")
    result = run("emit", str(files_preset), "--out", str(out))

    assert result.exit_code == 4
    assert name in result.stderr
    assert content(out) == {name: b"---\nmine: true\n"}


def test_findings_stop_it(run: Run, files_preset: Path, out: Path) -> None:
    result = run(
        "emit", str(files_preset), "--out", str(out), "--set", "network.pool=10.0.0.1-10.0.0.9"
    )

    assert result.exit_code == 4
    assert not out.exists()


def test_an_image_that_is_not_built_yet_does_not(run: Run, out: Path) -> None:
    result = run("emit", "lab-single-node", "--out", str(out), "--set", "image.path=/missing.qcow2")

    assert result.exit_code == 0, result.stderr
    assert (out / "user_variables_octavia.yml").exists()


def test_a_directory_that_cannot_be_written_is_told(run: Run, files_preset: Path) -> None:
    result = run("emit", str(files_preset), "--out", "/proc/octavia")

    assert result.exit_code == 5
    assert "/proc/octavia" in result.stderr
    assert "Traceback" not in result.stderr
