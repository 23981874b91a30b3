"""How states, values and findings are put into words at prompts."""

from __future__ import annotations

from octavia_wizard.core.effective import Setting
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.questions import Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.standing import GLYPHS, SectionState
from octavia_wizard.core.urls import shown as without_credentials
from octavia_wizard.core.views import glyphs
from octavia_wizard.output.paper import Paper

__all__ = [
    "count",
    "finding_sign",
    "grounds",
    "state_sign",
    "value_of",
    "without_credentials",
    "write_finding",
]

Sign = tuple[str, str]
"""A mark with the word it repeats, and a style that repeats it once more."""

_STATE_STYLES: dict[SectionState, str] = {
    SectionState.ERROR: "red",
    SectionState.ATTENTION: "yellow",
    SectionState.ANSWERED: "green",
}
_FINDINGS: dict[Severity, Sign] = {
    Severity.ERROR: (f"{glyphs.ERROR} error", "red"),
    Severity.WARNING: (f"{glyphs.ATTENTION} warning", "yellow"),
    Severity.NOTE: (f"{glyphs.DOT} note", "dim"),
}


def state_sign(state: SectionState) -> Sign:
    """Return the sign of a section's state."""
    return (f"{GLYPHS[state]} {state}", _STATE_STYLES.get(state, ""))


def finding_sign(finding: Finding, accepted: tuple[str, ...]) -> Sign:
    """Return the sign of a finding; a warning that was accepted is done with."""
    if finding.severity is Severity.WARNING and finding.id in accepted:
        return (f"{glyphs.DONE} accepted", "dim")
    return _FINDINGS[finding.severity]


def write_finding(paper: Paper, finding: Finding, accepted: tuple[str, ...]) -> None:
    """Write a finding in words: what, why, and the cure."""
    mark, style = finding_sign(finding, accepted)
    paper.prose(finding.what, (f"{mark}: ", style), indent=1)
    paper.prose(finding.why, ("why   ", "dim"), indent=2)
    paper.prose(finding.fix, ("cure  ", "dim"), indent=2)
    if finding.where:
        paper.prose(finding.where, ("where ", "dim"), indent=2)


def grounds(setting: Setting | None) -> str:
    """Say where a value came from, with the evidence."""
    if setting is None:
        return "no answer yet"
    return setting.grounds


def value_of(question: Question, setting: Setting | None) -> str:
    """Write a value with its unit; of a URL neither user nor password."""
    if setting is None:
        return ""
    text = without_credentials(show_value(question, setting.value))
    unit = f" {question.unit}" if question.unit and setting.value is not None else ""
    return f"{text}{unit}" if text else "(empty)"


def count(number: int, one: str) -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else one + 's'}"
