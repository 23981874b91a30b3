"""Checks of the certificates: the answers, the files, and what else points the role elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import (
    Check,
    Situation,
    error,
    listed,
    note,
    warning,
)
from octavia_wizard.core.pki.approval import marked_beside
from octavia_wizard.core.pki.chain_nodes import key_words
from octavia_wizard.core.pki.deployed import Origin
from octavia_wizard.core.pki.differences import differences
from octavia_wizard.core.pki.judging.review import Review
from octavia_wizard.core.pki.pem import Pem

SHORT_DAYS = 90

UNUSABLE = error(
    "cert-answers-unusable",
    "certificates",
    "The certificates cannot be made as answered",
    "Octavia would not get along with them.",
    "Change the answer.",
)
SHORT = warning(
    "cert-short-lived",
    "certificates.client_days",
    "The certificates will be valid for a short time only",
    "When one of them ends, controllers and amphorae stop talking to one another, and every load "
    "balancer is stuck as it is.",
    "Use a year or more, unless renewing them is somebody's routine.",
)
NEEDS_RSA = error(
    "cert-role-needs-rsa",
    "certificates.key_type",
    "The role of this release insists on RSA keys",
    "From 20.0.0 to 24.x it replaces a key of another type with one of its own, and certificate "
    "and key no longer match.",
    "Choose rsa-4096.",
)
NOT_APPROVED = warning(
    "cert-not-approved",
    "certificates.approved",
    "Nobody approved the certificates",
    "Approving writes their fingerprints into the preset, so that a replay cannot go on with "
    "others.",
    "Look at them in the review of the certificates and approve them there, or put their SHA-256 "
    "fingerprints into certificates.approved.",
)
NOT_THE_APPROVED = error(
    "cert-other-than-approved",
    "certificates.approved",
    "The certificates are not those that were approved",
    "Somebody replaced them, or the preset belongs to another deployment.",
    "Bring back the approved files, or look at these and approve them.",
)
EXIST = note(
    "cert-answer-without-effect",
    "certificates",
    "The certificates exist, and are not as answered",
    "Certificates are made once: another answer changes none that is there.",
    "Take the answer back; or go over to other authorities in phases: octavia-wizard certs "
    "rollover server, then client.",
)
OTHERS_IN_USE = warning(
    "cert-others-in-use",
    "certificates.source",
    "Other certificates are in use than would be generated",
    "Generating replaces both authorities at once. Controllers and running amphorae then do not "
    "trust one another any more, until each load balancer was failed over.",
    "Where there are load balancers, name these files as your own (certificates.source own), and "
    "go over to other authorities in phases later; 'octavia-wizard certs show' tells what they "
    "are. Where there are none, accept this.",
)
ELSEWHERE = warning(
    "cert-variable-in-user-file",
    "certificates",
    "A user file of yours says where certificates are, or whether the role makes them",
    "It can point the role away from the certificates that were answered here.",
    "Remove it from that file.",
)

_DAYS = tuple(
    f"certificates.{name}" for name in ("client_days", "ca_days", "client_ca_days", "root_days")
)
_PATHS = tuple(
    f"certificates.{name}"
    for name in (
        "server_ca_certificate",
        "server_ca_key",
        "client_ca_certificate",
        "client_certificate",
        "client_key",
        "client_ca_key",
    )
)


def check_answers(case: Situation) -> Iterator[Finding]:
    """Look at what is to be made."""
    effective, ordered = case.effective, case.inspected.ordered
    for problem in ordered:
        yield UNUSABLE.found(f"{problem.reason}.", place=problem.key, fix=problem.fix)
    for key in _DAYS:
        days = effective.maybe_number(key)
        if days is not None and days < SHORT_DAYS:
            yield SHORT.found(f"{key} is {days} days.", place=key)
    kind = effective.maybe_text("certificates.key_type")
    layout = case.inspected.layout
    if kind is not None and kind.startswith("ec-") and layout and layout.role_key_bits:
        yield NEEDS_RSA.found(
            f"certificates.key_type is {kind}; the release is {case.release.name}."
        )


def check_deployed(case: Situation) -> Iterator[Finding]:
    """Look at what a cloud has already."""
    others = case.inspected.others
    if others is not None:
        path = others.there[0]
        who = "the role made" if others.origin is Origin.ROLE else "a user_*.yml names"
        yield OTHERS_IN_USE.found(f"Others are in use: {who} {path}.", where=str(path))


def check_files(case: Situation) -> Iterator[Finding]:
    """Pass on what the review of the files found."""
    review = case.inspected.review
    if review is None:
        return
    keys = {_absolute(case.effective.maybe_text(key)): key for key in _PATHS}
    for finding in review.findings:
        yield replace(
            finding,
            what=_sentence(finding.what),
            why=_sentence(finding.why),
            key=finding.key or keys.get(finding.where, ""),
        )


def check_approval(case: Situation) -> Iterator[Finding]:
    """Compare the certificates with those that were approved."""
    review = case.inspected.review
    if review is None or "certificates.approved" not in case.effective:
        return
    found = {pem: view.fingerprint for pem, view in review.certificates.items()}
    approved = case.effective.texts("certificates.approved")
    others = [str(one) for one in differences(found, approved)]
    others += [
        f"{title}: approved nothing, found {mark}"
        for title, mark in _beside(case, review)
        if mark not in approved
    ]
    if approved and others:
        told = "; ".join(others)
        yield NOT_THE_APPROVED.found(f"{told[:1].upper()}{told[1:]}.")
    elif not approved and found and case.effective.chosen("certificates.source", "own"):
        marks = [f"{title} {mark}" for title, mark in (*found.items(), *_beside(case, review))]
        yield NOT_APPROVED.found(f"Not approved: {', '.join(marks)}.")


def _beside(case: Situation, review: Review) -> tuple[tuple[str, str], ...]:
    """Return the authorities that are trusted beside those that are approved by their place."""
    layout, now = case.inspected.layout, case.inspected.now
    if layout is None or now is None:
        return ()
    return marked_beside(layout, review.certificates, now)


def check_existing(case: Situation) -> Iterator[Finding]:
    """Look for answers that certificates which exist already do not follow."""
    effective, layout = case.effective, case.inspected.layout
    review = case.inspected.review
    if review is None or layout is None or not layout.generate:
        return
    server = review.certificates.get(Pem.SERVER_CA)
    if server is None:
        return
    if effective.answered("certificates.key_type"):
        there = key_words(server.key)
        if key_words(effective.text("certificates.key_type")) != there:
            yield EXIST.found(f"The server CA has {there}.", place="certificates.key_type")
    if effective.answered("certificates.intermediates"):
        wanted = effective.is_on("certificates.intermediates")
        if wanted is server.self_signed:
            how = "no root above it" if wanted else "a root above it"
            yield EXIST.found(f"The server CA has {how}.", place="certificates.intermediates")


def check_elsewhere(case: Situation) -> Iterator[Finding]:
    """Look for the role's certificate variables in the operator's files."""
    layout = case.inspected.layout
    if layout is None:
        return
    steering = {
        "octavia_cert_dir",
        "octavia_cert_setup_host",
        "octavia_generate_certs",
        "octavia_generate_ca",
        "octavia_generate_client_cert",
    }
    for file in case.facts.host.user_files:
        # A variable the wizard emits too is told about with all others of that kind.
        names = sorted((steering - set(layout.variables)) & set(file.variables))
        if names and not file.ours:
            at = f"{file.path}:{file.variables[names[0]].line}"
            yield ELSEWHERE.found(f"{file.path.name} sets {listed(names)}.", where=at)


def _absolute(text: str | None) -> str | None:
    return str(Path(text).expanduser().absolute()) if text is not None else None


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:].rstrip('.')}."


CHECKS: tuple[Check, ...] = (
    check_answers,
    check_deployed,
    check_existing,
    check_files,
    check_approval,
    check_elsewhere,
)
