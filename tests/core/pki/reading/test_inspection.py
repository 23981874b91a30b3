"""Certificates and keys are read as openssl reads them."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.pki.keys import plain_pem, public_der
from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.pki.reading.inspection import (
    Unreadable,
    name_of,
    read_certificate,
    read_key,
)
from tests.core.pki.support import CA, SERVER_SECRET, ec_key, generating, laid_out, openssl, signed


def test_a_view_agrees_with_openssl(tmp_path: Path) -> None:
    """Fingerprint, dates and subject are those openssl prints."""
    path = laid_out(generating(tmp_path)).files[Pem.CLIENT]
    view = read_certificate(path)
    told = openssl(
        "x509", "-in", path, "-noout", "-fingerprint", "-sha256", "-enddate", "-subject",
        "-nameopt", "RFC2253",
    )  # fmt: skip
    lines = dict(line.split("=", 1) for line in told.splitlines())
    assert view.fingerprint == lines["sha256 Fingerprint"]
    ends = datetime.strptime(lines["notAfter"], "%b %d %H:%M:%S %Y GMT")
    assert view.not_after.replace(tzinfo=None) == ends
    assert view.subject == lines["subject"]
    assert view.key == "EC secp256r1"
    assert view.mode == 0o600
    assert not view.self_signed


def test_a_key_is_known_only_with_its_passphrase(tmp_path: Path) -> None:
    """Without the passphrase it is only said to be encrypted, with a wrong one it is refused."""
    files = laid_out(generating(tmp_path)).files
    closed = read_key(files[Pem.SERVER_CA_KEY], None)
    assert closed.encrypted
    assert closed.public_key is None
    opened = read_key(files[Pem.SERVER_CA_KEY], SERVER_SECRET)
    certificate = read_certificate(files[Pem.SERVER_CA]).certificate
    assert opened.public_key == public_der(certificate.public_key())
    assert opened.key == "EC secp256r1"
    with pytest.raises(Unreadable, match="cannot be opened with its passphrase"):
        read_key(files[Pem.SERVER_CA_KEY], "another")
    with pytest.raises(Unreadable, match="passphrase is empty"):
        read_key(files[Pem.SERVER_CA_KEY], "")


def test_a_key_is_opened_afresh_when_it_changed(tmp_path: Path) -> None:
    """What was once opened is remembered by content, not by name."""
    path = tmp_path / "key.pem"
    keys = ec_key(), ec_key()
    seen = []
    for key in keys:
        path.write_bytes(plain_pem(key))
        seen.append(read_key(path, None).public_key)
    assert seen == [public_der(key.public_key()) for key in keys]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a certificate",
        b"\x00\xff" * 100,
    ],
)
def test_what_is_no_certificate_is_refused(data: bytes, tmp_path: Path) -> None:
    """Any other file gives one clear message, never a traceback."""
    path = tmp_path / "file.pem"
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="holds no certificate in PEM form"):
        read_certificate(path)
    with pytest.raises(Unreadable, match="holds no private key"):
        read_key(path, None)


def test_damaged_keys_and_missing_files_are_refused(tmp_path: Path) -> None:
    """The message says what is wrong with which file."""
    path = tmp_path / "key.pem"
    path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(Unreadable, match="no usable private key"):
        read_key(path, None)
    with pytest.raises(Unreadable, match="none cannot be read: No such file"):
        read_certificate(tmp_path / "none")
    with pytest.raises(Unreadable, match="not a regular file"):
        read_key(tmp_path, None)


def test_a_pipe_is_not_waited_for_and_a_device_not_read(tmp_path: Path) -> None:
    """What a link could lead to must not hang a plan, nor fill the memory."""
    os.mkfifo(tmp_path / "pipe.pem")
    for path in (tmp_path / "pipe.pem", Path("/dev/zero")):
        with pytest.raises(Unreadable, match="not a regular file"):
            read_certificate(path)
        with pytest.raises(Unreadable, match="not a regular file"):
            read_key(path, None)


def test_a_bundle_is_read_by_its_parts(tmp_path: Path) -> None:
    """Certificate and key in one file are both found."""
    key = ec_key()
    certificate = signed("CN=Both", key, extensions=CA)
    path = tmp_path / "bundle.pem"
    path.write_bytes(certificate + plain_pem(key))
    assert read_certificate(path).subject == "CN=Both"
    assert read_key(path, None).public_key == public_der(key.public_key())
    assert read_certificate(path).certificate == x509.load_pem_x509_certificate(certificate)


def test_a_damaged_certificate_is_told_apart_from_none(tmp_path: Path) -> None:
    path = tmp_path / "file.pem"
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(Unreadable, match="certificate that is damaged"):
        read_certificate(path)


def test_the_further_certificates_of_a_file_are_its_chain(tmp_path: Path) -> None:
    key, root = ec_key(), ec_key()
    above = signed("CN=Root", root, extensions=CA)
    path = tmp_path / "chain.pem"
    path.write_bytes(signed("CN=Below", key, ("CN=Root", root), extensions=CA) + above + above)
    view = read_certificate(path)
    assert view.subject == "CN=Below"
    assert view.chain == (x509.load_pem_x509_certificate(above),)


def test_a_name_cannot_steer_a_terminal() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a\x1b[2Jb")])
    assert name_of(name) == "CN=a?[2Jb"
