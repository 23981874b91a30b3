"""Secrets stay where they belong, whatever is done with a deployment.

They are planted, or read back once they were made, and then looked for in everything the wizard
leaves behind or says, and in what the kernel was given for every program it started.
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.core.pki.recording import STRACE, Made, recorded
from tests.core.vault_support import COMMAND as ANSIBLE_VAULT
from tests.core.vault_support import PASSWORD as VAULT_PASSWORD
from tests.core.vault_support import encrypted, password_file
from tests.integration.certificates import WIZARD, Deployment, planned, state_of
from tests.integration.own_pki import CLIENT_PASSWORD, SERVER_PASSWORD, OwnPki

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]
PLANTED = "planted-by-the-operator-8c1f"
SHORTEST = 8
"""Characters; what is shorter would be found by chance, and is no secret of ours."""


@dataclass
class Sitting:
    """Commands that follow one another in one deployment, and all that came of them."""

    place: Deployment
    options: list[str]
    said: dict[str, str] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)

    def call(self, *arguments: str, ends_with: int = 0) -> None:
        """Run one command."""
        where = ["--deploy-dir", str(self.place.deploy_dir), *self.options]
        self._run([*WIZARD, *arguments, *where], " ".join(arguments), ends_with)

    def replay(self, *arguments: str) -> None:
        """Do what the deployment's answers say."""
        self._run([*self.place.command, *self.options, *arguments], "replay", 0)

    def _run(self, command: list[str], name: str, ends_with: int) -> None:
        record = self.place.place.parent / "record"
        done = recorded(command, record, self.place.place, self.place.environment)
        assert done.returncode == ends_with, f"{name}\n{done.output}"
        self.said[f"what {name} said"] = done.output
        self.said[f"what {name} started"] = done.started
        self.made += done.made


def test_what_is_generated_stays_where_it_belongs(tmp_path: Path) -> None:
    """The operator's secrets are vaulted, so the wizard's are too."""
    place = planned(tmp_path, "33.0.1", "generate")
    vault = password_file(tmp_path)
    theirs = place.deploy_dir / "user_secrets.yml"
    theirs.write_text(encrypted(f"octavia_service_password: {PLANTED}\n", tmp_path))
    theirs.chmod(0o600)
    sitting = Sitting(place, ["--vault-password-file", str(vault)])
    sitting.replay("-v")
    sitting.call("certs", "renew", "--yes", "-v")
    sitting.call("certs", "show", "--format", "json")
    sitting.call("secrets", "show", "--format", "json")
    phrase = tmp_path / "phrase"
    export = ["--out", str(tmp_path / "bundle.age"), "--generate-passphrase", str(phrase)]
    sitting.call("secrets", "export", *export)
    sitting.call("status", "--format", "json", "-v")
    secrets = dict(_secrets(place, vault))
    assert secrets["octavia_service_password"] == PLANTED
    assert len(secrets) >= 6
    secrets |= {"vault": VAULT_PASSWORD, "bundle": phrase.read_text().strip()}
    before = _keys(place)
    sitting.call("undo", "--yes")
    _judge(sitting, {**secrets, **before})


def test_what_the_operator_brings_stays_where_it_belongs(
    own_pkis: Mapping[str, OwnPki], tmp_path: Path
) -> None:
    files = own_pkis["ec"].in_form("pkcs12", tmp_path / "files")
    place = planned(tmp_path, "33.0.1", "own", files)
    sources = state_of(tmp_path / "files"), state_of(own_pkis["ec"].root)
    sitting = Sitting(place, [])
    sitting.replay("--format", "json", "-v")
    sitting.call("certs", "show")
    assert (state_of(tmp_path / "files"), state_of(own_pkis["ec"].root)) == sources
    passwords = {"server source": SERVER_PASSWORD, "client source": CLIENT_PASSWORD}
    _judge(sitting, {**dict(_secrets(place)), **passwords, **_keys(place)})


def test_a_wrong_password_is_not_repeated(own_pkis: Mapping[str, OwnPki], tmp_path: Path) -> None:
    files = own_pkis["ec"].in_form("pkcs12", tmp_path / "files")
    place = planned(tmp_path, "33.0.1", "own", files)
    wrong = dict.fromkeys(files.secrets, PLANTED)
    (place.deploy_dir / "user_secrets.yml").write_text(yaml.safe_dump(wrong))
    record = tmp_path / "record"
    done = recorded(place.command, record, place.place, place.environment)
    assert done.returncode == 4
    assert "password" in done.output
    assert PLANTED not in done.output + done.started
    assert [name for name, text in _left_behind(place).items() if PLANTED in text] == []


def _secrets(place: Deployment, vault: Path | None = None) -> Iterator[tuple[str, str]]:
    """Read the values of all secrets files."""
    for path in place.secret_files:
        text = path.read_text()
        if vault is not None:
            assert text.startswith("$ANSIBLE_VAULT"), path
            view = [str(ANSIBLE_VAULT), "view", "--vault-password-file", str(vault), str(path)]
            text = subprocess.run(view, capture_output=True, text=True, check=True).stdout
        yield from yaml.safe_load(text).items()


def _keys(place: Deployment) -> dict[str, str]:
    """Return a line out of the middle of every private key that no passphrase opens."""
    found = {}
    for path in sorted(place.certificates.rglob("*")):
        text = path.read_text() if path.is_file() else ""
        for block in text.split("-----BEGIN ")[1:]:
            if "PRIVATE KEY" in block and "ENCRYPTED" not in block:
                found[path.name] = block.splitlines()[2]
    assert found
    return found


def _judge(sitting: Sitting, secrets: Mapping[str, str]) -> None:
    haystack = {**sitting.said, **_left_behind(sitting.place)}
    assert len(haystack) >= 6
    found = [
        (name, place)
        for name, value in secrets.items()
        if len(value) >= SHORTEST
        for place, text in haystack.items()
        if any(form in text for form in _forms(value))
    ]
    assert found == []
    here = [one for one in sitting.made if one.path.startswith(str(sitting.place.place.parent))]
    assert here
    assert [one for one in here if one.mode & 0o077 and not one.is_public] == []


def _forms(value: str) -> tuple[str, ...]:
    data = value.encode()
    return value, base64.b64encode(data).decode().rstrip("=")[:-1], data.hex()


def _left_behind(place: Deployment) -> dict[str, str]:
    """Read every file but those that hold secrets by their purpose."""
    found = {}
    for path in sorted(place.place.rglob("*")):
        inside = path.relative_to(place.place).parts
        private = "octavia" in inside or "backups" in inside
        if path.is_file() and not private and not path.name.startswith("user_secrets"):
            found[str(path)] = path.read_bytes().decode("utf-8", "replace")
    return found
