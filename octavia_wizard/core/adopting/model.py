"""What an adoption yields: answers, where each is from, and what they do not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from octavia_wizard.core.answers.answers import Answers

if TYPE_CHECKING:
    from octavia_wizard.core.releases import Release


class Source(StrEnum):
    """What told an answer."""

    FILE = "file"
    CLOUD = "cloud"
    ROLE = "role default"
    """No file says it, so the role's own default holds, which the wizard would not have taken."""
    HOST = "deploy host"
    """Inventory, files of certificates and the like."""
    CHOSEN = "chosen"
    """Nothing tells it; chosen so that nothing is changed."""
    GIVEN = "given"
    """The operator said so when calling the import."""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer, and what told it."""

    value: object
    source: Source
    where: str = ""
    """``file:line``, or a few words."""

    @property
    def grounds(self) -> str:
        """Say where it is from."""
        if self.source in (Source.FILE, Source.ROLE):
            return self.where
        return f"{self.source}: {self.where}" if self.where else str(self.source)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as it is reported."""

    key: str
    value: object
    found: Found
    variable: str = ""
    """The role variable it is the value of; "" where it is not that of one alone."""
    role_default: str = ""
    """In words; "" where the role has none to compare with."""
    differs: bool = False
    """Whether it is not what the role does by default."""


class Kept(StrEnum):
    """Why a variable of the operator's files is not among the answers."""

    DEAD = "dead"
    """The release does not act on it."""
    UNKNOWN = "unknown"
    """No release reads it."""
    TEMPLATE = "template"
    """Only Ansible can tell its value."""
    MAP = "map"
    """Shared with other settings: it stays where it is as a whole."""
    UNSEEN = "unseen"
    """Its value is encrypted, or secret by its name."""
    UNFIT = "unfit"
    """A preset cannot say it: its type is none the role expects, or it is null."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A variable that stays where it is."""

    name: str
    where: str
    kind: Kept
    why: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A variable that will mean something else to Ansible once the files are emitted."""

    name: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """Everything an import found."""

    release: Release
    answers: Answers
    lines: tuple[Line, ...] = ()
    asides: tuple[Aside, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    twice: tuple[str, ...] = ()
    """What other files set as well, and which file wins."""
    unseen: tuple[str, ...] = ()
    """What could not be looked at."""
    todo: tuple[str, ...] = field(default=())
    """What the operator has to see to before the preset can be applied."""

    @property
    def differing(self) -> tuple[Line, ...]:
        """Return the answers that are not what the role does by default."""
        return tuple(line for line in self.lines if line.differs)
