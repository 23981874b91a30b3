"""Explanations of a section, a question, a role variable, or a finding, as plain data.

Every front end puts the same facts into its own words and lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from octavia_wizard.core.asked import Asked
from octavia_wizard.core.effective import Setting
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.findings import catalogue
from octavia_wizard.core.findings.base import FindingInfo
from octavia_wizard.core.questions import (
    QUESTIONS,
    SECTIONS,
    Choice,
    Context,
    InterviewSection,
    Question,
    find_question,
)
from octavia_wizard.core.questions.resolve import setting_of
from octavia_wizard.core.questions.variables import PREFIX, variable_questions
from octavia_wizard.core.releases import Explanation, Release, retirement, variables
from octavia_wizard.core.releases import explain as explain_releases
from octavia_wizard.core.session import Session
from octavia_wizard.core.tunables import deployed_role


@dataclass(frozen=True, slots=True)
class VariableTopic:
    """A role variable over all releases, and how it stands in this deployment."""

    told: Explanation
    release: str
    in_release: bool
    key: str
    """The question that sets it, or "" where none does."""
    setting: Setting | None = None
    """What holds, where a question sets it."""
    values: tuple[str, ...] = ()
    """The values it may have in this release, where they are a few."""
    values_closed: bool = True
    """Whether there are no others; else these are the usual ones."""
    deployed: str = ""
    """What the deployed role has, where that differs from what is known of the release."""


@dataclass(frozen=True, slots=True)
class QuestionTopic:
    """A question as it stands in this deployment."""

    question: Question
    release: str
    applies: bool
    """Whether it is asked, given the other answers."""
    setting: Setting | None
    """What holds; None where nobody answered yet, or where it is not asked."""
    choices: tuple[Choice, ...]
    variables: tuple[VariableTopic, ...]
    """The role variables it ends in."""
    findings: tuple[Finding, ...]
    """What is found about it now."""


@dataclass(frozen=True, slots=True)
class FindingTopic:
    """A kind of finding, and where there is one now."""

    info: FindingInfo
    found: tuple[Finding, ...]
    question: Question | None
    """The question that cures it, where a single one does."""
    accepted: bool
    """Whether the answers accept it; nothing but a warning can be."""

    @property
    def consequence(self) -> str:
        """Say what it means for a run, and how to accept it where that can be done."""
        if self.info.severity is Severity.WARNING and self.accepted:
            return "It is accepted, and stands in no way."
        return {
            Severity.ERROR: "It blocks every change.",
            Severity.WARNING: f"It blocks until it is accepted: --accept {self.info.id}.",
            Severity.NOTE: "It only informs.",
        }[self.info.severity]

    @property
    def in_preset(self) -> str:
        """Write what accepts it in a preset; "" where it cannot be accepted."""
        return f"accept: [{self.info.id}]" if self.info.severity is Severity.WARNING else ""


@dataclass(frozen=True, slots=True)
class SectionTopic:
    """A section with the questions that are asked in it, given the answers."""

    section: InterviewSection
    asked: tuple[Asked, ...]


Topic = QuestionTopic | VariableTopic | FindingTopic | SectionTopic
Subject = Question | FindingInfo | InterviewSection | str
"""What an id means, before anything is said about it; a text is the name of a role variable."""


def topic_names() -> tuple[str, ...]:
    """Return everything that can be explained: sections, questions, findings, variables."""
    sections = (section.name for section in SECTIONS)
    keys = (question.key for question in QUESTIONS)
    return (*sections, *keys, *catalogue(), *sorted(_variables()))


def find_subject(text: str, release: Release | None = None) -> Subject:
    """Return what an id means; raises UsageError, with what is named nearly so.

    ``release`` may have variables that only its deployed role knows.
    """
    question = find_question(text)
    if question is not None:
        return question
    if text in catalogue():
        return catalogue()[text]
    name = text.removeprefix(PREFIX)
    if name in _variables() or (release is not None and release.has(name)):
        return name
    for section in SECTIONS:
        if text in (section.name, section.title):
            return section
    raise _unknown(text)


def explain_id(text: str, session: Session, findings: Iterable[Finding] = ()) -> Topic:
    """Explain a section, question, role variable or finding by its id.

    ``findings`` are those known by now; none are looked for. Raises UsageError for an
    id that means nothing.
    """
    subject = find_subject(text, session.effective.release)
    if isinstance(subject, str):
        return explain_variable(subject, session.context)
    if isinstance(subject, Question):
        return explain_question(subject, session.context, findings)
    if isinstance(subject, FindingInfo):
        return explain_finding(subject, session.answers.accept, findings)
    return SectionTopic(subject, session.asked(subject.name))


def explain_question(
    question: Question, context: Context, findings: Iterable[Finding] = ()
) -> QuestionTopic:
    """Tell how a question stands, what can be chosen, and what comes of it."""
    effective, key = context.effective, question.key
    own = key.startswith(PREFIX)
    applies = own or key in effective or key in effective.missing
    choices = question.choices(context) if question.choices is not None and applies else ()
    known = [name for name in question.variables if name in _variables()]
    return QuestionTopic(
        question=question,
        release=context.release.name,
        applies=applies,
        setting=setting_of(question, context),
        choices=choices,
        variables=tuple(explain_variable(name, context) for name in known),
        findings=tuple(finding for finding in findings if finding.key == key),
    )


def explain_variable(name: str, context: Context) -> VariableTopic:
    """Tell a variable's defaults, who reads it, and what holds; UsageError for no such name."""
    release = context.release
    question = _question_of(name, context)
    variable = release.variable(name)
    choices = variable.choices if variable is not None else None
    return VariableTopic(
        told=explain_releases(name, release),
        release=release.name,
        in_release=variable is not None,
        key=question.key if question is not None else "",
        setting=setting_of(question, context) if question is not None else None,
        values=choices.values if choices is not None else (),
        values_closed=choices is None or choices.closed,
        deployed=deployed_role(variable) if variable is not None else "",
    )


def explain_finding(
    info: FindingInfo, accepted: Sequence[str] = (), findings: Iterable[Finding] = ()
) -> FindingTopic:
    """Tell what a kind of finding is about, what cures it, and where there is one now."""
    return FindingTopic(
        info=info,
        found=tuple(finding for finding in findings if finding.id == info.id),
        question=find_question(info.place),
        accepted=info.id in accepted,
    )


def _question_of(name: str, context: Context) -> Question | None:
    """Find the question that sets a variable: the one asked now, else one of its own."""
    asked = [question for question in QUESTIONS if name in question.variables]
    own = [q for q in variable_questions(context.release) if q.title == name]
    now = [question for question in asked if question.key in context.effective]
    return next(iter((*now, *own, *asked)), None)


def _variables() -> frozenset[str]:
    return frozenset((*variables.names(), *retirement.retired_names()))


def _unknown(text: str) -> UsageError:
    near = difflib.get_close_matches(text, topic_names(), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see 'octavia-wizard explain --help'"
    return UsageError(f"there is no question, variable or finding called {text!r}", hint=hint)
