"""Keys are judged by what Octavia and the role do with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.pki.judging.review import review
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from tests.core.pki.forms_made import WORD, bundle_in
from tests.core.pki.own_files import Own
from tests.core.pki.support import CA, SECRETS, SERVER_SECRET, signed

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Good files."""
    return Own(tmp_path)


def _bundled(own: Own) -> None:
    plain = own.directory / "server-plain.key"
    plain.write_bytes(plain_pem(own.server))
    made = bundle_in("modern", plain, own.directory / "server.pem", own.directory)
    for name in ("server.pem", "server.key"):
        own.put(name, made.read_bytes())


def test_a_bundle_is_locked_until_its_password_is_known(own: Own) -> None:
    _bundled(own)
    findings = own.findings()
    assert [(f.id, f.severity) for f in findings].count(("cert-source-locked", ERROR)) == 2
    assert all("octavia_wizard_server_ca_source_password" in f.fix for f in findings)
    assert own.found(octavia_wizard_server_ca_source_password=WORD) == {}
    wrong = own.findings(octavia_wizard_server_ca_source_password="planted-word")
    assert {f.id for f in wrong} == {"cert-unreadable"}
    assert "planted-word" not in repr(wrong)


def test_one_file_for_several_is_told_about_once(own: Own) -> None:
    _bundled(own)
    own.more["server_ca_key"] = own.directory / "server.pem"
    found = [f.id for f in own.findings()]
    assert found == ["cert-source-locked"]


def test_an_optional_key_of_the_client_ca(own: Own) -> None:
    """It is needed for renewals only; where it is named it must be the right one."""
    own.put("clients.key", encrypted_pem(own.authority, WORD, 1000))
    own.more["client_ca_key"] = own.directory / "clients.key"
    assert own.found() == {"cert-source-locked": ERROR}
    secret = {"octavia_wizard_client_ca_source_password": WORD}
    assert own.found(**secret) == {}
    own.put("clients.key", encrypted_pem(own.server, WORD, 1000))
    assert own.found(**secret) == {"cert-key-mismatch": ERROR}


class TestForTheRoleOf22:
    """From 20 to 24 the role replaces keys that are not RSA of the size it is told."""

    @pytest.fixture
    def rsa_files(self, own: Own) -> Own:
        """Good files with RSA keys of different sizes."""
        own.server = rsa.generate_private_key(65537, 3072)
        own.authority = rsa.generate_private_key(65537, 3072)
        client = rsa.generate_private_key(65537, 4096)
        own.put("server.pem", signed("CN=Server", own.server, extensions=CA))
        own.put("server.key", encrypted_pem(own.server, SERVER_SECRET, 1000))
        own.put("client-ca.pem", signed("CN=Clients", own.authority, extensions=CA))
        own.sign(client)
        own.put("client.key", plain_pem(client))
        return own

    def test_any_size_is_fine_before_it_is_taken_over(self, rsa_files: Own) -> None:
        assert rsa_files.found("22.4.4") == {}

    def test_client_and_its_authority_must_be_of_one_size(self, rsa_files: Own) -> None:
        rsa_files.put("clients.key", plain_pem(rsa_files.authority))
        rsa_files.more["client_ca_key"] = rsa_files.directory / "clients.key"
        assert rsa_files.found("22.4.4") == {"cert-role-replaces-key": ERROR}
        assert rsa_files.found("33.0.1") == {}

    def test_elliptic_curves_are_refused(self, own: Own) -> None:
        found = review(own.layout("22.4.4"), SECRETS.get)
        assert {f.id for f in found} == {"cert-role-replaces-key"}
        assert len(found) == 2
