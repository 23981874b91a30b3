"""How far the rollover of an authority has come, as its files tell.

Beside the present files lies ``next/`` with the new authority, until the former one is dropped.
The trust bundle of a side holds the authority that signs first: the controllers sign with the first
certificate of ``[certificates] ca_certificate`` (octavia, certificates/generator/local.py), and the
other side trusts every certificate of the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes, read_text
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.issuing import certificate_pem
from octavia_wizard.core.pki.pem import NAMES, Pem
from octavia_wizard.core.pki.reading.inspection import Unreadable

NEXT = "next"
"""Directory of the new authority, below that of the certificates."""
RECORD = "rollover.json"
"""When each phase was begun, and distributed."""
SCHEMA = 1


class Side(StrEnum):
    """Whose authority is replaced."""

    SERVER = "server"
    """It signs the certificates of amphorae."""
    CLIENT = "client"
    """It signed the certificate of the controllers."""


class Stage(StrEnum):
    """What was done last in a rollover."""

    TRUST = "trust"
    """The new authority is trusted beside the former."""
    USE = "use"
    """The new one signs; the former is still trusted."""
    DROP = "drop"
    """Only the new one is trusted."""


@dataclass(frozen=True, slots=True)
class Pems:
    """The files of one side."""

    ca: Pem
    key: Pem
    root_key: Pem


PEMS: Mapping[Side, Pems] = MappingProxyType(
    {
        Side.SERVER: Pems(Pem.SERVER_CA, Pem.SERVER_CA_KEY, Pem.SERVER_ROOT_KEY),
        Side.CLIENT: Pems(Pem.CLIENT_CA, Pem.CLIENT_CA_KEY, Pem.CLIENT_ROOT_KEY),
    }
)


@dataclass(frozen=True, slots=True)
class Noted:
    """What ``rollover.json`` says of a side."""

    stage: Stage
    changed: datetime
    """When the files were changed."""
    coming: str
    """SHA-256 fingerprint of the new authority."""
    former: str
    distributed: datetime | None = None
    """When the playbook had run on all controllers, as the operator told; None while not told."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a rollover has come."""

    side: Side
    stage: Stage | None
    """None where none goes on, and none was carried out before."""
    present: tuple[x509.Certificate, ...]
    """The trust bundle as it is; the authority that signs comes first."""
    coming: tuple[x509.Certificate, ...]
    """The new authority, and the root above it; none before it was made and after the end."""
    noted: Noted | None
    problem: str = ""
    """What the files and the record contradict each other in; "" where they agree."""

    @property
    def former(self) -> tuple[x509.Certificate, ...]:
        """Return what is trusted and not new."""
        return tuple(one for one in self.present if one not in self.coming)

    @property
    def following(self) -> Stage:
        """Return the stage that comes next; after the end, that of another rollover."""
        follow = {None: Stage.TRUST, Stage.TRUST: Stage.USE, Stage.USE: Stage.DROP}
        return follow.get(self.stage, Stage.TRUST)


def position_of(layout: CertificateLayout, side: Side) -> Position:
    """Read how far a rollover has come; raises Unreadable and FileError."""
    present = certificates_in(layout.files[PEMS[side].ca])
    path = next_files(layout, side)[PEMS[side].ca]
    coming = certificates_in(path) if path.exists() else ()
    noted = read_record(layout.directory).get(side)
    stage = _stage(present, coming)
    if not coming and noted is not None and noted.stage is Stage.DROP:
        stage = Stage.DROP if noted.coming == fingerprint(present[0]) else None
        return Position(side, stage, present, coming, noted if stage else None)
    return Position(side, stage, present, coming, noted, _contradiction(stage, coming, noted))


def next_files(layout: CertificateLayout, side: Side) -> dict[Pem, Path]:
    """Return where the files of the new authority lie; those of a root only with intermediates."""
    pems = PEMS[side]
    wanted = (pems.ca, pems.key, *(() if pems.root_key not in layout.files else (pems.root_key,)))
    return {pem: layout.directory / NEXT / NAMES[pem] for pem in wanted}


def certificates_in(path: Path) -> tuple[x509.Certificate, ...]:
    """Read all certificates of a PEM file; Unreadable where there is none."""
    try:
        data = read_bytes(path)
    except FileError as error:
        raise Unreadable(error.message) from None
    if data is None:
        raise Unreadable(f"{path} is not there")
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except ValueError:
        raise Unreadable(f"{path} holds no certificate in PEM form") from None


def bundle(*chains: Sequence[x509.Certificate]) -> bytes:
    """Return certificates one after another as PEM, none of them twice."""
    found: dict[x509.Certificate, None] = {}
    for chain in chains:
        found |= dict.fromkeys(chain)
    return b"".join(map(certificate_pem, found))


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint, as upper-case pairs between colons."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def first_fingerprint(pem: bytes) -> str:
    """Return the fingerprint of the first certificate of a PEM text."""
    return fingerprint(x509.load_pem_x509_certificates(pem)[0])


def read_record(directory: Path) -> dict[Side, Noted]:
    """Read what was noted of rollovers; raises FileError for what cannot be understood."""
    path = directory / RECORD
    text = read_text(path)
    if text is None:
        return {}
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise ValueError(f"its schema is {document['schema']}, not {SCHEMA}")
        return {side: _noted(document[side]) for side in Side if side in document}
    except (ValueError, KeyError, TypeError) as error:
        raise FileError(
            f"{path} cannot be understood: {error}",
            hint="put it back from a backup; the phases of the rollover are noted in it",
        ) from None


def record_text(noted: Mapping[Side, Noted]) -> str:
    """Return the text of the record."""
    document: dict[str, object] = {"schema": SCHEMA}
    for side in Side:
        if side in noted:
            fields = asdict(noted[side])
            document[side] = {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in fields.items()
            }
    return json.dumps(document, indent=1) + "\n"


def _stage(present: Sequence[x509.Certificate], coming: Sequence[x509.Certificate]) -> Stage | None:
    if not coming or coming[0] not in present:
        return None
    if present[0] != coming[0]:
        return Stage.TRUST
    return Stage.USE if any(one not in coming for one in present) else Stage.DROP


def _contradiction(
    stage: Stage | None, coming: Sequence[x509.Certificate], noted: Noted | None
) -> str:
    if stage is None and coming:
        return f"{NEXT}/ holds a new authority that the trust bundle does not have"
    if stage is not None and noted is None:
        return f"{RECORD} says nothing of the rollover that the files show"
    if noted is not None and stage is not noted.stage:
        return f"{RECORD} tells of phase {noted.stage}, and the files of {stage or 'none'}"
    if noted is not None and noted.coming != fingerprint(coming[0]):
        return f"{RECORD} tells of another new authority than {NEXT}/ holds"
    return ""


def _noted(entry: object) -> Noted:
    if not isinstance(entry, dict):
        raise ValueError(f"{entry!r} is no phase")
    distributed = entry.get("distributed")
    return Noted(
        stage=Stage(entry["stage"]),
        changed=_moment(entry["changed"]),
        coming=str(entry["coming"]),
        former=str(entry["former"]),
        distributed=None if distributed is None else _moment(distributed),
    )


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no time zone")
    return moment
