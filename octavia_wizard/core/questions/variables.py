"""Section 7: every other variable the release's role reads, one question each."""

from __future__ import annotations

from functools import lru_cache

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions.model import (
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import Release, Variable, VariableType

PREFIX = "variables."
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

    return Question(
        key=f"{PREFIX}{variable.name}",
        kind=_KINDS.get(variable.type, Kind.DATA),
        title=variable.name,
        help=variable.description or "A variable of the os_octavia role.",
        default=default,
        nullable=True,
        none_label="the role's default",
        variables=(variable.name,),
    )


SECTION = InterviewSection(
    name="variables",
    title="All role variables",
    help="Everything else the role of this release can be told. Set only what you must.",
    questions=(),
)
