"""What the runs of a deployment came to, as their journals tell it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.engine.ledger import Ledger, RunLog
from octavia_wizard.core.engine.lines import Kind, Line, RunKind
from octavia_wizard.core.engine.lock import held
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Action

SCHEMA = 1
"""Version of the document ``status_document`` returns."""


class HistoryStatus(StrEnum):
    """What became of a run."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CRASHED = "crashed"
    """Its process ended without a word: killed, or the machine went down."""

    @property
    def is_unfinished(self) -> bool:
        """Whether something of the run is still to be done."""
        return self in (self.FAILED, self.INTERRUPTED, self.CRASHED)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run of the past, or the one in progress."""

    run_id: str
    kind: RunKind
    command: str
    status: HistoryStatus
    started: str
    """UTC, ISO 8601."""
    ended: str | None
    """UTC, ISO 8601; time of the last line for a run that did not come to its end."""
    cloud: str | None
    region: str | None
    release: str
    created: int
    changed: int
    undone: int
    pending: int
    """Changes announced by this run of which it is still not known whether they were made."""
    standing: int
    """Changes made by this run that could be undone."""
    steps_done: tuple[str, ...]
    steps_failed: tuple[str, ...]
    steps_blocked: tuple[str, ...]
    message: str
    """What the first failed step said."""
    resumes: str | None
    journal: Path


def runs(place: DeploymentPlace) -> tuple[RunSummary, ...]:
    """Return the runs of a deployment, the newest first; raises FileError for a damaged journal."""
    # Asked before reading: a run that ends in between has then written its last line.
    busy = held(place) is not None
    ledger = Ledger.read(place)
    newest = ledger.runs[-1] if ledger.runs else None
    return tuple(
        summary_of(run, ledger, running=busy and run is newest) for run in reversed(ledger.runs)
    )


def summary_of(run: RunLog, ledger: Ledger, *, running: bool) -> RunSummary:
    """Sum up one run; ``running`` says that its process is still alive."""
    header = run.header
    outcomes = [str(line.get("result")) for line in _of(run, Kind.OUTCOME)]
    failures = _of(run, Kind.STEP_FAILED)
    finished = _of(run, Kind.STEP_FINISHED)
    blocked = [line for line in finished if line.get("action") == Action.BLOCKED]
    mine = {seq for seq, origin in ledger.origins.items() if origin.run_id == header.run_id}
    return RunSummary(
        run_id=header.run_id,
        kind=header.kind,
        command=header.command,
        status=_status(run, running=running),
        started=header.started,
        ended=None if running else str(run.lines[-1]["at"]) if run.lines else header.started,
        cloud=header.cloud,
        region=header.region,
        release=header.release,
        created=outcomes.count("created"),
        changed=outcomes.count("changed"),
        undone=len(_of(run, Kind.UNDONE)),
        pending=len(mine & ledger.pending.keys()),
        standing=len(mine & ledger.records.keys()),
        steps_done=tuple(str(line.get("step")) for line in finished if line not in blocked),
        steps_failed=tuple(str(line.get("step")) for line in failures),
        steps_blocked=tuple(str(line.get("step")) for line in blocked),
        message=str(failures[0].get("message")) if failures else "",
        resumes=header.resumes,
        journal=run.path,
    )


def status_document(place: DeploymentPlace) -> dict[str, object]:
    """Return the runs of a deployment as data for JSON, with the version of its schema."""
    return {
        "schema": SCHEMA,
        "kind": "status",
        "deployment": str(place.root),
        "runs": [_document(summary) for summary in runs(place)],
    }


def _document(run: RunSummary) -> dict[str, object]:
    return {
        "run": run.run_id,
        "kind": run.kind.value,
        "command": run.command,
        "status": run.status.value,
        "started": run.started,
        "ended": run.ended,
        "cloud": run.cloud,
        "region": run.region,
        "release": run.release,
        "created": run.created,
        "changed": run.changed,
        "undone": run.undone,
        "pending": run.pending,
        "standing": run.standing,
        "steps": {
            "done": list(run.steps_done),
            "failed": list(run.steps_failed),
            "blocked": list(run.steps_blocked),
        },
        "message": run.message,
        "resumes": run.resumes,
        "journal": str(run.journal),
    }


def _of(run: RunLog, kind: Kind) -> list[Line]:
    return [line for line in run.lines if line["line"] == kind]


def _status(run: RunLog, *, running: bool) -> HistoryStatus:
    ends = _of(run, Kind.FINISHED)
    if ends:
        return HistoryStatus(str(ends[-1].get("status")))
    return HistoryStatus.RUNNING if running else HistoryStatus.CRASHED
