"""Explanations: of a section, a question, a role variable, a kind of finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.explaining import (
    FindingTopic,
    QuestionTopic,
    SectionTopic,
    Topic,
    VariableTopic,
)
from octavia_wizard.core.questions import Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.releases import DefaultRange
from octavia_wizard.output.model import Result

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper


def topic_result(topic: Topic) -> Result:
    """Explain a topic, whatever it is."""
    match topic:
        case QuestionTopic():
            return _question_result(topic)
        case VariableTopic():
            return _variable_result(topic)
        case FindingTopic():
            return _finding_result(topic)
        case SectionTopic():
            return _section_result(topic)


def keys_result(keys: Mapping[str, Sequence[str]], settings: Path) -> Result:
    """List the ids of the screens' keys, each with the keys it is on."""
    documents = tuple({"topic": "key", "id": name, "keys": list(on)} for name, on in keys.items())

    def write(paper: Paper) -> None:
        paper.line(("Keys of the screens", "bold"), "  by the id that puts them on others")
        paper.rows([(name, ", ".join(on)) for name, on in keys.items()], ("", "dim"), indent=1)
        paper.line(f"In {settings}, e.g.:")
        paper.paragraph("keys:\n  wizard.preview: f3", indent=1)

    return Result("explanation", documents, write)


def _question_result(topic: QuestionTopic) -> Result:
    question, setting = topic.question, topic.setting
    document = {
        "topic": "question",
        "key": question.key,
        "title": question.title,
        "help": question.help,
        "unit": question.unit,
        "nullable": question.nullable,
        "variables": list(question.variables),
        "release": topic.release,
        "applies": topic.applies,
        "value": None if setting is None else setting.value,
        "provenance": None if setting is None else setting.provenance.value,
        "detail": None if setting is None else setting.detail,
        "choices": [
            {"value": choice.value, "label": choice.label, "detail": choice.detail}
            for choice in topic.choices
        ],
    }

    def write(paper: Paper) -> None:
        paper.line((question.title, "bold"), f"  {question.key}")
        paper.prose(question.help, indent=1)
        if setting is not None:
            value = show_value(question, setting.value) or "empty"
            paper.line(("now: ", "dim"), f"{value}  ({setting.grounds})")
        else:
            why = "you have to answer it" if topic.applies else "not asked, given the other answers"
            paper.line(("now: ", "dim"), f"{why} (OSA {topic.release})")
        for choice in topic.choices:
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


def _section_result(topic: SectionTopic) -> Result:
    section, asked = topic.section, topic.asked
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


def _variable_result(topic: VariableTopic) -> Result:
    explanation = topic.told
    document = {
        "topic": "variable",
        **asdict(explanation),
        "release": topic.release,
        "in_release": topic.in_release,
        "values": list(topic.values),
        "values_closed": topic.values_closed,
        "deployed": topic.deployed,
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
        if topic.values:
            label = "values: " if topic.values_closed else "usual: "
            paper.line((label, "dim"), ", ".join(topic.values))
        state = "reads it" if topic.in_release else "does not have it"
        paper.line(("here: ", "dim"), f"OSA {topic.release} {state}")
        if topic.deployed:
            paper.prose(f"{topic.deployed}.", ("but: ", "dim"))
        if topic.in_release:
            paper.line(
                ("set it: ", "dim"), f"--set {topic.key or 'variables.' + explanation.name}=…"
            )

    return Result("explanation", (document,), write)


def _range_rows(ranges: Sequence[DefaultRange]) -> list[tuple[str, str]]:
    return [
        (
            f"{part.since} to {part.until or 'now'}",
            "computed by the role" if part.computed else part.default_text or "(unset)",
        )
        for part in ranges
    ]


def _finding_result(topic: FindingTopic) -> Result:
    info = topic.info
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
        paper.line(topic.consequence)

    return Result("explanation", (document,), write)
