"""The authority that follows another is of the same kind, by a name that cannot be confused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.layout import certificate_layout
from octavia_wizard.core.pki.making.subjects import root_subject
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.rollover_files import Side
from octavia_wizard.core.pki.succession import following_subject, made_successor, successor_of
from tests.core.pki.support import PASSPHRASES, SECRETS, generating, made, openssl


def name(text: str) -> x509.Name:
    """Read a subject."""
    return x509.Name.from_rfc4514_string(text)


@pytest.mark.parametrize(
    ("present", "taken", "following"),
    [
        ("CN=Octavia Server CA,O=Example", (), "CN=Octavia Server CA G2,O=Example"),
        ("CN=CA G9", (), "CN=CA G10"),
        ("CN=CA", ("CN=CA G2", "CN=ca  g3"), "CN=CA G4"),
        ("CN=CAG2", (), "CN=CAG2 G2"),
        (f"CN={'x' * 64}", (), f"CN={'x' * 56} G2"),
    ],
)
def test_the_name(present: str, taken: tuple[str, ...], following: str) -> None:
    """It counts on, keeps the rest, leaves out what is taken, and fits with its root."""
    found = following_subject(name(present), [name(one) for one in taken])
    assert found.rfc4514_string() == following
    assert root_subject(found)


@pytest.mark.parametrize("side", list(Side))
def test_of_the_same_kind(side: Side, tmp_path: Path) -> None:
    """Type of key and days are those of the deployment; the chain verifies, the key opens."""
    effective = generating(
        tmp_path, certificates__intermediates=True, certificates__client_ca_days=2000
    )
    layout = certificate_layout(effective)
    files = made(effective).files
    ca = Pem.SERVER_CA if side is Side.SERVER else Pem.CLIENT_CA
    present = x509.load_pem_x509_certificates(files[ca])[0]
    found = successor_of(effective, layout, side, present)
    assert found.kind is KeyType.EC_P256
    assert found.days == (3650 if side is Side.SERVER else 2000)
    assert found.root_days == 7300
    new = made_successor(found, side, lambda pem: PASSPHRASES[pem], datetime.now(UTC))
    chain = x509.load_pem_x509_certificates(new[ca])
    assert [len(chain), len(new)] == [2, 3]
    root, authority = tmp_path / "root.pem", tmp_path / "ca.pem"
    pems = new[ca].decode().split("-----END CERTIFICATE-----\n")
    authority.write_text(pems[0] + "-----END CERTIFICATE-----\n")
    root.write_text(pems[1] + "-----END CERTIFICATE-----\n")
    openssl("verify", "-x509_strict", "-CAfile", root, authority)
    assert set(SECRETS.values()) >= set(PASSPHRASES.values())


def test_the_size_the_role_wants(tmp_path: Path) -> None:
    """To 24 the role replaces keys of another size than it is told."""
    effective = generating(tmp_path, "22.4.4", certificates__key_type="rsa-3072")
    layout = certificate_layout(effective)
    present = x509.load_pem_x509_certificates(made(generating(tmp_path)).files[Pem.SERVER_CA])[0]
    assert successor_of(effective, layout, Side.SERVER, present).kind is KeyType.RSA_3072
