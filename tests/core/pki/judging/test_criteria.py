"""A single certificate is judged by its dates, key, signature and extensions."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.judging.criteria import Placed, judge_certificate
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.reading.inspection import issued_by
from octavia_wizard.core.pki.reading.opening import AnyKey
from tests.core.pki.own_files import CLIENT
from tests.core.pki.support import CA, ec_key, openssl, signed, usage, weak_key

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
PLACE = Path("/etc/pki/file.pem")


def judged(pem: Pem, data: bytes, *, first: bool = True, now: datetime = NOW) -> list[Finding]:
    """Judge one certificate in a place."""
    certificate = x509.load_pem_x509_certificate(data)
    return list(judge_certificate(Placed(pem, certificate, PLACE, is_first=first), now))


def made(key: AnyKey, pem: Pem = Pem.SERVER_CA, **more: object) -> bytes:
    """Make a certificate for a place."""
    options = {
        "extensions": CLIENT if pem is Pem.CLIENT else CA,
        "start": NOW - timedelta(days=10),
        "issuer": None if pem is not Pem.CLIENT else ("CN=CA", ec_key()),
        **more,
    }
    return signed("CN=x", key, **options)  # type: ignore[arg-type]


def test_a_start_in_the_near_future_points_at_the_clock() -> None:
    (finding,) = judged(Pem.SERVER_CA, made(ec_key(), start=NOW + timedelta(hours=3)))
    assert finding.id == "cert-not-yet-valid"
    assert "clock of this host says 2027-03-01 12:00 UTC" in finding.what
    (finding,) = judged(Pem.SERVER_CA, made(ec_key(), start=NOW + timedelta(days=3)))
    assert "clock" not in finding.what


KINDS: dict[str, Callable[[], AnyKey]] = {
    "rsa-1024": weak_key,
    "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
    "dsa": lambda: dsa.generate_private_key(2048),
    "p192": lambda: ec.generate_private_key(ec.SECP192R1()),
    "p256": ec_key,
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
}
VERDICTS = {
    # kind: as a server CA, as a client CA, as the client certificate
    "rsa-1024": ("cert-weak-key",) * 3,
    "rsa-2048": ("cert-key-below-3072",) * 3,
    "rsa-3072": ("",) * 3,
    "dsa": ("cert-weak-key",) * 3,
    "p192": ("cert-weak-key",) * 3,
    "p256": ("",) * 3,
    "p521": ("",) * 3,
    "secp256k1": ("cert-key-unusual", "cert-key-unusual", "cert-key-unusable"),
    "ed25519": ("cert-key-unusable", "cert-key-unusual", "cert-key-unusual"),
    "ed448": ("cert-key-unusable", "cert-key-unusual", "cert-key-unusual"),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kinds_of_keys(kind: str) -> None:
    key = KINDS[kind]()
    for pem, verdict in zip(
        (Pem.SERVER_CA, Pem.CLIENT_CA, Pem.CLIENT), VERDICTS[kind], strict=True
    ):
        assert [f.id for f in judged(pem, made(key, pem))] == ([verdict] if verdict else []), pem


@pytest.mark.parametrize("kind", ["ed25519", "ed448"])
def test_octavia_cannot_sign_with_edwards_keys(kind: str) -> None:
    """Its LocalCertGenerator gives SHA-256 with every key (signing_digest of octavia.conf)."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    with pytest.raises(ValueError, match="ed25519 or ed448"):
        builder.sign(KINDS[kind](), hashes.SHA256())


def test_no_client_can_show_itself_with_an_odd_curve(tmp_path: Path) -> None:
    """TLS offers P-256, P-384 and P-521: a handshake with another curve fails."""
    key = KINDS["secp256k1"]()
    path = tmp_path / "client.pem"
    now = datetime.now(UTC)
    path.write_bytes(signed("CN=c", key, start=now - timedelta(days=1)) + plain_pem(key))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(path))
    server.verify_mode = ssl.CERT_REQUIRED
    good = ec_key()
    own = tmp_path / "server.pem"
    names: dict[x509.ExtensionType, bool] = {
        **CA,
        x509.SubjectAlternativeName([x509.DNSName("a")]): False,
        usage("digital_signature", "key_cert_sign"): True,
    }
    own.write_bytes(signed("CN=a", good, extensions=names) + plain_pem(good))
    server.load_cert_chain(own)
    client = ssl.create_default_context(cafile=str(own))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.load_cert_chain(path)
    with pytest.raises(ssl.SSLError, match=r"(?i)wrong.curve|illegal.parameter"):
        _shake(server, client)


def _shake(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        server.wrap_bio(to_server, to_client, server_side=True),
        client.wrap_bio(to_client, to_server, server_hostname="a"),
    ]
    for _ in range(10):
        for end in reversed(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize(("kind", "digest"), [("rsa", "sha1"), ("rsa", "md5"), ("ec", "sha1")])
def test_old_signatures_count_except_on_what_signed_itself(
    tmp_path: Path, kind: str, digest: str
) -> None:
    root, request, leaf = (tmp_path / name for name in ("root.pem", "request.pem", "leaf.pem"))
    key = tmp_path / "key.pem"
    key.write_bytes(plain_pem(rsa.generate_private_key(65537, 3072) if kind == "rsa" else ec_key()))
    openssl("req", "-x509", "-new", "-key", key, f"-{digest}", "-subj", "/CN=CA", "-out", root)
    openssl("req", "-new", "-key", key, "-subj", "/CN=x", "-out", request)
    openssl(
        "x509", "-req", "-in", request, "-CA", root, "-CAkey", key, f"-{digest}", "-days", "200",
        "-out", leaf,
    )  # fmt: skip
    now = datetime.now(UTC)
    (finding,) = judged(Pem.CLIENT, leaf.read_bytes(), now=now)
    assert (finding.id, finding.severity) == ("cert-weak-signature", Severity.ERROR)
    assert digest.upper() in finding.what
    found = judged(Pem.SERVER_CA, root.read_bytes(), now=now)
    assert [f.id for f in found] == ["cert-expires-soon"]
    certificates = [x509.load_pem_x509_certificate(p.read_bytes()) for p in (leaf, root)]
    assert issued_by(*certificates)
    assert not issued_by(certificates[1], certificates[0])


def test_a_critical_extension_nobody_knows_is_refused() -> None:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    for critical, wanted in ((True, ["cert-critical-extension"]), (False, [])):
        data = made(ec_key(), extensions={**CA, strange: critical})
        assert [f.id for f in judged(Pem.SERVER_CA, data)] == wanted


def test_any_purpose_is_no_purpose_for_openssl() -> None:
    every: dict[x509.ExtensionType, bool] = {
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]): False
    }
    (finding,) = judged(Pem.CLIENT, made(ec_key(), Pem.CLIENT, extensions=every))
    assert finding.id == "cert-extended-key-usage"
    assert "anyExtendedKeyUsage" in finding.what


def test_those_above_are_called_by_their_names() -> None:
    (finding,) = judged(Pem.CLIENT, made(weak_key()), first=False)
    assert finding.what.startswith("the authority CN=x above the client certificate has a weak key")


@pytest.mark.parametrize(("bits", "allowed"), [(0x80, True), (0xA0, True), (0x40, False)])
def test_the_netscape_type_has_to_name_clients(tmp_path: Path, bits: int, allowed: bool) -> None:
    """It is older than the extended key usage, and OpenSSL keeps to it still."""
    oid = x509.ObjectIdentifier("2.16.840.1.113730.1.1")
    kind = x509.UnrecognizedExtension(oid, bytes((3, 2, 0, bits)))
    key = ec_key()
    (tmp_path / "ca.pem").write_bytes(signed("CN=CA", key, extensions=CA))
    client = signed("CN=c", ec_key(), ("CN=CA", key), extensions={**CLIENT, kind: False}, days=300)
    (tmp_path / "client.pem").write_bytes(client)
    found = {one.id for one in judged(Pem.CLIENT, client, now=datetime.now(UTC))}
    assert found == (set() if allowed else {"cert-extended-key-usage"})
    refused = nullcontext() if allowed else pytest.raises(subprocess.CalledProcessError)
    with refused:
        openssl("verify", "-purpose", "sslclient", "-CAfile", tmp_path / "ca.pem",
                tmp_path / "client.pem")  # fmt: skip
