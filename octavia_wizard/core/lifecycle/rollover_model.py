"""The plan by which an authority is replaced while every amphora stays reachable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from octavia_wizard.core.handover_model import NextCommand
from octavia_wizard.core.pki.rollover_files import Side, Stage


@dataclass(frozen=True, slots=True)
class Phase:
    """One change of files, what distributes it, and what must be true before the next."""

    stage: Stage
    title: str
    why: str
    changes: tuple[str, ...]
    """What becomes of the files, one sentence each."""
    commands: tuple[NextCommand, ...]
    """To be run after the files were changed, in this order."""
    wait: str
    """What must be true before the next phase; "" after the last."""
    back: str
    """How to go back as long as the next phase was not begun."""
    done: bool = False
    """Whether its files are in place."""
    changed: datetime | None = None
    """When they were put there, where that was noted."""
    distributed: datetime | None = None
    """When the playbook had run on all controllers, as the operator told."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the next phase may be begun."""

    met: bool
    reason: str
    """What is known, in a sentence."""
    cure: str = ""
    """What makes it true."""
    earliest: datetime | None = None
    """When time alone makes it true; None where only an act does."""
    failovers: tuple[str, ...] = ()
    """Commands that would replace the amphorae it waits for."""


@dataclass(frozen=True, slots=True)
class RolloverPlan:
    """All phases, and how far they were carried out."""

    side: Side
    ours: bool
    """Whether the phases are carried out here; the operator's own files are changed by them."""
    phases: tuple[Phase, ...]
    following: Stage
    """The phase that is next."""
    readiness: Readiness
    present: str
    """Subject of the authority that signs now."""
    coming: str = ""
    """Subject of the one that is to follow; "" before it was made."""
    problem: str = ""
    """What has to be mended before anything else."""
    unread: str = ""
    """Why the amphorae could not be looked at, where the answers name a cloud."""

    @property
    def current(self) -> Phase | None:
        """Return the phase that was begun last, while the rollover goes on or waits to end."""
        done = [phase for phase in self.phases if phase.done]
        return done[-1] if done else None
