"""Answers as text: what is typed at a prompt or given to ``--set``, and what is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

from octavia_wizard.core.answers.document import parse_document
from octavia_wizard.core.answers.load import validate_answer
from octavia_wizard.core.errors import PresetError, Problem
from octavia_wizard.core.questions.model import Context, Kind, Question
from octavia_wizard.core.questions.variables import PREFIX

_TRUE = {"y", "yes", "true", "on"}
_FALSE = {"n", "no", "false", "off"}
_NONE = {"none", "null", "~"}


def parse_answer(question: Question, text: str) -> object:
    """Read an answer as an operator types it; raises PresetError with the reason."""
    text = text.strip()
    if question.nullable and (text.lower() in _NONE or text == question.none_label):
        return None
    return _READERS[question.kind](question, text)


def show_value(question: Question, value: object) -> str:
    """Write a value the way ``parse_answer`` reads it."""
    if value is None:
        return question.none_label if question.nullable else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if question.kind is Kind.DATA:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def check_answer(question: Question, value: object, context: Context) -> object:
    """Check an answer against its type, its choices and the release.

    Returns it in its normal form; raises PresetError with the reason and the choices.
    """
    if value is None and not question.nullable:
        raise _refusal(question, "an answer is needed", "give a value")
    value = validate_answer(question.key, value)
    if question.key.startswith(PREFIX):
        _check_variable(question, value, context)
    if question.kind in (Kind.CHOICE, Kind.CHOICES) and question.choices is not None:
        legal = [choice.value for choice in question.choices(context)]
        for item in value if isinstance(value, list) else [value]:
            if item not in legal:
                names = ", ".join(show_value(question, one) for one in legal)
                raise _refusal(question, f"{item!r} cannot be chosen here", f"choose {names}")
    return value


def _check_variable(question: Question, value: object, context: Context) -> None:
    variable = context.release.variable(question.key.removeprefix(PREFIX))
    reason = variable.check_value(value) if variable is not None and value is not None else None
    if reason:
        raise _refusal(question, reason, "change the value")


def _refusal(question: Question, reason: str, fix: str) -> PresetError:
    return PresetError(question.title, [Problem(question.key, reason, fix)])


def _text(question: Question, text: str) -> object:
    if not text:
        raise _refusal(question, "an answer is needed", "type a value")
    return text


def _path(question: Question, text: str) -> object:
    given = str(_text(question, text))
    return given if given.startswith("~") else os.path.abspath(given)


def _integer(question: Question, text: str) -> object:
    try:
        return int(text)
    except ValueError:
        unit = f" of {question.unit}" if question.unit else ""
        raise _refusal(question, f"{text!r} is not a whole number{unit}", "type digits") from None


def _flag(question: Question, text: str) -> object:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise _refusal(question, f"{text!r} is neither yes nor no", "type yes or no")


def _list(_: Question, text: str) -> object:
    return [part.strip() for part in text.strip("[]").split(",") if part.strip()]


def _mapping(question: Question, text: str) -> object:
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.strip("{}").split(","))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise _refusal(question, f"{part!r} is not name=value", "separate pairs by commas")
        found[name.strip()] = value.strip()
    return found


def _data(question: Question, text: str) -> object:
    return parse_document(text, question.key).data


_READERS: dict[Kind, Callable[[Question, str], object]] = {
    Kind.TEXT: _text,
    Kind.PATH: _path,
    Kind.CHOICE: _text,
    Kind.INTEGER: _integer,
    Kind.FLAG: _flag,
    Kind.LIST: _list,
    Kind.CHOICES: _list,
    Kind.MAPPING: _mapping,
    Kind.DATA: _data,
}
