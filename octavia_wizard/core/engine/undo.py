"""Takes back what runs have made: only what the journals name, the newest first.

What an interrupted run may have made is looked for before anything is removed.  A thing that no
longer looks as we left it stays, and so does one that cannot be removed; undo goes on with the
others and says at its end what is left.  Every removal is journaled: an interrupted undo is
finished by undoing again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from octavia_wizard.core import steps as registry
from octavia_wizard.core.cloud.api import Cloud
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.course import Surroundings
from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.engine.ledger import Ledger, Origin
from octavia_wizard.core.engine.lines import RunKind
from octavia_wizard.core.engine.lock import require_free
from octavia_wizard.core.engine.observe import Observer
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.engine.session import RunStatus, header_for, open_session
from octavia_wizard.core.engine.undoer import Undoer, UndoItem, UndoReport
from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Pending, Record, Step

__all__ = ["Standing", "UndoItem", "UndoReport", "run_meanwhile", "undo", "undo_plan"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Something undo would take back, or would first look for."""

    origin: Origin
    """The run it was made by, and in which cloud."""
    what: Record | Pending


def undo_plan(place: DeploymentPlace, only_run: str | None = None) -> tuple[Standing, ...]:
    """Return what ``undo`` would take back, the newest first; of one run, or of all.

    Raises UsageError for a run there is none of, and FileError for a damaged journal.
    """
    ledger = Ledger.read(place)
    if only_run is not None and only_run not in {run.header.run_id for run in ledger.runs}:
        raise UsageError(
            f"there is no run {only_run!r}", hint="octavia-wizard status lists the runs"
        )
    everything: dict[int, Record | Pending] = {**ledger.records, **ledger.pending}
    return tuple(
        Standing(ledger.origins[seq], what)
        for seq, what in sorted(everything.items(), reverse=True)
        if only_run in (None, ledger.origins[seq].run_id)
    )


def run_meanwhile(place: DeploymentPlace, standing: Sequence[Standing]) -> tuple[str, ...]:
    """Return what was run since the oldest of these things was made, and cannot be taken back.

    By name, e.g. of playbooks; raises FileError for a damaged journal.
    """
    oldest = min((entry.what.seq for entry in standing), default=0)
    names = (record.name for record in Ledger.read(place).ran if record.seq > oldest)
    return tuple(dict.fromkeys(names))


def undo(
    place: DeploymentPlace,
    effective: Effective,
    facts: Facts,
    cloud: Cloud | None,
    emit: Callable[[Event], None],
    cancel: threading.Event,
    *,
    read_host: Callable[[], HostFacts],
    command: str,
    only_run: str | None = None,
    steps: Sequence[Step] | None = None,
    policy: RetryPolicy | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> UndoReport:
    """Take back everything that ``undo_plan`` lists; ``error`` of the report names what is left.

    The report is empty, and no journal is written, when there is nothing to undo.  What was made
    in another cloud than the one of ``facts`` is left and listed.  Raises LockedError, UsageError
    for an unknown ``only_run``, and FileError when a journal cannot be read or begun.
    """
    if not undo_plan(place, only_run):
        require_free(place, facts.host.deploy_dir)
        return UndoReport("", RunStatus.DONE, (), 0.0, None)
    with open_session(place, header_for(RunKind.UNDO, command, effective, facts)) as session:
        around = Surroundings(
            effective=effective,
            observer=Observer(facts, cloud, read_host),
            cloud=cloud,
            journal=session.journal,
            backup_dir=session.backup_dir,
            cancel=cancel,
            emit=emit,
            policy=policy or RetryPolicy(),
            clock=clock,
        )
        by_id = {step.id: step for step in (registry.known() if steps is None else steps)}
        return Undoer(around, by_id, only_run).carry_out()
