"""What a new client certificate is to be follows from the present one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from octavia_wizard.core.pki.keys import KeyType, PrivateKey
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.renewing import Refusal, Renewal, kind_of, renewal_of, renewed
from tests.core.pki.support import CA, CLIENT_SECRET, SECRETS, generating, laid_out, openssl, signed


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), KeyType.RSA_3072),
        (rsa.generate_private_key(public_exponent=65537, key_size=3072), KeyType.RSA_3072),
        (ec.generate_private_key(ec.SECP256R1()), KeyType.EC_P256),
        (ec.generate_private_key(ec.SECP384R1()), KeyType.EC_P384),
        (ec.generate_private_key(ec.SECP521R1()), KeyType.EC_P384),
    ],
    ids=["2048", "3072", "P-256", "P-384", "P-521"],
)
def test_the_kind_of_key(key: PrivateKey, kind: KeyType) -> None:
    """The same where it can be made here, else the nearest that is made."""
    assert kind_of(key.public_key()) is kind


def test_what_stands_behind_the_certificate_stays(tmp_path: Path) -> None:
    """Authorities in the file of the client certificate are kept, in both of its forms."""
    layout = laid_out(generating(tmp_path))
    client, ca = layout.files[Pem.CLIENT], layout.files[Pem.CLIENT_CA]
    client.write_bytes(client.read_bytes() + ca.read_bytes())
    moment = datetime.now(UTC)
    found = renewal_of(layout, 100, moment, SECRETS.get)
    assert isinstance(found, Renewal)
    files = renewed(found, layout, moment, CLIENT_SECRET)
    for pem in (Pem.CLIENT, Pem.CLIENT_BUNDLE):
        assert files[pem].count(b"BEGIN CERTIFICATE") == 2
        assert ca.read_bytes() in files[pem]
    new = tmp_path / "new.pem"
    new.write_bytes(files[Pem.CLIENT])
    openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", ca, new)


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    """An extension Octavia has no use for is not copied, and named."""
    layout = laid_out(generating(tmp_path))
    name = x509.SubjectAlternativeName([x509.DNSName("controller.example")])
    key = ec.generate_private_key(ec.SECP256R1())
    layout.files[Pem.CLIENT].write_bytes(signed("CN=c", key, extensions={name: False}))
    found = renewal_of(layout, 100, datetime.now(UTC), SECRETS.get)
    assert isinstance(found, Renewal)
    assert any("subjectAltName" in note for note in found.notes)


def test_an_authority_that_has_ended(tmp_path: Path) -> None:
    """It is refused, with the way out."""
    layout = laid_out(generating(tmp_path))
    found = renewal_of(layout, 100, datetime.now(UTC) + timedelta(days=3650), SECRETS.get)
    assert isinstance(found, Refusal)
    assert "rollover client" in found.cure
    assert not found.needs_pki


def test_what_was_never_made_cannot_be_renewed(tmp_path: Path) -> None:
    """There is nothing to bring back: the answers are to be applied first."""
    layout = certificate_layout(generating(tmp_path / "octavia"))
    refused = renewal_of(layout, 365, datetime.now(UTC), SECRETS.get)
    assert isinstance(refused, Refusal)
    assert "no certificates" in refused.reason
    assert "apply the answers" in refused.cure


def test_files_that_cannot_be_looked_for_are_not_taken_for_missing(tmp_path: Path) -> None:
    """Nobody is told to make new certificates where there may be some behind a closed door."""
    layout = certificate_layout(generating(tmp_path / "octavia"))
    layout.directory.symlink_to(layout.directory)
    refused = renewal_of(layout, 365, datetime.now(UTC), SECRETS.get)
    assert isinstance(refused, Refusal)
    assert "cannot be read" in refused.reason or "cannot read" in refused.reason
    assert "make it readable" in refused.cure


def test_an_authority_with_a_key_nothing_is_signed_with_here(tmp_path: Path) -> None:
    """It is said before anything is changed, with the way out."""
    layout = laid_out(generating(tmp_path))
    key = ed25519.Ed25519PrivateKey.generate()
    layout.files[Pem.CLIENT_CA].write_bytes(signed("CN=Clients", key, extensions=CA))
    layout.files[Pem.CLIENT_CA_KEY].write_bytes(encrypted_pem(key, CLIENT_SECRET, 1000))
    found = renewal_of(layout, 100, datetime.now(UTC), SECRETS.get)
    assert isinstance(found, Refusal)
    assert "Ed25519" in found.reason
    assert found.needs_pki


def test_a_passphrase_that_is_not_the_keys(tmp_path: Path) -> None:
    """The file is in order; the operator learns which secret is not."""
    layout = laid_out(generating(tmp_path))
    refused = renewal_of(layout, 365, datetime.now(UTC), lambda name: "another")
    assert isinstance(refused, Refusal)
    assert refused.needs_pki
    assert layout.passphrases[Pem.CLIENT_CA_KEY] in refused.cure
