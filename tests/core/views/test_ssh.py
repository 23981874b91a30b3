"""The key pair is told as it is, or as it will be made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import Keypair
from octavia_wizard.core.pki.ssh import make_pair
from octavia_wizard.core.views.model import plain_text
from octavia_wizard.core.views.ssh import VIEWS
from tests.core.findings.support import cloud
from tests.core.views.support import WIDTHS, drawn, subject

(VIEW,) = VIEWS


def _text(private: Path, width: int = 116, *, release: str = "33.0.1", **more: object) -> str:
    known = {"ssh__enabled": True, "ssh__source": "generate", "ssh__private_key": str(private)}
    return plain_text(drawn(VIEW, subject(release, **{**known, **more}), width))


def test_without_access_there_is_nothing_to_draw() -> None:
    assert drawn(VIEW, subject(ssh__enabled=False)) == ()


@pytest.mark.parametrize(("kind", "words"), [("rsa-4096", "RSA 4096"), ("ed25519", "Ed25519")])
def test_what_will_be_made_and_where(tmp_path: Path, kind: str, words: str) -> None:
    text = _text(tmp_path / "octavia_key", ssh__key_type=kind)
    assert text.startswith(f"· {words}, made when you apply")
    assert f"Private key  {tmp_path}/octavia_key  mode 0600" in text
    assert "In Nova      octavia_key, of the user octavia" in text


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
@pytest.mark.parametrize("kind", ["rsa-4096", "ed25519"])
def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "octavia_key"
    pair = make_pair(kind, rsa_bits=2048)
    path.write_bytes(pair.private)
    path.chmod(0o600)
    public = tmp_path / "octavia_key.pub"
    public.write_text(pair.public.text)
    told = subprocess.run(
        ["ssh-keygen", "-lf", str(public)], capture_output=True, check=True, timeout=30, text=True
    ).stdout.split()
    text = _text(path)
    assert told[1] in text
    assert ("RSA 2048" if kind == "rsa-4096" else "Ed25519") in text.splitlines()[0]
    assert "mode 0600" in text
    assert pair.private.decode().splitlines()[1] not in text


def test_a_key_that_others_can_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "octavia_key"
    path.write_bytes(make_pair("ed25519").private)
    path.chmod(0o644)
    assert "! ssh refuses a private key that others can read" in _text(path)


def test_an_own_public_key_is_told(tmp_path: Path) -> None:
    public = tmp_path / "mine.pub"
    public.write_text(make_pair("ed25519").public.text)
    what = subject(ssh__enabled=True, ssh__source="import", ssh__public_key=str(public))
    text = plain_text(drawn(VIEW, what, 116))
    assert "✓ Ed25519" in text
    assert f"Public key   {public}" in text
    missing = subject(ssh__enabled=True, ssh__source="import", ssh__public_key="/no/such.pub")
    assert "✗" in plain_text(drawn(VIEW, missing))


def test_where_the_role_makes_the_pair_that_is_said() -> None:
    text = plain_text(drawn(VIEW, subject("22.4.4", ssh__enabled=True)))
    assert "The role of 22.4.4 makes this pair itself" in text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "uploaded when you apply"),
        ({"octavia_user_id": None}, "uploaded later"),
        ({"keypairs": (Keypair("octavia_key", "00:11"),)}, "✗ In Nova: Nova has another key"),
        ({"unread": {Part.KEYPAIRS: "refused"}}, "of the user octavia"),
    ],
)
def test_what_becomes_of_it_in_nova(tmp_path: Path, facts: dict[str, object], said: str) -> None:
    path = tmp_path / "octavia_key"
    path.write_bytes(make_pair("ed25519").private)
    path.chmod(0o600)
    here: CloudFacts = cloud(**facts)
    assert said in _text(path, cloud=here)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_width_is_kept(tmp_path: Path, width: int) -> None:
    _text(tmp_path / ("a" * 60) / "octavia_key", width)
