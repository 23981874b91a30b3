"""Section 7: every other variable the release's role reads, one question each."""

from __future__ import annotations

from functools import lru_cache

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import fixed
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import Choices, Release, Variable, VariableType

PREFIX = "variables."
AS_THE_ROLE = "the role's default"
_KINDS = {
    VariableType.BOOL: Kind.FLAG,
    VariableType.INT: Kind.INTEGER,
    VariableType.LIST: Kind.DATA,
    VariableType.DICT: Kind.DATA,
    VariableType.STR: Kind.TEXT,
}


@lru_cache(maxsize=8)
def variable_questions(release: Release) -> tuple[Question, ...]:
    """Return one question for each variable an operator may set in this release."""
    return tuple(_question(variable) for variable in release.tunables().values())


def _question(variable: Variable) -> Question:
    def default(_: Context) -> Default | None:
        value = None if variable.computed else variable.default
        detail = "computed by the role" if variable.computed else "role default"
        return Default(value, Provenance.ROLE_DEFAULT, detail)

    choices = variable.choices if variable.choices and variable.choices.values else None
    return Question(
        key=f"{PREFIX}{variable.name}",
        kind=_kind(variable, choices),
        title=variable.name,
        help=variable.description or "A variable of the os_octavia role.",
        default=default,
        choices=fixed(*_offered(choices)) if choices else None,
        nullable=True,
        none_label=AS_THE_ROLE,
        variables=(variable.name,),
    )


def _kind(variable: Variable, choices: Choices | None) -> Kind:
    """Return how a value is typed: by what the variable accepts, not by how the role writes it."""
    if choices is not None and choices.closed:
        return Kind.CHOICE
    accepts = set(variable.accepts) - {VariableType.NULL}
    if VariableType.BOOL in accepts:
        return Kind.FLAG
    if accepts == {VariableType.INT, VariableType.STR}:
        return Kind.TEXT
    return _KINDS[accepts.pop()] if len(accepts) == 1 else Kind.DATA


def _offered(choices: Choices) -> tuple[Choice, ...]:
    named = tuple(Choice(value, value) for value in choices.values)
    # A list to choose from must offer what holds; a proposal for a text need not.
    return (Choice(None, AS_THE_ROLE), *named) if choices.closed else named


SECTION = InterviewSection(
    name="variables",
    title="All role variables",
    help="Everything else the role of this release can be told. Set only what you must.",
    summary=summaries.variables,
    questions=(),
)
