"""What is made stands up to OpenSSL's strictest checks, and is told apart by subject and key."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.pki.authorities import ordered, parse_subject
from octavia_wizard.core.pki.inspection import read_certificate
from octavia_wizard.core.pki.layout import Pem
from tests.core.pki.support import (
    CLIENT_SECRET,
    SERVER_SECRET,
    generating,
    laid_out,
    made,
    openssl,
)


@pytest.mark.parametrize("key_type", ["ec-p256", "ec-p384", "rsa-3072"])
def test_the_client_chain_passes_the_strict_check(key_type: str, tmp_path: Path) -> None:
    """OpenSSL accepts the client certificate below the client CA, for a TLS client."""
    files = laid_out(generating(tmp_path, certificates__key_type=key_type)).files
    told = openssl(
        "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", files[Pem.CLIENT_CA],
        files[Pem.CLIENT],
    )  # fmt: skip
    assert told.endswith(": OK\n")


def test_the_server_chain_passes_the_strict_check(tmp_path: Path) -> None:
    """OpenSSL accepts a certificate signed by the server CA, as Octavia's worker signs them."""
    files = laid_out(generating(tmp_path)).files
    amphora, request, secret = (tmp_path / name for name in ("a.pem", "a.csr", "secret"))
    secret.write_text(SERVER_SECRET)
    extensions = tmp_path / "extensions"
    extensions.write_text(
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyAgreement\n"
        "extendedKeyUsage=critical,serverAuth,clientAuth\nsubjectAltName=DNS:amphora-id\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    openssl(
        "req", "-new", "-newkey", "rsa:2048", "-noenc", "-keyout", tmp_path / "a.key",
        "-subj", "/CN=amphora-id", "-out", request,
    )  # fmt: skip
    openssl(
        "x509", "-req", "-in", request, "-CA", files[Pem.SERVER_CA], "-CAkey",
        files[Pem.SERVER_CA_KEY], "-passin", f"file:{secret}", "-days", "30", "-extfile",
        extensions, "-out", amphora,
    )  # fmt: skip
    told = openssl(
        "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "amphora-id",
        "-CAfile", files[Pem.SERVER_CA], amphora,
    )  # fmt: skip
    assert told.endswith(": OK\n")


def test_an_amphora_cannot_pose_as_a_controller(tmp_path: Path) -> None:
    """The client CA does not vouch for what the server CA signs."""
    files = laid_out(generating(tmp_path)).files
    with pytest.raises(subprocess.CalledProcessError):
        openssl("verify", "-CAfile", files[Pem.SERVER_CA], files[Pem.CLIENT])


def test_what_the_authorities_may_do(tmp_path: Path) -> None:
    """An authority may sign certificates and lists but no further authorities, and says so."""
    files = laid_out(generating(tmp_path)).files
    for pem in (Pem.SERVER_CA, Pem.CLIENT_CA):
        view = read_certificate(files[pem])
        assert view.is_ca
        assert view.path_length == 0
        assert view.key_usage == ("digital_signature", "key_cert_sign", "crl_sign")
        assert view.self_signed
        constraints = view.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = view.certificate.extensions.get_extension_for_class(x509.KeyUsage)
        assert constraints.critical
        assert usage.critical


def test_what_the_client_certificate_may_do(tmp_path: Path) -> None:
    """The controllers' certificate is good for a TLS client and nothing else."""
    view = read_certificate(laid_out(generating(tmp_path)).files[Pem.CLIENT])
    assert not view.is_ca
    assert view.extended_key_usage == ("clientAuth",)
    assert view.key_usage == ("digital_signature",)
    rsa = laid_out(generating(tmp_path / "rsa", certificates__key_type="rsa-3072"))
    usage = read_certificate(rsa.files[Pem.CLIENT]).key_usage
    assert usage == ("digital_signature", "key_encipherment")


def test_each_key_opens_with_its_own_passphrase(tmp_path: Path) -> None:
    """The server CA's passphrase does not open the client CA's key; the client key needs none."""
    files = laid_out(generating(tmp_path)).files
    secret = tmp_path / "secret"
    secret.write_text(SERVER_SECRET)
    openssl("pkey", "-in", files[Pem.SERVER_CA_KEY], "-passin", f"file:{secret}", "-noout")
    with pytest.raises(subprocess.CalledProcessError):
        openssl("pkey", "-in", files[Pem.CLIENT_CA_KEY], "-passin", f"file:{secret}", "-noout")
    secret.write_text(CLIENT_SECRET)
    openssl("pkey", "-in", files[Pem.CLIENT_CA_KEY], "-passin", f"file:{secret}", "-noout")
    openssl("pkey", "-in", files[Pem.CLIENT_KEY], "-noout")


def test_validity_is_what_was_answered(tmp_path: Path) -> None:
    """Days are counted from now, and the certificates are good at once for slow clocks too."""
    answers = generating(tmp_path, certificates__ca_days=100, certificates__client_days=10)
    files = laid_out(answers).files
    now = datetime.now(UTC)
    for pem, days in ((Pem.SERVER_CA, 100), (Pem.CLIENT_CA, 100), (Pem.CLIENT, 10)):
        view = read_certificate(files[pem])
        assert view.not_before < now - timedelta(minutes=30)
        assert abs(view.not_after - now - timedelta(days=days)) < timedelta(minutes=5)


def test_nothing_is_ever_the_same_twice(tmp_path: Path) -> None:
    """Serial numbers and keys are random."""
    one, other = made(generating(tmp_path)), made(generating(tmp_path))
    first, second = (x509.load_pem_x509_certificate(m.client_ca) for m in (one, other))
    assert first.serial_number != second.serial_number
    assert first.public_key() != second.public_key()


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """What was made can be logged by accident without harm."""
    assert "PRIVATE" not in repr(made(generating(tmp_path)))


def test_subjects_keep_their_order_and_letters(tmp_path: Path) -> None:
    """The subject of the certificate reads as it was answered."""
    subject = "CN=Octavia Søløs CA,OU=Cloud,O=Müller \\+ Co,C=DE"
    answers = generating(tmp_path, certificates__server_ca_subject=subject)
    assert read_certificate(laid_out(answers).files[Pem.SERVER_CA]).subject == subject


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Octavia CA", "is not a subject"),
        ("", "is not a subject|no common name"),
        ("O=Example", "has no common name"),
        ("CN=x,C=Germany", "is not a subject"),
        ("CN=x,Colour=blue", "is not a subject"),
        ("CN=" + "x" * 65, "is not a subject"),
    ],
)
def test_a_bad_subject_is_explained(text: str, complaint: str) -> None:
    """What cannot be a subject is refused with the form that is wanted."""
    with pytest.raises(ValueError, match=complaint):
        parse_subject(text)


def test_bad_orders_are_refused_with_their_keys(tmp_path: Path) -> None:
    """Every answer that cannot be carried out is listed by its key, before anything is made."""
    answers = generating(
        tmp_path,
        certificates__server_ca_subject="nonsense",
        certificates__client_subject="CN=Octavia Client CA,O=Example",
        certificates__ca_days=10,
    )
    with pytest.raises(PresetError) as refused:
        ordered(answers)
    assert [problem.key for problem in refused.value.problems] == [
        "certificates.server_ca_subject",
        "certificates.client_ca_subject",
        "certificates.client_days",
    ]
