"""What follows from the answers, worked out in one go for all screens to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.errors import UsageError, WizardError
from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.questions import SECTIONS, Context, Question, find_question, find_section
from octavia_wizard.core.questions.variables import PREFIX
from octavia_wizard.core.secrets import SecretNeed, missing_secrets
from octavia_wizard.core.session import Session
from octavia_wizard.core.standing import Errand, SectionState, errands
from octavia_wizard.screens.wording import count


class Sight(StrEnum):
    """Whether the cloud has been looked at."""

    NOT_WANTED = "not wanted"
    """Files only: no cloud is contacted."""
    UNDECIDED = "undecided"
    """Which cloud is not known yet."""
    READING = "reading"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CloudSight:
    """How looking at the cloud stands."""

    sight: Sight = Sight.UNDECIDED
    error: WizardError | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The consequences of one state of answers and facts."""

    effective: Effective
    findings: tuple[Finding, ...] = ()
    blocking: tuple[Finding, ...] = ()
    states: Mapping[str, SectionState] = field(default_factory=dict)
    look_at: tuple[str, ...] = ()
    """Sections the preset wants to be shown that were not opened yet."""

    @property
    def errands(self) -> tuple[Errand, ...]:
        """Return what is to be done before a run, in the order in which it should be."""
        return errands(self.effective, self.blocking, self.look_at)

    def about(self, key: str) -> tuple[Finding, ...]:
        """Return the findings one question can cure."""
        return tuple(finding for finding in self.findings if finding.key == key)

    def within(self, section: str) -> tuple[Finding, ...]:
        """Return the findings of a section."""
        return tuple(finding for finding in self.findings if finding.section == section)


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be done: files, names of secrets, and steps."""

    files: tuple[EmittedFile, ...]
    secrets: tuple[str, ...]
    plan: Plan


def twin(session: Session) -> Session:
    """Return a session of the same answers and facts, for another thread to work with."""
    copy = Session(session.options)
    copy.answers = session.answers
    copy.facts = session.facts
    copy.seen = session.seen
    return copy


def look(session: Session) -> Outlook:
    """Work out what follows from the answers; may read the certificate and image files."""
    return Outlook(
        effective=session.effective,
        findings=session.findings,
        blocking=session.blocking,
        states={section.name: session.section_state(section.name) for section in SECTIONS},
        look_at=session.to_look_at,
    )


def draft(session: Session, only: tuple[str, ...] = (), skip: tuple[str, ...] = ()) -> Draft:
    """Work out what would be done."""
    effective, facts = session.effective, session.facts
    return Draft(
        files=emit_files(effective, facts),
        secrets=tuple(map(_named, missing_secrets(effective, facts.host))),
        plan=_plan(session, only, skip),
    )


def _plan(session: Session, only: tuple[str, ...], skip: tuple[str, ...]) -> Plan:
    try:
        return session.plan(only, skip)
    except UsageError:
        # A step that was left out is in conflict by now: the plan itself then says so.
        return session.plan(only)


def _named(need: SecretNeed) -> str:
    return f"{need.name}, as you typed it" if need.typed else need.name


def applies(question: Question, effective: Effective) -> bool:
    """Say whether a question is to be asked, given the other answers."""
    key = question.key
    return key.startswith(PREFIX) or key in effective or key in effective.missing


def first_look(effective: Effective) -> Outlook:
    """Return an outlook before anything was checked."""
    return Outlook(effective, states={s.name: SectionState.PROPOSED for s in SECTIONS})


def open_titles(
    effective: Effective, section: str = "", context: Context | None = None
) -> tuple[str, ...]:
    """Return the titles of the questions without an answer, of one section or all.

    With a context they are called what the form calls them.
    """
    found = [find_question(key) for key in effective.missing]
    return tuple(
        question.title if context is None else question.title_in(context)
        for question in found
        if question is not None and section in ("", question.section)
    )


def lacks(outlook: Outlook, cloud: CloudSight) -> tuple[str, ...]:
    """Return in words what is still to be answered or to be read of the cloud."""
    found = []
    missing = open_titles(outlook.effective)
    if missing:
        found.append(f"{count(len(missing), 'answer')} missing: {', '.join(missing)}")
    if outlook.effective.chosen("cloud.mode", "live"):
        if cloud.sight is Sight.READING:
            found.append("the cloud is still being read")
        elif cloud.sight is Sight.FAILED and cloud.error is not None:
            found.append(f"the cloud could not be read: {cloud.error.message}")
        elif cloud.sight is Sight.UNDECIDED and not missing:
            found.append("the cloud was not read yet")
    return tuple(found)


def obstacles(outlook: Outlook, cloud: CloudSight, plan: Plan | None = None) -> tuple[str, ...]:
    """Return in words what stands in the way of applying; empty when nothing does."""
    found = list(lacks(outlook, cloud))
    if outlook.look_at:
        titles = ", ".join(find_section(name).title for name in outlook.look_at)
        found.append(f"to look at, says the preset: {titles}")
    errors = [f for f in outlook.blocking if f.severity is Severity.ERROR]
    # An unanswered question is a finding too; it has been counted above.
    errors = [f for f in errors if f.key not in outlook.effective.missing]
    warnings = [f for f in outlook.blocking if f.severity is Severity.WARNING]
    if errors:
        found.append(f"{count(len(errors), 'error')}: {errors[0].what}")
    if warnings:
        found.append(f"{count(len(warnings), 'warning')} to accept or cure")
    if plan is not None and plan.obstacles:
        item = plan.obstacles[0]
        found.append(f"{item.title}: {item.action}, {item.decision.reason}")
    return tuple(found)
