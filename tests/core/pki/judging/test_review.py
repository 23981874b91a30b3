"""Files that would not work, or would not be safe, are found before Octavia has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.pki.judging.review import examine, review
from octavia_wizard.core.pki.keys import KeyType, new_key, plain_pem
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import Pem
from tests.core.pki.own_files import CLIENT, Own
from tests.core.pki.support import (
    CA,
    SECRETS,
    SERVER_SECRET,
    ec_key,
    generating,
    laid_out,
    signed,
    usage,
    weak_key,
)


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Good files."""
    return Own(tmp_path)


def test_what_the_wizard_makes_is_faultless(tmp_path: Path) -> None:
    """Nothing is found in generated files, with or without their passphrases."""
    layout = laid_out(generating(tmp_path))
    assert review(layout) == []
    assert review(layout, SECRETS.get) == []


def test_good_files_of_the_operators_are_taken(own: Own) -> None:
    """Nothing is found in sound files."""
    assert own.found() == {}


def test_a_missing_file_is_named(own: Own) -> None:
    """The finding says which file of which purpose."""
    (own.directory / "client.key").unlink()
    (finding,) = review(own.layout())
    assert finding.id == "cert-missing"
    assert "client key" in finding.what
    assert finding.where == str(own.directory / "client.key")


def test_a_file_that_is_not_pem(own: Own) -> None:
    """DER or text in place of PEM is an error."""
    own.put("server.pem", b"\x30\x82")
    assert own.found() == {"cert-unreadable": Severity.ERROR}


def test_a_wrong_passphrase(own: Own) -> None:
    """A key that the secrets file does not open would stop Octavia."""
    own.put("server.key", encrypted_pem(own.server, "something else", 1000))
    assert own.found() == {"cert-unreadable": Severity.ERROR}


def test_a_key_of_another_certificate(own: Own) -> None:
    """Both authority and client must have their own key; unknown passphrases are not guessed."""
    own.put("server.key", encrypted_pem(ec_key(), SERVER_SECRET, 1000))
    assert own.found() == {"cert-key-mismatch": Severity.ERROR}
    assert review(own.layout()) == []
    own.put("client.key", plain_pem(ec_key()))
    assert len(review(own.layout())) == 1


def test_one_authority_for_both_sides(own: Own) -> None:
    """The trap of most guides: an amphora could then command the others."""
    own.put("client-ca.pem", (own.directory / "server.pem").read_bytes())
    issuer = ("CN=Server", own.server)
    own.put("client.pem", signed("CN=c", own.client, issuer, extensions=CLIENT, days=300))
    assert own.found() == {"cert-same-ca": Severity.ERROR}


def test_the_same_key_under_two_names_is_one_authority(own: Own) -> None:
    """Two certificates of one key are no two authorities."""
    own.put("client-ca.pem", signed("CN=Clients", own.server, extensions=CA))
    issuer = ("CN=Clients", own.server)
    own.put("client.pem", signed("CN=c", own.client, issuer, extensions=CLIENT, days=300))
    assert own.found() == {"cert-same-ca": Severity.ERROR}


def test_a_client_of_another_authority(own: Own) -> None:
    """The client certificate must be signed by the client CA itself."""
    other = signed("CN=c", own.client, ("CN=Clients", ec_key()), extensions=CLIENT, days=300)
    own.put("client.pem", other)
    assert own.found() == {"cert-chain": Severity.ERROR}


def test_an_authority_that_is_none(own: Own) -> None:
    """A plain certificate cannot sign others."""
    own.put("server.pem", signed("CN=Server", own.server))
    assert own.found() == {"cert-not-a-ca": Severity.ERROR}


def test_a_client_that_is_an_authority(own: Own) -> None:
    """The controllers' key must not be able to sign."""
    both = usage("digital_signature", "key_cert_sign")
    own.sign(own.client, extensions={**CA, both: True})
    assert own.found() == {"cert-client-is-a-ca": Severity.ERROR}


def test_usages_that_forbid_what_is_needed(own: Own) -> None:
    """A certificate for servers is none for clients; an authority must be allowed to sign."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    own.sign(own.client, extensions={purpose: False})
    only = {**CA, usage("digital_signature"): True}
    own.put("server.pem", signed("CN=Server", own.server, extensions=only))
    assert own.found() == {
        "cert-key-usage": Severity.ERROR,
        "cert-extended-key-usage": Severity.ERROR,
    }


def test_times_of_validity(own: Own) -> None:
    """Expired and not yet valid are errors; ending within 90 days is a warning."""
    now = datetime.now(UTC)
    own.sign(own.client, start=now - timedelta(days=30), days=10)
    assert own.found() == {"cert-expired": Severity.ERROR}
    own.sign(own.client, start=now + timedelta(days=1), days=200)
    assert own.found() == {"cert-not-yet-valid": Severity.ERROR}
    own.sign(own.client, days=60)
    assert own.found() == {"cert-expires-soon": Severity.WARNING}
    own.sign(own.client, days=4000)
    assert own.found() == {"cert-outlives-ca": Severity.WARNING}


def test_today_is_not_the_only_day(own: Own) -> None:
    """What is fine now is judged for any other day too."""
    layout = own.layout()
    later = datetime.now(UTC) + timedelta(days=500)
    assert {f.id for f in examine(layout, now=later).findings} == {"cert-expired"}


def test_keys_for_which_octavia_has_no_use(own: Own) -> None:
    """Octavia cannot open an encrypted client key, nor a CA key that is not encrypted."""
    own.put("client.key", encrypted_pem(own.client, "secret", 1000))
    own.put("server.key", plain_pem(own.server))
    assert own.found() == {
        "cert-client-key-encrypted": Severity.ERROR,
        "cert-ca-key-encrypted-anew": Severity.NOTE,
    }
    assert own.found(octavia_wizard_client_source_password="secret") == {
        "cert-client-key-decrypted": Severity.NOTE,
        "cert-ca-key-encrypted-anew": Severity.NOTE,
    }


def test_ours_must_be_as_octavia_reads_them(tmp_path: Path) -> None:
    """What is noted of a source is an error of a file that Octavia reads."""
    layout = laid_out(generating(tmp_path))
    keys = {
        pem: load_pem_private_key(layout.files[pem].read_bytes(), SECRETS[name].encode())
        for pem, name in layout.passphrases.items()
    }
    for pem, key in keys.items():
        layout.files[pem].write_bytes(plain_pem(key))
    client = load_pem_private_key(layout.files[Pem.CLIENT_KEY].read_bytes(), None)
    layout.files[Pem.CLIENT_KEY].write_bytes(encrypted_pem(client, "secret", 1000))
    found = {f.id: f.severity for f in review(layout, SECRETS.get)}
    assert found == {
        "cert-ca-key-not-encrypted": Severity.ERROR,
        "cert-key-in-plain": Severity.WARNING,
        "cert-client-key-encrypted": Severity.ERROR,
        "cert-bundle-differs": Severity.ERROR,
    }


def test_a_traditional_encrypted_key_counts_as_encrypted(own: Own) -> None:
    """Keys from older tools (Proc-Type: 4,ENCRYPTED) are told from plain ones."""
    old = own.client.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(b"secret"),
    )
    own.put("client.key", old)
    assert own.found() == {"cert-client-key-encrypted": Severity.ERROR}


def test_a_weak_key(own: Own) -> None:
    """RSA below 2048 bits is refused by the TLS libraries amphorae have."""
    weak = weak_key()
    own.sign(weak)
    own.put("client.key", plain_pem(weak))
    assert own.found() == {"cert-weak-key": Severity.ERROR}


def test_a_key_others_can_read(own: Own) -> None:
    """Lax modes of keys are a warning; certificates may be read by anyone."""
    (own.directory / "client.key").chmod(0o640)
    (own.directory / "client.pem").chmod(0o644)
    assert own.found() == {"cert-key-mode": Severity.WARNING}


def test_a_directory_others_can_write_into(tmp_path: Path) -> None:
    """Closed files are of no use where anybody may put others in their place."""
    layout = laid_out(generating(tmp_path / "octavia"))
    layout.directory.chmod(0o777)
    assert {found.id for found in review(layout, SECRETS.get)} == {"cert-directory-open"}
    layout.directory.chmod(0o750)
    assert review(layout, SECRETS.get) == []


def test_a_key_the_role_would_overwrite(own: Own) -> None:
    """From 20 to 24 the role replaces a CA key that is not RSA of the size it is told."""
    assert own.found("22.4.4") == {"cert-role-replaces-key": Severity.ERROR}
    assert own.found("18.0.0") == {}


def test_a_role_that_is_given_what_it_insists_on(tmp_path: Path) -> None:
    """Generated RSA keys of the announced size are left alone by that role."""
    answers = generating(tmp_path, "22.4.4", certificates__key_type="rsa-3072")
    assert review(laid_out(answers), SECRETS.get) == []


def test_a_bundle_of_another_set(tmp_path: Path) -> None:
    """The one file the role copies must hold what the two single files hold."""
    layout = laid_out(generating(tmp_path, "18.0.0"))
    other = laid_out(generating(tmp_path / "other", "18.0.0"))
    bundle = other.files[Pem.CLIENT_BUNDLE].read_bytes()
    layout.files[Pem.CLIENT_BUNDLE].write_bytes(bundle)
    assert [f.id for f in review(layout)] == ["cert-bundle-differs"]


def test_findings_help(own: Own) -> None:
    """Every finding belongs to the section, says why and how to mend it."""
    own.put("client.key", plain_pem(new_key(KeyType.EC_P384)), 0o644)
    for finding in review(own.layout()):
        assert finding.section == "certificates"
        assert finding.id.startswith("cert-")
        assert finding.why
        assert finding.fix
