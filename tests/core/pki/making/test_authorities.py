"""What is made stands up to OpenSSL's strictest checks; what cannot be made is explained."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.pki.keys import public_der
from octavia_wizard.core.pki.making.authorities import make, order_problems, ordered
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import read_certificate
from tests.core.pki.support import (
    CLIENT_SECRET,
    PASSPHRASES,
    SERVER_SECRET,
    generating,
    laid_out,
    made,
    openssl,
)

CHAINS = [
    ("ec-p256", False),
    ("ec-p256", True),
    ("ec-p384", True),
    ("rsa-3072", False),
    ("rsa-3072", True),
    ("rsa-4096", False),
]


@pytest.mark.parametrize(("key_type", "roots"), CHAINS)
def test_the_client_chain_passes_the_strict_check(
    key_type: str, roots: bool, tmp_path: Path
) -> None:
    """OpenSSL accepts the client certificate below the client CA, for a TLS client."""
    files = laid_out(_ordering(tmp_path, key_type, roots)).files
    told = openssl(
        "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", files[Pem.CLIENT_CA],
        files[Pem.CLIENT],
    )  # fmt: skip
    assert told.endswith(": OK\n")


@pytest.mark.parametrize(("key_type", "roots"), CHAINS)
def test_the_server_chain_passes_the_strict_check(
    key_type: str, roots: bool, tmp_path: Path
) -> None:
    """OpenSSL accepts a certificate signed by the server CA, as Octavia's worker signs them."""
    files = laid_out(_ordering(tmp_path, key_type, roots)).files
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


def test_a_root_signs_authorities_which_sign_none(tmp_path: Path) -> None:
    """With roots, each CA file has the CA that signs and the root above it, in that order."""
    answers = generating(tmp_path, certificates__intermediates=True)
    files = made(answers).files
    for pem, name in ((Pem.SERVER_CA, "Server"), (Pem.CLIENT_CA, "Client")):
        signing, root = x509.load_pem_x509_certificates(files[pem])
        assert signing.subject.rfc4514_string() == f"CN=Octavia {name} CA,O=Example"
        assert root.subject.rfc4514_string() == f"CN=Octavia {name} CA Root,O=Example"
        assert _path_length(signing) == 0
        assert _path_length(root) == 1
        signing.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
        assert root.not_valid_after_utc - signing.not_valid_after_utc == timedelta(days=7300 - 3650)


def test_the_root_alone_need_be_trusted(tmp_path: Path) -> None:
    """Who trusts the root and is shown the CA accepts the client certificate too."""
    files = made(generating(tmp_path, certificates__intermediates=True)).files
    root, between, client = (tmp_path / name for name in ("root", "between", "client"))
    certificates = x509.load_pem_x509_certificates(files[Pem.CLIENT_CA])
    for path, certificate in zip((between, root), certificates, strict=True):
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    client.write_bytes(files[Pem.CLIENT])
    trusting = ("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", root)
    assert openssl(*trusting, "-untrusted", between, client).endswith(": OK\n")
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*trusting, client)


def test_roots_have_keys_and_passphrases_of_their_own(tmp_path: Path) -> None:
    """Four encrypted keys, each opened by its passphrase alone, and each of its certificate."""
    files = made(generating(tmp_path, certificates__intermediates=True)).files
    public = set()
    for pem, secret in PASSPHRASES.items():
        key = load_pem_private_key(files[pem], secret.encode())
        public.add(public_der(key.public_key()))
        for other in set(PASSPHRASES.values()) - {secret}:
            with pytest.raises(ValueError, match=r"."):
                load_pem_private_key(files[pem], other.encode())
    certified = {
        public_der(certificate.public_key())
        for pem in (Pem.SERVER_CA, Pem.CLIENT_CA)
        for certificate in x509.load_pem_x509_certificates(files[pem])
    }
    assert len(public) == 4
    assert public == certified


def test_every_authority_key_is_encrypted_strongly(tmp_path: Path) -> None:
    """OpenSSL reads PBES2 with AES-256 and 600000 rounds in each, and nothing of the sort else."""
    files = made(generating(tmp_path, certificates__intermediates=True)).files
    strong = ("PBES2", "PBKDF2", "INTEGER           :0927C0", "hmacWithSHA256", "aes-256-cbc")
    for pem in PASSPHRASES:
        told = openssl("asn1parse", stdin=files[pem])
        assert all(word in told for word in strong)
    assert "PBES2" not in openssl("asn1parse", stdin=files[Pem.CLIENT_KEY])
    assert sum(b"ENCRYPTED" in data for data in files.values()) == len(PASSPHRASES)


def test_a_missing_passphrase_is_noticed_before_keys_are_made(tmp_path: Path) -> None:
    """No key is ever left without encryption for want of a passphrase."""
    order = ordered(generating(tmp_path))
    with pytest.raises(KeyError):
        make(order, {Pem.SERVER_CA_KEY: SERVER_SECRET})


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
    answers = generating(
        tmp_path,
        certificates__ca_days=100,
        certificates__client_ca_days=50,
        certificates__client_days=10,
    )
    files = laid_out(answers).files
    now = datetime.now(UTC)
    for pem, days in ((Pem.SERVER_CA, 100), (Pem.CLIENT_CA, 50), (Pem.CLIENT, 10)):
        view = read_certificate(files[pem])
        assert view.not_before < now - timedelta(minutes=30)
        assert abs(view.not_after - now - timedelta(days=days)) < timedelta(minutes=5)


def test_nothing_is_ever_the_same_twice(tmp_path: Path) -> None:
    """Serial numbers and keys are random."""
    one, other = made(generating(tmp_path)), made(generating(tmp_path))
    first, second = (x509.load_pem_x509_certificate(m.files[Pem.CLIENT_CA]) for m in (one, other))
    assert first.serial_number != second.serial_number
    assert first.public_key() != second.public_key()


def test_the_bundle_is_certificate_and_key(tmp_path: Path) -> None:
    """The file for roles that want one has the certificate first, then its key."""
    files = made(generating(tmp_path)).files
    assert files[Pem.CLIENT_BUNDLE] == files[Pem.CLIENT] + files[Pem.CLIENT_KEY]
    key = load_pem_private_key(files[Pem.CLIENT_BUNDLE], None)
    certificate = x509.load_pem_x509_certificate(files[Pem.CLIENT_BUNDLE])
    assert public_der(key.public_key()) == public_der(certificate.public_key())


def test_secrets_do_not_show(tmp_path: Path) -> None:
    """What was made can be logged by accident without harm."""
    told = repr(made(generating(tmp_path)))
    assert "PRIVATE" not in told
    assert "client key" in told


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
        "certificates.client_subject",
        "certificates.client_days",
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"client_days": 3650}, []),
        ({"client_days": 3651}, ["certificates.client_days"]),
        ({"client_ca_days": 400}, ["certificates.client_days"]),
        ({"client_ca_days": 9000, "client_days": 9000}, []),
        ({"intermediates": True}, []),
        ({"intermediates": True, "ca_days": 7301}, ["certificates.ca_days"]),
        (
            {"intermediates": True, "client_ca_days": 2000, "root_days": 1999},
            ["certificates.ca_days", "certificates.client_ca_days"],
        ),
        ({"intermediates": False, "root_days": 1}, []),
        ({"client_days": 0}, ["certificates.client_days"]),
        ({"ca_days": 3_000_000}, ["certificates.ca_days"]),
        ({"ca_days": 10**12}, ["certificates.ca_days"]),
        (
            {"intermediates": True, "root_days": 10**12},
            ["certificates.root_days"],
        ),
    ],
)
def test_validities_must_fit_into_one_another(
    settings: dict[str, object], expected: list[str], tmp_path: Path
) -> None:
    """Nothing outlives what signs it, nothing ends beyond the calendar; the key is named."""
    problems = order_problems(_generating(tmp_path, settings))
    assert [problem.key for problem in problems] == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"client_ca_subject": "CN=octavia  server ca,O=Example"}, "client_ca_subject"),
        ({"client_subject": "CN=Octavia Server CA,O=Example"}, "client_subject"),
        ({"intermediates": True, "client_ca_subject": "CN=Octavia Server CA Root,O=Example"},
         "client_ca_subject"),
        ({"intermediates": True, "client_subject": "CN=Octavia Client CA Root,O=Example"},
         "client_subject"),
        ({"intermediates": True, "server_ca_subject": "CN=" + "x" * 60}, "server_ca_subject"),
    ],
)  # fmt: skip
def test_no_two_certificates_have_one_subject(
    settings: dict[str, object], expected: str, tmp_path: Path
) -> None:
    """Roots count too, and what OpenSSL takes for the same; the later answer is named."""
    problems = order_problems(_generating(tmp_path, settings))
    assert [problem.key for problem in problems] == [f"certificates.{expected}"]


def test_without_roots_nothing_is_asked_of_their_names(tmp_path: Path) -> None:
    """A CA may be called Root, and have a long name, where no root is made."""
    answers = generating(
        tmp_path,
        certificates__server_ca_subject="CN=" + "x" * 64,
        certificates__client_ca_subject="CN=Octavia Root",
    )
    assert order_problems(answers) == []


def test_answers_of_older_presets_suffice(tmp_path: Path) -> None:
    """Without the newer answers both authorities end together, and have no roots."""
    order = ordered(generating(tmp_path))
    assert (order.client_ca_days, order.intermediates) == (order.ca_days, False)


def _generating(directory: Path, settings: dict[str, object]) -> Effective:
    given = {f"certificates__{name}": value for name, value in settings.items()}
    return generating(directory, "33.0.1", **given)


def _ordering(directory: Path, key_type: str, roots: bool) -> Effective:
    return generating(directory, certificates__key_type=key_type, certificates__intermediates=roots)


def _path_length(certificate: x509.Certificate) -> int | None:
    found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert found.critical
    return found.value.path_length
