"""Converts the operator's own certificates and keys into the files the role reads.

The sources are only read.  What was taken over is recorded by the SHA-256 of each source, so that
a later run can tell without any password whether one has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from octavia_wizard.core.files import file_digest
from octavia_wizard.core.pki.judging.arranging import Passphrase, arranged
from octavia_wizard.core.pki.judging.trust import Certificates, belongs
from octavia_wizard.core.pki.keys import plain_pem
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.pki.pem import CERTIFICATES, KEYS, Pem
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.inspection import Locked, Unreadable
from octavia_wizard.core.pki.reading.material import Material, read_material
from octavia_wizard.core.pki.taken_over import (
    RECORD,
    Record,
    differs,
    read_record,
    record_name,
)

__all__ = ["RECORD", "changed_sources", "convert", "read_record", "source_record"]


def convert(layout: CertificateLayout, passphrase: Passphrase) -> dict[Pem, bytes]:
    """Return the content of every file of ours that comes from the operator's.

    Raises Unreadable, with what to do, where a source cannot be read or opened, and where a key
    does not belong to its certificate.
    """
    given = {pem: read_material(path) for pem, path in layout.sources.items()}
    secret = _Secrets(layout, passphrase)
    found = {
        pem: given[pem].certificates(secret.of_source(pem)) for pem in CERTIFICATES if pem in given
    }
    public = {pem: _public(given[pem], secret.of_source(pem)) for pem in _keys(given)}
    ordered = arranged(found, public, datetime.now(UTC))
    for certificate, key in KEYS.items():
        _refuse_strangers(certificate, ordered[certificate], given.get(key), public.get(key))
    made = {pem: _pem(certificates) for pem, certificates in ordered.items()}
    client_key = given[Pem.CLIENT_KEY].private_key(secret.of_source(Pem.CLIENT_KEY))
    made[Pem.CLIENT_KEY] = plain_pem(client_key)
    made[Pem.CLIENT_BUNDLE] = made[Pem.CLIENT] + made[Pem.CLIENT_KEY]
    for pem in (Pem.SERVER_CA_KEY, Pem.CLIENT_CA_KEY):
        if pem in given:
            made[pem] = _authority_key(pem, given[pem], secret)
    return {pem: data for pem, data in made.items() if pem in layout.files}


def source_record(layout: CertificateLayout) -> Record:
    """Return path and SHA-256 of each source that is there; raises FileError."""
    record: Record = {}
    for pem, path in layout.sources.items():
        sha256 = file_digest(path)
        if sha256 is not None:
            record[record_name(pem)] = {"path": str(path), "sha256": sha256}
    return record


def changed_sources(layout: CertificateLayout) -> tuple[Path, ...]:
    """Return the sources that differ from what was taken over; one that is gone does not.

    A source nobody can read is taken for one that is gone.  Raises FileError where the record
    cannot be read.
    """
    record = read_record(layout.directory)
    changed = (path for pem, path in layout.sources.items() if differs(record, pem, path))
    return tuple(dict.fromkeys(changed))


class _Secrets:
    """Gives the secrets of a layout by what they open."""

    def __init__(self, layout: CertificateLayout, passphrase: Passphrase) -> None:
        self._layout = layout
        self._passphrase = passphrase

    def of_source(self, pem: Pem) -> str | None:
        """Return the password of a source, or None where it takes none or is not known."""
        name = self._layout.source_passphrases.get(pem)
        return self._passphrase(name) if name else None

    def of_ours(self, pem: Pem) -> str:
        """Return the passphrase our copy is encrypted by; raises Unreadable where there is none."""
        name = self._layout.passphrases[pem]
        value = self._passphrase(name)
        if not value:
            raise Unreadable(
                f"the copy of {self._layout.sources[pem]} cannot be encrypted: {name} has no value "
                "yet; put one into a secrets file"
            )
        return value

    def is_same(self, pem: Pem) -> bool:
        """Say whether our copy has the passphrase of its source."""
        name = self._layout.source_passphrases.get(pem)
        return name is not None and name == self._layout.passphrases.get(pem)


def _keys(given: Mapping[Pem, Material]) -> Iterable[Pem]:
    return (pem for pem in KEYS.values() if pem in given)


def _public(material: Material, password: str | None) -> bytes | None:
    """Return the public half of a key, or None while it cannot be opened."""
    try:
        return material.public_half(password).der
    except Locked:
        return None


def _refuse_strangers(
    pem: Pem, certificates: Certificates, key: Material | None, public: bytes | None
) -> None:
    among = certificates if pem is Pem.CLIENT_CA else certificates[:1]
    if key is not None and public is not None and not any(belongs(one, public) for one in among):
        raise Unreadable(f"{key.path} holds a key that does not belong to the {pem}")


def _authority_key(pem: Pem, material: Material, secret: _Secrets) -> bytes:
    """Copy an encrypted key as it is where its passphrase stays, else encrypt it anew."""
    if material.form is Form.PEM and material.key_block.is_locked and secret.is_same(pem):
        copied = material.key_block.data
        return copied if copied.endswith(b"\n") else copied + b"\n"
    return encrypted_pem(material.private_key(secret.of_source(pem)), secret.of_ours(pem))


def _pem(certificates: Iterable[x509.Certificate]) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
