"""SSH keys are read and compared as OpenSSH and Nova do."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.ssh import (
    make_pair,
    parse_public,
    public_key_at,
    public_of_private,
    read_public,
)
from tests.core.pki.support import effective


def keygen(*arguments: str | Path) -> str:
    """Run ssh-keygen."""
    command = ["ssh-keygen", *(str(argument) for argument in arguments)]
    return subprocess.run(command, check=True, capture_output=True, timeout=30).stdout.decode()


@pytest.mark.parametrize(
    "options", [["-t", "ed25519"], ["-t", "rsa", "-b", "2048"], ["-t", "ecdsa"]]
)
def test_fingerprints_are_those_of_openssh(options: list[str], tmp_path: Path) -> None:
    """MD5 in pairs, as Nova shows it."""
    path = tmp_path / "key"
    keygen("-q", *options, "-N", "", "-C", "me at home", "-f", path)
    key = read_public(path.with_suffix(".pub"))
    assert key is not None
    told = keygen("-l", "-E", "md5", "-f", path).split()[1]
    assert f"MD5:{key.fingerprint}" == told
    assert key.comment == "me at home"
    derived = public_of_private(path)
    assert derived is not None
    assert derived.blob == key.blob


def test_a_made_pair_fits_together() -> None:
    """The public half is the one OpenSSH derives, with the comment the role wants."""
    pair = make_pair("ed25519")
    assert pair.public.text.endswith(" Generated-by-Nova")
    assert parse_public(pair.public.text) == pair.public
    assert "PRIVATE" not in repr(pair)


def test_a_key_written_by_nova_is_read(tmp_path: Path) -> None:
    """The role of 22 to 28 writes down what Nova makes: PKCS#1."""
    path = tmp_path / "key"
    keygen("-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", path)
    assert b"BEGIN RSA PRIVATE KEY" in path.read_bytes()
    derived = public_of_private(path)
    assert derived is not None
    assert keygen("-y", "-f", path).split()[1] == derived.blob
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_read_is_explained(tmp_path: Path) -> None:
    """Each message names the file and the trouble."""
    path = tmp_path / "key"
    assert public_of_private(path) is None
    assert read_public(path) is None
    path.write_text("hello")
    with pytest.raises(FileError, match="key holds no private key"):
        public_of_private(path)
    with pytest.raises(FileError, match="key holds no OpenSSH public key"):
        read_public(path)
    path.unlink()
    keygen("-q", "-t", "ed25519", "-N", "secret", "-f", path)
    with pytest.raises(FileError, match="passphrase"):
        public_of_private(path)


def test_which_key_is_uploaded(tmp_path: Path) -> None:
    """The imported file, or the public half of the private one, derived if need be."""
    path = tmp_path / "key"
    keygen("-q", "-t", "ed25519", "-N", "", "-f", path)
    blob = keygen("-y", "-f", path).split()[1]
    path.with_suffix(".pub").rename(tmp_path / "mine.pub")
    private = effective(ssh__source="generate", ssh__private_key=str(path))
    imported = effective(ssh__source="import", ssh__public_key=str(tmp_path / "mine.pub"))
    for answers in (private, imported):
        key = public_key_at(answers)
        assert key is not None
        assert key.blob == blob
