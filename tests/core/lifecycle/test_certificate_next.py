"""Every certificate comes with the command that renews it, whoever made it."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.lifecycle.certificate_model import CertificatesStanding
from octavia_wizard.core.lifecycle.certificate_next import used_instead
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.taken_over import RECORD
from tests.core.lifecycle.certified import VARIABLES, Host
from tests.core.pki.support import BY_THE_ROLE, generating, laid_out


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
    (layout.directory / RECORD).write_text("{}")
    client = site.standing().certificates[2].next
    assert client is not None
    assert "your PKI" in client.text
    assert " replay " in client.command


def test_where_the_key_of_a_generated_client_ca_is_kept_elsewhere(tmp_path: Path) -> None:
    """No PKI has that authority: its key is needed for the renewal, and nothing replays."""
    site = Host(tmp_path)
    site.deploy().files[Pem.CLIENT_CA_KEY].unlink()
    client = site.standing().certificates[2].next
    assert client is not None
    assert "bring the key of the client CA back" in client.text
    assert client.command.endswith("certs renew")


@pytest.mark.parametrize(
    ("release", "playbook"),
    [
        (
            "21.0.0",
            "cd /opt/openstack-ansible/playbooks && openstack-ansible os-octavia-install.yml",
        ),
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
    (*authorities, client) = site.standing().certificates
    assert client.next is not None
    assert str(client.path) in client.next.text
    assert client.next.command == playbook
    for one in authorities:
        assert one.next is not None
        assert "cut every amphora off" in one.next.text
        assert "certs rollover" in one.next.text
        assert one.next.command.endswith(str(site.deploy_dir))


def test_the_role_of_queens_to_xena_renews_nothing(tmp_path: Path) -> None:
    site = Host(tmp_path, "21.0.0")
    directory = tmp_path / "openstack-ansible/octavia"
    laid_out(generating(directory, "21.0.0", certificates__key_type="rsa-4096"))
    (one, _, client) = site.standing().certificates
    assert one.next is not None
    assert client.next is not None
    assert "certs rollover" in one.next.text
    assert "certs renew" in client.next.text


def test_the_role_of_yoga_is_run_where_its_playbooks_are(tmp_path: Path) -> None:
    """Releases before 2024.2 find a playbook by its file name only there."""
    site = Host(tmp_path, "25.6.0")
    (*_, client) = made_by_the_role(site).certificates
    assert client.next is not None
    assert client.next.command == (
        "cd /opt/openstack-ansible/playbooks && openstack-ansible os-octavia-install.yml "
        "-e octavia_regenerate_client_cert=octavia_client"
    )


def made_by_the_role(site: Host) -> CertificatesStanding:
    """Have certificates where the PKI role makes its own."""
    layout = laid_out(generating(site.root / "made", site.release))
    pki = site.root / "openstack-ansible"
    for pem, name in BY_THE_ROLE.items():
        (pki / name).parent.mkdir(parents=True, exist_ok=True)
        layout.files[pem].rename(pki / name)
    return site.standing()


def test_what_opens_the_keys_the_role_made(tmp_path: Path) -> None:
    """Whoever names them as their own is asked for it."""
    (server, client, _) = made_by_the_role(Host(tmp_path, "33.0.1")).certificates
    for one in (server, client):
        assert one.next is not None
        assert "octavia_cert_client_password" in one.next.text


def test_one_authority_for_both_sides_is_not_to_be_named(tmp_path: Path) -> None:
    """Pike's own script makes one only; as own certificates it would be refused."""
    site = Host(tmp_path, "16.0.29")
    home = tmp_path / "octavia"
    layout = laid_out(generating(home / "certs", "16.0.29", certificates__key_type="rsa-4096"))
    layout.files[Pem.CLIENT_CA].write_bytes(layout.files[Pem.SERVER_CA].read_bytes())
    site.write("user_variables.yml", {"octavia_system_home_folder": str(home)})
    (server, _, client) = site.standing().certificates
    assert server.next is not None
    assert client.next is not None
    assert "own" not in server.next.text.split("not taken over here")[0].split()
    assert "fail every load balancer over" in server.next.text
    assert str(layout.files[Pem.SERVER_CA_KEY]) in client.next.text
    assert client.next.command.endswith("openstack-ansible os-octavia-install.yml")


@pytest.mark.parametrize("pem", [Pem.CLIENT, Pem.SERVER_CA])
def test_nothing_new_is_advised_while_others_are_in_use(tmp_path: Path, pem: Pem) -> None:
    """To apply answers that generate would replace both authorities in one go."""
    site = Host(tmp_path, "33.0.1")
    made_by_the_role(site)
    session = site.session(certificates__source="generate")
    told = used_instead(session, pem)
    assert told is not None
    reason, cure = told
    assert "cut every amphora off" in reason
    assert "openstack-ansible" in reason
    assert "octavia_regenerate_client_cert" in cure or "certs rollover" in cure


def test_nothing_is_said_of_others_where_the_wizards_are_there(tmp_path: Path) -> None:
    site = Host(tmp_path, "33.0.1")
    made_by_the_role(site)
    site.deploy()
    session = site.session(certificates__source="generate")
    assert used_instead(session, Pem.CLIENT) is None


def test_a_path_only_ansible_can_tell_is_no_reason_to_make_new_ones(tmp_path: Path) -> None:
    """The other files show that the role has certificates."""
    site = Host(tmp_path, "33.0.1")
    variables = dict(laid_out(generating(tmp_path / "pki")).variables)
    variables["octavia_client_cert"] = "{{ somewhere['else'] }}/client.crt"
    site.write("user_variables.yml", variables)
    text = (site.deploy_dir / "user_variables.yml").read_text().partition("\n")[2]
    (site.deploy_dir / "user_variables.yml").write_text(text)
    session = site.session(certificates__source="generate")
    told = used_instead(session, Pem.CLIENT)
    assert told is not None
    assert "the path the role is told" in told[1]
