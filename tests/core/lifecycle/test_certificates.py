"""An operator is told which certificates are deployed, when each ends, and what to do by then."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.lifecycle.certificate_model import (
    CertificateState,
    Thresholds,
    Told,
    Verdict,
)
from octavia_wizard.core.lifecycle.certificates import certificates_standing
from octavia_wizard.core.pki.deployed import Origin
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.sources import convert, source_record
from octavia_wizard.core.pki.taken_over import RECORD
from octavia_wizard.core.secret_values import known_passphrases
from tests.core.lifecycle.certified import SECRET_FILE, VARIABLES, Host, told
from tests.core.pki.own_files import Own
from tests.core.pki.support import (
    BY_THE_ROLE,
    CA,
    CLIENT_SECRET,
    SECRETS,
    ec_key,
    generating,
    laid_out,
    openssl,
    signed,
)

RELEASES = ("16.0.29", "17.1.0", "21.0.0", "23.0.0", "25.0.0", "29.0.0", "33.0.1")


@pytest.fixture
def site(tmp_path: Path) -> Host:
    """Return a host on which nothing was made yet."""
    return Host(tmp_path)


def test_all_that_a_person_compares(site: Host) -> None:
    layout = site.deploy()
    standing = site.standing()
    assert standing.origin is Origin.USER_FILES
    assert standing.evidence[0].startswith(f"{site.deploy_dir / VARIABLES}:")
    assert standing.verdict is Verdict.OK
    assert [one.pem for one in standing.certificates] == [Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT]
    assert [one.title for one in standing.certificates] == ["Server CA", "Client CA", "Client"]
    for one in standing.certificates:
        path = layout.files[one.pem]
        said = openssl("x509", "-noout", "-fingerprint", "-sha256", "-serial", "-in", path)
        assert one.path == path
        assert said.splitlines()[0].endswith(f"={one.fingerprint}")
        assert int(said.splitlines()[1].removeprefix("serial="), 16) == int(one.serial, 16)
        assert one.key is not None
        assert one.key.opened, "the passphrases are in the secrets file"
        assert one.key.encrypted is (one.pem is not Pem.CLIENT)
        assert one.key.mode == "0600"
    client = standing.certificates[2]
    assert (client.subject, client.issuer) == (
        "CN=octavia-controller,O=Example",
        "CN=Octavia Client CA,O=Example",
    )
    assert client.renew_by == client.not_after - timedelta(days=60)
    assert standing.first == client


@pytest.mark.parametrize("release", RELEASES)
def test_it_is_in_order_in_every_era(tmp_path: Path, release: str) -> None:
    site = Host(tmp_path, release)
    site.deploy(certificates__key_type="rsa-4096")
    standing = site.standing()
    assert standing.verdict is Verdict.OK, (standing.findings, standing.notes)
    assert len(standing.certificates) == 3


@pytest.mark.parametrize(
    ("before", "state", "verdict"),
    [
        (61, CertificateState.OK, Verdict.OK),
        (60, CertificateState.DUE, Verdict.WARNING),
        (15, CertificateState.DUE, Verdict.WARNING),
        (14, CertificateState.CRITICAL, Verdict.CRITICAL),
        (0.01, CertificateState.CRITICAL, Verdict.CRITICAL),
        (-0.01, CertificateState.EXPIRED, Verdict.CRITICAL),
    ],
)
def test_as_its_end_comes_near(
    site: Host, before: float, state: CertificateState, verdict: Verdict
) -> None:
    layout = site.deploy()
    end = x509.load_pem_x509_certificate(layout.files[Pem.CLIENT].read_bytes()).not_valid_after_utc
    standing = certificates_standing(site.session(), end - timedelta(days=before))
    client = standing.certificates[2]
    assert client.state is state
    assert standing.verdict is verdict
    assert client.days_left == int(before // 1)


def test_one_that_is_not_valid_yet(site: Host) -> None:
    site.deploy()
    standing = site.standing(days=-30)
    assert {one.state for one in standing.certificates} == {CertificateState.NOT_YET}
    assert standing.verdict is Verdict.CRITICAL


def test_thresholds_are_the_operators(site: Host) -> None:
    site.deploy()
    limits = Thresholds(warn=10_000, critical=2000)
    standing = certificates_standing(site.session(), thresholds=limits)
    assert [one.state for one in standing.certificates] == [
        CertificateState.DUE,
        CertificateState.DUE,
        CertificateState.CRITICAL,
    ]
    assert all(one.renew_by == one.not_before for one in standing.certificates)


def test_roots_are_told_behind_their_cas(site: Host) -> None:
    site.deploy(certificates__intermediates=True, certificates__root_days=7300)
    standing = site.standing()
    assert [(one.title, one.in_chain) for one in standing.certificates] == [
        ("Server CA", False),
        ("Server CA, root behind it", True),
        ("Client CA", False),
        ("Client CA, root behind it", True),
        ("Client", False),
    ]
    note = told(standing, Told.ROOT_KEYS)
    assert note is not None
    assert str(site.certs / "private/server_root.key") in note.text
    assert standing.verdict is Verdict.OK


def test_root_keys_kept_offline_are_not_missed(site: Host) -> None:
    layout = site.deploy(certificates__intermediates=True)
    for pem in (Pem.SERVER_ROOT_KEY, Pem.CLIENT_ROOT_KEY):
        layout.files[pem].unlink()
    standing = site.standing()
    assert told(standing, Told.ROOT_KEYS) is None
    assert standing.verdict is Verdict.OK, standing.findings


def test_a_file_that_is_gone(site: Host) -> None:
    layout = site.deploy()
    layout.files[Pem.CLIENT].unlink()
    standing = site.standing()
    assert [one.pem for one in standing.certificates] == [Pem.SERVER_CA, Pem.CLIENT_CA]
    assert "cert-missing" in {finding.id for finding in standing.findings}
    assert standing.verdict is Verdict.CRITICAL


def test_a_file_that_cannot_be_read(site: Host) -> None:
    layout = site.deploy()
    layout.files[Pem.SERVER_CA].unlink()
    layout.files[Pem.SERVER_CA].mkdir()
    standing = site.standing()
    assert "cert-unreadable" in {finding.id for finding in standing.findings}
    assert standing.verdict is Verdict.CRITICAL


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"-----BEGIN CERTIFICATE-----\nAA\n"])
def test_a_file_that_holds_something_else(site: Host, content: bytes) -> None:
    layout = site.deploy()
    layout.files[Pem.CLIENT_CA].write_bytes(content)
    standing = site.standing()
    assert Pem.CLIENT_CA not in {one.pem for one in standing.certificates}
    assert standing.verdict is Verdict.CRITICAL


def test_nothing_at_all(site: Host) -> None:
    standing = site.standing()
    assert standing.origin is Origin.NONE
    assert standing.verdict is Verdict.UNKNOWN
    assert not standing.findings, "what is missing is told in one note"
    note = told(standing, Told.NONE)
    assert note is not None
    assert str(site.root / "openstack-ansible") in note.text


def test_the_role_pointed_to_nothing_is_critical(site: Host) -> None:
    site.write(VARIABLES, {"octavia_ca_certificate": "/nowhere/ca.pem"})
    standing = site.standing()
    assert standing.origin is Origin.USER_FILES
    assert standing.verdict is Verdict.CRITICAL


def test_files_the_role_is_not_pointed_to_yet(site: Host) -> None:
    site.make()
    site.answers = {
        "certificates.source": "generate",
        "certificates.directory": str(site.certs),
    }
    standing = site.standing()
    assert standing.origin is Origin.ANSWERS
    assert told(standing, Told.NOT_POINTED) is not None
    assert standing.verdict is Verdict.WARNING


def test_certificates_the_role_made(site: Host) -> None:
    """A deployment that never saw the wizard."""
    made = site.make()
    for pem, name in BY_THE_ROLE.items():
        path = site.root / "openstack-ansible" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(made.files[pem], path)
    shutil.rmtree(site.certs)
    standing = site.standing()
    assert standing.origin is Origin.ROLE
    assert standing.verdict is Verdict.OK, standing.findings
    assert told(standing, Told.BY_ROLE) is not None
    client = standing.certificates[2]
    assert client.next is not None
    assert "-e octavia_regenerate_client_cert=octavia_client" in client.next.command


def test_approved_or_not(site: Host) -> None:
    site.deploy()
    assert {one.approved for one in site.standing().certificates} == {None}
    marks = [one.fingerprint for one in site.standing().certificates]
    site.answers = {
        "certificates.source": "generate",
        "certificates.directory": str(site.certs),
        "certificates.approved": marks,
    }
    assert {one.approved for one in site.standing().certificates} == {True}
    site.answers["certificates.approved"] = marks[:2]
    standing = site.standing()
    assert [one.title for one in standing.unapproved] == ["Client"]
    assert told(standing, Told.NOT_APPROVED) is not None
    assert standing.verdict is Verdict.WARNING


def test_an_authority_that_was_slipped_in_is_not_approved(site: Host) -> None:
    """The approved certificates stay as they are, and amphorae would trust another one too."""
    layout = site.deploy()
    marks = [one.fingerprint for one in site.standing().certificates]
    site.answers = {
        "certificates.source": "generate",
        "certificates.directory": str(site.certs),
        "certificates.approved": marks,
    }
    with layout.files[Pem.CLIENT_CA].open("ab") as stream:
        stream.write(signed("CN=stranger", ec_key(), extensions=CA))
    standing = site.standing()
    assert [one.title for one in standing.unapproved] == ["Client CA, trusted beside it"]
    assert standing.verdict is Verdict.WARNING


def install(site: Host, *pems: Pem) -> None:
    """Put certificates where the role puts them on a controller."""
    names = {Pem.SERVER_CA: "server_ca.pem", Pem.CLIENT_CA: "client_ca.pem"}
    names[Pem.CLIENT] = "client.pem"
    site.controller.mkdir()
    for pem in pems:
        source = {Pem.SERVER_CA: "ca_server_01.pem", Pem.CLIENT_CA: "ca_01.pem"}
        shutil.copy(site.certs / source.get(pem, "client.pem"), site.controller / names[pem])


def test_a_controller_that_has_them(site: Host) -> None:
    site.deploy()
    install(site, Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT)
    standing = site.standing()
    assert {one.installed for one in standing.certificates} == {True}
    assert standing.verdict is Verdict.OK


def test_a_controller_that_has_others(site: Host) -> None:
    """The certificates were renewed here, and the playbook was not run since."""
    site.deploy()
    install(site, Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT)
    shutil.rmtree(site.certs)
    site.deploy()
    standing = site.standing()
    assert {one.installed for one in standing.certificates} == {False}
    note = told(standing, Told.NOT_INSTALLED)
    assert note is not None
    assert "openstack.osa.octavia" in note.command
    assert standing.verdict is Verdict.WARNING


def test_a_controller_whose_files_stay_hidden(site: Host) -> None:
    site.deploy()
    site.controller.mkdir()
    standing = site.standing()
    assert {one.installed for one in standing.certificates} == {None}
    assert told(standing, Told.INSTALLED_UNREAD) is not None
    assert standing.verdict is Verdict.OK


def test_a_passphrase_that_only_refers_to_another_is_followed(site: Host) -> None:
    """Else a key would be told broken that Octavia opens."""
    site.deploy()
    site.write(
        SECRET_FILE,
        {
            "octavia_ca_private_key_passphrase": "{{ octavia_cert_client_password }}",
            "octavia_cert_client_password": CLIENT_SECRET,
            "octavia_health_hmac_key": "{{ a | b }}",
        },
    )
    read = known_passphrases(site.session().facts.host)
    assert read("octavia_ca_private_key_passphrase") == CLIENT_SECRET
    assert read("octavia_health_hmac_key") is None
    assert read("octavia_nothing") is None


def test_without_the_secrets_the_keys_are_not_called_broken(site: Host) -> None:
    """As for a monitoring user who may not read them."""
    site.deploy()
    (site.deploy_dir / SECRET_FILE).unlink()
    standing = site.standing()
    server = standing.certificates[0]
    assert server.key is not None
    assert server.key.encrypted
    assert not server.key.opened
    assert standing.verdict is Verdict.OK, standing.findings


def test_now_is_the_moment_it_is_asked(site: Host) -> None:
    site.deploy()
    before = datetime.now(UTC)
    assert before <= certificates_standing(site.session()).at <= datetime.now(UTC)


def test_a_renewed_file_of_the_operators_is_not_deployed_yet(tmp_path: Path) -> None:
    """Monitoring must not take it for the one the controllers have."""
    brought = tmp_path / "brought"
    brought.mkdir()
    own = Own(brought)
    layout = own.layout()
    for pem, data in convert(layout, SECRETS.get).items():
        layout.files[pem].parent.mkdir(parents=True, exist_ok=True)
        layout.files[pem].write_bytes(data)
    (layout.directory / RECORD).write_text(json.dumps(source_record(layout)))
    site = Host(tmp_path)
    site.write(VARIABLES, layout.variables)
    site.write(SECRET_FILE, SECRETS)
    site.answers = {key: one.value for key, one in own.answers().settings.items()}
    deployed = [one.fingerprint for one in site.standing().certificates]
    own.sign(own.client, days=200)
    standing = site.standing()
    assert [one.fingerprint for one in standing.certificates] == deployed
    assert {one.path.parent for one in standing.certificates} == {layout.directory}


def test_another_authority_beside_the_first_is_not_behind_it(tmp_path: Path) -> None:
    """While a CA is replaced two of them stand in one file, each perhaps with a root."""
    site = Host(tmp_path)
    layout = site.deploy(certificates__intermediates=True)
    other = laid_out(generating(tmp_path / "other", certificates__intermediates=True))
    server = layout.files[Pem.SERVER_CA]
    server.write_bytes(server.read_bytes() + other.files[Pem.SERVER_CA].read_bytes())
    titles = [one.title for one in site.standing().certificates if one.pem is Pem.SERVER_CA]
    assert titles == [
        "Server CA",
        "Server CA, root behind it",
        "Server CA, trusted beside it",
        "Server CA, trusted beside it",
    ]
