"""Making both authorities and the client certificate: once, and never over a key."""

from __future__ import annotations

from functools import partial

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.files import digest, is_there, read_bytes
from octavia_wizard.core.pki.judging.review import examine
from octavia_wizard.core.pki.keys import KeyType
from octavia_wizard.core.pki.layout import CertificateLayout
from octavia_wizard.core.pki.making.authorities import make, order_problems, ordered
from octavia_wizard.core.pki.making.planned import planned_files
from octavia_wizard.core.pki.pem import Pem
from octavia_wizard.core.pki.staging import discard, put_in_place, staged, staging_place
from octavia_wizard.core.secrets import known_passphrases, read_secret
from octavia_wizard.core.steps.base import Action, Decision, Work
from octavia_wizard.core.steps.certificate_sets import (
    as_they_are,
    bundle,
    bundled,
    can_be_opened,
    conflict,
    half_a_set,
    judged,
    lone_bundle,
    missing_files,
    put_by,
)
from octavia_wizard.core.steps.local_files import make_directories, make_file


def decide(effective: Effective, layout: CertificateLayout, facts: Facts) -> Decision:
    """Make what is not there at all; keep what is there and in order."""
    missing = missing_files(layout)
    waiting = staged(layout)
    if waiting:
        return _continued(layout, waiting)
    if not missing:
        found = examine(layout, known_passphrases(facts.host))
        return judged(effective, layout, found) or as_they_are(layout, found)
    if lone_bundle(layout) is not None:
        return bundled(effective, layout, examine(layout, known_passphrases(facts.host)))
    if len(missing) < len(layout.needed):
        return half_a_set(layout, missing)
    return _new(effective, layout)


def apply(work: Work, layout: CertificateLayout) -> None:
    """Make the set, or go on with the one that waits, and put each file in its place."""
    waiting, both = staged(layout), lone_bundle(layout)
    if not waiting and both is not None:
        bundle(work, layout, both)
        return
    make_directories(work, layout.directory.parent)
    if not waiting or not can_be_opened(work, layout, waiting):
        waiting = _make(work, layout)
    make_directories(work, layout.files[Pem.SERVER_CA_KEY].parent)
    for number, (pem, path) in enumerate(layout.files.items(), 1):
        if not is_there(path):
            work.checkpoint()
            sha256 = digest(waiting[pem])
            make_file(work, path, sha256, partial(put_in_place, layout, pem))
        work.progress(number, len(layout.files), str(path))
    discard(layout)


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
        return conflict(layout, "; ".join(problems))
    lines = []
    for one in planned_files(effective):
        lifetime = f"{one.days} days" if one.days else ""
        about = ", ".join(filter(None, (one.pem, one.subject, one.key_type, lifetime)))
        lines.append(f"+ {one.path}: {about}")
    return Decision(Action.CREATE, str(layout.directory), tuple(lines))


def _continued(layout: CertificateLayout, waiting: dict[Pem, bytes]) -> Decision:
    """Go on with a set that was made whole before an interruption."""
    lines = []
    for pem, path in layout.files.items():
        there = read_bytes(path)
        if there is None:
            lines.append(f"+ {path}: {pem}")
        elif there != waiting.get(pem):
            return conflict(
                layout,
                f"{path} is not of the set that waits in {staging_place(layout)} since an "
                "interrupted run. Move one of the two away",
            )
    reason = "goes on with the certificates made before an interruption"
    return Decision(Action.CREATE, str(layout.directory), tuple(lines), reason)


def _make(work: Work, layout: CertificateLayout) -> dict[Pem, bytes]:
    host = work.facts.host
    secrets = {pem: read_secret(name, host) for pem, name in layout.passphrases.items()}
    work.log("making the authorities and the client certificate")
    files = dict(make(ordered(work.effective), secrets).files)
    put_by(work, layout, files)
    return files
