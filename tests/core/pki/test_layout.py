"""Each release is told exactly what its role needs to find the certificates and keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.layout import NAMES, Pem, certificate_layout
from octavia_wizard.core.releases import CertificateEra, find_release
from tests.core.pki.support import effective, generating, owning

EVERY_ERA = ["16.0.5", "17.0.4", "17.0.5", "17.1.17", "18.0.0", "19.1.7", "20.0.0", "22.4.4"]
EVERY_ERA += ["24.6.1", "25.0.0", "26.5.3", "27.0.0", "28.4.2", "29.0.0", "31.3.0", "33.0.1"]
HERE = Path("/etc/openstack_deploy/octavia")
OWN = {
    "server_ca_certificate": "/pki/server.pem",
    "server_ca_key": "/pki/server.key",
    "client_ca_certificate": "/pki/client-ca.pem",
    "client_certificate": "/pki/client.pem",
    "client_key": "/pki/client.key",
}


@pytest.mark.parametrize("release", EVERY_ERA)
def test_every_variable_is_one_of_the_release(release: str) -> None:
    """Nothing is emitted that the release's role does not have."""
    for answers in (generating(HERE, release, certificates__key_type="rsa-4096"), _own(release)):
        for name in certificate_layout(answers).variables:
            assert find_release(release).has(name), name


def _own(release: str) -> Effective:
    return owning(release, **OWN)


@pytest.mark.parametrize("release", EVERY_ERA)
def test_an_upgrade_finds_the_same_files(release: str) -> None:
    """The files have the same names for every release, so that no upgrade makes new authorities."""
    layout = certificate_layout(generating(HERE, release))
    assert dict(layout.files) == {pem: HERE / name for pem, name in NAMES.items()}
    assert layout.written == tuple(layout.files)


@pytest.mark.parametrize("release", ["16.0.5", "17.0.4"])
def test_era_a_only_has_paths(release: str) -> None:
    """The role copies five files; the client's is certificate and key in one."""
    layout = certificate_layout(generating(HERE, release))
    assert layout.era is CertificateEra.A
    assert dict(layout.variables) == {
        "octavia_client_ca": f"{HERE}/ca_01.pem",
        "octavia_client_cert": f"{HERE}/client.pem",
        "octavia_server_ca": f"{HERE}/ca_server_01.pem",
        "octavia_ca_certificate": f"{HERE}/ca_server_01.pem",
        "octavia_ca_private_key": f"{HERE}/private/cakey.pem",
    }


@pytest.mark.parametrize("release", ["17.0.5", "17.1.17", "18.0.0", "19.1.7"])
def test_early_era_b_switches_the_roles_generation_off(release: str) -> None:
    """These copy in any case, so the role need not, and must not, run openssl over the files."""
    variables = certificate_layout(generating(HERE, release)).variables
    assert variables["octavia_generate_certs"] is False
    assert "octavia_cert_dir" not in variables
    assert "octavia_generate_client_cert" not in variables


@pytest.mark.parametrize("release", ["20.0.0", "22.4.4", "24.6.1"])
@pytest.mark.parametrize(("key_type", "bits"), [("rsa-4096", "4096"), ("rsa-3072", "3072")])
def test_late_era_b_finds_its_own_layout(release: str, key_type: str, bits: str) -> None:
    """These distribute only while generation is on, and replace keys of another size."""
    answers = generating(HERE, release, certificates__key_type=key_type)
    layout = certificate_layout(answers)
    assert layout.variables["octavia_generate_certs"] is True
    assert "octavia_generate_client_cert" not in layout.variables
    assert layout.variables["octavia_cert_dir"] == str(HERE)
    assert layout.variables["octavia_client_ca_key"] == f"{HERE}/ca_01.key"
    assert layout.variables["octavia_cert_key_length_server"] == bits
    assert layout.variables["octavia_cert_key_length_client"] == bits
    assert set(layout.role_key_bits.values()) == {int(bits)}


@pytest.mark.parametrize("release", ["25.0.0", "26.5.3", "27.0.0", "28.4.2"])
def test_era_c_gives_certificate_and_key_apart(release: str) -> None:
    """The PKI role installs what the paths say, and makes nothing itself."""
    assert dict(certificate_layout(generating(HERE, release)).variables) == {
        "octavia_client_ca": f"{HERE}/ca_01.pem",
        "octavia_client_cert": f"{HERE}/client-.pem",
        "octavia_client_key": f"{HERE}/client.key",
        "octavia_ca_certificate": f"{HERE}/ca_server_01.pem",
        "octavia_ca_private_key": f"{HERE}/private/cakey.pem",
        "octavia_generate_certs": True,
        "octavia_generate_ca": False,
        "octavia_generate_client_cert": False,
    }


@pytest.mark.parametrize(
    ("release", "told", "shared"),
    [
        ("26.5.3", {"octavia_backend_ssl": True}, False),
        ("27.0.0", {"octavia_backend_ssl": True}, True),
        ("29.0.0", {}, True),
        ("33.0.1", {}, True),
        ("33.0.1", {"octavia_ovn_enabled": False}, False),
        ("33.0.1", {"octavia_ovn_enabled": False, "octavia_backend_ssl": True}, True),
    ],
)
def test_certificates_for_ovn_and_the_api_are_still_made(
    release: str, told: dict[str, object], shared: bool
) -> None:
    """Where the role's PKI call makes those too, it is not stopped; its own CAs then lie unused."""
    more = {f"variables__{name}": value for name, value in told.items()}
    variables = certificate_layout(generating(HERE, release, **more)).variables
    assert variables["octavia_generate_ca"] is shared
    assert variables["octavia_generate_client_cert"] is shared
    assert "octavia_cert_dir" not in variables


def test_without_ovn_the_role_makes_nothing() -> None:
    """A management network bound to Open vSwitch says that there is no OVN."""
    answers = generating(HERE, "33.0.1", network__agent_group="neutron_openvswitch_agent")
    assert certificate_layout(answers).variables["octavia_generate_ca"] is False


@pytest.mark.parametrize(
    ("release", "client"),
    [
        ("16.0.5", "octavia_wizard_client_ca_passphrase"),
        ("17.0.5", "octavia_cert_client_password"),
        ("33.0.1", "octavia_cert_client_password"),
    ],
)
def test_which_secret_opens_which_key(release: str, client: str) -> None:
    """The server CA's passphrase is the role's; the client CA's has a name of ours in era A."""
    layout = certificate_layout(generating(HERE, release))
    assert dict(layout.passphrases) == {
        Pem.SERVER_CA_KEY: "octavia_ca_private_key_passphrase",
        Pem.CLIENT_CA_KEY: client,
    }
    assert layout.operator_secrets == ()


def test_own_certificates_of_era_c_are_used_as_they_are() -> None:
    """Five paths, nothing written; the passphrase of the CA is the operator's to give."""
    layout = certificate_layout(owning("33.0.1", **OWN))
    assert layout.written == ()
    assert layout.variables["octavia_client_cert"] == "/pki/client.pem"
    assert layout.variables["octavia_client_key"] == "/pki/client.key"
    assert layout.operator_secrets == ("octavia_ca_private_key_passphrase",)


def test_own_client_file_of_era_a_has_both_halves() -> None:
    """Without a path for the key, the client's file is taken to hold it too."""
    paths = {name: path for name, path in OWN.items() if name != "client_key"}
    layout = certificate_layout(owning("16.0.5", **paths))
    assert layout.files[Pem.CLIENT_BUNDLE] == Path("/pki/client.pem")
    assert layout.variables["octavia_client_cert"] == "/pki/client.pem"
    assert layout.written == ()


def test_own_halves_are_put_together_where_the_role_wants_one_file() -> None:
    """Certificate and key become one file of the wizard's; the operator's stay as they are."""
    answers = owning("18.0.0", directory=HERE, **OWN)
    layout = certificate_layout(answers)
    assert layout.written == (Pem.CLIENT_BUNDLE,)
    assert layout.variables["octavia_client_cert"] == f"{HERE}/client.pem"


def test_own_certificates_of_late_era_b_keep_the_role_from_signing() -> None:
    """The role must find a client certificate in its directory, or it tries to sign one."""
    paths = {name: path for name, path in OWN.items() if name != "client_key"}
    layout = certificate_layout(owning("22.4.4", directory=HERE, **paths))
    assert layout.written == (Pem.CLIENT_COPY,)
    assert layout.files[Pem.CLIENT_COPY] == HERE / "client-.pem"
    assert layout.variables["octavia_cert_dir"] == str(HERE)
    assert layout.variables["octavia_client_cert"] == "/pki/client.pem"
    assert "octavia_client_ca_key" not in layout.variables


def test_the_size_of_an_own_key_is_taken_from_the_variable() -> None:
    """The role insists on 4096 bits for the server CA's key unless told otherwise."""
    told = {"variables__octavia_cert_key_length_server": "2048"}
    plain = owning("22.4.4", directory=HERE, **OWN)
    assert certificate_layout(plain).role_key_bits == {Pem.SERVER_CA_KEY: 4096}
    answers = effective("22.4.4", **{f"certificates__{n}": p for n, p in OWN.items()}, **told)
    assert certificate_layout(answers).role_key_bits == {Pem.SERVER_CA_KEY: 2048}


def test_home_directories_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path may begin with ~; the role gets the full path."""
    monkeypatch.setenv("HOME", "/home/deployer")
    layout = certificate_layout(generating(Path("~/certs")))
    assert layout.directory == Path("/home/deployer/certs")
