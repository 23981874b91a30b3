"""How values and states are put into words; the same on every screen."""

from __future__ import annotations

import re

from octavia_wizard.core.effective import Setting
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.standing import GLYPHS, SectionState
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.core.views.image_lines import transfer_text
from octavia_wizard.screens import glyphs

_UUID = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")

Sign = tuple[str, str, str]
"""A glyph, the word it repeats, and a style that repeats it once more."""

_STATE_STYLES = {
    SectionState.TO_DO: "",
    SectionState.ERROR: "$text-error",
    SectionState.LOOK: "$text-warning",
    SectionState.ATTENTION: "$text-warning",
    SectionState.NOT_WANTED: "$foreground 60%",
    SectionState.ANSWERED: "$text-success",
    SectionState.PROPOSED: "",
    SectionState.RUNNING: "$text-success",
}
_FINDINGS: dict[Severity, Sign] = {
    Severity.ERROR: (glyphs.ERROR, "error", "$text-error"),
    Severity.WARNING: (glyphs.ATTENTION, "warning", "$text-warning"),
    Severity.NOTE: (glyphs.DOT, "note", "$foreground 60%"),
}
_ACTIONS: dict[Action, Sign] = {
    Action.CREATE: (glyphs.TO_DO, "create", "$text-success"),
    Action.CHANGE: (glyphs.TO_DO, "change", "$text-warning"),
    Action.RUN: (glyphs.TO_DO, "run", "$text-success"),
    Action.ADOPT: (glyphs.DONE, "adopt", ""),
    Action.KEEP: (glyphs.DONE, "keep", "$foreground 60%"),
    Action.SKIP: (glyphs.UNWANTED, "skip", "$foreground 60%"),
    Action.CONFLICT: (glyphs.ERROR, "conflict", "$text-error"),
    Action.BLOCKED: (glyphs.ERROR, "blocked", "$text-error"),
}


def provenance(setting: Setting | None) -> str:
    """Say in a word where a value came from."""
    return setting.origin if setting else ""


def grounds(setting: Setting | None) -> str:
    """Say where a value came from, with the evidence."""
    if setting is None:
        return "no answer yet"
    return setting.grounds


def state_sign(state: SectionState) -> Sign:
    """Return the sign of a section's state."""
    return (GLYPHS[state], state.value, _STATE_STYLES[state])


def finding_sign(finding: Finding, accepted: tuple[str, ...]) -> Sign:
    """Return the sign of a finding; a warning that was accepted is done with."""
    if finding.severity is Severity.WARNING and finding.id in accepted:
        return (glyphs.DONE, "accepted", "$foreground 60%")
    return _FINDINGS[finding.severity]


def action_sign(action: Action) -> Sign:
    """Return the sign of what a plan would do."""
    return _ACTIONS[action]


def elapsed(seconds: float) -> str:
    """Write a duration as short as it can be read."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def progress(done: int, total: int, unit: Unit = Unit.COUNT) -> str:
    """Write how far something is: bytes as MiB, a share in per cent, counts as they are."""
    if not total:
        return ""
    match unit:
        case Unit.BYTES:
            return transfer_text(done, total)
        case Unit.SHARE:
            return percent(done / total)
        case _:
            return f"{done} of {total}"


def percent(share: float) -> str:
    """Write a share of 0 to 1 in per cent; 100 % only for what is done altogether."""
    return f"{int(share * 100)} %"


_STAMP = re.compile(r"\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d)\.\d+ \| ?")
LONGEST = 2000
"""Characters of a line of a log that are shown; some tools write tens of thousands."""


def log_line(line: str) -> str:
    """Return a line of a log as it is shown: of its time stamp only the time of day."""
    shown = _STAMP.sub(r"\1 ", line, count=1)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def in_sentence(title: str) -> str:
    """Write a title as it stands within a sentence; an abbreviation keeps its capitals."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def step_title(id: str) -> str:
    """Return what a step is called within a sentence."""
    # Loading every step takes a while, and is needed only where a run is told of.
    from octavia_wizard.core.steps import ALL

    return next((in_sentence(step.title) for step in ALL if step.id == id), id)


def short_ids(text: str) -> str:
    """Shorten the ids of resources to what tells them apart at a glance."""
    return _UUID.sub(r"\1…", text)


def fit(text: str, width: int) -> str:
    """Shorten a text to a number of columns between two words, never within one."""
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    if text.startswith(("/", "~/")) and " " not in text:
        # The end of a path tells more than its beginning.
        return "…" + text[-max(width - 1, 1) :]
    cut = text[: max(width - 1, 1)]
    head = cut.rpartition(" ")[0].rstrip(",;:.") if " " in cut else cut
    return head + "…"
