"""What a command hands to its voice, and what a voice can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from octavia_wizard.core.errors import WizardError

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from octavia_wizard.core.engine.events import Event
    from octavia_wizard.output.building import Watch
    from octavia_wizard.output.paper import Paper
    from octavia_wizard.rehearsal.progress import Progress

SCHEMA = 1
"""Version of the JSON lines."""

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Result:
    """One thing a command has to say: as data for a program, and as lines for a person."""

    kind: str
    documents: tuple[Document, ...]
    """One JSON line each; ``schema`` and ``kind`` are added where they are missing."""
    write: Callable[[Paper], None]
    """Writes it for a person."""
    exit_code: int = 0
    """What the command ends with when this is the last it says."""


class Output(ABC):
    """A voice: where results, talk, progress, questions and errors go."""

    interactive: bool = False
    """Whether somebody is there to answer a question."""

    @abstractmethod
    def show(self, result: Result) -> None:
        """Say a part of the result."""

    @abstractmethod
    def finish(self, verb: str, exit_code: int) -> None:
        """Say that the command came to its end."""

    @abstractmethod
    def say(self, text: str) -> None:
        """Tell a person what is going on."""

    @abstractmethod
    def error(self, error: WizardError) -> None:
        """Tell what went wrong and what to do about it."""

    @abstractmethod
    def confirm(self, question: str) -> bool:
        """Ask for a yes; only where ``interactive``."""

    @abstractmethod
    def busy(self, text: str) -> AbstractContextManager[None]:
        """Show that something takes its time."""

    @abstractmethod
    def follow(self) -> AbstractContextManager[Callable[[Event], None]]:
        """Follow a run."""

    @abstractmethod
    def follow_rehearsal(self) -> AbstractContextManager[Callable[[Progress], None]]:
        """Follow the start of the rehearsal cloud."""

    @abstractmethod
    def follow_build(
        self, cancel: threading.Event, log_of: Callable[[], Path | None]
    ) -> AbstractContextManager[Watch]:
        """Follow the build of an image; ``log_of`` says where its log is, once that is known."""
