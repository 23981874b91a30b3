"""What a question is: one declaration that feeds screens, prompts, flags, presets and docs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.releases import Release


class Kind(StrEnum):
    """How an answer is written and shown."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    LIST = "list"
    MAPPING = "mapping"
    PATH = "path"
    DATA = "data"
    """Any YAML value, written as YAML."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a question may look at: the release, the facts, and the answers before it."""

    release: Release
    facts: Facts
    effective: Effective
    answers: Answers = field(default_factory=Answers)
    """All that is answered, for a question whose answer another one already implies."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose, with what tells it from the others."""

    value: object
    label: str
    detail: str = ""
    cells: tuple[str, ...] = ()
    """What a table shows of it, one text for each of the question's ``columns``."""


@dataclass(frozen=True, slots=True)
class Default:
    """A value the wizard proposes, and on what grounds."""

    value: object
    provenance: Provenance
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the interview; ``key`` is its path in a preset and its ``--set`` name."""

    key: str
    kind: Kind
    title: str
    help: str
    """Why it is asked, and what most people choose."""
    default: Callable[[Context], Default | None]
    """None where the operator must decide."""
    choices: Callable[[Context], tuple[Choice, ...]] | None = None
    """For CHOICE and CHOICES: all legal values. For other kinds: suggestions from the facts."""
    columns: tuple[str, ...] = ()
    """Headers of the table the choices make; without any, a choice shows label and detail."""
    when: Callable[[Context], bool] = lambda _: True
    """Whether the question makes sense, given the answers before it."""
    nullable: bool = False
    """Whether "deliberately none" is an answer."""
    none_label: str = "none"
    variables: tuple[str, ...] = ()
    """Role variables this answer ends in, for ``explain`` and the preview."""
    unit: str = ""
    titled: Callable[[Context], str] | None = None
    """Its name given the answers before it, where ``title`` has to be too general."""

    def title_in(self, context: Context) -> str:
        """Return what the question is called, given the answers before it."""
        return self.title if self.titled is None else self.titled(context)

    @property
    def section(self) -> str:
        """Name of the section, the first part of the key."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class InterviewSection:
    """A group of questions the operator can open from the hub."""

    name: str
    title: str
    help: str
    questions: tuple[Question, ...]
    summary: Callable[[Effective], str] = lambda _: ""
    """What the answers come to, in a few words for the hub."""
    wanted: Callable[[Effective], bool] = lambda _: True
    """Whether what the section is about is wanted at all."""
