"""A client certificate is renewed here, or the operator is told how their own PKI does it."""

from __future__ import annotations

import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.lifecycle.renewal import (
    after_renewal,
    by_own_pki,
    make_request,
    openssl_subject,
    refusal_of,
    renewal_errand,
    steps_of_taking_over,
)
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import read_certificate, read_key
from octavia_wizard.core.steps.base import Action
from tests.core.lifecycle.certificate_site import CertificateSite
from tests.core.pki.support import openssl, owning


@pytest.fixture
def deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateSite:
    """A deployment with generated certificates."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return CertificateSite(tmp_path)


def soon() -> datetime:
    """Return a moment after the certificates were made."""
    return datetime.now(UTC) + timedelta(minutes=1)


def own(deployment: CertificateSite, **more: object) -> dict[str, object]:
    """Return the answers that name the generated files as the operator's own."""
    files = deployment.layout.files
    return {
        "certificates__source": "own",
        "certificates__server_ca_certificate": str(files[Pem.SERVER_CA]),
        "certificates__server_ca_key": str(files[Pem.SERVER_CA_KEY]),
        "certificates__client_ca_certificate": str(files[Pem.CLIENT_CA]),
        "certificates__client_certificate": str(files[Pem.CLIENT]),
        "certificates__client_key": str(files[Pem.CLIENT_KEY]),
        **more,
    }


def test_renewed_by_an_errand(deployment: CertificateSite) -> None:
    """The plan has one change; the answers of the deployment stay as they are."""
    session = deployment.session()
    errand = renewal_errand(session, 90, now=soon())
    assert [item.step for item in errand.plan.changes] == ["client_renewal"]
    assert refusal_of(session, 90) is None
    deployment.carry_out(errand)
    view = read_certificate(deployment.layout.files[Pem.CLIENT])
    assert (view.not_after - datetime.now(UTC)).days in (89, 90)
    assert "certificates.not_before" not in session.answers
    items = {item.step: item.action for item in session.plan(only=("certificates",)).items}
    assert items["certificates"] is Action.KEEP
    assert [one.purpose for one in after_renewal(session)] == ["distribute", "check", "check"]


def test_own_certificates_whose_authority_is_here(
    deployment: CertificateSite, tmp_path: Path
) -> None:
    """With certificates.client_ca_key the operator's own are renewed, in our copy alone."""
    sources = tmp_path / "pki"
    sources.mkdir()
    paths: dict[str, object] = {}
    for name, value in own(deployment).items():
        paths[name] = value
        if name != "certificates__source":
            copy = sources / Path(str(value)).name
            copy.write_bytes(Path(str(value)).read_bytes())
            paths[name] = str(copy)
    key = sources / "ca_01.key"
    key.write_bytes(deployment.layout.files[Pem.CLIENT_CA_KEY].read_bytes())
    before = {path: path.read_bytes() for path in sources.iterdir()}
    session = deployment.session(
        **paths, certificates__client_ca_key=str(key), certificates__client_days=30
    )
    errand = renewal_errand(session, now=soon())
    assert errand.plan.changes, errand.plan.items
    deployment.carry_out(errand)
    view = read_certificate(deployment.layout.files[Pem.CLIENT])
    assert (view.not_after - datetime.now(UTC)).days in (29, 30)
    assert {path: path.read_bytes() for path in sources.iterdir()} == before


def test_without_the_key_of_the_authority(deployment: CertificateSite) -> None:
    """Nothing is planned; the cause and the commands of the own PKI are told."""
    session = deployment.session(**own(deployment))
    refusal = refusal_of(session)
    assert refusal is not None
    assert refusal.needs_pki
    assert renewal_errand(session).plan.changes == ()
    text = " ".join(one.command for one in by_own_pki(session))
    assert "openssl req -new" in text
    assert "replay" in text
    assert str(deployment.layout.files[Pem.CLIENT]) in str(by_own_pki(session))


def test_while_the_file_with_the_passphrase_is_closed(deployment: CertificateSite) -> None:
    """The password of the vault is what helps: no second value, and no other PKI."""
    secrets = deployment.deploy_dir / "user_secrets.yml"
    secrets.write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    refusal = refusal_of(deployment.session())
    assert refusal is not None
    assert str(secrets) in refusal.reason
    assert "octavia_cert_client_password" in refusal.reason
    assert "--vault-password-file" in refusal.cure
    assert not refusal.needs_pki


def test_the_commands_for_a_request_work(deployment: CertificateSite, tmp_path: Path) -> None:
    """They are run as they are told; the subject is that of the present certificate."""
    session = deployment.session(**own(deployment))
    requests = [one for one in by_own_pki(session) if one.purpose == "request"]
    assert len(requests) == 2
    for one in requests:
        made = _run(one, tmp_path) / "octavia-client.csr"
        request = x509.load_pem_x509_csr(made.read_bytes())
        present = read_certificate(deployment.layout.files[Pem.CLIENT])
        assert request.subject.rfc4514_string() == present.subject
        made.unlink()


def _run(command: NextCommand, where: Path) -> Path:
    subprocess.run(shlex.split(command.command), cwd=where, check=True, capture_output=True)
    return where


@pytest.mark.parametrize(
    ("release", "steps"),
    [("19.1.7", "certificates"), ("23.4.4", "certificates,files"), ("33.0.1", "certificates")],
)
def test_files_taken_over_anew_are_told_with_the_size_of_their_keys(
    release: str, steps: str
) -> None:
    """From 20 to 24 the role replaces a key whose size user_variables_octavia.yml does not tell."""
    names = ("server_ca_certificate", "server_ca_key", "client_ca_certificate")
    paths = {name: f"/pki/{name}" for name in (*names, "client_certificate", "client_key")}
    layout = certificate_layout(owning(release, directory="/pki/octavia", **paths))
    assert steps_of_taking_over(layout) == steps


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("CN=octavia,O=Example", "/O=Example/CN=octavia"),
        ("CN=a/b\\+c,O=Example", "/O=Example/CN=a\\/b\\+c"),
    ],
)
def test_a_subject_as_openssl_takes_it(subject: str, told: str, tmp_path: Path) -> None:
    """In the order of the certificate, with what OpenSSL would take apart escaped."""
    name = x509.Name.from_rfc4514_string(subject)
    assert openssl_subject(name) == told
    request, key = tmp_path / "a.csr", tmp_path / "a.key"
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-subj", told,
            "-out", request)  # fmt: skip
    assert x509.load_pem_x509_csr(request.read_bytes()).subject == name


def test_a_request_is_written_with_its_key(deployment: CertificateSite, tmp_path: Path) -> None:
    """Both are new files, the key private; nothing of the deployment changes."""
    before = {p: p.read_bytes() for p in deployment.deploy_dir.rglob("*") if p.is_file()}
    request, key = make_request(deployment.session(), tmp_path / "client.csr")
    found = x509.load_pem_x509_csr(request.read_bytes())
    assert found.is_signature_valid
    assert found.subject.rfc4514_string() == "CN=octavia-controller"
    assert key.stat().st_mode & 0o777 == 0o600
    assert read_key(key, None).public_key is not None
    assert {p: p.read_bytes() for p in deployment.deploy_dir.rglob("*") if p.is_file()} == before
    with pytest.raises(FileError, match="not overwritten"):
        make_request(deployment.session(), tmp_path / "client.csr")


def test_an_expired_certificate_can_be_renewed(deployment: CertificateSite) -> None:
    """It is what the verb is for on a bad day."""
    errand = renewal_errand(deployment.session(), 1, now=soon())
    deployment.carry_out(errand)
    late = datetime.now(UTC) + timedelta(days=3)
    assert refusal_of(deployment.session(), now=late) is None
    again = renewal_errand(deployment.session(), now=late)
    assert [item.action for item in again.plan.changes] == [Action.CHANGE]


def test_after_the_end_of_the_authority(deployment: CertificateSite) -> None:
    """It can sign nothing any more: it has to be replaced."""
    refusal = refusal_of(deployment.session(), now=datetime.now(UTC) + timedelta(days=4000))
    assert refusal is not None
    assert "rollover" in refusal.cure
    assert not refusal.needs_pki
