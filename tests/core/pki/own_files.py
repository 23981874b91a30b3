"""Files of an operator's own, sound until a test spoils one."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.pki.judging.review import review
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.layout import CertificateLayout, certificate_layout
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.reading.opening import AnyKey
from tests.core.pki.support import CA, SECRETS, SERVER_SECRET, ec_key, owning, signed

CLIENT: dict[x509.ExtensionType, bool] = {
    x509.BasicConstraints(ca=False, path_length=None): True,
    x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]): False,
}
ROOT: dict[x509.ExtensionType, bool] = {x509.BasicConstraints(ca=True, path_length=1): True}


class Own:
    """An operator's own files, all good until a test spoils one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.server: AnyKey = ec_key()
        self.authority: AnyKey = ec_key()
        self.client: AnyKey = ec_key()
        self.put("server.pem", signed("CN=Server", self.server, extensions=CA))
        self.put("server.key", encrypted_pem(self.server, SERVER_SECRET, 1000))
        self.put("client-ca.pem", signed("CN=Clients", self.authority, extensions=CA))
        self.sign(self.client)
        self.put("client.key", plain_pem(self.client))
        self.more: dict[str, Path] = {}

    def put(self, name: str, data: bytes, mode: int = 0o600) -> None:
        """Write one of the files."""
        path = self.directory / name
        path.write_bytes(data)
        path.chmod(mode)

    def get(self, name: str) -> bytes:
        """Read one of the files."""
        return (self.directory / name).read_bytes()

    def sign(self, key: AnyKey, **more: object) -> None:
        """Sign a client certificate with the client CA."""
        # Shorter than the authorities: a second may pass between signing those and this.
        options = {"extensions": CLIENT, "days": 300, **more}
        issuer = ("CN=Clients", self.authority)
        self.put("client.pem", signed("CN=c", key, issuer, **options))  # type: ignore[arg-type]

    def answers(self, release: str = "33.0.1") -> Effective:
        """Return the answers that name the files."""
        paths = {
            "server_ca_certificate": self.directory / "server.pem",
            "server_ca_key": self.directory / "server.key",
            "client_ca_certificate": self.directory / "client-ca.pem",
            "client_certificate": self.directory / "client.pem",
            "client_key": self.directory / "client.key",
            "directory": self.directory / "made",
        }
        return owning(release, **paths | self.more)

    def layout(self, release: str = "33.0.1") -> CertificateLayout:
        """Return the layout of the files."""
        return certificate_layout(self.answers(release))

    def findings(self, release: str = "33.0.1", **secrets: str) -> list[Finding]:
        """Review the files, with passphrases."""
        return review(self.layout(release), {**SECRETS, **secrets}.get)

    def found(self, release: str = "33.0.1", **secrets: str) -> dict[str, Severity]:
        """Return what the review finds, by id."""
        return {f.id: f.severity for f in self.findings(release, **secrets)}
