"""Which certificates the role is pointed to, whoever made them.

What a ``user_*.yml`` says counts first, as in Ansible; then the answers, whose files the role may
not be pointed to yet; then the places where the role itself makes them, by certificate era:

- **A** (role 16.0.0 to 17.0.4, defaults/main.yml) /var/lib/octavia/certs, with one authority for
  both sides, made by Octavia's create_certificates.sh.
- **B** (17.0.5 to 24.6.1) ~/openstack-ansible/octavia, the home being that of whoever runs the
  playbooks.
- **C** (25.0.0 and later) ~/openstack-ansible, or ``openstack_pki_dir``, as the PKI role lays it
  out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.pki.layout import (
    CLIENT_PASSPHRASE,
    CLIENT_ROOT_PASSPHRASE,
    OWN_CLIENT_PASSPHRASE,
    SERVER_PASSPHRASE,
    SERVER_ROOT_PASSPHRASE,
    CertificateLayout,
    layout_of,
)
from octavia_wizard.core.pki.pem import NAMES, ROOT_KEYS, Pem
from octavia_wizard.core.pki.role_variables import ROLE_KEY_BITS
from octavia_wizard.core.pki.told import Variables
from octavia_wizard.core.releases import CertificateEra

LOCAL = ("localhost", "127.0.0.1")
_OCTAVIA_HOME = Path("/var/lib/octavia")
_OPTIONAL = (Pem.CLIENT_CA_KEY, *ROOT_KEYS)
"""Files the role is not told about, or that need not be on this host."""
_POINTING: Mapping[str, Pem] = MappingProxyType(
    {
        "octavia_ca_certificate": Pem.SERVER_CA,
        "octavia_ca_private_key": Pem.SERVER_CA_KEY,
        "octavia_client_ca": Pem.CLIENT_CA,
        "octavia_client_ca_key": Pem.CLIENT_CA_KEY,
        "octavia_client_cert": Pem.CLIENT,
        "octavia_client_key": Pem.CLIENT_KEY,
    }
)


class Origin(StrEnum):
    """Why certificates are taken for those of the deployment."""

    USER_FILES = "user files"
    """A ``user_*.yml`` points the role to them."""
    ANSWERS = "answers"
    """The answers name them, and nothing points the role to them yet."""
    ROLE = "role"
    """They lie where the role makes its own."""
    NONE = "none"
    """There are none, neither of the answers nor of the role."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The certificates of a deployment as far as this host knows."""

    origin: Origin
    layout: CertificateLayout
    evidence: tuple[str, ...] = ()
    """``path:line`` of what points the role there."""
    unclear: tuple[str, ...] = ()
    """Variables whose value only Ansible could tell, with their ``path:line``."""
    setup_host: str = ""
    """Another host than this one on which the role reads or makes them; "" for this one."""
    ours: bool = False
    """Whether they are in a directory of octavia-wizard."""
    there: tuple[Path, ...] = ()
    """The files that exist, where ``others_in_use`` looked for them."""


def find_deployed(effective: Effective, host: HostFacts) -> Deployed:
    """Find the certificates; looks which files there are, and reads none of them."""
    told = Variables(host)
    answered = layout_of(effective)
    pointing = [name for name in _pointing(effective) if told.of(name) is not None]
    paths = {_POINTING[name]: told.path(name) for name in pointing}
    by_role = _by_role(effective, told, host.home)
    found = Deployed(
        origin=Origin.USER_FILES,
        layout=by_role,
        evidence=tuple(dict.fromkeys(_where(told, pointing))),
        unclear=tuple(_unclear(told, pointing)),
        ours=all(one is not None and one.ours for one in map(told.of, pointing)),
        setup_host=_setup_host(told),
    )
    if pointing:
        found = _pointed(found, paths, host)
        return _with_answers(found, answered, _role_bits(effective, told))
    if answered is not None and _any(answered.files.values()):
        return replace(found, origin=Origin.ANSWERS, layout=answered, ours=True)
    there = _any(by_role.files.values())
    origin = Origin.ROLE if there else Origin.NONE
    return replace(found, origin=origin, layout=_known(by_role, host), ours=False)


def others_in_use(effective: Effective, host: HostFacts) -> Deployed | None:
    """Return the certificates that are in use instead of those the answers would generate.

    None where those of the answers are there already, or no others are.
    """
    layout = layout_of(effective)
    if layout is None or not layout.generate:
        return None
    if _any(layout.needed.values()):
        return None
    found = find_deployed(effective, host)
    there = tuple(path for path in found.layout.files.values() if os.path.lexists(path))
    return None if found.ours or not there else replace(found, there=there)


def _pointing(effective: Effective) -> tuple[str, ...]:
    if not effective.release.rules.certificate_quirks.combined_client_file:
        return tuple(name for name in _POINTING if name != "octavia_client_ca_key")
    return tuple(name for name in _POINTING if name != "octavia_client_key")


def _pointed(found: Deployed, told: Mapping[Pem, Path | None], host: HostFacts) -> Deployed:
    """Lay the files the role is told of over its own; of those only Ansible can tell none is."""
    paths = {pem: path for pem, path in told.items() if path is not None}
    files = {pem: path for pem, path in found.layout.files.items() if pem not in told}
    if Pem.CLIENT_CA in paths:
        files.pop(Pem.CLIENT_CA_KEY, None)
    files |= {**paths, **_beside(paths)}
    if Pem.CLIENT in told:
        for pem in (Pem.CLIENT, Pem.CLIENT_KEY, Pem.CLIENT_BUNDLE):
            files.pop(pem, None)
    if Pem.CLIENT in paths and Pem.CLIENT_KEY in told:
        files |= {pem: paths[pem] for pem in (Pem.CLIENT, Pem.CLIENT_KEY) if pem in paths}
    elif Pem.CLIENT in paths:
        files |= _client_files(paths[Pem.CLIENT])
    directory = files[Pem.SERVER_CA].parent if Pem.SERVER_CA in files else found.layout.directory
    layout = replace(found.layout, directory=directory, files=MappingProxyType(files))
    return replace(found, layout=_known(layout, host))


def _with_answers(
    found: Deployed, answered: CertificateLayout | None, bits: Mapping[Pem, int]
) -> Deployed:
    """Add what only the answers know, where the role is pointed to their files."""
    layout = replace(
        found.layout,
        role_key_bits={pem: size for pem, size in bits.items() if pem in found.layout.files},
    )
    server = layout.files.get(Pem.SERVER_CA)
    if answered is not None and server == answered.files[Pem.SERVER_CA]:
        layout = replace(layout, generate=answered.generate, sources=answered.sources)
        found = replace(found, ours=True)
    return replace(found, layout=layout)


def _role_bits(effective: Effective, told: Variables) -> dict[Pem, int]:
    """Return the sizes the role makes keys anew for, as user files tell it, else its default."""
    rules = effective.release.rules
    generates = told.of("octavia_generate_certs")
    off = generates is not None and str(generates.value).lower() in ("false", "no")
    if off or not rules.certificate_quirks.key_length_enforced:
        return {}
    sizes = {
        Pem.SERVER_CA_KEY: told.text("octavia_cert_key_length_server"),
        Pem.CLIENT_CA_KEY: told.text("octavia_cert_key_length_client"),
        Pem.CLIENT_KEY: told.text("octavia_cert_key_length_client"),
    }
    return {
        pem: int(size) if size is not None and size.isdecimal() else ROLE_KEY_BITS
        for pem, size in sizes.items()
    }


def _beside(paths: Mapping[Pem, Path]) -> dict[Pem, Path]:
    """Return the keys of the wizard's layout that lie beside the server CA."""
    if Pem.SERVER_CA not in paths:
        return {}
    directory = paths[Pem.SERVER_CA].parent
    named = {pem: directory / NAMES[pem] for pem in _OPTIONAL}
    return {pem: path for pem, path in named.items() if os.path.exists(path)}


def _client_files(certificate: Path) -> dict[Pem, Path]:
    """Return certificate and key of the controllers, told of one file that holds both."""
    halves = [certificate.parent / NAMES[pem] for pem in (Pem.CLIENT, Pem.CLIENT_KEY)]
    if certificate.name == NAMES[Pem.CLIENT_BUNDLE] and all(map(os.path.exists, halves)):
        return {
            Pem.CLIENT: halves[0],
            Pem.CLIENT_KEY: halves[1],
            Pem.CLIENT_BUNDLE: certificate,
        }
    return {Pem.CLIENT: certificate, Pem.CLIENT_KEY: certificate}


def _by_role(effective: Effective, told: Variables, home: Path) -> CertificateLayout:
    """Lay out what the role makes, or expects, where it is told nothing."""
    era = effective.release.rules.certificate_era
    directory = told.path("octavia_cert_dir") or _role_directory(era, told, home)
    if era is CertificateEra.A:
        one = directory / NAMES[Pem.CLIENT_CA]
        files = {
            Pem.SERVER_CA: one,
            Pem.SERVER_CA_KEY: directory / NAMES[Pem.SERVER_CA_KEY],
            Pem.CLIENT_CA: one,
            **_client_files(directory / NAMES[Pem.CLIENT_BUNDLE]),
        }
    elif era is CertificateEra.B:
        files = {pem: directory / name for pem, name in NAMES.items() if pem not in ROOT_KEYS}
    else:
        files = _of_pki_role(directory)
    return CertificateLayout(
        era=era,
        generate=True,
        directory=directory,
        files=MappingProxyType(files),
        variables=MappingProxyType({}),
        passphrases=MappingProxyType({}),
    )


def _role_directory(era: CertificateEra, told: Variables, home: Path) -> Path:
    if era is CertificateEra.A:
        return (told.path("octavia_system_home_folder") or _OCTAVIA_HOME) / "certs"
    if era is CertificateEra.B:
        return home / "openstack-ansible/octavia"
    return told.path("openstack_pki_dir") or home / "openstack-ansible"


def _of_pki_role(directory: Path) -> dict[Pem, Path]:
    roots, certs = directory / "roots", directory / "certs"
    return {
        Pem.SERVER_CA: roots / "OctaviaServerRoot/certs/OctaviaServerRoot.crt",
        Pem.SERVER_CA_KEY: roots / "OctaviaServerRoot/private/OctaviaServerRoot.key.pem",
        Pem.CLIENT_CA: roots / "OctaviaClientRoot/certs/OctaviaClientRoot.crt",
        Pem.CLIENT_CA_KEY: roots / "OctaviaClientRoot/private/OctaviaClientRoot.key.pem",
        Pem.CLIENT: certs / "certs/octavia_client.crt",
        Pem.CLIENT_KEY: certs / "private/octavia_client.key.pem",
    }


def _known(layout: CertificateLayout, host: HostFacts) -> CertificateLayout:
    """Leave out what need not be there and is not, and add which secrets open the keys.

    The role gives both authorities one passphrase unless it is told another (17.0.5 and later).
    """
    has = {*host.secrets, *host.typed}
    server = SERVER_PASSPHRASE if SERVER_PASSPHRASE in has else CLIENT_PASSPHRASE
    client = OWN_CLIENT_PASSPHRASE if layout.era is CertificateEra.A else CLIENT_PASSPHRASE
    names = {
        Pem.SERVER_CA_KEY: server,
        Pem.CLIENT_CA_KEY: client,
        Pem.SERVER_ROOT_KEY: SERVER_ROOT_PASSPHRASE,
        Pem.CLIENT_ROOT_KEY: CLIENT_ROOT_PASSPHRASE,
    }
    files = {
        pem: path
        for pem, path in layout.files.items()
        if pem not in _OPTIONAL or os.path.lexists(path)
    }
    passphrases = {pem: name for pem, name in names.items() if pem in files}
    return replace(layout, files=MappingProxyType(files), passphrases=MappingProxyType(passphrases))


def _setup_host(told: Variables) -> str:
    for name in (
        "octavia_cert_setup_host",
        "openstack_pki_setup_host",
        "openstack_cert_setup_host",
    ):
        if (variable := told.of(name)) is not None:
            host = told.text(name) or str(variable.value)
            return "" if host in LOCAL else host
    return ""


def _where(told: Variables, names: Iterable[str]) -> Iterable[str]:
    return (found.where for name in names if (found := told.of(name)) is not None)


def _unclear(told: Variables, names: Iterable[str]) -> Iterable[str]:
    directories = ("octavia_cert_dir", "openstack_pki_dir")
    for name in (*names, *directories):
        found = told.of(name)
        if found is not None and not told.is_clear(name):
            yield f"{name} ({found.where})"


def _any(paths: Iterable[Path]) -> bool:
    return any(os.path.lexists(path) for path in paths)
