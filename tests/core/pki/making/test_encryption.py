"""Encrypted keys can be read by OpenSSL and by Octavia's own library, and cost a guesser dearly."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.pki.keys import KeyType, new_key, public_der
from octavia_wizard.core.pki.making.encryption import ITERATIONS, encrypted_pem
from tests.core.pki.support import ec_key, openssl

SECRET = "p4ss phrase with spaces & ünicode"


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """A file with the passphrase, so that no test puts it on a command line."""
    path = tmp_path / "passphrase"
    path.write_text(SECRET)
    return path


@pytest.mark.parametrize("kind", [KeyType.EC_P256, KeyType.EC_P384, KeyType.RSA_3072])
def test_openssl_opens_the_key(kind: KeyType, tmp_path: Path, secret_file: Path) -> None:
    """OpenSSL reads every kind of key with the passphrase, and it is the same key."""
    key = new_key(kind)
    path = tmp_path / "key.pem"
    path.write_bytes(encrypted_pem(key, SECRET))
    public = openssl("pkey", "-in", path, "-passin", f"file:{secret_file}", "-pubout")
    assert openssl("pkey", "-pubin", "-pubout", stdin=public.encode()) == public
    loaded = load_pem_private_key(path.read_bytes(), SECRET.encode())
    assert public_der(loaded.public_key()) == public_der(key.public_key())


def test_the_format_is_pbes2_with_a_costly_derivation(tmp_path: Path) -> None:
    """The file says AES-256 and 600000 iterations of PBKDF2 with SHA-256."""
    path = tmp_path / "key.pem"
    path.write_bytes(encrypted_pem(ec_key(), SECRET))
    told = openssl("asn1parse", "-in", path)
    assert all(word in told for word in ("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"))
    assert f"INTEGER           :{ITERATIONS:X}".replace(":9", ":09") in told
    assert ITERATIONS >= 600_000


def test_another_passphrase_does_not_open_it() -> None:
    """A wrong passphrase is refused."""
    with pytest.raises(ValueError, match=r"."):
        load_pem_private_key(encrypted_pem(ec_key(), SECRET), b"another")


def test_two_encryptions_differ() -> None:
    """The same key and passphrase never give the same file: salt and IV are random."""
    key = ec_key()
    assert encrypted_pem(key, SECRET, 1000) != encrypted_pem(key, SECRET, 1000)


def test_long_keys_are_encoded_rightly() -> None:
    """An RSA key of 4096 bits needs lengths of more than one byte, and is read again."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    loaded = load_pem_private_key(encrypted_pem(key, SECRET, 1000), SECRET.encode())
    assert loaded.private_numbers() == key.private_numbers()  # type: ignore[union-attr]
