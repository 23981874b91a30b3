"""The frame of every run and undo: the lock, a journal, and a place for backups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.lines import Header, RunKind, RunStatus
from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.errors import LockedError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.places import DeploymentPlace, private_directory
from octavia_wizard.core.playbooks.runs import running

__all__ = ["RunStatus", "Session", "header_for", "open_session"]


@dataclass(slots=True)
class Session:
    """What is held while a run or an undo goes on."""

    journal: Journal
    backup_dir: Path
    abandoned: bool = False
    """Set when steps are still at work although the run was broken off by force.

    Lock and journal then stay open until the process ends, so that no other run gets in between.
    """

    @property
    def run_id(self) -> str:
        """Return the id of the run."""
        return self.journal.header.run_id


@contextmanager
def open_session(place: DeploymentPlace, header: Header) -> Iterator[Session]:
    """Take the lock and begin a journal; raises LockedError and FileError.

    Nothing is undone while a playbook reads what would be taken away.
    """
    lock = DeploymentLock.acquire(place, header.command, Path(header.deploy_dir))
    try:
        if header.kind is RunKind.UNDO:
            _refuse_beside_playbooks(place)
        journal = Journal.create(place, header)
    except BaseException:
        lock.release()
        raise
    backups = place.backups / journal.header.run_id
    session = Session(journal, backups)
    try:
        private_directory(place.backups)
        private_directory(backups)
        yield session
    finally:
        if not session.abandoned:
            with suppress(OSError):
                backups.rmdir()  # keeps it when there is a backup in it
            journal.close()
            lock.release()


def _refuse_beside_playbooks(place: DeploymentPlace) -> None:
    for run in running(place.playbooks):
        raise LockedError(
            f"the playbook {run.purpose}, begun {run.started}, still goes on",
            hint=f"octavia-wizard playbooks run {run.purpose} follows it; undo when it has ended",
        )


def header_for(kind: RunKind, command: str, effective: Effective, facts: Facts) -> Header:
    """Describe a run that is about to begin; its id is given by the journal."""
    return Header(
        run_id="",
        kind=kind,
        command=command,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        deploy_dir=str(facts.host.deploy_dir),
        cloud=facts.cloud.name if facts.cloud else None,
        region=facts.cloud.region if facts.cloud else None,
        release=effective.release.name,
    )
