"""How the certificates of a deployment stand: for a person, a program, and a monitoring system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.lifecycle.certificate_model import (
    CertificateNote,
    CertificatesStanding,
    CertificateState,
    StandingCertificate,
    Verdict,
)
from octavia_wizard.core.pki.deployed import Origin
from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.layout import cut
from octavia_wizard.core.views.model import Role, line
from octavia_wizard.core.views.timeline import Scale
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.pictures import draw_line

_SIGNS: Mapping[CertificateState, tuple[str, Role]] = {
    CertificateState.OK: (glyphs.DONE, Role.GOOD),
    CertificateState.DUE: (glyphs.ATTENTION, Role.ATTENTION),
    CertificateState.CRITICAL: (glyphs.ERROR, Role.BAD),
    CertificateState.EXPIRED: (glyphs.ERROR, Role.BAD),
    CertificateState.NOT_YET: (glyphs.ERROR, Role.BAD),
}
_MARKS: Mapping[Severity, tuple[str, str]] = {
    Severity.ERROR: ("✗ ", "bold red"),
    Severity.WARNING: ("! ", "yellow"),
    Severity.NOTE: ("- ", "cyan"),
}
_ORIGINS: Mapping[Origin, str] = {
    Origin.USER_FILES: "The role is pointed to them by",
    Origin.ANSWERS: "By the answers; the role is not pointed to them yet",
    Origin.ROLE: "Where the role has its own; no user_*.yml names others",
    Origin.NONE: "",
}
_OF_TIME = ("cert-expired", "cert-expires-soon", "cert-not-yet-valid")
"""Findings that the days left tell already, by the thresholds that were asked for."""
PROGRAM_WIDTH = 120
"""Columns where no terminal cuts lines off."""
_WHOLE_FINGERPRINT = 112
"""Columns a fingerprint takes in one line, with what stands before it."""
_LATE_SHOWN = 20
CHECK_CODES: Mapping[Verdict, int] = {
    Verdict.OK: 0,
    Verdict.WARNING: 8,
    Verdict.CRITICAL: 4,
    Verdict.UNKNOWN: 4,
}
"""What ``--check`` ends with."""


def certificates_result(standing: CertificatesStanding, where: str, *, check: bool) -> Result:
    """Show every certificate with its days, and what is to be done next."""

    def write(paper: Paper) -> None:
        paper.title(f"Certificates of {where}")
        _write_origin(paper, standing)
        _write_all(paper, standing)
        _write_amphorae(paper, standing)
        for finding in standing.findings:
            if finding.id not in _OF_TIME:
                paper.prose(f"{finding.what}. {finding.why}", _MARKS[finding.severity])
                paper.prose(finding.fix, ("fix: ", "dim"), indent=1)
        for note in standing.notes:
            _write_note(paper, note)

    code = CHECK_CODES[standing.verdict] if check else 0
    return Result("certificates", (document(standing),), write, code)


def document(standing: CertificatesStanding) -> dict[str, object]:
    """Return the standing as data; days are whole days, moments are UTC."""
    return {
        "verdict": standing.verdict,
        "origin": standing.origin,
        "evidence": standing.evidence,
        "release": standing.release,
        "era": standing.era,
        "directory": standing.directory,
        "at": standing.at,
        "warn_days": standing.thresholds.warn,
        "critical_days": standing.thresholds.critical,
        "certificates": [asdict(one) for one in standing.certificates],
        "checked": standing.checked,
        "findings": [asdict(finding) for finding in standing.findings],
        "notes": [asdict(note) for note in standing.notes],
        "amphorae": asdict(standing.amphorae) if standing.amphorae is not None else None,
    }


def _write_origin(paper: Paper, standing: CertificatesStanding) -> None:
    words = _ORIGINS[standing.origin]
    if words and standing.evidence:
        words = f"{words} {_places(standing.evidence)}"
    if words:
        paper.prose(f"{words}. Certificate era {standing.era}.", indent=1)
    if standing.checked:
        said = ", ".join(standing.checked)
        paper.prose(f"{said[:1].upper()}{said[1:]}.", indent=1)


def _places(evidence: Iterable[str]) -> str:
    """Write ``path:line`` of several lines with each path once."""
    lines: dict[str, list[str]] = {}
    for place in evidence:
        path, _, line = place.rpartition(":")
        lines.setdefault(path, []).append(line)
    return " and ".join(
        f"{path}, line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
        for path, numbers in lines.items()
    )


def _write_all(paper: Paper, standing: CertificatesStanding) -> None:
    if not standing.certificates:
        return
    width = paper.console.width if paper.console.is_terminal else PROGRAM_WIDTH
    width = max(min(width, PROGRAM_WIDTH), 40)
    room = min(max(width - 46, 14), 50)
    spans = [(one.not_before, one.not_after) for one in standing.certificates]
    scale = Scale.over(spans, standing.at, room)
    for one in standing.certificates:
        paper.gap()
        _write_one(paper, one, width, scale)
    draw_line(paper, scale.mark(width - room))
    paper.gap()


def _write_one(paper: Paper, one: StandingCertificate, width: int, scale: Scale) -> None:
    glyph, role = _SIGNS[one.state]
    head = f"{one.title}: {days_text(one)}"
    left = width - scale.width - 2
    bar = scale.bar((one.not_before, one.not_after), role)
    draw_line(
        paper, line((f"{glyph} ", role), (cut(head, left - 1).ljust(left), Role.STRONG), *bar)
    )
    paper.rows(_rows(one, width), ("dim",), indent=1)
    if one.next is not None:
        paper.prose(one.next.text, (f"by {one.renew_by:%Y-%m-%d}, ", "dim"), indent=1)
        # A command stays in one piece, to be copied.
        paper.line(one.next.command, indent=2)


def _rows(one: StandingCertificate, width: int) -> list[tuple[str, str]]:
    half = len(one.fingerprint) // 2 + 1
    whole = width >= _WHOLE_FINGERPRINT
    rows = [
        ("subject", one.subject),
        ("issuer", one.issuer if one.issuer != one.subject else ""),
        ("SHA-256", one.fingerprint if whole else one.fingerprint[:half]),
        ("", "" if whole else one.fingerprint[half:]),
        ("file", str(one.path)),
        ("key", _key_words(one)),
        ("valid", f"{one.not_before:%Y-%m-%d} to {one.not_after:%Y-%m-%d}{_standing(one)}"),
    ]
    return [row for row in rows if row[1]]


def _key_words(one: StandingCertificate) -> str:
    key = one.key
    if key is None:
        return one.key_kind
    locked = "encrypted" if key.encrypted else "not encrypted"
    unseen = "" if key.opened else ", not opened: its passphrase is not known here"
    return f"{one.key_kind}, {locked}, {key.mode}{unseen}, {key.path}"


def _standing(one: StandingCertificate) -> str:
    approved = {True: ", approved", False: ", others were approved", None: ""}[one.approved]
    installed = {True: ", on this controller", False: ", not on this controller", None: ""}
    return approved + installed[one.installed]


def days_text(one: StandingCertificate) -> str:
    """Say how a certificate stands, and how many days are left to it."""
    if one.state is CertificateState.EXPIRED:
        return f"expired {-one.days_left - 1} days ago" if one.days_left < -1 else "expired"
    if one.state is CertificateState.NOT_YET:
        return "not valid yet"
    days = f"{one.days_left} day{'' if one.days_left == 1 else 's'} left"
    return f"{one.state}, {days}"


def _write_amphorae(paper: Paper, standing: CertificatesStanding) -> None:
    amphorae = standing.amphorae
    if amphorae is None:
        return
    ends = f", the first ends {amphorae.earliest:%Y-%m-%d}" if amphorae.earliest else ""
    paper.line(("Amphorae: ", "bold"), f"{amphorae.count} with a certificate{ends}")
    paper.prose(
        f"Octavia makes each for {amphorae.validity} days, and its housekeeping renews it within "
        f"the last {amphorae.buffer}.",
        indent=1,
    )
    for late in amphorae.late[:_LATE_SHOWN]:
        stuck = ", its renewal failed" if late.busy else ""
        paper.line(f"{late.id} ends {late.ends:%Y-%m-%d}{stuck}", indent=1)
        paper.line(late.command, indent=2)
    if len(amphorae.late) > _LATE_SHOWN:
        paper.line(f"… and {len(amphorae.late) - _LATE_SHOWN} more like these", indent=1)


def _write_note(paper: Paper, note: CertificateNote) -> None:
    paper.prose(note.text, _MARKS[note.severity])
    if note.cure:
        paper.prose(note.cure, ("fix: ", "dim"), indent=1)
    if note.command:
        paper.line(note.command, indent=2)
