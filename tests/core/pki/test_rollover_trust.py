"""In no phase of a rollover can a controller and an amphora be strangers to one another.

The states are those the wizard really writes.  While a playbook runs, some controllers are in one
state and some in the next; amphorae keep what they got at any time before.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.rollover_files import Side, Stage
from tests.core.pki.support import SECRETS, SERVER_SECRET, ec_key, generating, laid_out, openssl
from tests.core.steps.renewal_bench import directory_of
from tests.core.steps.test_ca_rollover import go

BEFORE = "before"
PHASES = (BEFORE, *Stage)


@dataclass(frozen=True)
class Amphora:
    """A machine with what it was given once."""

    certificate: Path
    """With its key."""
    client_ca: Path


@dataclass(frozen=True)
class Controller:
    """A host with the files of one phase."""

    directory: Path

    @property
    def server_ca(self) -> Path:
        """What it checks amphorae by, and signs with."""
        return self.directory / "ca_server_01.pem"

    @property
    def client_ca(self) -> Path:
        """What it gives to amphorae that boot."""
        return self.directory / "ca_01.pem"

    def boot(self, place: Path, *, names_key: bool = True) -> Amphora:
        """Make an amphora as Octavia does: signed by the first certificate of the file."""
        issuer = x509.load_pem_x509_certificate(self.server_ca.read_bytes())
        pem = (self.directory / "private" / "cakey.pem").read_bytes()
        issuer_key = serialization.load_pem_private_key(pem, SERVER_SECRET.encode())
        assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
        path = place / f"amphora-{self.directory.name}-{names_key}.pem"
        path.write_bytes(_signed(issuer, issuer_key, names_key=names_key))
        return Amphora(path, self.client_ca)


def _signed(
    issuer: x509.Certificate, issuer_key: ec.EllipticCurvePrivateKey, *, names_key: bool
) -> bytes:
    """Sign the certificate of an amphora; Octavia before 2026 does not name the issuer's key."""
    key, now = ec_key(), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string("CN=amphora"))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            critical=True,
        )
    )
    if names_key:
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
        builder = builder.add_extension(identifier, critical=False)
    certificate = builder.sign(issuer_key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def handshake(controller: Controller, amphora: Amphora) -> None:
    """Let both present and check certificates as Octavia has them do; raises ssl.SSLError."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(amphora.certificate)
    server.load_verify_locations(amphora.client_ca)
    server.verify_mode = ssl.CERT_REQUIRED
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False  # Octavia compares the name with the id of the amphora
    client.load_cert_chain(controller.directory / "client.pem")
    client.load_verify_locations(controller.server_ca)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    left = client.wrap_bio(back, there)
    right = server.wrap_bio(there, back, server_side=True)
    turns: list[Callable[[], object]] = [left.do_handshake, right.do_handshake]
    for turn in turns * 4:
        try:
            turn()
        except ssl.SSLWantReadError:
            continue
    # In TLS 1.3 a refused client hears of it with the first data only.
    right.write(b"ok")
    assert left.read(2) == b"ok"


@pytest.fixture(params=[False, True], ids=["self-signed", "with a root"], scope="module")
def states(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[Side, dict[str, Controller]]:
    """The files of a controller in every phase, for both sides."""
    more: dict[str, Any] = {"certificates__intermediates": True} if request.param else {}
    found: dict[Side, dict[str, Controller]] = {}
    for side in Side:
        root = tmp_path_factory.mktemp(f"rollover-{side}")
        effective = generating(directory_of(root), **more)
        layout = certificate_layout(effective)
        (layout.directory / "private").mkdir(parents=True)
        laid_out(effective)
        found[side] = {BEFORE: snapshot(root, layout, BEFORE)}
        for stage in Stage:
            _go_on(root, side, stage, more)
            found[side][stage] = snapshot(root, layout, stage)
    return found


def _go_on(root: Path, side: Side, stage: Stage, more: dict[str, Any]) -> None:
    secrets = root / "openstack_deploy" / "user_secrets.yml"
    if not secrets.exists():
        secrets.write_text("".join(f"{name}: {value}\n" for name, value in SECRETS.items()))
    go(root, side, stage, **more)


def snapshot(root: Path, layout: CertificateLayout, phase: str) -> Controller:
    """Copy what the playbook would bring to a controller in a phase."""
    place = root / "controllers" / phase
    (place / "private").mkdir(parents=True)
    for pem in (Pem.SERVER_CA, Pem.SERVER_CA_KEY, Pem.CLIENT_CA, Pem.CLIENT_BUNDLE):
        path = layout.files[pem]
        (place / path.relative_to(layout.directory)).write_bytes(path.read_bytes())
    return Controller(place)


SERVER_TABLE = [
    # controllers that may be beside one another, phases in which amphorae may have been signed
    ((BEFORE, Stage.TRUST), (BEFORE, Stage.TRUST)),
    ((Stage.TRUST, Stage.USE), (BEFORE, Stage.TRUST, Stage.USE)),
    # by now every amphora has been signed anew: that is what the third phase waits for
    ((Stage.USE, Stage.DROP), (Stage.USE, Stage.DROP)),
]


@pytest.mark.parametrize(("controllers", "signed"), SERVER_TABLE)
@pytest.mark.parametrize("names_key", [True, False], ids=["names its issuer's key", "does not"])
def test_every_controller_accepts_every_amphora(
    controllers: tuple[str, ...],
    signed: tuple[str, ...],
    names_key: bool,
    states: dict[Side, dict[str, Controller]],
    tmp_path: Path,
) -> None:
    """Whatever controller speaks to whatever amphora while the server CA is replaced."""
    phases = states[Side.SERVER]
    for born in signed:
        amphora = phases[born].boot(tmp_path, names_key=names_key)
        for name in controllers:
            openssl(
                "verify", "-purpose", "sslserver", "-CAfile", phases[name].server_ca,
                amphora.certificate,
            )  # fmt: skip
            handshake(phases[name], amphora)


CLIENT_TABLE = [
    # controllers that may be beside one another, phases in which amphorae may have booted
    ((BEFORE, Stage.TRUST), (BEFORE, Stage.TRUST)),
    # by now every load balancer was failed over: that is what the second phase waits for
    ((Stage.TRUST, Stage.USE), (Stage.TRUST, Stage.USE)),
    ((Stage.USE, Stage.DROP), (Stage.TRUST, Stage.USE, Stage.DROP)),
]


@pytest.mark.parametrize(("controllers", "booted"), CLIENT_TABLE)
def test_every_amphora_accepts_every_controller(
    controllers: tuple[str, ...],
    booted: tuple[str, ...],
    states: dict[Side, dict[str, Controller]],
    tmp_path: Path,
) -> None:
    """Whatever amphora is spoken to by whatever controller while the client CA is replaced."""
    phases = states[Side.CLIENT]
    for born in booted:
        amphora = phases[born].boot(tmp_path)
        for name in controllers:
            certificate = tmp_path / "client.pem"
            certificate.write_bytes((phases[name].directory / "client.pem").read_bytes())
            openssl(
                "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", amphora.client_ca,
                certificate,
            )  # fmt: skip
            handshake(phases[name], amphora)


@pytest.mark.parametrize(
    ("side", "controller", "amphora"),
    [
        (Side.SERVER, Stage.USE, BEFORE),
        (Side.SERVER, Stage.DROP, BEFORE),
        (Side.CLIENT, Stage.USE, BEFORE),
        (Side.CLIENT, BEFORE, Stage.DROP),
    ],
)
def test_the_waits_are_needed(
    side: Side,
    controller: str,
    amphora: str,
    states: dict[Side, dict[str, Controller]],
    tmp_path: Path,
) -> None:
    """Without them an amphora would be cut off; the phase before the drop alone is harmless."""
    born = states[side][amphora].boot(tmp_path)
    if (side, controller) == (Side.SERVER, Stage.USE):
        handshake(states[side][controller], born)
        return
    with pytest.raises(ssl.SSLError):
        handshake(states[side][controller], born)


def test_the_sides_stay_apart(states: dict[Side, dict[str, Controller]], tmp_path: Path) -> None:
    """In no phase does the certificate of an amphora pass for that of a controller."""
    for side in Side:
        for phase in PHASES:
            amphora = states[side][phase].boot(tmp_path)
            false = tmp_path / f"false-{side}-{phase}"
            false.mkdir()
            (false / "client.pem").write_bytes(amphora.certificate.read_bytes())
            (false / "ca_server_01.pem").write_bytes(states[side][phase].server_ca.read_bytes())
            with pytest.raises(ssl.SSLError):
                handshake(Controller(false), amphora)
