"""Work in the background, as every screen shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from octavia_wizard.core.image.build.standing import left_text
from octavia_wizard.core.steps.base import Unit
from octavia_wizard.screens.wording import progress


@dataclass(eq=False, slots=True)
class Job:
    """Something that goes on while the operator does something else."""

    section: str
    """The section of the interview it belongs to."""
    title: str
    """What goes on, e.g. ``reading the cloud``."""
    tell: Callable[[], None]
    leave: Callable[[Job], None]
    detail: str = ""
    done: int = 0
    total: int = 0
    """What ``done`` counts up to, as ``unit`` says; 0 where that is not known."""
    unit: Unit = Unit.COUNT
    left: tuple[float, float] | None = None
    """Seconds it will still take, at least and at most; None where nobody can say."""

    @property
    def text(self) -> str:
        """Say in a line what goes on and how far it is."""
        share = progress(self.done, self.total, self.unit)
        head = [self.title, share]
        if self.unit is Unit.SHARE:
            head = [f"{self.title} {share}".rstrip()]
        return ", ".join(part for part in (*head, left_text(self.left), self.detail) if part)

    def update(
        self,
        detail: str = "",
        done: int = 0,
        total: int = 0,
        unit: Unit = Unit.COUNT,
        left: tuple[float, float] | None = None,
    ) -> None:
        """Tell how far it is; call it in the event loop."""
        self.detail, self.done, self.total = detail, done, total
        self.unit, self.left = unit, left
        self.tell()

    def end(self) -> None:
        """Tell that it has come to its end."""
        self.leave(self)


@dataclass(slots=True)
class Jobs:
    """What goes on at present, the oldest first."""

    tell: Callable[[], None]
    """Called when something has begun or ended."""
    move: Callable[[], None]
    """Called when something has got further."""
    going: list[Job] = field(default_factory=list)

    def begin(self, section: str, title: str) -> Job:
        """Add something that goes on."""
        job = Job(section, title, self.move, self._leave)
        self.going.append(job)
        self.tell()
        return job

    def within(self, section: str) -> tuple[Job, ...]:
        """Return what goes on in a section."""
        return tuple(job for job in self.going if job.section == section)

    def _leave(self, job: Job) -> None:
        if job in self.going:
            self.going.remove(job)
            self.tell()
