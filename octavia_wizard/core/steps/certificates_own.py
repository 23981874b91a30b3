"""Taking over the operator's own certificates, and what changed in their sources since."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.files import digest, read_bytes, read_text
from octavia_wizard.core.pki.approval import marked
from octavia_wizard.core.pki.judging.review import Passphrase, Review, examine
from octavia_wizard.core.pki.keys import public_der
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.pem import AUTHORITIES, CERTIFICATES, Pem
from octavia_wizard.core.pki.reading.forms import Form
from octavia_wizard.core.pki.reading.inspection import (
    CertificateView,
    Unreadable,
    read_certificate,
    view_of,
)
from octavia_wizard.core.pki.reading.material import Material
from octavia_wizard.core.pki.sources import changed_sources, convert, source_record
from octavia_wizard.core.pki.staging import discard, put_in_place, staged, staged_record
from octavia_wizard.core.pki.taken_over import RECORD
from octavia_wizard.core.secrets import known_passphrases
from octavia_wizard.core.steps.base import Action, Decision, Work
from octavia_wizard.core.steps.certificate_sets import (
    as_they_are,
    bundle,
    bundled,
    conflict,
    half_a_set,
    judged,
    lone_bundle,
    missing_files,
    put_by,
)
from octavia_wizard.core.steps.local_files import make_directories, make_file
from octavia_wizard.core.steps.rewriting import rewrite

_SWAPPED = "your files were changed while they were taken over; nothing was replaced"
_SIDES = {Pem.SERVER_CA: "server", Pem.CLIENT_CA: "client"}


def decide(effective: Effective, layout: CertificateLayout, facts: Facts) -> Decision:
    """Take the files over where ours are not there, or no longer what the sources are."""
    known = known_passphrases(facts.host)
    missing, changed = missing_files(layout), changed_sources(layout)
    if lone_bundle(layout) is not None and not changed and not staged(layout):
        return bundled(effective, layout, examine(layout, known))
    gone = [str(path) for path in layout.sources.values() if not os.path.exists(path)]
    if missing and gone and len(missing) < len(layout.needed):
        return half_a_set(layout, missing)
    if missing or changed or staged(layout):
        return _from_sources(effective, layout, known)
    found = examine(layout, known)
    note = f"made of files that are gone since: {', '.join(gone)}" if gone else ""
    return judged(effective, layout, found) or as_they_are(layout, found, note)


def apply(work: Work, layout: CertificateLayout) -> None:
    """Convert the sources, let the set wait whole, and put each file in its place."""
    both = lone_bundle(layout)
    if both is not None and not changed_sources(layout) and not staged(layout):
        bundle(work, layout, both)
        return
    make_directories(work, layout.directory.parent)
    files, record = _waiting(layout) or _converted(work, layout)
    make_directories(work, layout.files[Pem.SERVER_CA_KEY].parent)
    for number, (pem, path) in enumerate(layout.files.items(), 1):
        work.checkpoint()
        there = read_bytes(path)
        if there is None:
            make_file(work, path, digest(files[pem]), partial(put_in_place, layout, pem))
        elif there != files[pem]:
            rewrite(work, path, there.decode(), files[pem].decode(), 0o600)
        work.progress(number, len(layout.files), str(path))
    place = layout.directory / RECORD
    before = read_text(place)
    if before is None or before.encode() != record:
        rewrite(work, place, before, record.decode(), 0o600)
    discard(layout)


def _from_sources(effective: Effective, layout: CertificateLayout, known: Passphrase) -> Decision:
    unknown = [name for name in layout.source_passphrases.values() if known(name) is None]
    found = examine(replace(layout, files={}), known)
    refused = judged(effective, layout, found)
    if refused is not None:
        return refused
    if unknown:
        path = _opened_by(layout, unknown[0])
        return conflict(
            layout,
            f"{path} can only be opened with {unknown[0]}; type it in the section of the "
            "certificates, or give it a value in a user_secrets file for this run",
        )
    present = _present(layout)
    for pem in AUTHORITIES:
        if pem in present and pem in found.certificates:
            stranger = _is_stranger(present[pem], found.certificates[pem])
            if stranger:
                return _cut_off(layout, pem)
    action = Action.CHANGE if present else Action.CREATE
    return Decision(action, str(layout.directory), tuple(_diff(layout, present, found)))


def _opened_by(layout: CertificateLayout, name: str) -> str:
    pems = [pem for pem, known in layout.source_passphrases.items() if known == name]
    return str(layout.sources[pems[0]])


def _present(layout: CertificateLayout) -> dict[Pem, CertificateView]:
    """Return our certificates, as far as they are there and can be read."""
    found = {}
    for pem in CERTIFICATES:
        with suppress(Unreadable):
            found[pem] = read_certificate(layout.files[pem])
    return found


def _is_stranger(ours: CertificateView, theirs: CertificateView) -> bool:
    """Say whether an authority is none that ours trusts already."""
    wanted = public_der(theirs.certificate.public_key())
    trusted = (ours.certificate, *ours.chain)
    return all(public_der(one.public_key()) != wanted for one in trusted)


def _cut_off(layout: CertificateLayout, pem: Pem) -> Decision:
    return conflict(
        layout,
        f"{layout.sources[pem]} is another {_SIDES[pem]} CA than the one in use: amphorae that run "
        f"would be cut off. 'octavia-wizard certs rollover {_SIDES[pem]}' shows how to go over to "
        "it in phases; where no load balancer was made yet, undo the run that took the former "
        "files over",
    )


def _diff(
    layout: CertificateLayout, present: Mapping[Pem, CertificateView], found: Review
) -> Iterator[str]:
    """Tell each file with its source, and of a certificate that is replaced both fingerprints."""
    for pem, path in layout.files.items():
        source = layout.sources.get(pem) or layout.sources[Pem.CLIENT]
        ours, theirs = present.get(pem), found.certificates.get(pem)
        if ours is not None and theirs is not None and ours.fingerprint != theirs.fingerprint:
            yield f"- {pem}: {ours.fingerprint}"
            yield f"+ {pem}: {theirs.fingerprint}"
        sign = "~" if os.path.lexists(path) else "+"
        yield f"{sign} {path}: {pem}, from {source}"


def _waiting(layout: CertificateLayout) -> tuple[dict[Pem, bytes], bytes] | None:
    """Return the set that waits since an interruption, if it is still what is wanted."""
    files, record = staged(layout), staged_record(layout)
    if record is None or set(files) != set(layout.files):
        return None
    sources_there = all(os.path.exists(path) for path in layout.sources.values())
    if sources_there and record != _record(layout):
        return None
    return files, record


def _converted(work: Work, layout: CertificateLayout) -> tuple[dict[Pem, bytes], bytes]:
    """Convert the sources and let the result wait; StepError where one cannot be opened."""
    known = known_passphrases(work.facts.host)
    try:
        record = _record(layout)
        files = convert(layout, known)
    except Unreadable as problem:
        raise StepError(str(problem), hint="change the file or the answer, then resume") from None
    _require_approved(work.effective, layout, files)
    if record != _record(layout):
        raise StepError(_SWAPPED, hint="look at what changed, then resume the run")
    for pem in (Pem.SERVER_CA_KEY, Pem.CLIENT_CA_KEY):
        if pem in files:
            files[pem] = _unless_same(layout, pem, files[pem], known)
    work.log(f"taking over {', '.join(sorted({str(p) for p in layout.sources.values()}))}")
    put_by(work, layout, files, record)
    return files, record


def _require_approved(
    effective: Effective, layout: CertificateLayout, files: Mapping[Pem, bytes]
) -> None:
    """Look at what was converted itself: the sources were read before, to be judged."""
    approved = set(effective.texts("certificates.approved"))
    loaded = {pem: x509.load_pem_x509_certificates(files[pem]) for pem in CERTIFICATES}
    views = {
        pem: view_of(Material(layout.sources[pem], Form.PEM, 0o600, files[pem]), tuple(held))
        for pem, held in loaded.items()
    }
    marks = {mark for _, mark in marked(layout, views, datetime.now(UTC))}
    if approved and not approved >= marks:
        raise StepError(_SWAPPED, hint="look at what changed, then resume the run")


def _unless_same(layout: CertificateLayout, pem: Pem, fresh: bytes, known: Passphrase) -> bytes:
    """Return our file of a key as it is, where it holds the same key under the same passphrase."""
    there = read_bytes(layout.files[pem])
    secret = known(layout.passphrases[pem])
    if there is None or secret is None:
        return fresh
    with suppress(ValueError, TypeError):
        ours = load_pem_private_key(there, secret.encode())
        theirs = load_pem_private_key(fresh, secret.encode())
        if public_der(ours.public_key()) == public_der(theirs.public_key()):
            return there
    return fresh


def _record(layout: CertificateLayout) -> bytes:
    return (json.dumps(source_record(layout), indent=1, sort_keys=True) + "\n").encode()
