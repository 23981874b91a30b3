"""Octavia's own code signs with what the wizard wrote, and both sides then trust each other."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.rehearsal import installation
from octavia_wizard.rehearsal.layout import Layout
from octavia_wizard.rehearsal.progress import Watch
from tests.integration.certificates import Deployment, run

pytestmark = pytest.mark.integration
JUDGE = Path(__file__).parent / "judge_with_octavia.py"


@pytest.fixture(scope="module")
def python_of_octavia(rehearsal_layout: Layout) -> Path:
    """Return the interpreter that has Octavia; nothing is started."""
    installation.ensure(rehearsal_layout, Watch(lambda progress: None))
    return rehearsal_layout.python


def _configuration(deployment: Deployment) -> str:
    """Write octavia.conf as the role does, but with the files where they come from."""
    variables = deployment.variables
    client = Path(variables["octavia_client_cert"]).read_bytes()
    if deployment.major >= 25:
        client += Path(variables["octavia_client_key"]).read_bytes()
    target = deployment.place / "client.pem"
    target.touch(mode=0o600)
    target.write_bytes(client)
    # Pike's Octavia does not encrypt what it keeps of an amphora, and has no such setting.
    sealing = []
    if deployment.major > 16:
        sealing.append(f"server_certs_key_passphrase = {_sealing(variables)}")
    return "\n".join(
        (
            "[certificates]",
            f"ca_certificate = {variables['octavia_ca_certificate']}",
            f"ca_private_key = {variables['octavia_ca_private_key']}",
            f"ca_private_key_passphrase = {variables['octavia_ca_private_key_passphrase']}",
            *sealing,
            "[haproxy_amphora]",
            f"client_cert = {target}",
            f"server_ca = {variables['octavia_ca_certificate']}",
            "connection_max_retries = 1",
            "connection_retry_interval = 0",
            "[controller_worker]",
            f"client_ca = {variables['octavia_client_ca']}",
            "",
        )
    )


def _sealing(variables: dict[str, Any]) -> str:
    """Return what the role's template makes of the setting, which refers to a secret."""
    told = variables["octavia_octavia_conf_overrides"]["certificates"]
    secret = variables[told["server_certs_key_passphrase"].strip("{ }")]
    assert len(secret) == 32
    return str(secret)


@pytest.fixture(scope="module")
def verdicts(
    deployments: list[Deployment], python_of_octavia: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """Return what Octavia found of every deployment."""
    cases = []
    for deployment in deployments:
        conf = deployment.place / "octavia.conf"
        conf.write_text(_configuration(deployment))
        cases.append({"conf": str(conf), "pem": str(deployment.place / "amphora.pem")})
    file = tmp_path_factory.mktemp("cases") / "cases.json"
    file.write_text(json.dumps(cases))
    said = run([str(python_of_octavia), "-W", "ignore", str(JUDGE), str(file)])
    found = json.loads(said.splitlines()[-1])
    return {deployment.name: one for deployment, one in zip(deployments, found, strict=True)}


def test_octavia_signs_and_reaches_its_amphora(verdicts: dict[str, dict[str, Any]]) -> None:
    answers = {name: verdict["controller"] for name, verdict in verdicts.items()}
    assert len(answers) >= 19
    assert [name for name, subject in answers.items() if not subject] == []


def test_nobody_else_is_taken_for_a_controller_or_for_that_amphora(
    verdicts: dict[str, dict[str, Any]],
) -> None:
    for refused in ("an amphora as controller", "another amphora's name"):
        assert {name: one[refused] for name, one in verdicts.items() if one[refused]} == {}


def test_openssl_verifies_both_sides_strictly(
    verdicts: dict[str, dict[str, Any]], deployments: list[Deployment]
) -> None:
    assert verdicts
    said = {}
    for deployment in deployments:
        variables = deployment.variables
        amphora = deployment.place / "amphora.pem"
        controller = deployment.place / "client.pem"
        said[deployment.name] = [
            _verified(amphora, "sslserver", variables["octavia_ca_certificate"]),
            _verified(controller, "sslclient", variables["octavia_client_ca"]),
        ]
    assert {name: one for name, one in said.items() if one != ["OK", "OK"]} == {}


def test_the_other_sides_authority_verifies_nothing(
    verdicts: dict[str, dict[str, Any]], deployments: list[Deployment]
) -> None:
    assert verdicts
    for deployment in deployments:
        variables = deployment.variables
        amphora = deployment.place / "amphora.pem"
        assert _verified(amphora, "sslserver", variables["octavia_client_ca"]) != "OK"
        controller = deployment.place / "client.pem"
        assert _verified(controller, "sslclient", variables["octavia_ca_certificate"]) != "OK"


def _verified(certificate: Path, purpose: str, authority: str) -> str:
    # A chain the file brings along may be used, as a handshake would show it.
    command = ["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", authority]
    untrusted = ["-untrusted", str(certificate), str(certificate)]
    done = subprocess.run([*command, *untrusted], capture_output=True, text=True, check=False)
    return done.stdout.strip().rpartition(": ")[2] if not done.returncode else done.stderr
