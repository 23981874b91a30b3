"""How the sections of the interview stand, and what is to be done next: one rule for all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.questions import SECTIONS, find_question, find_section


class SectionState(StrEnum):
    """How a section stands in the hub; the first that holds, in this order."""

    TO_DO = "to do"
    """Some question that applies has neither an answer nor a default."""
    ERROR = "error"
    LOOK = "to look at"
    """The preset asks to show it, and it was not opened yet."""
    ATTENTION = "attention"
    """A warning is not accepted yet."""
    NOT_WANTED = "not wanted"
    """What it is about was declined."""
    ANSWERED = "answered"
    """The operator or a preset answered something in it."""
    PROPOSED = "proposed"
    """Nothing was answered: the defaults hold."""
    RUNNING = "running"
    """Something that belongs to it goes on; only a front end knows."""

    @property
    def wants_something(self) -> bool:
        """Say whether the operator has to do something about the section."""
        return self in (self.TO_DO, self.ERROR, self.LOOK, self.ATTENTION)

    def while_running(self, running: bool) -> SectionState:
        """Return the state to show while something goes on; what must be mended comes first."""
        return self if not running or self in (self.TO_DO, self.ERROR) else self.RUNNING


GLYPHS: Mapping[SectionState, str] = MappingProxyType(
    {
        SectionState.TO_DO: "○",
        SectionState.ERROR: "✗",
        SectionState.LOOK: "○",
        SectionState.ATTENTION: "!",
        SectionState.NOT_WANTED: "–",  # noqa: RUF001  # a dash as a sign, not a minus
        SectionState.ANSWERED: "✓",
        SectionState.PROPOSED: "✓",
        SectionState.RUNNING: "◐",
    }
)
"""The sign of each state; the word says the same."""


class ErrandKind(StrEnum):
    """What sort of thing is to be done, in the order in which it should be."""

    ANSWER = "answer"
    LOOK = "look at"
    ERROR = "cure"
    WARNING = "cure or accept"


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that stands between the answers and a run, and where it is done."""

    kind: ErrandKind
    section: str
    text: str
    key: str = ""
    """The question; empty where the section as a whole is meant."""


def to_look_at(answers: Answers, seen: Collection[str]) -> tuple[str, ...]:
    """Return the sections a preset wants to be shown that were not opened yet."""
    names = [section.name for section in SECTIONS]
    return tuple(name for name in names if name in answers.interactive and name not in seen)


def section_state(
    name: str, effective: Effective, blocking: Iterable[Finding], look_at: Collection[str] = ()
) -> SectionState:
    """Say how a section stands; ``look_at`` are the sections still to be looked at."""
    if any(section_of(key) == name for key in effective.missing):
        return SectionState.TO_DO
    found = {finding.severity for finding in blocking if finding.section == name}
    if Severity.ERROR in found:
        return SectionState.ERROR
    if name in look_at:
        return SectionState.LOOK
    if found:
        return SectionState.ATTENTION
    if not find_section(name).wanted(effective):
        return SectionState.NOT_WANTED
    answered = any(
        section_of(setting.key) == name and effective.answered(setting.key) for setting in effective
    )
    return SectionState.ANSWERED if answered else SectionState.PROPOSED


def errands(
    effective: Effective, blocking: Iterable[Finding], look_at: Collection[str] = ()
) -> tuple[Errand, ...]:
    """Return what is to be done before a run, in the order in which it should be."""
    found = [
        Errand(ErrandKind.ANSWER, section_of(key), _title(key), key) for key in effective.missing
    ]
    titles = {section.name: section.title for section in SECTIONS}
    found += [
        Errand(ErrandKind.LOOK, name, f"the preset asks to look at {titles[name]}")
        for name in look_at
        if name not in {errand.section for errand in found}
    ]
    # A question without an answer is a finding too; it was told above.
    cured = [finding for finding in blocking if finding.key not in effective.missing]
    for severity, kind in (
        (Severity.ERROR, ErrandKind.ERROR),
        (Severity.WARNING, ErrandKind.WARNING),
    ):
        found += [
            Errand(kind, finding.section, finding.what, finding.key)
            for finding in cured
            if finding.severity is severity
        ]
    return tuple(found)


def next_section(after: str, todo: Iterable[Errand]) -> str:
    """Return the next section that wants something, from one on and round again; "" for none."""
    names = [section.name for section in SECTIONS]
    wanting = {errand.section for errand in todo}
    place = names.index(after) + 1 if after in names else 0
    return next((name for name in names[place:] + names[:place] if name in wanting), "")


def section_of(key: str) -> str:
    """Return the name of the section a key belongs to."""
    return key.partition(".")[0]


def _title(key: str) -> str:
    question = find_question(key)
    return question.title if question is not None else key
