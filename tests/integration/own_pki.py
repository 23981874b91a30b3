"""Certificates of an operator's own, made by openssl in the forms people have them in."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SERVER_PASSPHRASE = 'Server CA: 100% "ours" #1'
"""Blanks and marks that YAML, a shell and octavia.conf could take for their own."""
SERVER_PASSWORD = "export password, server"
CLIENT_PASSWORD = "export password, client"
CLIENT_CA_PASSPHRASE = "the operator's client CA passphrase"
FORMS = ("pem", "legacy", "plain", "pkcs12", "chain")

_CA = """basicConstraints=critical,CA:TRUE{length}
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
"""
_CLIENT = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What the operator answers, and what their secrets file says."""

    settings: tuple[str, ...]
    secrets: Mapping[str, str] = field(default_factory=dict)


class OwnPki:
    """Two authorities and a client certificate, and the same with a root above each."""

    def __init__(
        self, root: Path, algorithm: tuple[str, ...], client: tuple[str, ...] | None = None
    ) -> None:
        """Make all of them; an algorithm is what ``openssl genpkey`` is told."""
        self.root = root
        self._algorithm = algorithm
        self._client_algorithm = client or algorithm
        root.mkdir(mode=0o700)
        for side in ("server", "client"):
            self._authority(f"{side}-root", None)
            self._authority(f"{side}-issuing", f"{side}-root")
            self._authority(f"{side}-ca", None)
        self._leaf("controller", "client-ca")
        self._leaf("controller-chained", "client-issuing")

    def in_form(self, form: str, into: Path, *, with_ca_key: bool = False) -> OwnFiles:
        """Write the files as one kind of operator has them."""
        into.mkdir(mode=0o700)
        made: OwnFiles = getattr(self, f"_as_{form}")(into)
        key = into / "client-ca.key"
        self._encrypted("client-ca", key, CLIENT_CA_PASSPHRASE)
        for path in (*into.iterdir(), *self.root.glob("*.key")):
            path.chmod(0o600)
        if not with_ca_key:
            return made
        return OwnFiles(
            (*made.settings, f"certificates.client_ca_key={key}"),
            {**made.secrets, "octavia_wizard_client_ca_source_password": CLIENT_CA_PASSPHRASE},
        )

    def certificate(self, name: str) -> Path:
        """Return the certificate of one of them."""
        return self.root / f"{name}.crt"

    def key(self, name: str) -> Path:
        """Return the key of one of them, unencrypted PKCS#8."""
        return self.root / f"{name}.key"

    def _as_pem(self, into: Path) -> OwnFiles:
        key = self._encrypted("server-ca", into / "server.key", SERVER_PASSPHRASE)
        return _answers(
            self.certificate("server-ca"),
            key,
            self.certificate("client-ca"),
            self.certificate("controller"),
            self.key("controller"),
            octavia_ca_private_key_passphrase=SERVER_PASSPHRASE,
        )

    def _as_legacy(self, into: Path) -> OwnFiles:
        """PKCS#1 or SEC1 keys, and the client's certificate and key in one file."""
        kind = "rsa" if "RSA" in self._algorithm else "ec"
        old = ("-traditional",) if kind == "rsa" else ()
        server = into / "server.key"
        passed = ("-aes256", "-passout", f"pass:{SERVER_PASSPHRASE}")
        _openssl(kind, "-in", self.key("server-ca"), *old, *passed, "-out", server)
        client_key = into / "client.key"
        _openssl(kind, "-in", self.key("controller"), *old, "-out", client_key)
        both = into / "client.pem"
        both.write_bytes(self.certificate("controller").read_bytes() + client_key.read_bytes())
        return _answers(
            self.certificate("server-ca"),
            server,
            self.certificate("client-ca"),
            both,
            both,
            octavia_ca_private_key_passphrase=SERVER_PASSPHRASE,
        )

    def _as_plain(self, into: Path) -> OwnFiles:
        """The wrong way round: the authority's key is not encrypted, the client's is."""
        client = self._encrypted("controller", into / "client.key", CLIENT_PASSWORD)
        return _answers(
            self.certificate("server-ca"),
            self.key("server-ca"),
            self.certificate("client-ca"),
            self.certificate("controller"),
            client,
            octavia_wizard_client_source_password=CLIENT_PASSWORD,
        )

    def _as_pkcs12(self, into: Path) -> OwnFiles:
        server, client = into / "server.p12", into / "client.p12"
        self._exported("server-ca", server, SERVER_PASSWORD)
        self._exported("controller", client, CLIENT_PASSWORD, above="client-ca")
        return _answers(
            server,
            server,
            self.certificate("client-ca"),
            client,
            client,
            octavia_wizard_server_ca_source_password=SERVER_PASSWORD,
            octavia_wizard_client_source_password=CLIENT_PASSWORD,
        )

    def _as_chain(self, into: Path) -> OwnFiles:
        """Each CA below a root, in files with the whole path."""
        files = {}
        for side in ("server", "client"):
            files[side] = into / f"{side}-chain.pem"
            files[side].write_bytes(
                self.certificate(f"{side}-issuing").read_bytes()
                + self.certificate(f"{side}-root").read_bytes()
            )
        key = self._encrypted("server-issuing", into / "server.key", SERVER_PASSPHRASE)
        return _answers(
            files["server"],
            key,
            files["client"],
            self.certificate("controller-chained"),
            self.key("controller-chained"),
            octavia_ca_private_key_passphrase=SERVER_PASSPHRASE,
        )

    def _encrypted(self, name: str, path: Path, passphrase: str) -> Path:
        passed = ("-passout", f"pass:{passphrase}")
        _openssl(
            "pkcs8", "-topk8", "-v2", "aes-256-cbc", *passed, "-in", self.key(name), "-out", path
        )
        return path

    def _exported(self, name: str, path: Path, password: str, above: str | None = None) -> None:
        chain = ("-certfile", self.certificate(above)) if above else ()
        pair = ("-inkey", self.key(name), "-in", self.certificate(name))
        _openssl("pkcs12", "-export", *pair, *chain, "-passout", f"pass:{password}", "-out", path)

    def _authority(self, name: str, issuer: str | None) -> None:
        length = ",pathlen:0" if name.endswith("-issuing") else ""
        above = "authorityKeyIdentifier=keyid\n" if issuer else ""
        self._make(name, issuer, _CA.format(length=length) + above, self._algorithm)

    def _leaf(self, name: str, issuer: str) -> None:
        self._make(name, issuer, _CLIENT, self._client_algorithm)

    def _make(
        self, name: str, issuer: str | None, extensions: str, algorithm: tuple[str, ...]
    ) -> None:
        _openssl("genpkey", *algorithm, "-out", self.key(name))
        request, config = self.root / f"{name}.csr", self.root / f"{name}.cnf"
        config.write_text(extensions)
        _openssl(
            "req", "-new", "-key", self.key(name), "-subj", f"/O=Site/CN={name}", "-out", request
        )
        signer = ("-CA", self.certificate(issuer), "-CAkey", self.key(issuer)) if issuer else ()
        own = () if issuer else ("-signkey", self.key(name))
        _openssl(
            *("x509", "-req", "-in", request, "-sha256", "-days", _days(name), *signer, *own),
            *("-CAcreateserial",) * bool(issuer),
            *("-extfile", config, "-out", self.certificate(name)),
        )


def _rsa(bits: int) -> tuple[str, ...]:
    return ("-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}")


def _days(name: str) -> str:
    """Nothing outlives what signed it."""
    return "3650" if name.endswith("-root") else "1825" if name.startswith("contr") else "2920"


RSA = _rsa(3072)
SHORT_RSA = _rsa(2048)
EC = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")


def _answers(
    server: Path, server_key: Path, client_ca: Path, client: Path, client_key: Path, **secrets: str
) -> OwnFiles:
    named = {
        "server_ca_certificate": server,
        "server_ca_key": server_key,
        "client_ca_certificate": client_ca,
        "client_certificate": client,
        "client_key": client_key,
    }
    return OwnFiles(tuple(f"certificates.{key}={path}" for key, path in named.items()), secrets)


def _openssl(*arguments: str | Path) -> None:
    command = ["openssl", *(str(argument) for argument in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command[:3]}: {done.stderr}"
