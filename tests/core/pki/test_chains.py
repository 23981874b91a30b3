"""The chains tell what is in the files, or what will be made, and what is wrong where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.approval import Approval
from octavia_wizard.core.pki.chain_nodes import NodeState, key_words, printable
from octavia_wizard.core.pki.chains import read_chains
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.pki.making.authorities import Made
from tests.core.pki.support import SECRETS, generating, laid_out, made, owning

TODAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Certificates made once for all tests here."""
    return made(generating(tmp_path_factory.mktemp("made")))


def own(place: Path, pems: Made, **others: Pem) -> Effective:
    """Write the files and answer them as one's own, some of them exchanged."""
    layout = laid_out(generating(place), pems)
    named = {
        "server_ca_certificate": Pem.SERVER_CA,
        "server_ca_key": Pem.SERVER_CA_KEY,
        "client_ca_certificate": Pem.CLIENT_CA,
        "client_certificate": Pem.CLIENT,
        "client_key": Pem.CLIENT_KEY,
        **others,
    }
    paths: dict[str, Any] = {name: layout.files[pem] for name, pem in named.items()}
    return owning(**paths)


def test_before_they_exist_the_plan_is_told(tmp_path: Path) -> None:
    chains = read_chains(generating(tmp_path / "certs"), now=TODAY)
    assert chains is not None
    assert chains.is_planned
    assert chains.fingerprints == ()
    assert not chains.can_be_approved
    shown = [(depth, node.title, node.subject, node.key_kind) for depth, node in chains.nodes]
    assert shown == [
        (0, "Server CA", "CN=Octavia Server CA,O=Example", "EC P-256"),
        (0, "Client CA", "CN=Octavia Client CA,O=Example", "EC P-256"),
        (1, "Client", "CN=octavia-controller,O=Example", "EC P-256"),
    ]
    client = chains.nodes[2][1]
    assert client.validity == (TODAY, datetime(2030, 12, 31, tzinfo=UTC))
    assert client.renew_by == datetime(2030, 11, 1, tzinfo=UTC)


def test_a_plan_that_cannot_be_carried_out_says_at_which_certificate(tmp_path: Path) -> None:
    answers = generating(tmp_path, certificates__client_subject="no subject")
    chains = read_chains(answers, now=TODAY)
    assert chains is not None
    states = {node.title: node.state for _, node in chains.nodes}
    assert states["Client"] is NodeState.BAD
    assert states["Server CA"] is NodeState.PLANNED
    assert "is not a subject" in chains.problems[0].what


def test_files_in_order_are_told_to_be(tmp_path: Path, pems: Made) -> None:
    answers = generating(tmp_path)
    laid_out(answers, pems)
    chains = read_chains(answers, SECRETS.get)
    assert chains is not None
    assert {node.state for _, node in chains.nodes} == {NodeState.GOOD}
    assert chains.checked[:4] == ("two CAs", "chains verified", "keys match", "private")
    assert len(chains.fingerprints) == 3
    assert chains.approval is Approval.NONE
    assert chains.can_be_approved


def test_what_is_approved_already_need_not_be_again(tmp_path: Path, pems: Made) -> None:
    answers = generating(tmp_path)
    laid_out(answers, pems)
    shown = read_chains(answers)
    assert shown is not None
    marks = [mark for _, mark in shown.fingerprints]
    chains = read_chains(generating(tmp_path, certificates__approved=marks))
    assert chains is not None
    assert chains.approval is Approval.ALL
    assert not chains.can_be_approved


def test_a_flaw_stands_at_its_certificate(tmp_path: Path, pems: Made) -> None:
    answers = own(tmp_path, pems, client_ca_certificate=Pem.SERVER_CA)
    chains = read_chains(answers, SECRETS.get)
    assert chains is not None
    assert chains.client.state is NodeState.BAD
    assert {found.id for found in chains.problems} >= {"cert-same-ca", "cert-chain"}
    assert not chains.can_be_approved


def test_a_key_that_could_not_be_opened_is_told(tmp_path: Path, pems: Made) -> None:
    answers = own(tmp_path, pems)
    closed = read_chains(answers)
    assert closed is not None
    assert closed.server.state is NodeState.ATTENTION
    assert "passphrase" in closed.problems[0].what
    opened = read_chains(answers, SECRETS.get)
    assert opened is not None
    assert opened.problems == ()


def test_an_encrypted_client_key_is_told_once_and_by_its_name(tmp_path: Path, pems: Made) -> None:
    answers = own(tmp_path, pems)
    path = Path(answers.text("certificates.client_key"))
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"planted"),
        )
    )
    chains = read_chains(answers, SECRETS.get)
    assert chains is not None
    assert [found.id for found in chains.problems] == ["cert-client-key-encrypted"]
    assert "server CA" not in chains.problems[0].what


def test_files_not_named_yet_are_to_do(tmp_path: Path, pems: Made) -> None:
    whole = own(tmp_path, pems)
    settings = dict(whole.settings)
    for name in ("client_ca_certificate", "client_certificate", "client_key"):
        del settings[f"certificates.{name}"]
    missing = ("certificates.client_certificate", "certificates.client_key")
    chains = read_chains(replace(whole, settings=settings, missing=missing), SECRETS.get)
    assert chains is not None
    assert chains.server.state is NodeState.GOOD
    assert chains.client.state is NodeState.OPEN
    assert chains.checked == (), "of half a set nothing is claimed"


def test_nothing_is_told_while_the_source_is_not_known() -> None:
    assert read_chains(replace(owning(), settings={})) is None


def test_words_of_keys() -> None:
    assert key_words("rsa-4096") == "RSA 4096"
    assert key_words("EC secp384r1") == "EC P-384"
    assert key_words("Ed25519") == "Ed25519"


def test_a_name_cannot_steer_the_terminal() -> None:
    assert printable("CN=\x1b[2Jevil") == "CN=?[2Jevil"
