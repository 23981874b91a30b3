"""What else can be done about certificates by prompts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from octavia_wizard.core.session import Session
from octavia_wizard.plain import certificates
from tests.plain.conftest import Asked

PASSPHRASE = "quite-a-secret-41"
GENERATE = {
    "cloud.mode": "files",
    "cloud.release": "33.0.1",
    "image.source": "existing",
    "certificates.key_type": "ec-p256",
    "deployment.hosts": "infra1=172.29.236.11",
}
OWN = {**GENERATE, "certificates.source": "own"}


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """An encrypted key of the operator's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "ca.key"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSPHRASE.encode()),
        )
    )
    path.chmod(0o600)
    return path


def test_there_is_nothing_to_approve_before_they_are_made(asked: Asked) -> None:
    sitting = asked(GENERATE)
    sitting.type()
    certificates.approve(sitting.asker)

    assert "no certificate to approve yet" in sitting.written


def test_they_are_made_now_and_approved_by_fingerprint(asked: Asked, session: Session) -> None:
    sitting = asked(GENERATE)
    sitting.type("y")
    certificates.make_now(sitting.asker)
    directory = Path(session.effective.text("certificates.directory"))
    assert (directory / "ca_server_01.pem").exists()
    assert not (session.options.deploy_dir / "user_variables_octavia.yml").exists()
    sitting.type("y")
    certificates.approve(sitting.asker)
    approved = session.answers.values["certificates.approved"]

    assert isinstance(approved, list)
    assert len(approved) == 3
    text = sitting.written
    assert all(f"SHA-256 {mark}" in text for mark in approved)


def test_an_approval_is_taken_back(asked: Asked, session: Session) -> None:
    sitting = asked({**GENERATE, "certificates.approved": ":".join(["9F"] * 32)})
    certificates.withdraw(sitting.asker)

    assert "certificates.approved" not in session.answers


def test_without_a_yes_nothing_is_made(asked: Asked, session: Session) -> None:
    sitting = asked(GENERATE)
    sitting.type("n")
    certificates.make_now(sitting.asker)

    assert not os.path.exists(session.effective.text("certificates.directory"))


def test_a_key_asks_for_its_passphrase_as_soon_as_it_is_named(
    asked: Asked, session: Session, locked: Path
) -> None:
    sitting = asked(OWN)
    sitting.ask("certificates.server_ca_key", str(locked), "wrong one", PASSPHRASE, then="n")
    text = sitting.written

    assert "✗ It does not open" in text
    assert "✓ It opens" in text
    assert list(session.facts.host.typed.values()) == [PASSPHRASE]


def test_a_passphrase_is_neither_written_nor_kept(
    asked: Asked, session: Session, locked: Path, home: Path
) -> None:
    sitting = asked(OWN)
    sitting.ask("certificates.server_ca_key", str(locked), PASSPHRASE, then="n")

    assert PASSPHRASE not in sitting.written
    for path in home.rglob("*"):
        assert not path.is_file() or PASSPHRASE.encode() not in path.read_bytes(), path


def test_a_passphrase_can_be_left_for_later(asked: Asked, session: Session, locked: Path) -> None:
    sitting = asked(OWN)
    sitting.ask("certificates.server_ca_key", str(locked), "", then="n")
    assert not session.facts.host.typed
    sitting.type(PASSPHRASE)
    certificates.ask_passphrases(sitting.asker)

    assert list(session.facts.host.typed.values()) == [PASSPHRASE]


def test_no_key_waits_where_they_are_generated(asked: Asked) -> None:
    sitting = asked(GENERATE)
    certificates.ask_passphrases(sitting.asker)

    assert "nothing asks for a passphrase" in sitting.written
