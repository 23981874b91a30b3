"""Pages about a question, a role variable, a kind of finding, or a section, for reading."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from octavia_wizard.core.browse import printable
from octavia_wizard.core.explaining import (
    FindingTopic,
    QuestionTopic,
    SectionTopic,
    Topic,
    VariableTopic,
)
from octavia_wizard.core.finding import Finding
from octavia_wizard.core.questions import Kind, Question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.releases import DefaultRange
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.wording import finding_sign, grounds

_HOW = {
    Kind.TEXT: "a text",
    Kind.INTEGER: "a whole number",
    Kind.FLAG: "yes or no",
    Kind.CHOICE: "one of the choices",
    Kind.CHOICES: "any of the choices, ticked with Space",
    Kind.LIST: "values with commas between them",
    Kind.MAPPING: "name=value pairs with commas between them",
    Kind.PATH: "a path on this host",
    Kind.DATA: "any YAML value",
}
_QUIET = "$foreground 60%"
_LABEL = 20
"""Columns of the names of facts; two releases and what is between them fit in."""
_MOST = 20
"""Choices that are told one by one."""
_READERS = {
    "os_octavia": "the os_octavia role",
    "openstack-ansible": "OpenStack-Ansible, for several roles",
    "os_neutron": "the os_neutron role",
}


def page_of(topic: Topic, accepted: Sequence[str] = ()) -> Content:
    """Write the page about a topic, whatever it is."""
    return Content("\n").join(_lines(topic, tuple(accepted)))


def _lines(topic: Topic, accepted: tuple[str, ...]) -> list[Content]:
    match topic:
        case QuestionTopic():
            return _question(topic, accepted)
        case VariableTopic():
            return _variable(topic)
        case FindingTopic():
            return _finding(topic, accepted)
        case SectionTopic():
            return _section(topic)


def _bold(text: str) -> Content:
    return Content.styled(printable(text), "bold")


def _fact(name: str, text: str) -> list[Content]:
    if not text:
        return []
    return [Content.assemble((f"{name}  ".ljust(_LABEL), _QUIET), printable(text))]


def _question(topic: QuestionTopic, accepted: tuple[str, ...]) -> list[Content]:
    question, setting = topic.question, topic.setting
    value = show_value(question, setting.value) if setting is not None else "none yet"
    unit = question.unit if setting is not None else ""
    asked = "" if topic.applies else f"{glyphs.UNWANTED} not asked, given the other answers"
    lines = [
        _bold(question.title),
        Content(question.help),
        Content(""),
        *_fact("Asked", asked),
        *_fact("Value", f"{value} {unit}".rstrip()),
        *_fact("From", grounds(setting)),
        *_fact("Answer with", _HOW[question.kind] + _or_none(question)),
        *_fact("In a preset", question.key),
    ]
    for finding in topic.findings:
        lines += [Content(""), *_found(finding, accepted)]
        lines += [Content(f"  {printable(text)}") for text in (finding.why, finding.fix) if text]
    if topic.choices and question.kind in (Kind.CHOICE, Kind.CHOICES):
        lines += [Content(""), _bold("Choices")]
        for choice in topic.choices[:_MOST]:
            lines.append(Content(printable(f"  {choice.label}: {choice.detail}".rstrip(": "))))
        if len(topic.choices) > _MOST:
            lines.append(Content(f"  and {len(topic.choices) - _MOST} more"))
    told = {variable.told.name: variable for variable in topic.variables}
    for name in question.variables:
        lines += [Content(""), _bold(f"Role variable {name}")]
        if name in told:
            lines += _about(told[name])
    return lines


def _or_none(question: Question) -> str:
    return f", or nothing at all: {question.none_label}" if question.nullable else ""


def _variable(topic: VariableTopic) -> list[Content]:
    told, setting = topic.told, topic.setting
    value = ""
    if setting is not None:
        value = "none" if setting.value is None else _written(setting.value)
    return [
        _bold(f"Role variable {told.name}"),
        *_about(topic),
        Content(""),
        *_fact("Value", value),
        *_fact("From", grounds(setting) if setting is not None else ""),
        *_fact("In a preset", topic.key),
    ]


def _written(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _about(topic: VariableTopic) -> list[Content]:
    told = topic.told
    lines = [Content(told.description)] if told.description else []
    if told.read_by is not None:
        lines += _fact("Read by", _READERS[told.read_by.value])
    if not topic.in_release:
        lines += _fact("Here", f"{glyphs.UNWANTED} {topic.release} does not have it")
    for part in told.ranges:
        lines += _fact(_span(part), _default(part))
    lines += _fact("Values" if topic.values_closed else "Usual", ", ".join(topic.values))
    for retired in told.retirements:
        since = f"Since {retired.since}" if retired.since else "Always"
        lines += [*_fact(since, retired.what), *_fact("Instead", retired.fix)]
    return lines


def _span(part: DefaultRange) -> str:
    return f"{part.since} to {part.until}" if part.until else f"since {part.since}"


def _default(part: DefaultRange) -> str:
    default = "computed by the role" if part.computed else part.default_text or "unset"
    return default.partition("\n")[0]


def _finding(topic: FindingTopic, accepted: tuple[str, ...]) -> list[Content]:
    info = topic.info
    lines = [_bold(info.title), *_fact("Id", info.id), *_fact("Weighs", topic.consequence)]
    if topic.in_preset:
        state = "accepted" if topic.accepted else "not accepted"
        lines += _fact("Accepted by", f"{topic.in_preset} in a preset; {state} now")
    if topic.question is not None:
        lines += _fact("Question", f"{topic.question.title} ({topic.question.key})")
    for finding in topic.found:
        lines += [Content(""), *_found(finding, accepted)]
        lines += [*_fact("Why", finding.why), *_fact("Cure", finding.fix)]
        lines += _fact("Where", finding.where)
    if not topic.found:
        lines += [Content(""), *_fact("Found", f"{glyphs.DONE} nothing of the kind now")]
        lines += [*_fact("Why", info.explanation), *_fact("Cure", info.cure)]
    return lines


def _found(finding: Finding, accepted: tuple[str, ...]) -> list[Content]:
    glyph, word, style = finding_sign(finding, accepted)
    return [Content.assemble((f"{glyph} {word}", style), f": {printable(finding.what)}")]


def _section(topic: SectionTopic) -> list[Content]:
    lines = [_bold(topic.section.title), Content(topic.section.help), Content("")]
    return lines + [
        line for asked in topic.asked for line in _fact(asked.question.key, asked.question.title)
    ]
