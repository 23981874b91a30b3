"""The certificates in use, named so that a plan never makes others in their place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from octavia_wizard.core.adopting.model import Found, Source
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.chain_nodes import key_words
from octavia_wizard.core.pki.deployed import Deployed, Origin, find_deployed
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.pem import NAMES, ROOT_KEYS, Pem
from octavia_wizard.core.pki.reading.forms import is_locked
from octavia_wizard.core.pki.reading.inspection import Unreadable, read_certificate
from octavia_wizard.core.pki.taken_over import read_record, record_name

_ANSWERS = {
    Pem.SERVER_CA: "server_ca_certificate",
    Pem.SERVER_CA_KEY: "server_ca_key",
    Pem.CLIENT_CA: "client_ca_certificate",
    Pem.CLIENT: "client_certificate",
    Pem.CLIENT_KEY: "client_key",
}
_COPIES = ("octavia", "octavia-wizard", "octavia-adopted")
"""Names of the directory for our copies, below the deploy directory; the first is usual."""


def certificate_answers(reading: Reading, effective: Effective) -> Answered:
    """Name the certificates; where there are none here, ask for them: none is ever generated.

    ``effective`` are the values without any answer about certificates.
    """
    found = find_deployed(effective, reading.facts.host)
    directory = found.layout.directory
    if _made_here(found):
        yield from _ours(directory)
        return
    yield "certificates.source", Found("own", Source.HOST, _grounds(found))
    files = found.layout.files if found.origin is not Origin.NONE else {}
    for pem, name in _ANSWERS.items():
        if pem in files:
            yield f"certificates.{name}", Found(str(files[pem]), Source.HOST, _grounds(found))
    authority = files.get(Pem.CLIENT_CA_KEY)
    if authority is not None and os.path.exists(authority) and not is_locked(authority):
        yield "certificates.client_ca_key", Found(str(authority), Source.HOST, _grounds(found))
    yield from _copies(reading, tuple(files.values()))


def what_is_unseen(reading: Reading, effective: Effective) -> Iterator[str]:
    """Tell what of the certificates cannot be seen from here."""
    found = find_deployed(effective, reading.facts.host)
    if _made_here(found):
        return
    for name in found.unclear:
        yield f"only Ansible can tell where {name} points"
    if found.setup_host:
        yield f"the certificates are on {found.setup_host}, not on this host"
    if found.origin is Origin.NONE:
        yield f"no certificates were found, not even in {found.layout.directory}"
        return
    for pem, path in found.layout.files.items():
        if pem in _ANSWERS and not os.path.exists(path):
            yield f"the {pem} {path} is not there, or cannot be reached"


def closed_authority(reading: Reading, effective: Effective) -> Path | None:
    """Return the client CA's key where it is here, and only a passphrase opens it."""
    found = find_deployed(effective, reading.facts.host)
    path = found.layout.files.get(Pem.CLIENT_CA_KEY)
    return path if path is not None and not _made_here(found) and is_locked(path) else None


def _made_here(found: Deployed) -> bool:
    """Say whether all of them are the wizard's own, from an earlier run."""
    if found.origin in (Origin.ROLE, Origin.NONE) or not found.ours:
        return False
    directory = found.layout.directory
    wanted = (pem for pem in NAMES if pem not in (*ROOT_KEYS, Pem.CLIENT_CA_KEY))
    return all(os.path.exists(directory / NAMES[pem]) for pem in wanted)


def _grounds(found: Deployed) -> str:
    if found.origin is Origin.USER_FILES:
        return "the role is pointed there by " + ", ".join(
            Path(path).name for path in found.evidence[:2]
        )
    return f"found in {found.layout.directory}"


def _ours(directory: Path) -> Answered:
    where = f"made by octavia-wizard, in {directory}"
    record = {}
    with suppress(FileError):
        record = read_record(directory)
    sources = {
        pem: record[record_name(pem)]["path"]
        for pem in (*_ANSWERS, Pem.CLIENT_CA_KEY)
        if "path" in record.get(record_name(pem), {})
    }
    yield "certificates.source", Found("own" if sources else "generate", Source.HOST, where)
    yield "certificates.directory", Found(str(directory), Source.HOST, where)
    taken = f"as they were taken over into {directory}"
    for pem, path in sources.items():
        name = _ANSWERS.get(pem, "client_ca_key")
        yield f"certificates.{name}", Found(path, Source.HOST, taken)
    if not sources:
        yield from _shape(directory)


def _shape(directory: Path) -> Answered:
    """Say what they are like, so that what is renewed is like them."""
    try:
        server = read_certificate(directory / NAMES[Pem.SERVER_CA])
    except Unreadable:
        return
    where = f"as {directory / NAMES[Pem.SERVER_CA]} is"
    kinds = {key_words(kind): str(kind) for kind in KeyType}
    kind = kinds.get(key_words(server.key))
    if kind is not None:
        yield "certificates.key_type", Found(kind, Source.HOST, where)
    if not server.self_signed:
        yield "certificates.intermediates", Found(True, Source.HOST, where)


def _copies(reading: Reading, sources: tuple[Path, ...]) -> Answered:
    """Choose another directory for our copies where the usual one holds the sources."""
    root = reading.facts.host.deploy_dir
    taken = set(sources)
    for name in _COPIES:
        if not taken & {root / name / file for file in NAMES.values()}:
            if name != _COPIES[0]:
                why = f"{root / _COPIES[0]} holds files of yours"
                yield "certificates.directory", Found(str(root / name), Source.CHOSEN, why)
            return
