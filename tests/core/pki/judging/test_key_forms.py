"""Keys the library reads as usual ones, but TLS does not, are found before Octavia has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.finding import Severity
from tests.core.pki.own_files import Own
from tests.core.pki.support import SERVER_SECRET, openssl

PSS = ("RSA-PSS", "rsa_keygen_bits:2048")
NAMELESS = ("EC", "ec_paramgen_curve:P-256", "ec_param_enc:explicit")
AUTHORITY = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign")


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Good files."""
    return Own(tmp_path)


def _key(own: Own, kind: tuple[str, ...]) -> Path:
    algorithm, *options = kind
    told = [part for option in options for part in ("-pkeyopt", option)]
    path = own.directory / "made.key"
    openssl("genpkey", "-algorithm", algorithm, *told, "-out", path)
    return path


def _authority(own: Own, name: str, kind: tuple[str, ...]) -> Path:
    """Let openssl make an authority, and return its key."""
    key, path = _key(own, kind), own.directory / f"{name}.pem"
    told = [part for one in AUTHORITY for part in ("-addext", one)]
    request = ("req", "-x509", "-new", "-config", "/dev/null", "-subj", f"/CN={name}")
    openssl(*request, "-key", key, "-days", "365", *told, "-out", path)
    return key


def _server(own: Own, kind: tuple[str, ...]) -> None:
    key = _authority(own, "server", kind)
    secret = ("-aes256", "-passout", f"pass:{SERVER_SECRET}")
    openssl("pkey", "-in", key, *secret, "-out", own.directory / "server.key")


def _client(own: Own, kind: tuple[str, ...], ca: Path | None = None) -> None:
    authority = ca or _authority(own, "client-ca", ("EC", "ec_paramgen_curve:P-256"))
    authority = authority.rename(own.directory / "ca.key")
    key = _key(own, kind)
    request, said = own.directory / "request", own.directory / "said"
    subject = ("-subj", "/CN=c", "-config", "/dev/null")
    openssl("req", "-new", "-key", key, *subject, "-out", request)
    said.write_text("basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n")
    signer = ("-CA", own.directory / "client-ca.pem", "-CAkey", authority, "-set_serial", "7")
    written = ("-extfile", said, "-days", "300", "-out", own.directory / "client.pem")
    openssl("x509", "-req", "-in", request, *signer, *written)
    key.rename(own.directory / "client.key")


@pytest.mark.parametrize("kind", [PSS, NAMELESS], ids=["PSS only", "curve without name"])
@pytest.mark.parametrize("put", [_server, _client], ids=["server CA", "client"])
def test_what_tls_would_refuse_is_an_error(own: Own, kind: tuple[str, ...], put: object) -> None:
    assert callable(put)
    put(own, kind)
    (found,) = [one for one in own.findings() if one.severity is Severity.ERROR]
    assert found.id == "cert-key-unusable"
    assert found.fix


def test_an_authority_for_pss_that_signs_elsewhere_is_a_warning(own: Own) -> None:
    """The site's PKI signs with it, and as it should."""
    _client(own, ("EC", "ec_paramgen_curve:P-256"), _authority(own, "client-ca", PSS))
    found = own.found()
    assert found["cert-key-unusual"] is Severity.WARNING
    assert Severity.ERROR not in found.values()
