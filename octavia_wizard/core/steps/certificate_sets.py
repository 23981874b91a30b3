"""What both ways to a set of certificates share: judging it, and going on with one that waits."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.files import digest, read_bytes
from octavia_wizard.core.pki.approval import marked
from octavia_wizard.core.pki.judging.review import Review
from octavia_wizard.core.pki.layout import SERVER_PASSPHRASE, CertificateLayout
from octavia_wizard.core.pki.passphrases import unusable
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.staging import stage, staging_place
from octavia_wizard.core.pki.writing import write_new
from octavia_wizard.core.secret_values import is_templated, known_passphrases
from octavia_wizard.core.secrets import read_secret
from octavia_wizard.core.steps.base import Action, Decision, Work
from octavia_wizard.core.steps.local_files import make_file

STAGING = "staging"


def missing_files(layout: CertificateLayout) -> list[str]:
    """Return the paths of needed files that are not there."""
    return [str(path) for path in layout.needed.values() if not os.path.lexists(path)]


def lone_bundle(layout: CertificateLayout) -> bytes | None:
    """Return what the client's file with both holds, where that alone is not there."""
    path = layout.files.get(Pem.CLIENT_BUNDLE)
    if path is None or missing_files(layout) != [str(path)]:
        return None
    client, key = (read_bytes(layout.files[pem]) for pem in (Pem.CLIENT, Pem.CLIENT_KEY))
    return client + key if client is not None and key is not None else None


def bundled(effective: Effective, layout: CertificateLayout, found: Review) -> Decision:
    """Put that file together of its two halves, where those are in order."""
    refused = judged(effective, layout, found)
    line = f"+ {layout.files[Pem.CLIENT_BUNDLE]}: {Pem.CLIENT_BUNDLE}, of the two files"
    return refused or Decision(Action.CREATE, str(layout.directory), (line,))


def bundle(work: Work, layout: CertificateLayout, data: bytes) -> None:
    """Write that file."""
    path = layout.files[Pem.CLIENT_BUNDLE]
    make_file(work, path, digest(data), partial(write_new, path, data))


def half_a_set(layout: CertificateLayout, missing: Iterable[str]) -> Decision:
    """Refuse to touch a set of which only a part is there."""
    return conflict(
        layout,
        "only some of the files exist; the wizard neither replaces keys nor guesses which set "
        "is yours. Bring the missing files back, or move the others away",
        (f"~ missing: {path}" for path in missing),
    )


def no_directory(layout: CertificateLayout) -> Decision | None:
    """Return the conflict that something else is where a directory has to be, or None."""
    places = (layout.directory, *layout.directory.parents)
    there = next(place for place in places if os.path.lexists(place))
    if os.path.isdir(there):
        return None
    what = "is a link to nothing" if there.is_symlink() else "is no directory"
    cure = "Move it away, or choose another certificates.directory"
    return conflict(layout, f"{there} {what}, and the certificates belong there. {cure}")


def unfit_passphrases(layout: CertificateLayout, host: HostFacts) -> Decision | None:
    """Return the conflict that a key would be encrypted by what Octavia does not get, or None."""
    names = dict.fromkeys(layout.passphrases.values())
    reasons = [reason for reason in (is_templated(name, host) for name in names) if reason]
    # The others open keys that stay on this host.
    value = known_passphrases(host)(SERVER_PASSPHRASE) if SERVER_PASSPHRASE in names else None
    if value is not None and SERVER_PASSPHRASE in host.secrets:
        told = unusable(value)
        where = host.secrets[SERVER_PASSPHRASE]
        reasons += [f"{SERVER_PASSPHRASE} in {where} does not reach Octavia: {told}"] * bool(told)
    return conflict(layout, "; ".join(reasons)) if reasons else None


def judged(effective: Effective, layout: CertificateLayout, found: Review) -> Decision | None:
    """Return the conflict that keeps these files from being used, or None."""
    if found.errors:
        reason = "; ".join(f"{finding.what} ({finding.fix})" for finding in found.errors)
        return conflict(layout, reason, (f"~ {finding.what}" for finding in found.errors))
    approved = set(effective.texts("certificates.approved"))
    marks = marked(layout, found.certificates, datetime.now(UTC)) if approved else ()
    if approved >= {mark for _, mark in marks}:
        return None
    lines = [f"+ {title}: {mark}" for title, mark in marks]
    lines += [f"- approved: {fingerprint}" for fingerprint in sorted(approved)]
    return conflict(layout, "the certificates are not those that were approved", lines)


def as_they_are(layout: CertificateLayout, found: Review, note: str = "") -> Decision:
    """Keep a set that was judged."""
    ends = min(view.not_after for view in found.certificates.values())
    told = "; ".join(filter(None, (f"valid until {ends:%Y-%m-%d}", note)))
    return Decision(Action.KEEP, str(layout.directory), reason=told)


def conflict(layout: CertificateLayout, reason: str, lines: Iterable[str] = ()) -> Decision:
    """Refuse, naming the directory."""
    return Decision(Action.CONFLICT, str(layout.directory), tuple(lines), reason)


def put_by(
    work: Work, layout: CertificateLayout, files: Mapping[Pem, bytes], record: bytes = b""
) -> None:
    """Let a complete set wait, journaled; ``record`` says what it was made of."""
    place = str(staging_place(layout))
    with work.intent(STAGING, place) as intent:
        stage(layout, files, record)
        intent.created(place, {})


def can_be_opened(work: Work, layout: CertificateLayout, waiting: Mapping[Pem, bytes]) -> bool:
    """Say whether a waiting set is what is wanted now, and today's passphrases open its keys.

    Raises StepError where they do not, and some of the files are in place.
    """
    untouched = not any(os.path.lexists(path) for path in layout.files.values())
    if untouched and set(waiting) != set(layout.files):
        return False
    try:
        for pem, name in layout.passphrases.items():
            if pem in waiting:
                load_pem_private_key(waiting[pem], read_secret(name, work.facts.host).encode())
    except ValueError:
        if untouched:
            return False
        raise StepError(
            "a passphrase changed after the keys were made, and some are in place already",
            hint=f"put the old value back, or move {layout.directory} away",
        ) from None
    return True
