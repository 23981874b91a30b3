"""Everything known about a question, a variable or a kind of finding, in lines."""

from __future__ import annotations

from octavia_wizard.core import explaining
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.explaining import FindingTopic, QuestionTopic, VariableTopic
from octavia_wizard.core.questions import Kind, Question
from octavia_wizard.core.session import Session
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.topics import topic_result
from octavia_wizard.plain.wording import grounds, value_of, write_finding

HOW = {
    Kind.TEXT: "a text",
    Kind.INTEGER: "a whole number",
    Kind.FLAG: "yes or no",
    Kind.CHOICE: "one of the choices",
    Kind.CHOICES: "any of the choices",
    Kind.LIST: "values with commas between them",
    Kind.MAPPING: "name=value pairs with commas between them",
    Kind.PATH: "a path on this host",
    Kind.DATA: "any YAML value",
}
_LABEL = 13
"""Columns of the names of facts."""
_MOST = 20
"""Choices that are told one by one."""


def explain_question(paper: Paper, session: Session, question: Question) -> None:
    """Write why a question is asked, what holds, how it is answered, and what it sets."""
    topic = explaining.explain_question(question, session.context, session.findings)
    write_question(paper, topic, session.answers.accept)


def write_question(paper: Paper, topic: QuestionTopic, accepted: tuple[str, ...]) -> None:
    """Write all that is known about a question."""
    question = topic.question
    paper.gap()
    paper.line((question.title, "bold"))
    paper.prose(question.help, indent=1)
    if not topic.applies:
        _fact(paper, "asked", "not with the other answers as they are")
    _fact(paper, "value", value_of(question, topic.setting) or "none yet")
    _fact(paper, "from", grounds(topic.setting))
    none = f", or none: {question.none_label}" if question.nullable else ""
    _fact(paper, "answer with", HOW[question.kind] + none)
    _fact(paper, "in a preset", question.key)
    for finding in topic.findings:
        write_finding(paper, finding, accepted)
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        _write_choices(paper, topic)
    told = {variable.told.name: variable for variable in topic.variables}
    for name in question.variables:
        _fact(paper, "variable", name)
        if name in told:
            _write_variable(paper, told[name])


def _write_choices(paper: Paper, topic: QuestionTopic) -> None:
    for number, choice in enumerate(topic.choices[:_MOST]):
        text = f"{choice.label}: {choice.detail}" if choice.detail else choice.label
        _fact(paper, "" if number else "choices", text)
    if len(topic.choices) > _MOST:
        _fact(paper, "", f"and {len(topic.choices) - _MOST} more")


def _write_variable(paper: Paper, topic: VariableTopic) -> None:
    if topic.told.description:
        paper.prose(topic.told.description, indent=2)
    if not topic.in_release:
        paper.prose(f"{topic.release} does not have it.", indent=2)
    if topic.deployed:
        paper.prose(f"{topic.deployed}.", ("here: ", "dim"), indent=2)
    for part in topic.told.ranges:
        span = f"{part.since} to {part.until}" if part.until else f"since {part.since}"
        default = "computed by the role" if part.computed else part.default_text or "unset"
        paper.prose(default.partition("\n")[0], (f"default {span}: ", "dim"), indent=2)
    for retired in topic.told.retirements:
        paper.prose(retired.what, (f"since {retired.since or 'ever'}: ", "yellow"), indent=2)
        paper.prose(retired.fix, ("instead: ", "dim"), indent=2)


def _fact(paper: Paper, name: str, text: str) -> None:
    paper.prose(text, (name.ljust(_LABEL), "dim"), indent=1)


def explain_topic(paper: Paper, session: Session, text: str) -> None:
    """Explain whatever has that name; where nothing has, say what is named nearly so."""
    try:
        topic = explaining.explain_id(text, session, session.findings)
    except UsageError as error:
        paper.prose(error.in_a_line)
        return
    if isinstance(topic, QuestionTopic):
        write_question(paper, topic, session.answers.accept)
        return
    topic_result(topic).write(paper)
    if isinstance(topic, FindingTopic):
        for finding in topic.found:
            write_finding(paper, finding, session.answers.accept)
