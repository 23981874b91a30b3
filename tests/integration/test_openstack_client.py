"""Another client, installed by itself, sees in the cloud what the plan said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RehearsalCloud
from tests.core.image.support import qcow2

pytestmark = pytest.mark.integration
CLIENT = "python-openstackclient"
Client = Callable[..., Any]

SETTINGS = {
    "network.provider_type": "vlan",
    "network.physical_network": "physnet1",
    "network.segmentation_id": "612",
    "ssh.enabled": "yes",
    "capacity.load_balancers": "120",
}


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The client in an environment of its own."""
    root = tmp_path_factory.mktemp("client")
    venv.create(root, with_pip=True)
    pip = [str(root / "bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "install", CLIENT], {})
    return str(root / "bin/openstack")


@pytest.fixture
def client(program: str, rehearsal_cloud: RehearsalCloud, tmp_path: Path) -> Iterator[Client]:
    """Replay a preset, give the client to look at it, and undo."""
    environment = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "OS_CLIENT_CONFIG_FILE": str(rehearsal_cloud.clouds_file),
    }
    (tmp_path / "deploy").mkdir()
    image = qcow2(tmp_path / "amphora.qcow2")
    where = ["--cloud", "rehearsal", "--deploy-dir", str(tmp_path / "deploy")]
    wizard = [sys.executable, "-m", "octavia_wizard", *where]
    settings = {**SETTINGS, "image.path": str(image)}
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    _run([*wizard, "replay", "lab-single-node", "--yes", *options], environment)

    def look(*words: str, cloud: str = "rehearsal") -> Any:
        return json.loads(_run([program, "--os-cloud", cloud, *words, "-f", "json"], environment))

    yield look
    _run([*wizard, "undo", "--yes"], environment)


def test_everything_is_there_as_planned(client: Client, tmp_path: Path) -> None:
    service = client("project", "show", "service")["id"]
    network = client("network", "show", "lbaas-mgmt")
    assert network["project_id"] == service
    assert network["provider:segmentation_id"] == 612
    subnet = client("subnet", "show", "lbaas-mgmt-subnet")
    assert subnet["cidr"] == "172.29.232.0/24"
    assert subnet["gateway_ip"] is None
    assert subnet["allocation_pools"] == [{"start": "172.29.232.50", "end": "172.29.232.200"}]
    rules = client("security", "group", "rule", "list", "octavia_sec_grp")
    assert sorted((r["Direction"], r["IP Protocol"], r["Port Range"]) for r in rules) == [
        ("egress", "udp", "5555:5555"),
        ("ingress", "tcp", "22:22"),
        ("ingress", "tcp", "9443:9443"),
    ]
    flavor = client("flavor", "show", "m1.amphora")
    assert (flavor["vcpus"], flavor["ram"], flavor["disk"]) == (1, 1024, 20)
    assert flavor["os-flavor-access:is_public"] is False
    image = client("image", "show", "amphora-x64-haproxy")
    assert (image["status"], image["visibility"], image["owner"]) == ("active", "private", service)
    assert "octavia-amphora-image" in image["tags"]
    (key,) = client("keypair", "list", cloud="rehearsal-octavia")
    assert key["Name"] == "octavia_key"
    quotas = {row["Resource"]: row["Limit"] for row in client("quota", "show", "service")}
    assert quotas["instances"] >= 120
    assert quotas["cores"] >= 120
