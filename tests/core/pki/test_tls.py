"""With what the wizard makes, controllers and amphorae trust each other and nobody else."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.pki.keys import KeyType, PrivateKey
from octavia_wizard.core.pki.making.authorities import make_authority, parse_subject
from octavia_wizard.core.pki.pem import Pem
from tests.core.pki.handshake import Refusal, Side, amphora_pem, plain, shake_hands
from tests.core.pki.support import (
    CLIENT_SECRET,
    SERVER_SECRET,
    ec_key,
    generating,
    made,
    signed,
    usage,
)

AMPHORA = "0b7d3a5c-58a4-4b0e-9b4e-0f3f0d8f7a11"
OTHER = "9f2b8c1e-3c57-4a0b-8a83-6d1a2b3c4d5e"


@dataclass(frozen=True, slots=True)
class Site:
    """The files of one deployment, and an amphora that Octavia made with them."""

    files: Mapping[Pem, bytes]
    amphora: bytes

    @property
    def controller_side(self) -> Side:
        """Return what a controller's configuration names."""
        return Side(self.files[Pem.CLIENT_BUNDLE], self.files[Pem.SERVER_CA])

    @property
    def amphora_side(self) -> Side:
        """Return what an amphora is given when it boots."""
        return Side(self.amphora, self.files[Pem.CLIENT_CA])


def key_of(pem: bytes, passphrase: str) -> PrivateKey:
    """Open a key of an authority."""
    key = serialization.load_pem_private_key(pem, passphrase.encode())
    assert isinstance(key, PrivateKey)
    return key


def site(place: Path, **answers: object) -> Site:
    """Make everything anew."""
    files = made(generating(place, "33.0.1", **answers)).files
    key = key_of(files[Pem.SERVER_CA_KEY], SERVER_SECRET)
    return Site(files, amphora_pem(AMPHORA, files[Pem.SERVER_CA], key))


@pytest.fixture(scope="module", params=[False, True], ids=["two CAs", "roots above them"])
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A deployment of each kind."""
    place = tmp_path_factory.mktemp("here")
    return site(place, certificates__intermediates=request.param)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Another deployment, with the same names in its certificates."""
    return site(tmp_path_factory.mktemp("elsewhere"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_controller_and_amphora_reach_each_other(
    here: Site, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    sides = (here.controller_side, here.amphora_side)
    assert shake_hands(*sides, AMPHORA, tmp_path, version=version) is None


def test_an_amphora_that_goes_by_another_name_is_refused(here: Site, tmp_path: Path) -> None:
    refusal = shake_hands(here.controller_side, here.amphora_side, OTHER, tmp_path)
    assert refusal is not None
    assert refusal.by == "controller"
    assert "Hostname mismatch" in refusal.reason


def test_an_amphora_is_not_taken_for_a_controller(here: Site, tmp_path: Path) -> None:
    stolen = Side(here.amphora, here.files[Pem.SERVER_CA])
    assert refused_by(shake_hands(stolen, here.amphora_side, AMPHORA, tmp_path)) == "amphora"


def test_a_controller_is_not_taken_for_an_amphora(here: Site, tmp_path: Path) -> None:
    posing = Side(here.files[Pem.CLIENT_BUNDLE], here.files[Pem.CLIENT_CA])
    refusal = shake_hands(here.controller_side, posing, AMPHORA, tmp_path)
    assert refused_by(refusal) == "controller"


def test_a_controller_of_another_deployment_is_refused(
    here: Site, elsewhere: Site, tmp_path: Path
) -> None:
    stranger = Side(elsewhere.files[Pem.CLIENT_BUNDLE], here.files[Pem.SERVER_CA])
    assert refused_by(shake_hands(stranger, here.amphora_side, AMPHORA, tmp_path)) == "amphora"


def test_an_amphora_of_another_deployment_is_refused(
    here: Site, elsewhere: Site, tmp_path: Path
) -> None:
    stranger = Side(elsewhere.amphora, here.files[Pem.CLIENT_CA])
    refusal = shake_hands(here.controller_side, stranger, AMPHORA, tmp_path)
    assert refused_by(refusal) == "controller"


def test_amphorae_given_the_wrong_authority_refuse_controllers(here: Site, tmp_path: Path) -> None:
    mistaken = Side(here.amphora, here.files[Pem.SERVER_CA])
    refusal = shake_hands(here.controller_side, mistaken, AMPHORA, tmp_path)
    assert refused_by(refusal) == "amphora"


def test_a_single_authority_for_both_sides_would_let_amphorae_in(
    here: Site, tmp_path: Path
) -> None:
    """Why the wizard refuses one CA for both: the refusals above hang on there being two."""
    single = Side(here.amphora, here.files[Pem.SERVER_CA])
    stolen = Side(here.amphora, here.files[Pem.SERVER_CA])
    assert shake_hands(stolen, single, AMPHORA, tmp_path) is None


def test_an_expired_controller_is_refused(here: Site, tmp_path: Path) -> None:
    expired = Side(_client(here, days=-1), here.files[Pem.SERVER_CA])
    refusal = shake_hands(expired, here.amphora_side, AMPHORA, tmp_path)
    assert refusal == Refusal("amphora", "certificate has expired")


def test_a_controller_whose_authority_expired_is_refused(here: Site, tmp_path: Path) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=400)
    subject = parse_subject("CN=Octavia Client CA")
    old = make_authority(subject, KeyType.EC_P256, 300, CLIENT_SECRET, now=long_ago)
    files = {**here.files, Pem.CLIENT_CA: old.chain, Pem.CLIENT_CA_KEY: old.encrypted_key}
    current = Side(_client(Site(files, b""), days=30), here.files[Pem.SERVER_CA])
    refusal = shake_hands(current, Side(here.amphora, old.chain), AMPHORA, tmp_path)
    assert refusal == Refusal("amphora", "certificate has expired")


def test_an_expired_amphora_is_refused(here: Site, tmp_path: Path) -> None:
    key = key_of(here.files[Pem.SERVER_CA_KEY], SERVER_SECRET)
    old = amphora_pem(AMPHORA, here.files[Pem.SERVER_CA], key, days=0)
    refusal = shake_hands(
        here.controller_side, Side(old, here.files[Pem.CLIENT_CA]), AMPHORA, tmp_path
    )
    assert refusal == Refusal("controller", "certificate has expired")


def test_a_client_certificate_that_is_for_servers_only_is_refused(
    here: Site, tmp_path: Path
) -> None:
    wrong = Side(
        _client(here, days=30, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
        here.files[Pem.SERVER_CA],
    )
    refusal = shake_hands(wrong, here.amphora_side, AMPHORA, tmp_path)
    assert refused_by(refusal) == "amphora"


def refused_by(refusal: Refusal | None) -> str | None:
    """Return who refused; None where nobody did."""
    return refusal.by if refusal else None


def _client(
    here: Site, *, days: int, purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH
) -> bytes:
    """Make a controller's certificate and key with the client CA, valid until then."""
    authority = x509.load_pem_x509_certificate(here.files[Pem.CLIENT_CA])
    issuer_key = key_of(here.files[Pem.CLIENT_CA_KEY], CLIENT_SECRET)
    key = ec_key()
    extensions: dict[x509.ExtensionType, bool] = {
        x509.BasicConstraints(ca=False, path_length=None): True,
        usage("digital_signature"): True,
        x509.ExtendedKeyUsage([purpose]): False,
    }
    issuer = (authority.subject.rfc4514_string(), issuer_key)
    start = datetime.now(UTC) + timedelta(days=days - 40)
    certificate = signed(
        "CN=octavia-controller", key, issuer, extensions=extensions, start=start, days=40
    )
    return certificate + plain(key)
