"""All role variables of a release as one table: what holds for each, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.diff import COVERED
from octavia_wizard.core.emit.entries import Entry
from octavia_wizard.core.emit.user_variables import variable_groups
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES, is_secret_name
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions import QUESTIONS, SECTIONS, Kind, Question, find_question
from octavia_wizard.core.questions.text import show_value
from octavia_wizard.core.questions.variables import AS_THE_ROLE, PREFIX, variable_questions
from octavia_wizard.core.releases import Variable, VariableKind, explain
from octavia_wizard.core.releases.retirement import retired_names
from octavia_wizard.core.releases.variables import names

_KINDS = {
    Kind.FLAG: "yes/no",
    Kind.INTEGER: "number",
    Kind.TEXT: "text",
    Kind.CHOICE: "choice",
}
_WORDS: dict[str, str] = {
    "bool": "true or false",
    "int": "whole number",
    "str": "text",
    "dict": "map",
}
_ORIGINS = {Provenance.OPERATOR: "you", Provenance.PRESET: "preset"}


class Standing(StrEnum):
    """Who decides about a variable."""

    DEFAULT = "role default"
    """Nobody: what the role says holds."""
    NAMED = "set by name"
    """An answer of the section of all role variables."""
    SECTION = "set by a section"
    """Another question of the interview."""
    COMPUTED = "computed"
    """The wizard, from several answers."""


@dataclass(frozen=True, slots=True)
class Tunable:
    """One role variable as it stands."""

    question: Question
    """How it is set by name."""
    variable: Variable
    standing: Standing
    value: str
    """What holds, in words; a secret is not shown."""
    origin: str
    """Where that is from, in a word or two."""
    changed: bool
    """Whether the wizard's file says anything about it, or was told to be silent."""
    section_question: Question | None = None
    """The question elsewhere that decides about it."""

    @property
    def key(self) -> str:
        """The key by which it is set."""
        return self.question.key

    @property
    def name(self) -> str:
        """The name of the variable."""
        return self.variable.name

    @property
    def words(self) -> str:
        """What a search looks through."""
        parts = (self.name, self.variable.description, self.value, self.origin)
        return " ".join((*parts, "changed" if self.changed else ""))

    @property
    def type(self) -> str:
        """What a value is, in a word."""
        kind = self.question.kind
        if kind is not Kind.DATA:
            return _KINDS[kind]
        accepts = self.variable.accepts
        return _WORDS.get(accepts[0], accepts[0]) if len(accepts) == 1 else "any"

    @property
    def era(self) -> str:
        """From which release on it is there, and up to which where it is gone by now."""
        until = self.variable.until
        return f"{self.variable.since} to {until}" if until else self.variable.since


def tunables(effective: Effective, facts: Facts) -> tuple[Tunable, ...]:
    """Return every variable an operator may set in this release, sorted by name; pure."""
    groups = variable_groups(effective, facts)
    written = {entry.name: entry for group in groups for entry in group.entries}
    return tuple(
        _tunable(question, effective, written) for question in variable_questions(effective.release)
    )


def place_of(question: Question) -> str:
    """Return where a question is asked, as the hub numbers it: ``2 Management network ▸ CIDR``."""
    number = next(n for n, one in enumerate(SECTIONS, 1) if one.name == question.section)
    return f"{number} {SECTIONS[number - 1].title} ▸ {question.title}"


def facts_about(tunable: Tunable) -> tuple[tuple[str, str], ...]:
    """Return what there is to know of a variable beside its description, as label and text."""
    variable = tunable.variable
    found = [("Read by", str(variable.read_by)), ("Type", _accepted(tunable))]
    choices = variable.choices
    if choices is not None and choices.values:
        label = "Values" if choices.closed else "Usual"
        found.append((label, ", ".join(choices.values)))
    for key, option in choices.options if choices else ():
        found.append(("Option", f"{key}: {', '.join(option.values)}"))
    if tunable.section_question is not None:
        found.append(("Set by", place_of(tunable.section_question)))
    if tunable.changed:
        found.append(("Written", f"to {OUR_VARIABLES}"))
    if variable.source:
        found.append(("Deployed", deployed_role(variable)))
    return (*found, *(("Default", text) for text in _defaults(tunable.name)))


def deployed_role(variable: Variable) -> str:
    """Say what the deployed role has, where the catalogue of its release differs; else ""."""
    if not variable.source:
        return ""
    text = variable.default_text.partition("\n")[0]
    if variable.kind is not VariableKind.DEFAULT:
        said = "has no default"
    elif variable.computed:
        said = "computes the default"
    else:
        shown = COVERED if is_secret_name(variable.name) and text else text or "empty"
        said = f"has the default {shown}"
    return f"the role in {variable.source} {said}"


def _tunable(question: Question, effective: Effective, written: Mapping[str, Entry]) -> Tunable:
    name = question.key.removeprefix(PREFIX)
    variable = effective.release.variables()[name]
    setting, entry = effective.settings.get(question.key), written.get(name)
    section = _asked_elsewhere(name, effective, entry)
    if setting is not None:
        standing, origin = Standing.NAMED, _ORIGINS.get(setting.provenance, "you")
        nothing = setting.value is None
        value = AS_THE_ROLE if nothing else _shown(question, variable, setting.value)
        return Tunable(question, variable, standing, value, origin, True, section)
    if entry is not None:
        standing = Standing.SECTION if section else Standing.COMPUTED
        origin = _section(section) if section else "computed"
        value = _shown(question, variable, entry.value)
        return Tunable(question, variable, standing, value, origin, True, section)
    standing = Standing.SECTION if section else Standing.DEFAULT
    value = _shown(question, variable, variable.default)
    return Tunable(question, variable, standing, value, "default", False, section)


def _asked_elsewhere(name: str, effective: Effective, entry: Entry | None) -> Question | None:
    """Return the question of another section that decides about a variable, if one does."""
    asked = entry.key if entry is not None and not entry.key.startswith(PREFIX) else ""
    if asked:
        return find_question(asked)
    return next((q for q in QUESTIONS if name in q.variables and q.key in effective), None)


def _section(question: Question) -> str:
    return f"section {place_of(question).partition(' ')[0]}"


def _shown(question: Question, variable: Variable, value: object) -> str:
    if is_secret_name(variable.name):
        return COVERED if value is not None else "unset"
    if value is not None:
        return show_value(question, value) if value != "" else "empty"
    if variable.computed:
        return "computed"
    example = variable.default_text.partition("\n")[0]
    return f"unset, e.g. {example}" if variable.commented_out and example else "unset"


def _accepted(tunable: Tunable) -> str:
    choices = tunable.variable.choices
    if choices is not None and choices.values and choices.closed:
        return "one of the values"
    kinds = " or ".join(_WORDS.get(kind, kind) for kind in tunable.variable.accepts)
    return kinds or "any value"


def _defaults(name: str) -> tuple[str, ...]:
    """Return the defaults by era, the newest first, with the releases they hold for."""
    texts = []
    # Of a variable that only the deployed role has, that is told beside.
    known = name in names() or name in retired_names()
    for part in reversed(explain(name).ranges if known else ()):
        first = part.default_text.partition("\n")[0]
        unset = part.kind in ("optional", "commented_out")
        default = (
            "computed by the role" if part.computed else "unset" if unset else first or "empty"
        )
        span = f"{part.since} to {part.until}" if part.until else f"since {part.since}"
        texts.append(f"{COVERED if is_secret_name(name) and first else default}  ({span})")
    return tuple(texts)
