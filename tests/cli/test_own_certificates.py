"""Certificates of one's own, from the first replay to the second, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.core.pki.support import SERVER_SECRET, generating, laid_out, openssl


@pytest.fixture
def bundles(tmp_path: Path, deploy_dir: Path) -> tuple[str, ...]:
    """Options that name PKCS#12 files with RSA keys of a size the role does not expect."""
    made = tmp_path / "mine"
    laid_out(generating(made, certificates__key_type="rsa-3072"))
    pairs = {
        "server": ("ca_server_01.pem", "private/cakey.pem"),
        "client": ("client-.pem", "client.key"),
    }
    for name, (certificate, key) in pairs.items():
        openssl(
            *("pkcs12", "-export", "-in", made / certificate, "-inkey", made / key),
            *("-passin", f"pass:{SERVER_SECRET}", "-passout", f"pass:of the {name}"),
            *("-out", tmp_path / f"{name}.p12"),
        )
    with (deploy_dir / "user_secrets.yml").open("a") as secrets:
        secrets.write("octavia_wizard_server_ca_source_password: of the server\n")
        secrets.write("octavia_wizard_client_source_password: of the client\n")
    answers = {
        "cloud.release": "21.2.12",
        "certificates.source": "own",
        "certificates.server_ca_certificate": tmp_path / "server.p12",
        "certificates.client_ca_certificate": made / "ca_01.pem",
        "certificates.client_certificate": tmp_path / "client.p12",
    }
    options = [part for key, value in answers.items() for part in ("--set", f"{key}={value}")]
    for finding in (
        "cert-not-approved",
        "active-standby-on-one-host",
        "spare-pool-with-active-standby",
    ):
        options += ["--accept", finding]
    return tuple(options)


def test_the_role_is_told_the_size_of_keys_in_closed_files(
    run: Run, bundles: tuple[str, ...], deploy_dir: Path
) -> None:
    """From 20 to 24 it replaces keys of another size; the plan knows it, as what is written."""
    planned = run("plan", "files-only", "-v", *bundles)
    assert 'octavia_cert_key_length_client: "3072"' in planned.stdout, planned.output
    first = run("replay", "files-only", "--yes", *bundles)
    assert first.exit_code == 0, first.output
    written = (deploy_dir / "user_variables_octavia.yml").read_text()
    assert 'octavia_cert_key_length_server: "3072"' in written
    assert 'octavia_cert_key_length_client: "3072"' in written
    again = run("replay", "files-only", "--yes", *bundles)
    assert again.exit_code == 0, again.output
    assert "Nothing to do" in again.stdout
