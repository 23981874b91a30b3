"""What the role does with certificates leaves the wizard's files as they are, and finds them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.certificate_targets import expected_targets
from tests.integration.certificates import Deployment, run

pytestmark = pytest.mark.integration
PLAY = Path(__file__).parent / "role/certificates.yml"
FORKS = 4
PLAYED = (
    *("r16-generate", "pkcs12-17.1.17"),
    *("r21-generate", "pem-21.2.12", "r23-generate", "pkcs12-23.4.4"),
    *("chain-25.6.0", "r29-generate", "pkcs12-33.0.1"),
)
"""All where the role makes what it does not find, and of the others each release once."""


def test_the_role_accepts_and_keeps_everything(
    deployments: list[Deployment], ansible: Path, tmp_path: Path
) -> None:
    everything = [one for one in deployments if one.name in PLAYED]
    assert len(everything) == len(PLAYED)
    before = {deployment.name: deployment.state() for deployment in everything}
    _play(everything, ansible, tmp_path)
    after = {deployment.name: deployment.state() for deployment in everything}
    kept = {name: {file: after[name].get(file) for file in files} for name, files in before.items()}
    assert kept == before
    for deployment in everything:
        targets = deployment.place / "targets"
        expected = expected_targets(deployment)
        # Nothing else gets there: neither the client CA's key nor that of a root.
        assert {path.name: path.read_bytes() for path in targets.iterdir()} == expected
        assert b"ENCRYPTED" in expected["ca_key.pem"]
        assert b"ENCRYPTED" not in expected["client.pem"]
    # What the role adds or sets beside our files is nothing the wizard stumbles over.
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(Deployment.replay, everything))
    assert [text for text in said if "Nothing to do" not in text] == []


def _play(deployments: list[Deployment], ansible: Path, root: Path) -> None:
    groups: dict[str, Any] = {"copied": {}, "distributed": {}, "installed": {}}
    for deployment in deployments:
        group = "copied" if deployment.major < 20 else "distributed"
        group = "installed" if deployment.major >= 25 else group
        groups[group][deployment.name] = {
            **deployment.variables,
            "targets": str(deployment.place / "targets"),
        }
    connection = {"ansible_connection": "local", "ansible_python_interpreter": _python(ansible)}
    children = {name: {"hosts": hosts} for name, hosts in groups.items()}
    inventory = root / "hosts.yml"
    inventory.touch(mode=0o600)
    inventory.write_text(yaml.safe_dump({"all": {"vars": connection, "children": children}}))
    command = [str(ansible / "venv/bin/ansible-playbook"), "-i", str(inventory), str(PLAY)]
    environment = {
        **deployments[0].environment,
        "ANSIBLE_COLLECTIONS_PATH": str(ansible / "collections"),
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    said = run([*command, "--forks", str(FORKS)], environment=environment)
    recap = said.partition("PLAY RECAP")[2]
    assert recap.count("failed=0") == len(deployments), said


def _python(ansible: Path) -> str:
    return str(ansible / "venv/bin/python")
