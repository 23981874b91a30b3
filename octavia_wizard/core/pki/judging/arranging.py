"""Reads the certificates and keys of a deployment, each in the order Octavia needs it.

Ours are read as they are.  The operator's are read as they will be taken over: the authority that
signs first, and of the client's file the client's own certificate first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.pki.judging.criteria import error
from octavia_wizard.core.pki.judging.key_criteria import locked_file
from octavia_wizard.core.pki.judging.trust import (
    Certificates,
    issuer_first,
    leaf_first,
    signer_first,
)
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import CERTIFICATES, KEYS, ROOT_KEYS, Pem
from octavia_wizard.core.pki.reading.inspection import (
    CertificateView,
    KeyView,
    Locked,
    Unreadable,
    key_view,
    view_of,
)
from octavia_wizard.core.pki.reading.material import read_material
from octavia_wizard.core.pki.taken_over import differs, read_record

Passphrase = Callable[[str], str | None]
"""Gives the value of a secret variable, or None where it is not known yet."""

_ALL_KEYS = (*KEYS.values(), *ROOT_KEYS)


def reads_ours(layout: CertificateLayout) -> bool:
    """Say whether our own files are to be read, and not the operator's of which they are made.

    Where one of theirs changed since, theirs are: the next run takes them over, so that they are
    what has to be judged and approved.
    """
    if layout.generate:
        return True
    return any(os.path.exists(path) for path in layout.files.values()) and not _changed(layout)


def _changed(layout: CertificateLayout) -> bool:
    with suppress(FileError):
        record = read_record(layout.directory)
        changed = any(differs(record, pem, path) for pem, path in layout.sources.items())
        return bool(record) and changed
    return False


def readable_files(layout: CertificateLayout) -> dict[Pem, Path]:
    """Return the files to read: ours where they are, else the operator's of which they are made."""
    return dict(layout.files if reads_ours(layout) else layout.sources)


@dataclass(slots=True)
class Reading:
    """What was found in the files of a deployment, and which of them cannot be read."""

    layout: CertificateLayout
    passphrase: Passphrase
    now: datetime
    ours: bool
    certificates: dict[Pem, CertificateView] = field(default_factory=dict)
    keys: dict[Pem, KeyView] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def password_of(self, pem: Pem) -> str | None:
        """Return the password of a file, or None where it takes none or is not known."""
        names = self.layout.passphrases if self.ours else self.layout.source_passphrases
        return self.passphrase(names[pem]) if pem in names else None


def read_all(
    layout: CertificateLayout, passphrase: Passphrase, now: datetime, *, ours: bool
) -> Reading:
    """Read ours or the operator's files."""
    reading = Reading(layout, passphrase, now, ours)
    files = layout.files if ours else layout.sources
    for pem in _ALL_KEYS:
        if pem in files and (pem not in layout.optional or os.path.exists(files[pem])):
            _read_key(reading, pem, files[pem])
    found: dict[Pem, Certificates] = {}
    for pem in CERTIFICATES:
        if pem in files:
            _read_certificates(reading, pem, files[pem], found)
    public = {pem: view.public_key for pem, view in reading.keys.items()}
    ordered = found if ours else arranged(found, public, now)
    for pem, certificates in ordered.items():
        reading.certificates[pem] = view_of(read_material(files[pem]), certificates)
    return reading


def arranged(
    found: Mapping[Pem, Certificates], public: Mapping[Pem, bytes | None], now: datetime
) -> dict[Pem, Certificates]:
    """Put the certificates of the operator's files into the order Octavia needs.

    The public halves of the keys tell which is which; None stands for a key not opened yet.
    """
    ordered: dict[Pem, Certificates] = {}
    if Pem.CLIENT in found:
        ordered[Pem.CLIENT] = leaf_first(found[Pem.CLIENT], public.get(Pem.CLIENT_KEY), now)
    if Pem.SERVER_CA in found:
        ordered[Pem.SERVER_CA] = signer_first(
            found[Pem.SERVER_CA], public.get(Pem.SERVER_CA_KEY), now
        )
    if Pem.CLIENT_CA in found:
        given, key = found[Pem.CLIENT_CA], public.get(Pem.CLIENT_CA_KEY)
        client = ordered.get(Pem.CLIENT)
        ordered[Pem.CLIENT_CA] = (
            issuer_first(given, client, key, now) if client else signer_first(given, key, now)
        )
    return {pem: ordered[pem] for pem in CERTIFICATES if pem in ordered}


def _read_key(reading: Reading, pem: Pem, path: Path) -> None:
    try:
        reading.keys[pem] = key_view(read_material(path), reading.password_of(pem))
    except Unreadable as problem:
        reading.findings.append(_unreadable(pem, path, problem))


def _read_certificates(
    reading: Reading, pem: Pem, path: Path, found: dict[Pem, Certificates]
) -> None:
    try:
        found[pem] = read_material(path).certificates(reading.password_of(pem))
    except Locked:
        reading.findings.append(locked_file(pem, path, reading.layout))
    except Unreadable as problem:
        reading.findings.append(_unreadable(pem, path, problem))


def _unreadable(pem: Pem, path: Path, problem: Unreadable) -> Finding:
    missing = not os.path.exists(path)
    return error(
        "cert-missing" if missing else "cert-unreadable",
        f"the {pem}: {problem}",
        "the playbooks copy this file to the controllers, and Octavia reads it there",
        "give the path of an existing file, and check its passphrase and who may read it",
        path,
    )
