"""Chains that do not hold together, and sides that are not kept apart, are found."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.pki.judging.review import examine, review
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import Pem
from tests.core.pki.own_files import CLIENT, ROOT, Own
from tests.core.pki.support import (
    CA,
    SECRETS,
    SERVER_SECRET,
    ec_key,
    generating,
    laid_out,
    openssl,
    signed,
)

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Good files."""
    return Own(tmp_path)


class Rooted(Own):
    """Good files with a root above each authority."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.server_root, self.client_root = ec_key(), ec_key()
        self.above_server = signed("CN=Server Root", self.server_root, extensions=ROOT, days=400)
        self.above_client = signed("CN=Client Root", self.client_root, extensions=ROOT, days=400)
        below_server = ("CN=Server Root", self.server_root)
        below_client = ("CN=Client Root", self.client_root)
        self.server_ca = signed("CN=Server", self.server, below_server, extensions=CA, days=350)
        self.client_ca = signed("CN=Clients", self.authority, below_client, extensions=CA, days=350)
        self.put("server.pem", self.server_ca + self.above_server)
        self.put("client-ca.pem", self.client_ca + self.above_client)


@pytest.fixture
def rooted(tmp_path: Path) -> Rooted:
    """Good files with a root above each authority."""
    return Rooted(tmp_path)


def test_whole_chains_are_in_order(rooted: Rooted) -> None:
    assert rooted.found() == {}
    rooted.put("server.pem", rooted.above_server + rooted.server_ca)
    rooted.put("client-ca.pem", rooted.above_client + rooted.client_ca)
    assert rooted.found() == {}, "in a source the order does not matter"


def test_generated_intermediates_are_faultless(tmp_path: Path) -> None:
    answers = generating(tmp_path, certificates__intermediates=True, certificates__root_days=7300)
    assert review(laid_out(answers), SECRETS.get) == []


@pytest.mark.parametrize("side", ["server", "client-ca"])
def test_a_missing_issuer_is_named(rooted: Rooted, side: str) -> None:
    """The other side builds a path only up to a root it has."""
    issuing, root = {
        "server": (rooted.server_ca, "CN=Server Root"),
        "client-ca": (rooted.client_ca, "CN=Client Root"),
    }[side]
    path = rooted.directory / f"{side}.pem"
    path.write_bytes(issuing)
    (finding,) = rooted.findings()
    assert (finding.id, finding.severity) == ("cert-chain-incomplete", ERROR)
    assert f"its issuer {root} is missing" in finding.what
    assert finding.where == str(path)
    assert str(path) in finding.fix
    with pytest.raises(subprocess.CalledProcessError):
        openssl("verify", "-CAfile", path, path)


def test_an_intermediate_may_come_with_the_client(rooted: Rooted) -> None:
    rooted.put("client.pem", rooted.get("client.pem") + rooted.client_ca)
    rooted.put("client-ca.pem", rooted.above_client)
    assert rooted.found() == {}
    review = examine(rooted.layout(), SECRETS.get)
    assert review.certificates[Pem.CLIENT_CA].subject == "CN=Clients", "as it is taken over"


def test_a_root_that_only_the_client_has_is_not_trusted(rooted: Rooted) -> None:
    rooted.put("client.pem", rooted.get("client.pem") + rooted.client_ca + rooted.above_client)
    rooted.put("client-ca.pem", signed("CN=Strangers", ec_key(), extensions=CA))
    found = {f.id: f.what for f in rooted.findings()}
    assert set(found) == {"cert-chain-incomplete"}
    assert "is missing" in found["cert-chain-incomplete"]


def test_a_namesake_of_the_authority_is_told_from_it(own: Own) -> None:
    own.put("client-ca.pem", signed("CN=Clients", ec_key(), extensions=CA))
    (finding,) = own.findings()
    assert finding.id == "cert-chain"
    assert "another key under the name CN=Clients" in finding.what


def test_a_length_of_path_is_kept_to(rooted: Rooted) -> None:
    above = signed("CN=Server Root", rooted.server_root, extensions=CA, days=400)
    rooted.put("server.pem", rooted.server_ca + above)
    (finding,) = rooted.findings()
    assert finding.id == "cert-path-length"
    assert "CN=Server Root above the server CA certificate allows 0" in finding.what


def test_every_certificate_of_a_chain_is_judged(rooted: Rooted) -> None:
    """Dates, ranks and key usages of roots count as much as those below."""
    now = datetime.now(UTC)
    key = rooted.server_root
    ended = signed(
        "CN=Server Root", key, extensions=ROOT, start=now - timedelta(days=300), days=200
    )
    rooted.put("server.pem", rooted.server_ca + ended)
    found = {f.id: f.what for f in rooted.findings()}
    assert set(found) == {"cert-expired", "cert-outlives-ca"}
    assert "CN=Server Root above the server CA certificate expired" in found["cert-expired"]
    plain: dict[x509.ExtensionType, bool] = {x509.BasicConstraints(False, None): True}
    rooted.put("server.pem", rooted.server_ca + signed("CN=Server Root", key, extensions=plain))
    # No authority stands in the file but the one below, so that its issuer is missing.
    assert "cert-chain-incomplete" in rooted.found()


def test_what_a_root_signs_for_counts_on_both_sides(rooted: Rooted) -> None:
    """OpenSSL asks the authorities too for the extended key usage of the bottom."""
    client_only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    with_purpose = {**ROOT, client_only: False}
    above = signed("CN=Server Root", rooted.server_root, extensions=with_purpose, days=400)
    rooted.put("server.pem", rooted.server_ca + above)
    assert rooted.found() == {"cert-extended-key-usage": ERROR}
    above = signed("CN=Client Root", rooted.client_root, extensions=with_purpose, days=400)
    rooted.put("client-ca.pem", rooted.client_ca + above)
    rooted.put("server.pem", rooted.server_ca + rooted.above_server)
    assert rooted.found() == {}


def test_one_root_above_both_sides_is_refused(rooted: Rooted) -> None:
    """Each file of trusted authorities would hold the root that vouches for the other side."""
    below = ("CN=Server Root", rooted.server_root)
    shared = signed("CN=Clients", rooted.authority, below, extensions=CA, days=350)
    rooted.put("client-ca.pem", shared + rooted.above_server)
    found = {f.id: f for f in rooted.findings()}
    assert set(found) == {"cert-same-ca"}
    assert "both stand on CN=Server Root" in found["cert-same-ca"].what


def test_one_side_signed_by_the_other_is_refused(rooted: Rooted) -> None:
    """The client CA stands below the server side's root, which is in the server's file only."""
    below = ("CN=Server Root", rooted.server_root)
    shared = signed("CN=Clients", rooted.authority, below, extensions=CA, days=350)
    rooted.put("client-ca.pem", shared)
    found = {f.id: f.what for f in rooted.findings()}
    assert "CN=Clients of one side is signed by CN=Server Root" in found["cert-same-ca"]


def test_a_stranger_among_the_trusted_is_shown(own: Own) -> None:
    """During a change of authorities both are trusted; nobody may slip one in unseen."""
    later = signed("CN=Clients 2030", ec_key(), extensions=CA)
    own.put("client-ca.pem", own.get("client-ca.pem") + later)
    (finding,) = own.findings()
    assert (finding.id, finding.severity) == ("cert-also-trusted", NOTE)
    mark = x509.load_pem_x509_certificate(later).fingerprint(hashes.SHA256()).hex(":").upper()
    assert mark in finding.what


def test_a_trusted_authority_of_the_other_side_is_refused(own: Own) -> None:
    own.put("client-ca.pem", own.get("client-ca.pem") + own.get("server.pem"))
    assert own.found()["cert-same-ca"] is ERROR


def test_what_strict_checks_miss_is_named(own: Own) -> None:
    own.put("server.pem", signed("CN=Server", own.server, extensions=CA, strict=False))
    (finding,) = own.findings()
    assert (finding.id, finding.severity) == ("cert-not-strict", WARNING)
    assert "no keyUsage, no subjectKeyIdentifier" in finding.what


def test_an_authority_for_certain_names_is_of_no_use(own: Own, tmp_path: Path) -> None:
    limits = x509.NameConstraints([x509.DNSName("example.com")], None)
    own.put("server.pem", signed("CN=Server", own.server, extensions={**CA, limits: True}))
    assert own.found() == {"cert-name-constraints": ERROR}
    name = "5b0f2a3e-0d6e-4d9a-9f60-f2a1a1c2f6d5"
    alternative: dict[x509.ExtensionType, bool] = {
        x509.SubjectAlternativeName([x509.DNSName(name)]): False
    }
    amphora = tmp_path / "amphora.pem"
    issuer = ("CN=Server", own.server)
    amphora.write_bytes(signed(f"CN={name}", ec_key(), issuer, extensions=alternative, days=30))
    with pytest.raises(subprocess.CalledProcessError):
        openssl("verify", "-CAfile", tmp_path / "server.pem", amphora)


def test_a_signer_that_is_not_first_of_ours_is_an_error(tmp_path: Path) -> None:
    """Octavia reads the first certificate only, and would sign in the name of the root."""
    answers = generating(tmp_path, certificates__intermediates=True, certificates__root_days=7300)
    layout = laid_out(answers)
    path = layout.files[Pem.SERVER_CA]
    issuing, root = x509.load_pem_x509_certificates(path.read_bytes())
    path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (root, issuing)))
    found = {f.id: f.severity for f in review(layout, SECRETS.get)}
    assert found["cert-signer-not-first"] is ERROR
    assert "cert-key-mismatch" not in found


def test_during_a_change_of_authorities_the_old_ones_do_no_harm(tmp_path: Path) -> None:
    """The new authority comes first and has the key, the client is still signed by the old one."""
    layout = laid_out(generating(tmp_path))
    key = ec_key()
    later = signed("CN=Server 2030", key, extensions=CA, days=900)
    path = layout.files[Pem.SERVER_CA]
    path.write_bytes(later + path.read_bytes())
    layout.files[Pem.SERVER_CA_KEY].write_bytes(encrypted_pem(key, SERVER_SECRET, 1000))
    new_client_ca = signed("CN=Clients 2030", ec_key(), extensions=CA, days=900)
    path = layout.files[Pem.CLIENT_CA]
    path.write_bytes(new_client_ca + path.read_bytes())
    found = review(layout, SECRETS.get)
    assert {f.severity for f in found} == {NOTE}
    assert {f.id for f in found} == {"cert-also-trusted"}


def test_a_name_that_is_odd_does_no_harm(own: Own) -> None:
    own.put("client-ca.pem", own.get("client-ca.pem"))
    weird = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a\x1b[31m")])
    issuer = (weird.rfc4514_string(), ec_key())
    own.put("client.pem", signed("CN=c", own.client, issuer, extensions=CLIENT, days=300))
    assert all("\x1b" not in f.what for f in own.findings())


def test_a_client_that_is_its_own_authority_is_refused(own: Own) -> None:
    """One certificate in two places is judged in each."""
    own.put("client.pem", own.get("client-ca.pem"))
    own.put("client.key", plain_pem(own.authority))
    assert own.found()["cert-client-is-a-ca"] is ERROR


@pytest.mark.parametrize("side", ["server", "authority"])
def test_a_client_with_the_key_of_an_authority_is_refused(own: Own, side: str) -> None:
    """That key lies unencrypted on each controller."""
    key = getattr(own, side)
    own.sign(key)
    own.put("client.key", plain_pem(key))
    (finding,) = own.findings()
    assert (finding.id, finding.severity) == ("cert-client-is-a-ca", ERROR)
    assert "the same key as" in finding.what
