"""Encrypted connections are never given up, and what is wrong with them is said."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.image.partial import Origin
from octavia_wizard.core.image.transfer import Broken, Transfer
from tests.core.image.web import Handler, Server, Site, cut, serving, status


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def _certificate(place: Path, *, days: int) -> Path:
    """Write a key and a certificate for this host that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    end = datetime.now(UTC) + timedelta(days=days)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(end - timedelta(days=100))
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    place.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return place


@contextmanager
def _encrypted(site: Site, certificate: Path) -> Iterator[Site]:
    handler = type("SiteHandler", (Handler,), {"site": site})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        site.address = f"https://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def bring(url: str, offset: int = 0, etag: str = "") -> bytes:
    """Bring what one request gives."""
    cancel = threading.Event()
    with Transfer(url, offset, Origin("x", etag)) as transfer:
        transfer.answer(cancel)
        return b"".join(transfer.blocks(cancel))


def test_a_trusted_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority of the site is named by the variable everybody uses."""
    certificate = _certificate(tmp_path / "tls.pem", days=1)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with _encrypted(Site(b"data"), certificate) as site:
        assert bring(site.url) == b"data"


@pytest.mark.parametrize(("days", "reason"), [(1, "self-signed certificate"), (-1, "has expired")])
def test_a_certificate_that_is_not_trusted(
    days: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason and the cure are told, and it is not tried again."""
    certificate = _certificate(tmp_path / "tls.pem", days=days)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    if days < 0:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with (
        _encrypted(Site(b"data"), certificate) as site,
        pytest.raises(FileError, match=rf"127\.0\.0\.1 is not trusted: .*{reason}") as caught,
    ):
        bring(site.url)
    assert "REQUESTS_CA_BUNDLE" in caught.value.hint


def test_https_never_leads_to_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A redirect that gives up encryption is refused, and so is one to a file."""
    certificate = _certificate(tmp_path / "tls.pem", days=1)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving(Site(b"data")) as plain, _encrypted(Site(b"data"), certificate) as site:
        for place in (plain.url, "file:///etc/hostname"):
            site.faults = [status(302, Location=place)]
            with pytest.raises(FileError, match="which is not encrypted"):
                bring(site.url)
        assert not plain.requests


def test_http_where_https_was_meant() -> None:
    """A server that speaks no TLS is told so."""
    with serving(Site(b"data")) as site, pytest.raises((FileError, Broken)) as caught:
        bring(site.url.replace("http:", "https:"))
    assert "127.0.0.1" in str(caught.value)


def test_the_rest_of_a_file() -> None:
    """From the byte on that is missing, if it is still the same file."""
    with serving(Site(b"0123456789")) as site:
        assert bring(site.url, 4, '"one"') == b"456789"
        assert bring(site.url, 4, '"two"') == b"0123456789"
        assert bring(site.url, 10, '"one"') == b""


def test_a_broken_connection_is_worth_another_try() -> None:
    """It is told from an end."""
    with serving(Site(bytes(500_000))) as site:
        site.faults = [cut(1000)]
        with pytest.raises(Broken, match="the connection to 127"):
            bring(site.url)


def test_a_server_that_sends_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte by byte a download would never end."""
    monkeypatch.setattr("octavia_wizard.core.image.transfer.STALLED_AFTER", 0.3)
    with (
        serving(Site(bytes(500_000), pause=2)) as site,
        pytest.raises(Broken, match="next to nothing"),
    ):
        bring(site.url)
