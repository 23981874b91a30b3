"""What a finding is: something the operator should know before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: errors block, warnings must be accepted, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, with its cure."""

    id: str
    """Stable, in kebab-case, e.g. ``pool-outside-cidr``; a preset accepts a warning by it."""
    severity: Severity
    section: str
    what: str
    why: str
    fix: str
    key: str = ""
    """The question that cures it, or "" where no single one does."""
    where: str = ""
    """File and line, or the cloud resource, where that helps."""
