"""The step that makes the certificates, or checks those the operator brings."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import StepError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.files import digest, is_there, read_bytes
from octavia_wizard.core.pki.authorities import make, order_problems, ordered
from octavia_wizard.core.pki.describe import planned_view
from octavia_wizard.core.pki.inspection import certificate_part
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.layout import CertificateLayout, Pem, certificate_layout
from octavia_wizard.core.pki.review import Review, examine
from octavia_wizard.core.pki.staging import (
    contents,
    discard,
    put_in_place,
    stage,
    staged,
    staging_place,
    sweep_unfinished,
    take_away,
)
from octavia_wizard.core.pki.writing import write_new
from octavia_wizard.core.secrets import known_passphrases, read_secret
from octavia_wizard.core.steps.base import (
    Action,
    Decision,
    Pending,
    Record,
    Step,
    Undone,
    UndoResult,
    Work,
)
from octavia_wizard.core.steps.gaps import unanswered
from octavia_wizard.core.steps.local_files import (
    find_local,
    make_directories,
    make_file,
    undo_local,
)
from octavia_wizard.core.steps.shapes import found_again, refuse

STAGING = "staging"


class CertificatesStep(Step):
    """Makes both authorities and the client certificate; never replaces a key."""

    id: ClassVar[str] = "certificates"
    title: ClassVar[str] = "Certificates"
    section: ClassVar[str] = "certificates"
    needs: ClassVar[tuple[str, ...]] = ("secrets",)
    reads_host: ClassVar[bool] = True
    indispensable: ClassVar[str] = "controllers and amphorae trust each other by nothing else"

    def decide(self, effective: Effective, facts: Facts) -> Decision:
        """Compare the files on this host with what is wanted; opens keys whose secret is known."""
        gap = unanswered(effective, self.section)
        if gap is not None:
            return gap
        layout = certificate_layout(effective)
        if layout.generate:
            return _generated(effective, layout, facts)
        return _own(effective, layout, facts)

    def apply(self, work: Work, decision: Decision) -> None:
        """Write the files that are missing, each journaled."""
        fresh = self.decide(work.effective, work.facts)
        refuse(fresh)
        if not fresh.action.changes:
            return
        layout = certificate_layout(work.effective)
        if layout.generate:
            _generate(work, layout)
        else:
            _put_together(work, layout)

    def find_lost(self, work: Work, pending: Pending) -> Record | None:
        """Look for an announced file or directory."""
        if pending.kind == STAGING:
            sweep_unfinished(Path(pending.name))
            there = Path(pending.name).is_dir()
            return found_again(self.id, pending, pending.name, {}) if there else None
        return find_local(self.id, pending)

    def undo(self, work: Work, record: Record) -> Undone:
        """Remove a file that was not changed since, or a directory that is empty."""
        if record.kind != STAGING:
            return undo_local(record)
        place = Path(record.id)
        if not os.path.lexists(place):
            return Undone(UndoResult.GONE)
        if not take_away(place):
            return Undone(UndoResult.CHANGED_SINCE, f"{place} holds what is not ours")
        return Undone(UndoResult.REMOVED)


def _generated(effective: Effective, layout: CertificateLayout, facts: Facts) -> Decision:
    missing = [path for path in layout.files.values() if not is_there(path)]
    waiting = staged(layout)
    if waiting:
        return _continued(layout, waiting)
    if not missing:
        found = examine(layout, known_passphrases(facts.host))
        return _judged(effective, layout, found) or _as_they_are(Action.KEEP, layout, found)
    if len(missing) < len(layout.files):
        return _conflict(
            layout,
            "only some of the files exist; the wizard neither replaces keys nor guesses which set "
            "is yours. Bring the missing files back, or move the others away",
            (f"~ missing: {path}" for path in missing),
        )
    return _new(effective, layout)


def _new(effective: Effective, layout: CertificateLayout) -> Decision:
    problems = [f"{problem.key}: {problem.reason}" for problem in order_problems(effective)]
    kind = KeyType(effective.text("certificates.key_type"))
    if layout.role_key_bits and kind.rsa_bits is None:
        problems.append(
            f"certificates.key_type: the role of {effective.release.name} overwrites keys that "
            "are not RSA; choose rsa-4096"
        )
    if effective.texts("certificates.approved"):
        problems.append(
            "certificates.approved: there are no certificates yet, and new ones have other "
            "fingerprints; bring the approved files back, or leave this answer out"
        )
    if problems:
        return _conflict(layout, "; ".join(problems))
    lines = []
    for row in planned_view(effective):
        about = ", ".join(part for part in (row.title, row.subject, row.key) if part)
        lines.append(f"+ {row.path}: {about}")
    days = effective.number("certificates.ca_days"), effective.number("certificates.client_days")
    lines.append(f"+ valid: authorities {days[0]} days, client certificate {days[1]} days")
    return Decision(Action.CREATE, str(layout.directory), tuple(lines))


def _continued(layout: CertificateLayout, waiting: dict[Pem, bytes]) -> Decision:
    """Go on with a set that was made whole before an interruption."""
    lines = []
    for pem, path in layout.files.items():
        there = read_bytes(path)
        if there is None:
            lines.append(f"+ {path}: {pem}")
        elif there != waiting.get(pem):
            return _conflict(
                layout,
                f"{path} is not of the set that waits in {staging_place(layout)} since an "
                "interrupted run. Move one of the two away",
            )
    reason = "goes on with the certificates made before an interruption"
    return Decision(Action.CREATE, str(layout.directory), tuple(lines), reason)


def _own(effective: Effective, layout: CertificateLayout, facts: Facts) -> Decision:
    found = examine(layout, known_passphrases(facts.host))
    refused = _judged(effective, layout, found)
    if refused is not None:
        return refused
    lines = []
    for pem, data in _combined(layout).items():
        path = layout.files[pem]
        there = read_bytes(path)
        if there is None:
            lines.append(f"+ {path}: {pem}, as the role wants it")
        elif there != data:
            return _conflict(layout, f"{path} was made of other files; remove it to have it anew")
    if lines:
        return Decision(Action.CREATE, str(layout.directory), tuple(lines))
    return _as_they_are(Action.ADOPT, layout, found)


def _judged(effective: Effective, layout: CertificateLayout, found: Review) -> Decision | None:
    """Return the conflict that keeps these files from being used, or None."""
    if found.errors:
        reason = "; ".join(f"{finding.what} ({finding.fix})" for finding in found.errors)
        return _conflict(layout, reason, (f"~ {finding.what}" for finding in found.errors))
    approved = set(effective.texts("certificates.approved"))
    views = found.certificates
    if not approved or approved >= {view.fingerprint for view in views.values()}:
        return None
    lines = [f"+ {pem}: {view.fingerprint}" for pem, view in views.items()]
    lines += [f"- approved: {fingerprint}" for fingerprint in sorted(approved)]
    return _conflict(layout, "the certificates are not those that were approved", lines)


def _as_they_are(action: Action, layout: CertificateLayout, found: Review) -> Decision:
    ends = min(view.not_after for view in found.certificates.values())
    return Decision(action, str(_home(layout)), reason=f"valid until {ends:%Y-%m-%d}")


def _conflict(layout: CertificateLayout, reason: str, lines: Iterable[str] = ()) -> Decision:
    return Decision(Action.CONFLICT, str(_home(layout)), tuple(lines), reason)


def _home(layout: CertificateLayout) -> Path:
    return layout.directory if layout.generate else layout.files[Pem.SERVER_CA].parent


def _combined(layout: CertificateLayout) -> dict[Pem, bytes]:
    """Return the content of the files that are put together from the operator's own."""
    files = layout.files
    client = read_bytes(files.get(Pem.CLIENT, files.get(Pem.CLIENT_BUNDLE, Path()))) or b""
    made: dict[Pem, bytes] = {}
    for pem in layout.written:
        made[pem] = certificate_part(client)
        if pem is Pem.CLIENT_BUNDLE:
            key = read_bytes(files[Pem.CLIENT_KEY]) or b""
            made[pem] += key if key.endswith(b"\n") else key + b"\n"
    return made


def _put_together(work: Work, layout: CertificateLayout) -> None:
    make_directories(work, layout.directory)
    for pem, data in _combined(layout).items():
        path = layout.files[pem]
        if not is_there(path):
            work.checkpoint()
            make_file(work, path, digest(data), partial(write_new, path, data))


def _generate(work: Work, layout: CertificateLayout) -> None:
    make_directories(work, layout.directory.parent)
    waiting = staged(layout)
    if not waiting or not _openable(work, layout, waiting):
        waiting = _make(work, layout)
    make_directories(work, layout.files[Pem.SERVER_CA_KEY].parent)
    for number, (pem, path) in enumerate(layout.files.items(), 1):
        if not is_there(path):
            work.checkpoint()
            sha256 = digest(waiting[pem])
            make_file(work, path, sha256, partial(put_in_place, layout, pem))
        work.progress(number, len(layout.files), str(path))
    discard(layout)


def _make(work: Work, layout: CertificateLayout) -> dict[Pem, bytes]:
    host = work.facts.host
    server = read_secret(layout.passphrases[Pem.SERVER_CA_KEY], host)
    client = read_secret(layout.passphrases[Pem.CLIENT_CA_KEY], host)
    work.log("making two authorities and the client certificate")
    with work.intent(STAGING, str(staging_place(layout))) as intent:
        files = contents(make(ordered(work.effective), server, client))
        stage(layout, files)
        intent.created(str(staging_place(layout)), {})
    return files


def _openable(work: Work, layout: CertificateLayout, waiting: dict[Pem, bytes]) -> bool:
    """Say whether today's passphrases open the waiting keys; StepError once some are in place."""
    try:
        for pem, name in layout.passphrases.items():
            secret = read_secret(name, work.facts.host)
            load_pem_private_key(waiting[pem], secret.encode())
    except ValueError:
        if not any(is_there(path) for path in layout.files.values()):
            return False
        raise StepError(
            "a passphrase changed after the keys were made, and some are in place already",
            hint=f"put the old value back, or move {layout.directory} away",
        ) from None
    return True
