"""Explanations: of a section, a question, a role variable, a kind of finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from octavia_wizard.core.findings.base import FindingInfo
from octavia_wizard.core.findings.model import Severity
from octavia_wizard.core.questions import InterviewSection, Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.releases import DefaultRange, Explanation
from octavia_wizard.core.session import Session
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper


def question_result(session: Session, key: str) -> Result:
    """Explain a question as it stands for this deployment and release."""
    question = session.question(key)
    setting = session.effective.settings.get(key)
    applies = setting is not None or key in session.effective.missing
    choices = question.choices(session.context) if question.choices and applies else ()
    value = None if setting is None else show_value(question, setting.value)
    document = {
        "topic": "question",
        "key": key,
        "title": question.title,
        "help": question.help,
        "unit": question.unit,
        "nullable": question.nullable,
        "variables": list(question.variables),
        "release": session.effective.release.name,
        "applies": applies,
        "value": None if setting is None else setting.value,
        "provenance": None if setting is None else setting.provenance.value,
        "detail": None if setting is None else setting.detail,
        "choices": [asdict(choice) for choice in choices],
    }

    def write(paper: Paper) -> None:
        paper.line((question.title, "bold"), f"  {key}")
        paper.prose(question.help, indent=1)
        release = session.effective.release
        if setting is not None:
            paper.line(("now: ", "dim"), f"{value}  ({setting.provenance}: {setting.detail})")
        else:
            why = "you have to answer it" if applies else "not asked, given the other answers"
            paper.line(("now: ", "dim"), f"{why} (OSA {release.name})")
        for choice in choices:
            paper.line(f"{show_value(question, choice.value)}  {choice.detail}", indent=2)
        _write_setting(paper, question)

    return Result("explanation", (document,), write)


def _write_setting(paper: Paper, question: Question) -> None:
    if question.nullable:
        paper.line(("none: ", "dim"), f"means: {question.none_label}")
    if question.variables:
        paper.line(("sets: ", "dim"), ", ".join(question.variables))
    section, _, name = question.key.partition(".")
    paper.line(("set it: ", "dim"), f"--set {question.key}=…, or in a preset {section}: {name}: …")


def section_result(section: InterviewSection, session: Session) -> Result:
    """Explain a section and list its questions."""
    asked = session.asked(section.name)
    document = {
        "topic": "section",
        "name": section.name,
        "title": section.title,
        "help": section.help,
        "questions": [item.question.key for item in asked],
    }

    def write(paper: Paper) -> None:
        paper.line((section.title, "bold"), f"  {section.name}")
        paper.prose(section.help, indent=1)
        paper.rows([(item.question.key, item.question.title) for item in asked], indent=1)

    return Result("explanation", (document,), write)


def variable_result(explanation: Explanation, session: Session) -> Result:
    """Explain a role variable over all releases, and what holds in this one."""
    release = session.effective.release
    variable = release.variable(explanation.name)
    document = {
        "topic": "variable",
        **asdict(explanation),
        "release": release.name,
        "in_release": variable is not None,
    }

    def write(paper: Paper) -> None:
        paper.title(explanation.name)
        paper.prose(explanation.description or "A variable of the os_octavia role.", indent=1)
        if explanation.ranges:
            paper.line(("default by release:", "dim"))
            paper.rows(_range_rows(explanation.ranges), indent=1)
        for retired in explanation.retirements:
            since = (f"since {retired.since or 'the beginning'}: ", "yellow")
            paper.prose(retired.what, since)
            paper.prose(retired.fix, ("fix: ", "dim"), indent=1)
        state = "reads it" if variable is not None else "does not have it"
        paper.line(("here: ", "dim"), f"OSA {release.name} {state}")
        if variable is not None:
            paper.line(("set it: ", "dim"), f"--set variables.{explanation.name}=…")

    return Result("explanation", (document,), write)


def _range_rows(ranges: Sequence[DefaultRange]) -> list[tuple[str, str]]:
    return [
        (
            f"{part.since} to {part.until or 'now'}",
            "computed by the role" if part.computed else part.default_text or "(unset)",
        )
        for part in ranges
    ]


def finding_result(info: FindingInfo) -> Result:
    """Explain a kind of finding."""
    consequence = {
        Severity.ERROR: "It blocks every change.",
        Severity.WARNING: f"It blocks until it is accepted: --accept {info.id}.",
        Severity.NOTE: "It only informs.",
    }[info.severity]
    document = {
        "topic": "finding",
        "id": info.id,
        "severity": info.severity.value,
        "place": info.place,
        "title": info.title,
        "why": info.explanation,
        "fix": info.cure,
    }

    def write(paper: Paper) -> None:
        paper.line((info.id, "bold"), f"  {info.severity}, {info.place}")
        paper.prose(info.title, indent=1)
        paper.prose(info.explanation, ("why: ", "dim"))
        paper.prose(info.cure, ("fix: ", "dim"))
        paper.line(consequence)

    return Result("explanation", (document,), write)
