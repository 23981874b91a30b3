"""One line as monitoring plugins write it, and the exit code that belongs to it.

The conventions are those of the Monitoring Plugins project: status, text, a bar, performance data
as ``'label'=value;warning;critical``, and a threshold ``60:`` that alerts below 60.
"""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.lifecycle.certificate_model import CertificatesStanding, Verdict
from octavia_wizard.core.lifecycle.certificate_notes import OPEN
from octavia_wizard.output.certificates import days_text
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper

SERVICE = "OCTAVIA CERTS"
CODES: Mapping[Verdict, int] = {
    Verdict.OK: 0,
    Verdict.WARNING: 1,
    Verdict.CRITICAL: 2,
    Verdict.UNKNOWN: 3,
}
_BAR = str.maketrans("|", "/")
"""A bar would begin the performance data."""


def nagios_result(standing: CertificatesStanding) -> Result:
    """Say in one line how the certificates stand."""
    text = f"{SERVICE} {standing.verdict.upper()} - {_reasons(standing)}"
    return _result(text.translate(_BAR) + _performance(standing), CODES[standing.verdict])


def unknown_result(error: WizardError) -> Result:
    """Say in one line why nothing is known."""
    text = f"{SERVICE} UNKNOWN - {' '.join(error.message.split())}"
    return _result(text.translate(_BAR), CODES[Verdict.UNKNOWN])


def _result(text: str, code: int) -> Result:
    def write(paper: Paper) -> None:
        paper.line(text)

    return Result("monitoring", ({"line": text, "code": code},), write, code)


def _reasons(standing: CertificatesStanding) -> str:
    """Name what is wrong, the gravest first; else what ends next."""
    bad = [one for one in standing.certificates if one.state != "ok"]
    bad.sort(key=lambda one: one.not_after)
    reasons = [f"{one.title}: {days_text(one)}" for one in bad]
    reasons += [one.what for one in standing.findings if one.severity is Severity.ERROR]
    reasons += [one.what for one in standing.findings if one.id in OPEN]
    reasons += [one.text for one in standing.notes if one.severity is not Severity.NOTE]
    first = standing.first
    if not reasons and first is not None:
        reasons = [f"{first.title} ends first: {first.days_left} days left"]
    return "; ".join(" ".join(reason.split()) for reason in reasons)


def _performance(standing: CertificatesStanding) -> str:
    limits = f"{standing.thresholds.warn}:;{standing.thresholds.critical}:"
    parts = [
        f"'{one.title}'={one.days_left};{limits}"
        for one in standing.certificates
        if not one.in_chain
    ]
    if standing.amphorae is not None and standing.amphorae.earliest is not None:
        parts.append(f"'amphorae'={(standing.amphorae.earliest - standing.at).days}")
    return f" | {' '.join(parts)}" if parts else ""
