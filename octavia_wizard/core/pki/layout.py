"""Where the PEM files lie and which role variables point there, by certificate era.

The seven files have the same names in every era, those of era B's role, so that an upgrade of
the deployment finds the certificates it has instead of making new ones.

- **A** (role 16.0.0 to 17.0.4, tasks/octavia_post_install.yml) copies five files from the deploy
  host; ``octavia_client_cert`` is certificate and key in one file.
- **B** to 19.x (same task; tasks/octavia_certs.yml) does the same in any case, so the role's own
  generation is switched off.  From 20.0.0 (tasks/octavia_certs_distribute.yml) it distributes only
  while generation is on.  It must then find its own layout in ``octavia_cert_dir``, with RSA keys
  of the sizes it is told: ``openssl_privatekey`` *replaces* a key of another size or passphrase.
- **C** (role 25.0.0 and later, the PKI role) takes certificate and key apart, by path.  The same
  PKI call makes the API's certificate (27.0.0) and OVN's (29.0.0), signed by the cloud's own
  authorities in ``octavia_cert_dir``: that directory is therefore left alone, and where one of the
  two is in use the flags must stay true.  The role then makes authorities nothing uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.releases import CertificateEra

SERVER_PASSPHRASE = "octavia_ca_private_key_passphrase"  # noqa: S105 - the name of a variable
CLIENT_PASSPHRASE = "octavia_cert_client_password"  # noqa: S105 - the name of a variable
OWN_CLIENT_PASSPHRASE = "octavia_wizard_client_ca_passphrase"  # noqa: S105 - the name of a variable
"""Era A has no variable for the client authority's key, which no host ever sees."""

ROLE_KEY_BITS = 4096
"""Default of octavia_cert_key_length_server and _client (role 17.0.5 to 24.6.1)."""


class Pem(StrEnum):
    """One PEM file, by what is in it."""

    SERVER_CA = "server CA certificate"
    SERVER_CA_KEY = "server CA key"
    CLIENT_CA = "client CA certificate"
    CLIENT_CA_KEY = "client CA key"
    CLIENT = "client certificate"
    CLIENT_KEY = "client key"
    CLIENT_BUNDLE = "client certificate and key"
    CLIENT_COPY = "copy of the client certificate"
    """Only beside the operator's own, where role 20.0.0 to 24.6.1 would else sign one itself."""


NAMES: Mapping[Pem, str] = MappingProxyType(
    {
        Pem.SERVER_CA: "ca_server_01.pem",
        Pem.SERVER_CA_KEY: "private/cakey.pem",
        Pem.CLIENT_CA: "ca_01.pem",
        Pem.CLIENT_CA_KEY: "ca_01.key",
        Pem.CLIENT: "client-.pem",
        Pem.CLIENT_KEY: "client.key",
        Pem.CLIENT_BUNDLE: "client.pem",
    }
)
"""Below the directory; the defaults of role 17.0.5 to 24.6.1."""


_OWN = ("server_ca_certificate", "server_ca_key", "client_ca_certificate", "client_certificate")
"""The questions without which nothing can be said of the operator's own files."""


@dataclass(frozen=True, slots=True)
class CertificateLayout:
    """All files of one deployment, and what the role is told about them."""

    era: CertificateEra
    generate: bool
    """Made by the wizard, rather than brought by the operator."""
    directory: Path
    files: Mapping[Pem, Path]
    written: tuple[Pem, ...]
    """The files the wizard writes; for the operator's own, those put together from theirs."""
    variables: Mapping[str, object]
    """Role variables to emit, secrets excluded."""
    passphrases: Mapping[Pem, str]
    """Which secret variable holds the passphrase of which key."""
    role_key_bits: Mapping[Pem, int] = field(default_factory=dict)
    """RSA sizes the role insists on: it replaces keys that differ."""

    @property
    def operator_secrets(self) -> tuple[str, ...]:
        """Secret variables only the operator knows: they open keys that exist already."""
        return () if self.generate else tuple(self.passphrases.values())


def certificate_layout(effective: Effective) -> CertificateLayout:
    """Lay out the certificates for a release and a source."""
    generate = effective.chosen("certificates.source", "generate")
    directory = _directory(effective)
    files = _generated(directory) if generate else _own(effective)
    written = tuple(files)
    era = effective.release.rules.certificate_era
    bits = _role_key_bits(effective, generate)
    passphrases = {Pem.SERVER_CA_KEY: SERVER_PASSPHRASE}
    if generate:
        client = OWN_CLIENT_PASSPHRASE if era is CertificateEra.A else CLIENT_PASSPHRASE
        passphrases[Pem.CLIENT_CA_KEY] = client
    else:
        put_together = _put_together(effective, directory, files)
        written = tuple(put_together)
        files |= put_together
    return CertificateLayout(
        era=era,
        generate=generate,
        directory=directory,
        files=MappingProxyType(files),
        written=written,
        variables=MappingProxyType(_variables(effective, directory, files, bits)),
        passphrases=MappingProxyType(passphrases),
        role_key_bits=MappingProxyType(bits),
    )


def layout_of(effective: Effective) -> CertificateLayout | None:
    """Return the layout of the certificates, or None while answers it needs are missing."""
    wanted: tuple[str, ...] = ("source",)
    if effective.chosen("certificates.source", "own"):
        wanted = _OWN
    elif effective.chosen("certificates.source", "generate"):
        wanted = ("directory", "key_type")
    if any(effective.maybe_text(f"certificates.{name}") is None for name in wanted):
        return None
    if "certificates.client_key" in effective.missing:
        return None
    return certificate_layout(effective)


def layout_so_far(effective: Effective) -> CertificateLayout | None:
    """Return the layout as far as it is answered; of the operator's own files those named so far.

    None while not even source or release are known.
    """
    whole = layout_of(effective)
    if whole is not None or not effective.chosen("certificates.source", "own"):
        return whole
    return CertificateLayout(
        era=effective.release.rules.certificate_era,
        generate=False,
        directory=Path(),
        files=MappingProxyType(_own_so_far(effective)),
        written=(),
        variables=MappingProxyType({}),
        passphrases=MappingProxyType({Pem.SERVER_CA_KEY: SERVER_PASSPHRASE}),
    )


def _own_so_far(effective: Effective) -> dict[Pem, Path]:
    named = (
        (Pem.SERVER_CA, "server_ca_certificate"),
        (Pem.SERVER_CA_KEY, "server_ca_key"),
        (Pem.CLIENT_CA, "client_ca_certificate"),
        (Pem.CLIENT, "client_certificate"),
        (Pem.CLIENT_KEY, "client_key"),
    )
    answers = {pem: effective.maybe_text(f"certificates.{name}") for pem, name in named}
    files = {pem: _path(text) for pem, text in answers.items() if text is not None}
    split = "certificates.client_key" in (*effective.settings, *effective.missing)
    if Pem.CLIENT in files and not split:
        files[Pem.CLIENT_KEY] = files[Pem.CLIENT]
    return files


def _directory(effective: Effective) -> Path:
    """Return the wizard's directory; with own certificates only added files go there."""
    answer = effective.maybe_text("certificates.directory")
    if answer is not None:
        return _path(answer)
    return _answer(effective, "client_certificate").parent / "octavia-role"


def _generated(directory: Path) -> dict[Pem, Path]:
    return {pem: directory / name for pem, name in NAMES.items()}


def _own(effective: Effective) -> dict[Pem, Path]:
    """Take the operator's own paths; without a key of its own, the client's file has both."""
    files = {
        Pem.SERVER_CA: _answer(effective, "server_ca_certificate"),
        Pem.SERVER_CA_KEY: _answer(effective, "server_ca_key"),
        Pem.CLIENT_CA: _answer(effective, "client_ca_certificate"),
    }
    client = _answer(effective, "client_certificate")
    key_text = effective.maybe_text("certificates.client_key")
    key = client if key_text is None else _path(key_text)
    if effective.release.rules.certificate_quirks.combined_client_file and key == client:
        return {**files, Pem.CLIENT_BUNDLE: client}
    return {**files, Pem.CLIENT: client, Pem.CLIENT_KEY: key}


def _put_together(
    effective: Effective, directory: Path, files: Mapping[Pem, Path]
) -> dict[Pem, Path]:
    """Name the files made of the operator's own, where the role wants another form."""
    quirks = effective.release.rules.certificate_quirks
    made: dict[Pem, Path] = {}
    if quirks.combined_client_file and Pem.CLIENT_BUNDLE not in files:
        made[Pem.CLIENT_BUNDLE] = directory / NAMES[Pem.CLIENT_BUNDLE]
    role_copy = directory / NAMES[Pem.CLIENT]
    # Without this file the role would sign a client certificate, and fail for want of the key.
    if quirks.generate_client_cert_false_breaks and files.get(Pem.CLIENT) != role_copy:
        made[Pem.CLIENT_COPY] = role_copy
    return made


def _answer(effective: Effective, key: str) -> Path:
    return _path(effective.text(f"certificates.{key}"))


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _role_key_bits(effective: Effective, generate: bool) -> dict[Pem, int]:
    """Return the key sizes a role checks: era B from 20.0.0 on."""
    rules = effective.release.rules
    quirks = rules.certificate_quirks
    if rules.certificate_era is not CertificateEra.B or not quirks.generate_certs_must_stay_true:
        return {}
    server = _told_bits(effective, "octavia_cert_key_length_server")
    client = _told_bits(effective, "octavia_cert_key_length_client")
    if not generate:
        return {Pem.SERVER_CA_KEY: server}
    made = KeyType(effective.text("certificates.key_type")).rsa_bits
    if made is not None:
        server = client = made
    return {Pem.SERVER_CA_KEY: server, Pem.CLIENT_CA_KEY: client, Pem.CLIENT_KEY: client}


def _told_bits(effective: Effective, name: str) -> int:
    setting = effective.variables().get(name)
    text = str(setting.value) if setting else ""
    return int(text) if text.isdecimal() else ROLE_KEY_BITS


def _variables(
    effective: Effective, directory: Path, files: Mapping[Pem, Path], bits: Mapping[Pem, int]
) -> dict[str, object]:
    rules = effective.release.rules
    quirks = rules.certificate_quirks
    paths = {
        "octavia_ca_certificate": Pem.SERVER_CA,
        "octavia_ca_private_key": Pem.SERVER_CA_KEY,
        "octavia_client_ca": Pem.CLIENT_CA,
    }
    if quirks.combined_client_file:
        paths |= {"octavia_server_ca": Pem.SERVER_CA, "octavia_client_cert": Pem.CLIENT_BUNDLE}
    else:
        paths |= {"octavia_client_cert": Pem.CLIENT, "octavia_client_key": Pem.CLIENT_KEY}
    values: dict[str, object] = {name: str(files[pem]) for name, pem in paths.items()}
    if rules.certificate_era is CertificateEra.B:
        values["octavia_generate_certs"] = quirks.generate_certs_must_stay_true
    if rules.certificate_era is CertificateEra.C:
        values["octavia_generate_certs"] = True
        shared = _pki_call_is_shared(effective)
        values |= {"octavia_generate_ca": shared, "octavia_generate_client_cert": shared}
    if bits:
        values["octavia_cert_dir"] = str(directory)
        values["octavia_cert_setup_host"] = "localhost"
    if Pem.CLIENT_CA_KEY in bits:
        values["octavia_client_ca_key"] = str(files[Pem.CLIENT_CA_KEY])
        values["octavia_cert_key_length_server"] = str(bits[Pem.SERVER_CA_KEY])
        values["octavia_cert_key_length_client"] = str(bits[Pem.CLIENT_KEY])
    return values


def _pki_call_is_shared(effective: Effective) -> bool:
    """Say whether the role's PKI call also has to make certificates for the API or for OVN."""
    if not effective.release.rules.certificate_quirks.client_cert_false_stops_backend:
        return False
    told = effective.variables()
    if "octavia_backend_ssl" in told and told["octavia_backend_ssl"].value is True:
        return True
    if not effective.release.has("octavia_ovn_enabled"):
        return False
    if "octavia_ovn_enabled" in told:
        return told["octavia_ovn_enabled"].value is not False
    # The role's own default follows neutron_plugin_type, which is ml2.ovn unless set.
    return not effective.chosen("network.agent_group", "neutron_openvswitch_agent")
