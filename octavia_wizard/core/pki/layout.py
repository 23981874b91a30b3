"""Where the files of the certificates lie, which secrets open them, and what the role is told.

Generated certificates and the operator's own lie in one directory of ours, under the same names in
every era.  The operator's own are taken over into it, in the form the role reads; their sources
are never touched, and are not needed afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.pem import NAMES, ROOT_KEYS, Pem
from octavia_wizard.core.pki.reading.forms import Form, form_of, is_locked
from octavia_wizard.core.pki.role_variables import role_key_bits, role_variables
from octavia_wizard.core.pki.taken_over import Record, read_record
from octavia_wizard.core.releases import CertificateEra

__all__ = ["NAMES", "CertificateLayout", "Pem", "certificate_layout", "layout_of"]

SERVER_PASSPHRASE = "octavia_ca_private_key_passphrase"  # noqa: S105 - the name of a variable
CLIENT_PASSPHRASE = "octavia_cert_client_password"  # noqa: S105 - the name of a variable
OWN_CLIENT_PASSPHRASE = "octavia_wizard_client_ca_passphrase"  # noqa: S105 - the name of a variable
"""Era A has no variable for the client authority's key, which no host ever sees."""
SERVER_ROOT_PASSPHRASE = "octavia_wizard_server_root_passphrase"  # noqa: S105 - a name
CLIENT_ROOT_PASSPHRASE = "octavia_wizard_client_root_passphrase"  # noqa: S105 - a name

SOURCE_SERVER_PASSWORD = "octavia_wizard_server_ca_source_password"  # noqa: S105 - a name
"""Opens a PKCS#12 file with the server CA.  As the next two, needed once, to take it over."""
SOURCE_CLIENT_PASSWORD = "octavia_wizard_client_source_password"  # noqa: S105 - a name
SOURCE_CLIENT_CA_PASSWORD = "octavia_wizard_client_ca_source_password"  # noqa: S105 - a name

_SOURCES = (
    (Pem.SERVER_CA, "server_ca_certificate"),
    (Pem.SERVER_CA_KEY, "server_ca_key"),
    (Pem.CLIENT_CA, "client_ca_certificate"),
    (Pem.CLIENT, "client_certificate"),
    (Pem.CLIENT_KEY, "client_key"),
    (Pem.CLIENT_CA_KEY, "client_ca_key"),
)
_OWN = ("directory", *(name for pem, name in _SOURCES if pem is not Pem.CLIENT_CA_KEY))
"""The questions without which nothing can be said of the operator's own files."""
_PASSWORDS = {
    Pem.SERVER_CA: SOURCE_SERVER_PASSWORD,
    Pem.SERVER_CA_KEY: SOURCE_SERVER_PASSWORD,
    Pem.CLIENT_CA: SOURCE_CLIENT_CA_PASSWORD,
    Pem.CLIENT_CA_KEY: SOURCE_CLIENT_CA_PASSWORD,
    Pem.CLIENT: SOURCE_CLIENT_PASSWORD,
    Pem.CLIENT_KEY: SOURCE_CLIENT_PASSWORD,
}


@dataclass(frozen=True, slots=True)
class CertificateLayout:
    """All files of one deployment, and what the role is told about them."""

    era: CertificateEra
    generate: bool
    """Made by the wizard, rather than brought by the operator."""
    directory: Path
    files: Mapping[Pem, Path]
    """In our directory, whether they are there yet or not."""
    variables: Mapping[str, object]
    """Role variables to emit, secrets excluded."""
    passphrases: Mapping[Pem, str]
    """Which secret variable holds the passphrase of which key in our directory."""
    sources: Mapping[Pem, Path] = field(default_factory=dict)
    """The operator's own files, of which ours are made; none where they are generated."""
    source_passphrases: Mapping[Pem, str] = field(default_factory=dict)
    """Which secret variable opens which source, where one is encrypted or PKCS#12."""
    role_key_bits: Mapping[Pem, int] = field(default_factory=dict)
    """RSA sizes the role insists on: it replaces keys that differ."""

    @property
    def optional(self) -> frozenset[Pem]:
        """The files that may be absent without harm, because they belong offline."""
        return frozenset(ROOT_KEYS)

    @property
    def needed(self) -> dict[Pem, Path]:
        """The files without which nothing works."""
        return {pem: path for pem, path in self.files.items() if pem not in self.optional}

    @property
    def deployed(self) -> CertificateLayout:
        """The same without the operator's files: what is still to be taken over is not deployed."""
        return replace(self, generate=True, sources={}) if self.sources else self


def certificate_layout(
    effective: Effective, passphrase: Callable[[str], str | None] = lambda _: None
) -> CertificateLayout:
    """Lay out the certificates for a release and a source; looks at the operator's own files.

    With a reader of secrets, those that are closed are looked into as well, for what the role is
    to be told of them.
    """
    generate = effective.chosen("certificates.source", "generate")
    directory = _path(effective.text("certificates.directory"))
    sources = {} if generate else _sources(effective)
    pems = _generated(effective) if generate else _taken_over(sources)
    files = {pem: directory / NAMES[pem] for pem in pems}
    closed = _source_passphrases(sources)

    def password_of(pem: Pem) -> str | None:
        return passphrase(closed[pem]) if pem in closed else None

    bits = role_key_bits(effective, files, sources, password_of=password_of)
    # The role meets what the sources hold once they are taken over.
    record = _record(directory) if bits else {}
    coming = role_key_bits(effective, files, sources, record, password_of)
    return CertificateLayout(
        era=effective.release.rules.certificate_era,
        generate=generate,
        directory=directory,
        files=MappingProxyType(files),
        variables=MappingProxyType(role_variables(effective, directory, files, coming)),
        passphrases=MappingProxyType(_passphrases(effective, files)),
        sources=MappingProxyType(sources),
        source_passphrases=MappingProxyType(closed),
        role_key_bits=MappingProxyType(bits),
    )


def layout_of(
    effective: Effective, passphrase: Callable[[str], str | None] = lambda _: None
) -> CertificateLayout | None:
    """Return the layout of the certificates, or None while answers it needs are missing."""
    wanted: tuple[str, ...] = ("source",)
    if effective.chosen("certificates.source", "own"):
        wanted = _OWN
    elif effective.chosen("certificates.source", "generate"):
        wanted = ("directory", "key_type")
    if any(effective.maybe_text(f"certificates.{name}") is None for name in wanted):
        return None
    return certificate_layout(effective, passphrase)


def layout_so_far(effective: Effective) -> CertificateLayout | None:
    """Return the layout as far as it is answered; of the operator's own files those named so far.

    None while not even source or release are known.
    """
    whole = layout_of(effective)
    if whole is not None or not effective.chosen("certificates.source", "own"):
        return whole
    sources = _sources(effective)
    return CertificateLayout(
        era=effective.release.rules.certificate_era,
        generate=False,
        directory=Path(),
        files=MappingProxyType({}),
        variables=MappingProxyType({}),
        passphrases=MappingProxyType({Pem.SERVER_CA_KEY: SERVER_PASSPHRASE}),
        sources=MappingProxyType(sources),
        source_passphrases=MappingProxyType(_source_passphrases(sources)),
    )


def _record(directory: Path) -> Record:
    with suppress(FileError):
        return read_record(directory)
    return {}


def opening_existing(layout: CertificateLayout) -> tuple[str, ...]:
    """Return the secrets that open a key which exists, so that none can be made afresh for it."""
    found = [name for pem, name in layout.passphrases.items() if _is_there(layout, pem)]
    if layout.source_passphrases.get(Pem.SERVER_CA_KEY) == SERVER_PASSPHRASE:
        found.append(SERVER_PASSPHRASE)
    return tuple(dict.fromkeys(found))


def _is_there(layout: CertificateLayout, pem: Pem) -> bool:
    path = layout.files.get(pem)
    return path is not None and os.path.exists(path)


def _generated(effective: Effective) -> tuple[Pem, ...]:
    with_roots = effective.is_on("certificates.intermediates")
    return tuple(pem for pem in NAMES if with_roots or pem not in ROOT_KEYS)


def _taken_over(sources: Mapping[Pem, Path]) -> tuple[Pem, ...]:
    without = {*ROOT_KEYS} if Pem.CLIENT_CA_KEY in sources else {*ROOT_KEYS, Pem.CLIENT_CA_KEY}
    return tuple(pem for pem in NAMES if pem not in without)


def _sources(effective: Effective) -> dict[Pem, Path]:
    answers = {pem: effective.maybe_text(f"certificates.{name}") for pem, name in _SOURCES}
    return {pem: _path(text) for pem, text in answers.items() if text is not None}


def _passphrases(effective: Effective, files: Mapping[Pem, Path]) -> dict[Pem, str]:
    era = effective.release.rules.certificate_era
    names = {
        Pem.SERVER_CA_KEY: SERVER_PASSPHRASE,
        Pem.CLIENT_CA_KEY: OWN_CLIENT_PASSPHRASE if era is CertificateEra.A else CLIENT_PASSPHRASE,
        Pem.SERVER_ROOT_KEY: SERVER_ROOT_PASSPHRASE,
        Pem.CLIENT_ROOT_KEY: CLIENT_ROOT_PASSPHRASE,
    }
    return {pem: name for pem, name in names.items() if pem in files}


def _source_passphrases(sources: Mapping[Pem, Path]) -> dict[Pem, str]:
    found: dict[Pem, str] = {}
    for pem, path in sources.items():
        if form_of(path) is Form.PKCS12 and is_locked(path):
            found[pem] = _PASSWORDS[pem]
        elif is_locked(path) and pem is Pem.SERVER_CA_KEY:
            # It stays encrypted as it is, so Octavia opens it by the same passphrase.
            found[pem] = SERVER_PASSPHRASE
        elif is_locked(path) and pem in (Pem.CLIENT_KEY, Pem.CLIENT_CA_KEY):
            found[pem] = _PASSWORDS[pem]
    return found


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()
