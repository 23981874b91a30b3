"""After the wizard, the role's own modules find nothing to change in the cloud."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RehearsalCloud
from tests.core.image.support import qcow2

pytestmark = pytest.mark.integration
PLAYS = Path(__file__).parent / "role"

DEFAULT_DISK = {"16.0.29": 2, "25.6.0": 20}


def _run(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("release", "play", "settings"),
    [
        ("16.0.29", "earlier", ["network.gateway=172.29.232.1"]),
        ("25.6.0", "earlier", ["network.provider_type=vlan", "network.segmentation_id=77"]),
        ("29.2.4", "later", ["network.dhcp=yes"]),
        ("32.2.0", "later", ["network.provider_type=geneve", "ssh.enabled=no"]),
        ("33.0.1", "later", ["network.provider_type=vlan", "network.mtu=1400"]),
    ],
)
def test_the_role_changes_nothing(
    release: str,
    play: str,
    settings: list[str],
    rehearsal_cloud: RehearsalCloud,
    ansible: Path,
    tmp_path: Path,
) -> None:
    wizard = [sys.executable, "-m", "octavia_wizard"]
    where = ["--cloud", "rehearsal", "--deploy-dir", str(tmp_path / "deploy")]
    environment = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "OS_CLIENT_CONFIG_FILE": str(rehearsal_cloud.clouds_file),
    }
    (tmp_path / "deploy").mkdir()
    (tmp_path / "amphora-x64-haproxy.qcow2").write_bytes(b"")
    qcow2(tmp_path / "a.qcow2")
    given = [
        f"cloud.release={release}",
        f"image.path={tmp_path / 'a.qcow2'}",
        "network.physical_network=physnet1",
        "network.segmentation_id=4001",
        "ssh.enabled=yes",
        *settings,
    ]
    given = _applicable(given)
    options = [part for text in given for part in ("--set", text)]
    # Up to 18 the wrapper reads /etc/openstack_deploy only; a test must not write there.
    options += ["--accept", "deploy-directory-not-read"]
    _run([*wizard, "replay", "lab-single-node", "--yes", *where, *options], **environment)
    try:
        report = _play(ansible, play, release, tmp_path / "deploy", environment)
    finally:
        _run([*wizard, "undo", "--yes", *where], **environment)
    (totals,) = report["stats"].values()
    changed = [
        (task["task"]["name"], task["hosts"]["localhost"])
        for part in report["plays"]
        for task in part["tasks"]
        if task["hosts"]["localhost"].get("changed")
    ]
    assert not changed
    assert totals["failures"] == 0
    assert totals["ok"] + totals["skipped"] >= 4


def _applicable(given: list[str]) -> list[str]:
    """Keep the last setting of each key, and a segmentation id only where there is a VLAN."""
    last = dict(text.partition("=")[::2] for text in given)
    if last.get("network.provider_type", "flat") == "flat":
        last.pop("network.segmentation_id")
    if last.get("network.provider_type") == "geneve":
        last.pop("network.physical_network")
    return [f"{key}={value}" for key, value in last.items()]


def _play(
    ansible: Path, play: str, release: str, deploy_dir: Path, environment: dict[str, str]
) -> dict[str, Any]:
    command = [str(ansible / "venv/bin/ansible-playbook"), str(PLAYS / f"{play}.yml")]
    command += ["-e", f"@{deploy_dir / 'user_variables_octavia.yml'}"]
    command += ["-e", f"@{deploy_dir / 'user_secrets_octavia.yml'}"]
    command += ["-e", f"ansible_python_interpreter={ansible / 'venv/bin/python'}"]
    command += ["-e", f"default_disk={DEFAULT_DISK.get(release, 20)}"]
    output = _run(
        command,
        **environment,
        ANSIBLE_COLLECTIONS_PATH=str(ansible / "collections"),
        ANSIBLE_STDOUT_CALLBACK="ansible.posix.json",
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
    )
    document: dict[str, Any] = json.loads(output[output.index("{") :])
    return document
