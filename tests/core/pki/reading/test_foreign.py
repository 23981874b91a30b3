"""A file of another form is named, with the command that converts it."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.reading.inspection import Unreadable, read_certificate, read_key
from tests.core.pki.support import CA, ec_key, openssl, signed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with a space in its name, holding a certificate and its key."""
    directory = tmp_path / "my files"
    directory.mkdir()
    key = ec_key()
    (directory / "key.pem").write_bytes(plain_pem(key))
    (directory / "cert.pem").write_bytes(signed("CN=x", key, extensions=CA))
    return directory


MAKING = {
    "a certificate in DER form": ("x509", "-in", "cert.pem", "-outform", "DER"),
    "a PKCS#7 file in DER form": (
        "crl2pkcs7", "-nocrl", "-certfile", "cert.pem", "-outform", "DER",
    ),
    "a PKCS#7 file": ("crl2pkcs7", "-nocrl", "-certfile", "cert.pem"),
    "trust settings of OpenSSL": (
        "x509", "-in", "cert.pem", "-addtrust", "clientAuth", "-trustout",
    ),
    "a private key in DER form": ("pkey", "-in", "key.pem", "-outform", "DER"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(MAKING))
def test_the_command_that_is_told_makes_a_file_that_can_be_read(what: str, place: Path) -> None:
    path = place / "foreign"
    command, *arguments = MAKING[what]
    named = [place / one if one.endswith(".pem") else one for one in arguments]
    openssl(command, *named, "-out", path)
    reads = read_key if "key" in what else read_certificate
    with pytest.raises(Unreadable) as refused:
        reads(path, None)
    said = str(refused.value)
    assert what in said
    words = shlex.split(said.partition("convert it: ")[2])
    words[words.index("NEW")] = str(place / "new.pem")
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    reads(place / "new.pem", None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xfe\xed\xfe\xed\0\0\0\x02", "keytool -importkeystore"),
        (b"\xce\xce\xce\xce\0\0\0\x02", "keytool -importkeystore"),
        ("-----BEGIN".encode("utf-16"), "iconv"),
        (b"-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----\n", "it is a public key"),
        (
            b"-----BEGIN CERTIFICATE REQUEST-----\nAA\n-----END CERTIFICATE REQUEST-----\n",
            "it is a request",
        ),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAA\n-----END OPENSSH PRIVATE KEY-----\n",
            "ssh-keygen -p -m PKCS8",
        ),
        (b"plain text", "in PEM form"),
    ],
)
def test_other_files_are_called_what_they_are(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Unreadable) as refused:
        read_certificate(path)
    assert said in str(refused.value)


def test_an_encrypted_der_key_and_a_public_one(place: Path) -> None:
    path = place / "key.der"
    openssl(
        "pkcs8", "-topk8", "-in", place / "key.pem", "-outform", "DER", "-passout", "pass:x",
        "-out", path,
    )  # fmt: skip
    with pytest.raises(Unreadable, match="DER form, encrypted; convert it: openssl pkey"):
        read_key(path, None)
    openssl("pkey", "-in", place / "key.pem", "-pubout", "-outform", "DER", "-out", path)
    with pytest.raises(Unreadable, match="it is a public key in DER form"):
        read_key(path, None)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB", "cut off"),
        (b"-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----", "line ends were lost"),
    ],
    ids=["empty", "cut off", "on one line"],
)
def test_what_is_left_of_a_file_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match=told):
        read_certificate(path)
