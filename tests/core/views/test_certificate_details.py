"""The details are those openssl shows, and so are the commands to see them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from octavia_wizard.core.pki.chains import Chains, read_chains
from octavia_wizard.core.views.certificate_details import commands_of, details_of
from tests.core.pki.support import SECRETS, generating, laid_out, openssl


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> Chains:
    """Certificates that exist."""
    answers = generating(tmp_path_factory.mktemp("a place with blanks"))
    laid_out(answers)
    found = read_chains(answers, SECRETS.get)
    assert found is not None
    return found


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_field_is_that_of_openssl(chains: Chains, place: int) -> None:
    node = chains.nodes[place][1]
    found = dict(details_of(node))
    told = openssl(
        "x509", "-in", str(node.path), "-noout", "-serial", "-fingerprint", "-sha256",
        "-subject", "-issuer", "-nameopt", "RFC2253", "-enddate", "-dateopt", "iso_8601",
    )  # fmt: skip
    fields = dict(row.split("=", 1) for row in told.splitlines())
    assert found["SHA-256"] == fields["sha256 Fingerprint"]
    assert found["Serial"] == fields["serial"].lstrip("0")
    assert found["Subject"] == fields["subject"]
    assert found["Issuer"].removesuffix(" (itself)") == fields["issuer"]
    assert found["Valid to"][:16] == fields["notAfter"][:16]


def test_paths_modes_and_keys_are_told(chains: Chains) -> None:
    found = dict(details_of(chains.server))
    assert found["File"] == f"{chains.server.path}, mode 0600"
    assert found["Key"] == "EC P-256, encrypted, mode 0600"
    assert found["Constraints"] == "CA:TRUE, path length 0"


def test_the_commands_can_be_pasted_into_a_shell(chains: Chains) -> None:
    client = chains.nodes[2][1]
    show, verify, key, certificate = commands_of(client, chains.client)

    def run(command: str) -> str:
        done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, timeout=60)
        return done.stdout.decode()

    assert client.certificate is not None
    assert client.certificate.fingerprint in run(show)
    assert "OK" in run(verify)
    assert re.search(r"[0-9a-f]{64}", run(key))
    assert run(key) == run(certificate), "equal public halves belong together"


def test_of_what_will_be_made_no_more_is_told_than_is_known(tmp_path: Path) -> None:
    found = read_chains(generating(tmp_path / "certs"))
    assert found is not None
    fields = dict(details_of(found.server))
    assert "SHA-256" not in fields
    assert fields["State"] == "made when you apply"
    assert fields["Key"] == "encrypted, mode 0600"
    assert commands_of(found.server) == ()
