"""Each release is told exactly what its role needs to find the certificates and keep them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.layout import (
    SERVER_PASSPHRASE,
    certificate_layout,
    layout_of,
    layout_so_far,
    opening_existing,
)
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import NAMES, ROOT_KEYS, Pem
from octavia_wizard.core.pki.reading.inspection import read_key
from octavia_wizard.core.pki.sources import convert, source_record
from octavia_wizard.core.pki.taken_over import RECORD
from octavia_wizard.core.releases import CertificateEra, find_release
from tests.core.pki.own_files import Own
from tests.core.pki.support import (
    CA,
    SECRETS,
    SERVER_SECRET,
    ec_key,
    generating,
    laid_out,
    owning,
    signed,
)

EVERY_ERA = ["16.0.5", "17.0.4", "17.0.5", "17.1.17", "18.0.0", "19.1.7", "20.0.0", "22.4.4"]
EVERY_ERA += ["24.6.1", "25.0.0", "26.5.3", "27.0.0", "28.4.2", "29.0.0", "31.3.0", "33.0.1"]
_SIZES = ("octavia_cert_key_length_server", "octavia_cert_key_length_client")
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
    return owning(release, directory=HERE, **OWN)


@pytest.mark.parametrize("release", EVERY_ERA)
def test_an_upgrade_finds_the_same_files(release: str) -> None:
    """The files have the same names for every release, so that no upgrade makes new authorities."""
    layout = certificate_layout(generating(HERE, release))
    assert dict(layout.files) == {
        pem: HERE / name for pem, name in NAMES.items() if pem not in ROOT_KEYS
    }


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
    assert opening_existing(layout) == ()


@pytest.mark.parametrize("release", ["16.0.29", "18.0.0", "21.2.12", "33.0.1"])
def test_own_certificates_are_laid_out_like_generated_ones(release: str) -> None:
    """Whatever they are brought in, the role finds the same files in our directory."""
    own = certificate_layout(owning(release, directory=HERE, **OWN))
    made = certificate_layout(generating(HERE, release))
    without = {Pem.CLIENT_CA_KEY}
    assert own.files == {pem: path for pem, path in made.files.items() if pem not in without}
    differing = {"octavia_client_ca_key", *_SIZES}
    assert {n: v for n, v in own.variables.items() if n not in differing} == {
        n: v for n, v in made.variables.items() if n not in differing
    }
    assert own.sources[Pem.SERVER_CA_KEY] == Path(OWN["server_ca_key"])


def test_the_key_of_an_own_client_ca_is_taken_over_where_it_is_given() -> None:
    """It serves renewals; without it the role may make one of its own, by a name that says so."""
    given = certificate_layout(
        owning("22.4.4", directory=HERE, **OWN, client_ca_key="/pki/ca_01.key")
    )
    assert given.variables["octavia_client_ca_key"] == f"{HERE}/ca_01.key"
    assert given.passphrases[Pem.CLIENT_CA_KEY] == "octavia_cert_client_password"
    without = certificate_layout(owning("22.4.4", directory=HERE, **OWN))
    assert without.variables["octavia_client_ca_key"] == f"{HERE}/unused-client-ca.key"


def test_a_passphrase_of_the_operators_key_is_not_made(tmp_path: Path) -> None:
    """An encrypted key is opened by what its owner knows; an open one gets a passphrase here."""
    key = ec_key()
    locked, plain = tmp_path / "locked.key", tmp_path / "plain.key"
    locked.write_bytes(encrypted_pem(key, "theirs", iterations=1))
    plain.write_bytes(plain_pem(key))
    paths = {**OWN, "server_ca_key": locked}
    layout = certificate_layout(owning("33.0.1", directory=tmp_path / "octavia", **paths))
    assert opening_existing(layout) == (SERVER_PASSPHRASE,)
    paths["server_ca_key"] = plain
    layout = certificate_layout(owning("33.0.1", directory=tmp_path / "octavia", **paths))
    assert opening_existing(layout) == ()


def test_what_opens_a_key_that_is_there_is_not_made_either(tmp_path: Path) -> None:
    """Also of generated keys: a new value would open nothing."""
    layout = laid_out(generating(tmp_path / "octavia"))
    assert set(opening_existing(layout)) == {SERVER_PASSPHRASE, "octavia_cert_client_password"}


@pytest.mark.parametrize("made", ["rsa", "ec"])
def test_the_role_is_told_the_size_of_own_keys(made: str, tmp_path: Path) -> None:
    """From 20 to 24 it replaces keys of another size; what is no RSA key it cannot be told."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = tmp_path / "ca.pem"
    certificate.write_bytes(signed("CN=CA", key if made == "rsa" else ec_key()))
    paths = {**OWN, "server_ca_certificate": certificate}
    layout = certificate_layout(owning("22.4.4", directory=tmp_path / "octavia", **paths))
    size = 2048 if made == "rsa" else 4096
    assert layout.role_key_bits[Pem.SERVER_CA_KEY] == size
    assert layout.variables["octavia_cert_key_length_server"] == str(size)


def test_the_role_is_told_the_size_of_what_takes_the_place_of_our_copy(own_rsa: Own) -> None:
    """A renewed source is taken over in the same run: the role must not replace its key."""
    layout = own_rsa.layout("22.4.4")
    assert layout.variables["octavia_cert_key_length_client"] == "2048"
    for pem, data in convert(layout, SECRETS.get).items():
        layout.files[pem].parent.mkdir(parents=True, exist_ok=True)
        layout.files[pem].write_bytes(data)
    (layout.directory / RECORD).write_text(json.dumps(source_record(layout)))
    own_rsa.sign(rsa.generate_private_key(public_exponent=65537, key_size=3072))
    layout = own_rsa.layout("22.4.4")
    assert layout.variables["octavia_cert_key_length_client"] == "3072"
    assert layout.variables["octavia_cert_key_length_server"] == "2048"
    assert layout.role_key_bits[Pem.CLIENT_KEY] == 2048
    assert read_key(layout.files[Pem.CLIENT_KEY], None).rsa_bits == 2048


@pytest.fixture
def own_rsa(tmp_path: Path) -> Own:
    """An operator's own files, with RSA keys that are quick to make."""
    own = Own(tmp_path)
    own.server, own.client = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)
    )
    own.put("server.pem", signed("CN=Server", own.server, extensions=CA))
    own.put("server.key", encrypted_pem(own.server, SERVER_SECRET, 1000))
    own.sign(own.client)
    own.put("client.key", plain_pem(own.client))
    return own


def test_generated_keys_that_exist_keep_the_role_from_making_others(tmp_path: Path) -> None:
    """Another key type that is answered later changes no key, so that the role is told none."""
    directory = tmp_path / "octavia"
    laid_out(generating(directory, "22.4.4", certificates__key_type="rsa-3072"))
    later = generating(directory, "22.4.4", certificates__key_type="rsa-4096")
    layout = certificate_layout(later)
    assert set(layout.role_key_bits.values()) == {3072}
    assert layout.variables["octavia_cert_key_length_server"] == "3072"


def test_roots_are_optional_files() -> None:
    """Their keys belong offline, so a set is whole without them."""
    layout = certificate_layout(generating(HERE, certificates__intermediates=True))
    assert layout.files[Pem.SERVER_ROOT_KEY] == HERE / "private/server_root.key"
    assert set(layout.needed) == set(NAMES) - set(ROOT_KEYS)
    assert layout.passphrases[Pem.CLIENT_ROOT_KEY] == "octavia_wizard_client_root_passphrase"


def test_nothing_is_laid_out_while_files_are_not_named() -> None:
    """What is named so far can be looked at all the same."""
    some = {"server_ca_certificate": "/pki/ca.pem"}
    answers = owning("33.0.1", directory=HERE, **some)
    assert layout_of(answers) is None
    so_far = layout_so_far(answers)
    assert so_far is not None
    assert so_far.sources == {Pem.SERVER_CA: Path("/pki/ca.pem")}


def test_home_directories_are_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path may begin with ~; the role gets the full path."""
    monkeypatch.setenv("HOME", "/home/deployer")
    layout = certificate_layout(generating(Path("~/certs")))
    assert layout.directory == Path("/home/deployer/certs")
