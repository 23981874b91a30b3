"""Certificates are what RFC 5280 wants of them, whoever's authority signs, and end in time."""

from __future__ import annotations

import re
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.pki.keys import KeyType, PrivateKey, public_der
from octavia_wizard.core.pki.making.issuing import (
    Authority,
    certificate_pem,
    issue_client,
    last_moment,
    make_authority,
    most_days,
)
from octavia_wizard.core.pki.making.subjects import parse_subject
from tests.core.pki.support import CA, ec_key, openssl, signed

NOW = datetime(2026, 3, 1, 12, 30, 15, 999, tzinfo=UTC)
SUBJECT = parse_subject("CN=Octavia Client CA,O=Example")
CLIENT = parse_subject("CN=octavia-controller,O=Example")


def _authority(days: int = 3650, root: Authority | None = None, **more: int) -> Authority:
    return make_authority(SUBJECT, KeyType.EC_P256, days, "secret", now=NOW, root=root, **more)


def _root() -> Authority:
    name = parse_subject("CN=Root,O=Example")
    return make_authority(name, KeyType.EC_P384, 7300, "root", now=NOW, path_length=1)


def _text(data: bytes) -> str:
    return openssl("x509", "-noout", "-text", stdin=data)


def test_an_authority_as_openssl_reads_it() -> None:
    """Extensions, digest and version are those an auditor looks for."""
    text = _text(_authority(root=_root()).chain)
    assert "Version: 3 (0x2)" in text
    assert "Signature Algorithm: ecdsa-with-SHA384" in text
    assert re.search(r"Basic Constraints: critical\s+CA:TRUE, pathlen:0\n", text)
    usage = r"Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign\n"
    assert re.search(usage, text)
    assert "X509v3 Subject Key Identifier" in text
    assert "X509v3 Authority Key Identifier" in text


def test_a_root_as_openssl_reads_it() -> None:
    """One authority may stand below it, and that one signs no further."""
    text = _text(_root().chain)
    assert re.search(r"Basic Constraints: critical\s+CA:TRUE, pathlen:1\n", text)


@pytest.mark.parametrize(
    ("kind", "usage"),
    [
        (KeyType.EC_P256, "Digital Signature"),
        (KeyType.RSA_3072, "Digital Signature, Key Encipherment"),
    ],
)
def test_a_client_as_openssl_reads_it(kind: KeyType, usage: str) -> None:
    """It is good for a TLS client, and for no server and no authority."""
    authority = _authority()
    certificate, _ = issue_client(CLIENT, kind, 30, authority.certificate, authority.key, NOW)
    text = _text(certificate)
    assert "Signature Algorithm: ecdsa-with-SHA256" in text
    assert re.search(r"Basic Constraints: critical\s+CA:FALSE\n", text)
    assert re.search(rf"Key Usage: critical\s+{usage}\n", text)
    assert re.search(r"Extended Key Usage: \n?\s*TLS Web Client Authentication\n", text)
    with pytest.raises(subprocess.CalledProcessError):
        _verify(authority, certificate, "sslserver")


def test_identifiers_lead_up_the_chain() -> None:
    """Each certificate names the key of the one above it."""
    root = _root()
    authority = _authority(root=root)
    client, _ = issue_client(CLIENT, KeyType.EC_P256, 30, authority.certificate, authority.key, NOW)
    chain = [x509.load_pem_x509_certificate(client), authority.certificate, root.certificate]
    for below, above in zip(chain, [*chain[1:], root.certificate], strict=True):
        named = below.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        assert named.key_identifier == own.digest
        below.verify_directly_issued_by(above)
    assert authority.chain == certificate_pem(authority.certificate) + root.chain


def test_serial_numbers_are_random_and_short_enough() -> None:
    """RFC 5280 wants positive numbers of at most 20 octets."""
    serials = [_authority().certificate.serial_number for _ in range(20)]
    assert len(set(serials)) == 20
    assert all(0 < serial < 2**159 for serial in serials)
    assert max(serial.bit_length() for serial in serials) > 140


def test_the_encrypted_key_is_the_certificates() -> None:
    """The key that is written is the one that signs."""
    authority = _authority()
    key = load_pem_private_key(authority.encrypted_key, b"secret")
    assert public_der(key.public_key()) == public_der(authority.certificate.public_key())


def test_secrets_do_not_show() -> None:
    """An authority can be logged by accident without harm."""
    told = repr(_authority())
    assert "PRIVATE" not in told
    assert "key" not in told


def test_an_authority_below_another_cannot_sign_a_third() -> None:
    """OpenSSL refuses what an issuing CA would sign as an authority."""
    above = _authority(root=_root())
    subject = parse_subject("CN=Third")
    third = make_authority(subject, KeyType.EC_P256, 100, "x", now=NOW, root=above)
    client, _ = issue_client(CLIENT, KeyType.EC_P256, 30, third.certificate, third.key, NOW)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _verify(third, client, "sslclient")
    assert b"path length constraint exceeded" in refused.value.stderr


def test_validity_begins_a_little_earlier_and_has_whole_seconds() -> None:
    """Hosts whose clocks run late accept the certificate at once."""
    certificate = _authority(10).certificate
    assert certificate.not_valid_before_utc == datetime(2026, 3, 1, 11, 30, 15, tzinfo=UTC)
    assert certificate.not_valid_after_utc == datetime(2026, 3, 11, 12, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "form"),
    [(3650, "UTCTIME           :360227123015Z"), (36500, "GENERALIZEDTIME   :21260205123015Z")],
)
def test_dates_after_2049_have_four_digits_of_the_year(days: int, form: str) -> None:
    """RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050."""
    assert form in openssl("asn1parse", stdin=_authority(days).chain)


@pytest.mark.parametrize("days", [0, -1, 3_000_000, 10**10, 10**30])
def test_what_no_calendar_holds_is_refused(days: int) -> None:
    """Less than a day, and ends beyond the year 9999, are explained."""
    with pytest.raises(ValueError, match=r"no validity|beyond the year 9999"):
        last_moment(days, NOW)


def test_the_last_day_of_the_calendar_can_be_used() -> None:
    """RFC 5280 takes the end of 9999 for "never"; OpenSSL reads it."""
    days = (datetime(9999, 12, 31, tzinfo=UTC) - NOW).days
    assert "9999123" in openssl("asn1parse", stdin=_authority(days).chain)


def test_nothing_outlives_its_issuer() -> None:
    """The end is never moved silently: the message says how many days are left."""
    authority = _authority(100)
    later = NOW + timedelta(days=90)
    assert most_days(authority.certificate, later) == 10
    common = (authority.certificate, authority.key, later)
    client, _ = issue_client(CLIENT, KeyType.EC_P256, 10, *common)
    end = x509.load_pem_x509_certificate(client).not_valid_after_utc
    assert end == authority.certificate.not_valid_after_utc
    with pytest.raises(ValueError, match="give at most 10 days"):
        issue_client(CLIENT, KeyType.EC_P256, 11, *common)
    with pytest.raises(ValueError, match="which signs it"):
        _authority(8000, root=_root())


def test_an_issuer_that_ended_signs_nothing() -> None:
    """Years later there is nothing to be had from it."""
    authority = _authority(100)
    later = NOW + timedelta(days=200)
    assert most_days(authority.certificate, later) < 0
    with pytest.raises(ValueError, match="it can sign nothing any more"):
        issue_client(CLIENT, KeyType.EC_P256, 1, authority.certificate, authority.key, later)


def test_nothing_begins_before_its_issuer() -> None:
    """An authority that was made a minute ago leaves less to antedate."""
    key = ec_key()
    start = NOW.replace(microsecond=0) - timedelta(minutes=1)
    issuer = x509.load_pem_x509_certificate(signed("CN=Ours", key, extensions=CA, start=start))
    client, _ = issue_client(CLIENT, KeyType.EC_P256, 30, issuer, key, NOW)
    assert x509.load_pem_x509_certificate(client).not_valid_before_utc == start


def test_the_key_must_be_the_issuers() -> None:
    """A certificate that nobody would accept is not made."""
    with pytest.raises(ValueError, match="the key is not that of CN=Octavia Client CA"):
        issue_client(CLIENT, KeyType.EC_P256, 30, _authority().certificate, ec_key(), NOW)


def test_a_client_passes_the_strict_check() -> None:
    """OpenSSL accepts it below an authority with and without a root, and for nobody else's."""
    for authority in (_authority(), _authority(root=_root())):
        client, _ = issue_client(
            CLIENT, KeyType.EC_P384, 30, authority.certificate, authority.key, NOW
        )
        assert _verify(authority, client, "sslclient")
        with pytest.raises(subprocess.CalledProcessError):
            _verify(_authority(), client, "sslclient")


@pytest.mark.parametrize(
    ("key", "digest"),
    [
        (ec.generate_private_key(ec.SECP521R1()), "ecdsa-with-SHA512"),
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), "sha256WithRSAEncryption"),
    ],
)
def test_an_authority_without_identifier_signs_too(key: PrivateKey, digest: str) -> None:
    """Somebody's own CA may have no subject key identifier: it is derived from its key."""
    bare = signed("CN=Ours", key, extensions=CA, strict=False)
    assert "Subject Key Identifier" not in _text(bare)
    issuer = x509.load_pem_x509_certificate(bare)
    client, _ = issue_client(CLIENT, KeyType.EC_P256, 30, issuer, key)
    named = x509.load_pem_x509_certificate(client).extensions.get_extension_for_class(
        x509.AuthorityKeyIdentifier
    )
    derived = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    assert named.value.key_identifier == derived.digest
    assert f"Signature Algorithm: {digest}" in _text(client)
    assert _verified(certificate_pem(issuer), client, "sslclient", strict=False)


def test_the_issuers_name_is_copied_as_it_is(tmp_path: Path) -> None:
    """A CA made by OpenSSL has other kinds of strings and parts of several values."""
    key, ca = tmp_path / "ca.key", tmp_path / "ca.pem"
    settings = tmp_path / "settings"
    settings.write_text(
        "[req]\ndistinguished_name=name\nprompt=no\nstring_mask=pkix\nx509_extensions=ca\n"
        "[name]\nC=DE\nO=Example Ltd\n0.OU=Cloud\n+CN=Octavia CA\n1.OU=Büro\n"
        "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        "subjectKeyIdentifier=hash\n"
    )
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-utf8",
        "-keyout", key, "-out", ca, "-days", "100", "-config", settings,
    )  # fmt: skip
    issuer = x509.load_pem_x509_certificate(ca.read_bytes())
    loaded = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    client, _ = issue_client(CLIENT, KeyType.EC_P256, 30, issuer, loaded)
    # These hashes are of the bytes as they stand, unlike the newer ones.
    of_issuer = openssl("x509", "-noout", "-issuer_hash_old", stdin=client)
    assert of_issuer == openssl("x509", "-in", ca, "-noout", "-subject_hash_old")
    assert _verified(ca.read_bytes(), client, "sslclient")


def test_every_kind_of_client_key_is_its_certificates() -> None:
    """What comes back is a pair, the key without a passphrase."""
    authority = _authority()
    certificate, pem = issue_client(
        CLIENT, KeyType.RSA_3072, 30, authority.certificate, authority.key, NOW
    )
    key = load_pem_private_key(pem, None)
    public = x509.load_pem_x509_certificate(certificate).public_key()
    assert public_der(key.public_key()) == public_der(public)
    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----")


def _verify(authority: Authority, certificate: bytes, purpose: str) -> bool:
    at = NOW + timedelta(minutes=5)
    return _verified(authority.chain, certificate, purpose, "-attime", str(int(at.timestamp())))


def _verified(
    chain: bytes, certificate: bytes, purpose: str, *options: str, strict: bool = True
) -> bool:
    """Let OpenSSL verify a certificate; CalledProcessError when it refuses."""
    with tempfile.NamedTemporaryFile() as trusted:
        trusted.write(chain)
        trusted.flush()
        more = ["-x509_strict", *options] if strict else options
        command = ["verify", *more, "-purpose", purpose, "-CAfile", trusted.name]
        return openssl(*command, stdin=certificate).endswith(": OK\n")
