"""What the hub says: a line for each section, and all that stands between it and a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.questions import SECTIONS, InterviewSection
from octavia_wizard.core.standing import Errand, ErrandKind, SectionState
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.desk import Desk
from octavia_wizard.screens.frame import counts_of
from octavia_wizard.screens.keys import word_for
from octavia_wizard.screens.outlook import Outlook, Sight, open_titles
from octavia_wizard.screens.panes import hanging
from octavia_wizard.screens.wording import Sign, count, fit, state_sign

REVIEW = "review"
REVIEW_TITLE = "Review and apply"
NAMES = (*(section.name for section in SECTIONS), REVIEW)
_NUMBERS = {name: number for number, name in enumerate(NAMES, start=1)}
_TITLES = {**{section.name: section.title for section in SECTIONS}, REVIEW: REVIEW_TITLE}
_STATE_COLUMN = 27
"""Columns before the state of a section."""
_LEAST = 20
"""Columns below which the beginning of a text tells nothing."""
_SIGN = 14
"""Columns for glyph and word of a state."""
_ERRANDS: dict[ErrandKind, Sign] = {
    ErrandKind.ANSWER: (glyphs.TO_DO, "answer", ""),
    ErrandKind.LOOK: (glyphs.TO_DO, "look at", "$text-warning"),
    ErrandKind.ERROR: (glyphs.ERROR, "error", "$text-error"),
    ErrandKind.WARNING: (glyphs.ATTENTION, "warning", "$text-warning"),
}

_WAYS_OUT = {
    frozenset({Severity.ERROR}): " to cure",
    frozenset({Severity.WARNING}): " to cure or accept",
    frozenset({Severity.ERROR, Severity.WARNING}): " to cure; warnings may be accepted",
}
"""What is to be done about findings that stand in the way: an error cannot be accepted."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """One thing to do, and where Enter leads from it."""

    line: Content
    section: str
    key: str = ""


def section_line(section: InterviewSection, desk: Desk, width: int) -> Content:
    """Return number, title, state and summary of a section."""
    outlook = desk.outlook
    jobs = desk.jobs.within(section.name)
    state = outlook.states.get(section.name, SectionState.PROPOSED)
    state = state.while_running(bool(jobs) or section.name in _running(desk))
    if not jobs and section.name == "image" and _has_failed(desk):
        way = word_for(desk, "hub.build")
        failed = (glyphs.ATTENTION, "failed", "$text-warning")
        return _row(section.name, failed, f"the build: {way} shows why", width)
    match state:
        case SectionState.TO_DO:
            text = ", ".join(open_titles(outlook.effective, section.name, desk.session.context))
        case SectionState.ERROR | SectionState.ATTENTION:
            found = (f.what for f in outlook.blocking if f.section == section.name)
            text = next(found, "")
        case SectionState.LOOK:
            text = "the preset asks to look at it"
        case SectionState.RUNNING if jobs:
            text = jobs[-1].text
        case _:
            text = section.summary(outlook.effective)
    return _row(section.name, state_sign(state), text, width)


def review_line(desk: Desk, reasons: Sequence[str], width: int) -> Content:
    """Return the line of the review: what it waits for, or that it is ready."""
    model = desk.run_model
    if model is not None and not model.ended:
        sign = (glyphs.RUNNING, model.status, "$text-success")
        return _row(REVIEW, sign, f"{model.finished} of {len(model.steps)} steps", width)
    wanting = [
        str(_NUMBERS[name])
        for name in NAMES
        if name in desk.outlook.states and desk.outlook.states[name].wants_something
    ]
    if wanting or reasons:
        text = f"needs {', '.join(wanting)}" if wanting else reasons[0]
        return _row(REVIEW, (glyphs.TO_DO, "waits", ""), text, width)
    if desk.is_applied:
        return _row(REVIEW, (glyphs.DONE, "applied", "$text-success"), "A shows the run", width)
    if model is not None and model.status != "done":
        text = f"{model.finished} of {len(model.steps)} steps done; A shows the run"
        return _row(REVIEW, (glyphs.ATTENTION, model.status, "$text-warning"), text, width)
    ready = "nothing is changed yet"
    if model is not None or desk.session.place.preset.is_file():
        ready = "the plan shows what is left"
    return _row(REVIEW, (glyphs.DONE, "ready", "$text-success"), ready, width)


def heading(desk: Desk, reasons: Sequence[str]) -> Content:
    """Say whether it can be applied, and what is waited for."""
    if desk.is_applied:
        text = f"{glyphs.DONE} Applied. A shows the run and what comes next."
        return Content.styled(text, "$text-success bold")
    if not reasons:
        ready = Content.styled(f"{glyphs.DONE} Ready to apply", "$text-success bold")
        return Content.assemble(ready, ": N leads to the review.")
    lines = [Content.styled("Not ready to apply", "bold")]
    if desk.cloud_sight.sight is Sight.READING:
        lines.append(Content(f"{glyphs.RUNNING} the cloud is still being read"))
    return Content(": ").join(lines)


def welcome(desk: Desk) -> Content:
    """Say in two lines how this goes, to someone who starts here for the first time."""
    lines = [
        "Welcome. N leads to what is next, Enter opens a section, F1 helps.",
        "Nothing is changed before you have seen the plan and confirmed it.",
    ]
    if _is_rehearsal(desk):
        lines[0] = "Welcome to the rehearsal: a cloud on this host only, nothing can break."
        lines[1] = "N leads to what is next; nothing is changed before the review."
    return Content("\n").join(Content(line) for line in lines)


def in_the_way(desk: Desk) -> Content | None:
    """Say that the last run did not end well, or what stands in the way; None for nothing."""
    model = desk.run_model
    if model is not None and model.ended and model.status != "done":
        text = f"{glyphs.ERROR} the run {model.status}: A shows it, and how to go on"
        return Content.styled(text, "$text-error")
    outlook = desk.outlook
    found = [f for f in outlook.blocking if f.key not in outlook.effective.missing]
    if not found:
        return None
    # What they are stands in the pane already.
    severities = {finding.severity for finding in found}
    return Content.assemble(counts_of(found), _WAYS_OUT[frozenset(severities)])


def pointers(desk: Desk, todo: Sequence[Errand], width: int) -> list[Pointer]:
    """Return what is to be done, each with the way there."""
    found = _cloud_trouble(desk)
    found += [_pointer(errand) for errand in todo]
    found += _asides(desk.outlook, desk.session.answers.accept)
    return [replace(one, line=_with_way(one, width)) for one in found]


def _with_way(one: Pointer, width: int) -> Content:
    """Return a text broken into lines, with the way at its end, never broken."""
    way = f"→ {_NUMBERS[one.section]} {_TITLES[one.section]}"
    text = hanging(one.line, width)
    last = text.plain.rpartition("\n")[2]
    between = " " if len(last) + 1 + len(way) <= width else "\n  "
    return Content.assemble(text, between, (way, "$foreground 60%"))


def _cloud_trouble(desk: Desk) -> list[Pointer]:
    sight = desk.cloud_sight
    if sight.sight is not Sight.FAILED or sight.error is None:
        return []
    sign: Sign = (glyphs.ERROR, "cloud", "$text-error")
    text = "; ".join(filter(None, (sight.error.message, sight.error.hint, "F5 tries again")))
    return [Pointer(_told(sign, text), "cloud", "cloud.name")]


def _pointer(errand: Errand) -> Pointer:
    return Pointer(_told(_ERRANDS[errand.kind], errand.text), errand.section, errand.key)


def _asides(outlook: Outlook, accepted: Sequence[str]) -> list[Pointer]:
    """Return what needs nothing to be done: accepted warnings, and notes."""
    notes = sum(finding.severity is Severity.NOTE for finding in outlook.findings)
    waived = sum(
        finding.severity is Severity.WARNING and finding.id in accepted
        for finding in outlook.findings
    )
    parts = [
        *([f"{count(waived, 'warning')} accepted"] if waived else []),
        *([count(notes, "note")] if notes else []),
    ]
    if not parts:
        return []
    return [Pointer(_told((glyphs.DOT, "", ""), ", ".join(parts)), REVIEW)]


def _told(sign: Sign, text: str) -> Content:
    glyph, word, style = sign
    return Content.assemble((f"{glyph} {word}".rstrip(), style), f"  {text}")


def _running(desk: Desk) -> set[str]:
    model = desk.run_model
    if model is None or model.ended:
        return set()
    return {step.section for step in model.steps.values() if step.word == "running"}


def _has_failed(desk: Desk) -> bool:
    """Say whether the last build failed, and what it was to build is still wanted."""
    model = desk.builds.model
    return model is not None and model.status == "failed" and desk.builds.wanted is not None


def _is_rehearsal(desk: Desk) -> bool:
    session = desk.session
    name = session.effective.maybe_text("cloud.name")
    files = {str(path) for path in session.options.clouds_files}
    return any(one.value == name and one.source in files for one in session.facts.clouds)


def _row(name: str, sign: Sign, text: str, width: int) -> Content:
    glyph, word, style = sign
    lead = f" {_NUMBERS[name]}  {_TITLES[name]}".ljust(_STATE_COLUMN)
    room = width - _STATE_COLUMN - _SIGN
    # A word or less of many tells nothing.
    shown = fit(text, room) if room >= _LEAST or len(text) <= room else ""
    return Content.assemble(lead, (f"{glyph} {word}".ljust(_SIGN), style), shown)
