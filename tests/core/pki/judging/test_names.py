"""Names an authority may not sign for are those that openssl refuses."""

from __future__ import annotations

import subprocess
from contextlib import nullcontext
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509

from octavia_wizard.core.pki.judging.names import forbidden_name
from tests.core.pki.own_files import CLIENT, Own
from tests.core.pki.support import CA, ec_key, openssl, signed

HOST = x509.DNSName("controller.example.com")
DNS, MAIL, URI = x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier
TEN = x509.IPAddress(ip_network("10.0.0.0/8"))


def named(text: str) -> x509.DirectoryName:
    """Return a distinguished name as a name of any kind."""
    return x509.DirectoryName(x509.Name.from_rfc4514_string(text))


CASES: list[tuple[str, list[x509.GeneralName], list[x509.GeneralName], str, bool]] = [
    ("DNS inside", [DNS("example.com")], [HOST], "CN=c", True),
    ("DNS below a dot", [DNS(".example.com")], [HOST], "CN=c", True),
    ("DNS outside", [DNS("example.org")], [HOST], "CN=c", False),
    ("DNS by its end only", [DNS("ple.com")], [HOST], "CN=c", False),
    ("CN as a host", [DNS("example.org")], [], "CN=controller.example.com", False),
    ("CN as no host", [DNS("example.org")], [], "CN=octavia-controller", True),
    ("directory inside", [named("O=Example")], [], "CN=c,O=example", True),
    ("directory outside", [named("O=Example")], [], "CN=c,O=Other", False),
    ("address inside", [TEN], [x509.IPAddress(ip_address("10.1.2.3"))], "CN=c", True),
    ("address outside", [TEN], [x509.IPAddress(ip_address("11.1.2.3"))], "CN=c", False),
    ("another kind", [TEN], [HOST], "CN=c", True),
    ("mail inside", [MAIL("example.com")], [MAIL("a@example.com")], "CN=c", True),
    ("mail outside", [MAIL("example.com")], [MAIL("a@b.example.com")], "CN=c", False),
    ("mail below a dot", [MAIL(".example.com")], [MAIL("a@b.example.com")], "CN=c", True),
    ("address in the web", [URI("a.example")], [URI("https://a.example/x")], "CN=c", True),
    ("another in the web", [URI("a.example")], [URI("https://b.example/x")], "CN=c", False),
]


@pytest.mark.parametrize("turned", [False, True], ids=["permitted", "excluded"])
@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_what_openssl_refuses_is_forbidden(
    tmp_path: Path,
    case: tuple[str, list[x509.GeneralName], list[x509.GeneralName], str, bool],
    turned: bool,
) -> None:
    _, subtrees, names, subject, allowed = case
    limits = (
        x509.NameConstraints(None, subtrees) if turned else x509.NameConstraints(subtrees, None)
    )
    key = ec_key()
    authority = signed("CN=Clients", key, extensions={**CA, limits: True})
    extensions = dict(CLIENT)
    if names:
        extensions[x509.SubjectAlternativeName(names)] = False
    client = signed(subject, ec_key(), ("CN=Clients", key), extensions=extensions, days=300)
    (tmp_path / "ca.pem").write_bytes(authority)
    (tmp_path / "client.pem").write_bytes(client)
    told = forbidden_name(
        x509.load_pem_x509_certificate(client), x509.load_pem_x509_certificate(authority)
    )
    if not turned:
        assert bool(told) is not allowed
    with pytest.raises(subprocess.CalledProcessError) if told else nullcontext():
        openssl("verify", "-CAfile", tmp_path / "ca.pem", tmp_path / "client.pem")


def test_an_address_that_is_none_is_outside() -> None:
    """What cannot be taken apart stops nothing."""
    limits = x509.NameConstraints([URI("a.example")], None)
    key = ec_key()
    authority = signed("CN=Clients", key, extensions={**CA, limits: True})
    names = x509.SubjectAlternativeName([URI("http://[")])
    client = signed("CN=c", ec_key(), ("CN=Clients", key), extensions={names: False}, days=300)
    loaded = map(x509.load_pem_x509_certificate, (client, authority))
    assert forbidden_name(*loaded) == "http://["


def test_the_review_tells_the_name(tmp_path: Path) -> None:
    own = Own(tmp_path)
    limits = x509.NameConstraints([named("O=Example")], None)
    authority = signed("CN=Clients", own.authority, extensions={**CA, limits: True})
    own.put("client-ca.pem", authority)
    (found,) = own.findings()
    assert found.id == "cert-name-constraints"
    assert "may not sign for CN=c" in found.what
    own.put("client.pem", signed("CN=c,O=Example", own.client, ("CN=Clients", own.authority),
                                 extensions=CLIENT, days=300))  # fmt: skip
    assert not own.findings()
