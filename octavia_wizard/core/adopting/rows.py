"""The rows of the emitted file read the other way round: from a variable to its question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from octavia_wizard.core.adopting.model import Found
from octavia_wizard.core.adopting.reading import Answered, Reading
from octavia_wizard.core.adopting.values import same
from octavia_wizard.core.answers.load import validate_answer
from octavia_wizard.core.emit.entries import Row
from octavia_wizard.core.emit.user_variables import all_rows
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.questions import find_question
from octavia_wizard.core.questions.model import Kind
from octavia_wizard.core.releases import Release

_NOTHING = object()


@cache
def direct_rows() -> Mapping[str, tuple[Row, ...]]:
    """Return by variable the rows that take an answer as it is, so that it can be read back."""
    found: dict[str, tuple[Row, ...]] = {}
    for row in all_rows():
        if row.value is None:
            found[row.variable] = (*found.get(row.variable, ()), row)
    return MappingProxyType(found)


@cache
def variable_of() -> Mapping[str, str]:
    """Return by question the variable whose value its answer is."""
    return MappingProxyType({row.key: name for name, rows in direct_rows().items() for row in rows})


def direct_answers(reading: Reading) -> Answered:
    """Yield what the files say outright about a question."""
    for name in direct_rows():
        value = reading.value(name)
        if value is None:
            continue
        for key, answer in answers_for(reading.release, name, value):
            yield key, reading.by_file(name, answer)


def answers_for(release: Release, name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the questions a value of a variable answers, each with the answer."""
    for row in direct_rows().get(name, ()):
        answer = _answer(release, row, value)
        if answer is not _NOTHING:
            yield row.key, answer


def checked(key: str, found: Found) -> Found | None:
    """Return what was found in the form of an answer; None where it cannot be one."""
    try:
        value = validate_answer(key, found.value)
    except PresetError:
        return None
    return Found(value, found.source, found.where)


def _answer(release: Release, row: Row, value: object) -> object:
    question = find_question(row.key)
    if question is None:
        return _NOTHING
    nothing = value in (None, "") or (
        row.none is not None and same(release, row.variable, value, row.none)
    )
    if nothing and question.nullable:
        return None
    if question.kind is Kind.MAPPING and isinstance(value, Mapping):
        value = {str(name): str(one) for name, one in value.items()}
    try:
        return validate_answer(row.key, value)
    except PresetError:
        return _NOTHING
