"""The vault's password on the command line: by a file, the environment, or typed unseen."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS
from octavia_wizard.core.vault import is_vaulted
from tests.cli.conftest import Run
from tests.core.vault_support import PASSWORD, encrypted, password_file

PLANTED = "planted-value-91fe"
STEPS = ("--only", "secrets", "--yes")


@pytest.fixture
def theirs(deploy_dir: Path, tmp_path: Path) -> Path:
    """The operator's secrets, encrypted."""
    path = deploy_dir / "user_secrets.yml"
    path.write_text(encrypted(f"octavia_service_password: {PLANTED}\n", tmp_path))
    return path


def test_without_it_a_replay_stops_and_names_the_option(
    run: Run, files_preset: Path, theirs: Path, deploy_dir: Path
) -> None:
    accept = ("--accept", "vaulted-secrets-file")
    result = run("replay", str(files_preset), *STEPS, *accept)
    assert result.exit_code == 4
    assert "--vault-password-file" in result.output
    assert not (deploy_dir / OUR_SECRETS).exists()


def test_by_a_file_ours_is_written_encrypted(
    run: Run, files_preset: Path, theirs: Path, deploy_dir: Path, tmp_path: Path
) -> None:
    file = password_file(tmp_path)
    result = run("replay", str(files_preset), *STEPS, "--vault-password-file", str(file))
    assert result.exit_code == 0, result.output
    assert is_vaulted((deploy_dir / OUR_SECRETS).read_text())
    assert PASSWORD not in result.output
    assert PLANTED not in result.output
    again = run("replay", str(files_preset), *STEPS, "--vault-password-file", str(file))
    assert again.exit_code == 0, again.output


def test_by_the_variable_ansible_reads(
    run: Run,
    files_preset: Path,
    theirs: Path,
    deploy_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(password_file(tmp_path)))
    assert run("replay", str(files_preset), *STEPS).exit_code == 0
    assert is_vaulted((deploy_dir / OUR_SECRETS).read_text())


def test_a_file_that_is_not_there_is_a_wrong_command_line(
    run: Run, files_preset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("plan", str(files_preset), "--vault-password-file", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(tmp_path / "nowhere"))
    assert run("plan", str(files_preset)).exit_code == 0, "which nothing here needs"


def test_a_wrong_password_is_a_finding(
    run: Run, files_preset: Path, theirs: Path, tmp_path: Path
) -> None:
    file = password_file(tmp_path, "another-word")
    result = run("check", str(files_preset), "--vault-password-file", str(file))
    assert "vault-password-refused" in result.output
    assert "another-word" not in result.output


def test_nobody_to_type_it(run: Run, files_preset: Path, theirs: Path) -> None:
    result = run("plan", str(files_preset), "--ask-vault-pass")
    assert result.exit_code == 2
    assert "--vault-password-file" in result.output


def test_nothing_to_type_it_for(run: Run, files_preset: Path) -> None:
    result = run("plan", str(files_preset), "--ask-vault-pass")
    assert result.exit_code == 0
    assert "no vault password is asked for" in result.output


def test_both_ways_at_once(run: Run, files_preset: Path, theirs: Path, tmp_path: Path) -> None:
    file = str(password_file(tmp_path))
    result = run("plan", str(files_preset), "--ask-vault-pass", "--vault-password-file", file)
    assert result.exit_code == 2


@pytest.mark.parametrize("release", ["17.0.5", "21.2.9", "24.6.1"])
def test_a_second_replay_of_an_early_release_needs_nothing_accepted(
    run: Run, home: Path, release: str
) -> None:
    path = home / "work" / "early.yml"
    path.write_text(
        "schema: 1\n"
        f"cloud: {{mode: files, release: {release}}}\n"
        "capacity: {load_balancers: 20}\n"
        "network: {cidr: 172.29.232.0/22, pool: 172.29.232.50-172.29.235.200}\n"
        "certificates: {key_type: rsa-3072}\n"
        "deployment: {hosts: {infra1: 172.29.236.11}}\n"
    )
    accept = (
        *("--accept", "secret-name-of-17-0-5"),
        *("--accept", "deploy-directory-not-read"),
    )
    for _ in range(2):
        result = run("replay", str(path), "--yes", *accept)
        assert result.exit_code == 0, result.output
        assert "passphrases-may-differ" not in result.output


def _seen_of(pid: int) -> str:
    """Return arguments and environment of a process and of all below it."""
    found = ""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            text = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            group = os.getsid(int(process.name))
        except OSError:
            continue
        if group == pid or b"ansible-vault" in text:
            found += text.decode(errors="replace")
    return found


def test_typed_on_a_terminal_it_shows_nowhere(
    files_preset: Path, theirs: Path, deploy_dir: Path, home: Path
) -> None:
    leader, follower = pty.openpty()
    command = [
        *(sys.executable, "-m", "octavia_wizard", "--deploy-dir", str(deploy_dir)),
        *("replay", str(files_preset), *STEPS, "--ask-vault-pass"),
    ]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, start_new_session=True
    ) as child:
        os.close(follower)
        screen, seen, sent = "", "", False
        over = threading.Event()

        def watch() -> None:
            nonlocal seen
            while not over.is_set():
                seen += _seen_of(child.pid)
                time.sleep(0.02)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            while True:
                try:
                    data = os.read(leader, 4096)
                except OSError:
                    break
                if not data:
                    break
                screen += data.decode(errors="replace")
                if "Vault password" in screen and not sent:
                    os.write(leader, f"{PASSWORD}\n".encode())
                    sent = True
            code = child.wait(timeout=60)
        finally:
            over.set()
            watcher.join()
            os.close(leader)
    assert code == 0, screen
    assert sent
    assert "ansible-vault" in seen, "looked in the wrong place"
    assert PASSWORD not in screen + seen
    assert PLANTED not in screen + seen
    assert is_vaulted((deploy_dir / OUR_SECRETS).read_text())
    files = [path for path in home.rglob("*") if path.is_file() and "password" not in path.name]
    for word in (PASSWORD, PLANTED):
        assert not [path for path in files if word.encode() in path.read_bytes()]
