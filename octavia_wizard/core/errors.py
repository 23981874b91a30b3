"""Every error an operator can meet, as one tree; each class knows its exit code.

::

    WizardError
    ├── UsageError            2   a command line that cannot be carried out
    ├── PresetError           3   a preset is invalid or incomplete
    ├── BlockedError          4   findings or conflicts stand in the way
    ├── StepError             5   a step failed; the run can be resumed
    │   └── UndoError         5   undo went to its end, but something is left behind
    ├── FileError             5   a file cannot be read or written
    ├── RehearsalError        5   the rehearsal cloud cannot be started or stopped
    ├── CloudError            6   the cloud is unreachable or refused a call
    │   ├── CredentialsError  6   the cloud refused the credentials
    │   └── TransientError    6   a fault worth trying again: connection, 429, 502 to 504
    ├── LockedError           7   another run holds the lock of this deployment
    └── Interrupted         130   stopped by the operator or a lost terminal; resumable

Anything else that escapes is a bug and ends with exit code 70.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class WizardError(Exception):
    """Something the operator can act on: one message, and a hint that says how."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def in_a_line(self) -> str:
        """Message and hint together, for where one line is all there is."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(WizardError):
    """The command line asks for something that cannot be done."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a preset, precise enough to be mended by hand."""

    key: str
    """Dotted path in the preset, or "" when the file as a whole is meant."""
    reason: str
    fix: str = ""
    line: int | None = None
    """1-based line in the file, where known."""


class PresetError(WizardError):
    """A preset cannot be used; ``problems`` lists everything that is wrong with it."""

    exit_code = 3

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems
        super().__init__("\n".join(self._line(problem) for problem in problems))

    def _line(self, problem: Problem) -> str:
        place = self.source if problem.line is None else f"{self.source}:{problem.line}"
        key = f" {problem.key}:" if problem.key else ""
        fix = f" ({problem.fix})" if problem.fix else ""
        return f"{place}:{key} {problem.reason}{fix}"


class BlockedError(WizardError):
    """Findings or conflicts must be dealt with before anything is changed."""

    exit_code = 4


class StepError(WizardError):
    """A step of a run failed; what was done is in the journal."""

    exit_code = 5


class UndoError(StepError):
    """Undo went on to its end, and something is left behind."""


class FileError(WizardError):
    """A file cannot be read or written."""

    exit_code = 5


class RehearsalError(WizardError):
    """The rehearsal cloud cannot be started or stopped."""

    exit_code = 5


class CloudError(WizardError):
    """The cloud cannot be reached, or refused a call."""

    exit_code = 6


class CredentialsError(CloudError):
    """The cloud refused the credentials."""


class TransientError(CloudError):
    """A fault that may pass: a broken connection, 429, or 502 to 504."""


class LockedError(WizardError):
    """Another run holds the lock of this deployment."""

    exit_code = 7


class Interrupted(WizardError):
    """The run was stopped on request; it can be resumed."""

    exit_code = 130
