"""Every certificate comes with the command that renews it, whoever made it."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.pki.pem import Pem
from tests.core.lifecycle.certified import VARIABLES, Host
from tests.core.pki.support import generating, laid_out


def commands(site: Host) -> list[str]:
    """Return the command of each certificate, without how the wizard itself is called."""
    found = [one.next for one in site.standing().certificates]
    told = [step.command for step in found if step is not None]
    place = f" --deploy-dir {site.deploy_dir}"
    return [command.rpartition(place)[2].strip() for command in told]


def test_certificates_of_the_wizard(tmp_path: Path) -> None:
    site = Host(tmp_path)
    site.deploy(certificates__intermediates=True)
    assert commands(site) == [
        "certs rollover server",
        "certs rollover server",
        "certs rollover client",
        "certs rollover client",
        "certs renew",
    ]


def test_where_the_key_of_the_client_ca_is_elsewhere(tmp_path: Path) -> None:
    """Own certificates of which a PKI keeps the authority."""
    site = Host(tmp_path)
    layout = site.deploy()
    layout.files[Pem.CLIENT_CA_KEY].unlink()
    client = site.standing().certificates[2].next
    assert client is not None
    assert "your PKI" in client.text
    assert " replay " in client.command


@pytest.mark.parametrize(
    ("release", "playbook"),
    [
        ("21.0.0", "openstack-ansible os-octavia-install.yml"),
        ("33.0.1", "openstack-ansible openstack.osa.octavia"),
    ],
)
def test_certificates_somebody_else_points_to(tmp_path: Path, release: str, playbook: str) -> None:
    site = Host(tmp_path, release)
    layout = laid_out(generating(tmp_path / "pki", release, certificates__key_type="rsa-4096"))
    site.write("user_variables.yml", layout.variables)
    text = (site.deploy_dir / "user_variables.yml").read_text().partition("\n")[2]
    (site.deploy_dir / "user_variables.yml").write_text(text)
    assert not (site.deploy_dir / VARIABLES).exists()
    standing = site.standing()
    assert standing.certificates
    for one in standing.certificates:
        assert one.next is not None
        assert str(one.path) in one.next.text
        assert one.next.command == playbook


def test_the_role_of_queens_to_xena_renews_nothing(tmp_path: Path) -> None:
    site = Host(tmp_path, "21.0.0")
    directory = tmp_path / "openstack-ansible/octavia"
    laid_out(generating(directory, "21.0.0", certificates__key_type="rsa-4096"))
    (one, _, client) = site.standing().certificates
    assert one.next is not None
    assert client.next is not None
    assert "certs rollover" in one.next.text
    assert "certs renew" in client.next.text
