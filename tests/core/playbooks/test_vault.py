"""A vault password reaches Ansible and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.playbooks.failures import told
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.vault import Vault
from tests.core.playbooks.support import ANSIBLE, Deployment

PLAYBOOK = """\
    - hosts: infra1
      gather_facts: false
      tasks:
        - {name: Open it, assert: {that: octavia_service_password == "inside"}}
        - {name: Look around, shell: "env > env.txt"}
    """


def encrypted(deployment: Deployment, password: str) -> None:
    """Write the secrets of a deployment, encrypted."""
    secrets = deployment.root / "user_secrets.yml"
    secrets.write_text("octavia_service_password: inside\n")
    key = deployment.root / "key"
    key.write_text(password)
    words = [str(ANSIBLE / "ansible-vault"), "encrypt", f"--vault-password-file={key}"]
    environ = {"PATH": os.environ["PATH"], "HOME": str(deployment.root), "LC_ALL": "C.UTF-8"}
    subprocess.run([*words, str(secrets)], check=True, env=environ, capture_output=True)
    key.unlink()


def test_a_typed_password_opens_the_files_and_is_nowhere(deployment: Deployment) -> None:
    encrypted(deployment, "typed hunter2")
    deployment.playbook(PLAYBOOK)
    run, report = deployment.play(vault=Vault(Secret("typed hunter2"), os.environ))
    assert run.state is PlayState.DONE, told(run, report)
    assert (run.directory / "tasks.json").is_file()
    for path in deployment.root.rglob("*"):
        if path.is_file():
            assert b"hunter2" not in path.read_bytes(), path
    assert not [path for path in run.directory.rglob("*") if path.is_fifo()]


def test_a_password_file_opens_the_files(deployment: Deployment, tmp_path: Path) -> None:
    encrypted(deployment, "in a file")
    (tmp_path / "pass").write_text("in a file\n")
    deployment.playbook(PLAYBOOK)
    run, _ = deployment.play(vault=Vault(tmp_path / "pass", os.environ))
    assert run.state is PlayState.DONE


@pytest.mark.parametrize(
    ("vault", "said"),
    [
        (None, "no password was given"),
        (Vault(Secret("wrong"), os.environ), "the vault password does not open"),
    ],
)
def test_without_the_right_password_it_is_told(
    deployment: Deployment, vault: Vault | None, said: str
) -> None:
    encrypted(deployment, "right")
    deployment.playbook(PLAYBOOK)
    run, report = deployment.play(vault=vault)
    assert run.state is PlayState.FAILED
    message, hint = told(run, report)
    assert said in message
    assert "--vault-password-file" in hint
    assert sys.executable not in hint
