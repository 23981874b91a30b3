"""Runs of the past, what stands because of them, and what became of it on undo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.engine.history import RunSummary, runs, status_document
from octavia_wizard.core.engine.lock import Holder, held
from octavia_wizard.core.engine.undo import Standing, UndoReport, undo_plan
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Record
from octavia_wizard.output.model import Result
from octavia_wizard.output.things import Thing, notable, row_of

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper

_SHOWN = 10
"""Runs listed for a person; JSON has them all."""


def standing_result(standing: Sequence[Standing], deploy_dir: Path) -> Result:
    """Show what undo would take back."""

    def write(paper: Paper) -> None:
        paper.title(f"To be taken back, in this order, below {deploy_dir} and in the cloud:")
        things = [_thing(entry) for entry in standing]
        paper.rows([row_of(t, deploy_dir) for t in things], ("dim", "", "dim", "dim"), indent=1)

    return Result("standing", tuple(map(_standing_document, standing)), write)


def _thing(entry: Standing) -> Thing:
    what = entry.what
    if isinstance(what, Record):
        return Thing(what.kind, what.name, what.id, what.result)
    return Thing(what.kind, what.name, "", "perhaps made")


def _standing_document(entry: Standing) -> dict[str, object]:
    what = entry.what
    made = isinstance(what, Record)
    return {
        "run": entry.origin.run_id,
        "cloud": entry.origin.cloud,
        "region": entry.origin.region,
        "step": what.step,
        "thing": what.kind,
        "name": what.name,
        "id": what.id if isinstance(what, Record) else "",
        "result": what.result if isinstance(what, Record) else "pending",
        "certain": made,
    }


def undone_result(report: UndoReport) -> Result:
    """Show what was taken back, and count what is left."""
    items = [{"text": str(item), "left": item.is_left} for item in report.items]
    document = {"run": report.run_id, "status": report.status.value, "items": items}
    taken = [item for item in report.items if not item.is_left]

    def write(paper: Paper) -> None:
        paper.title(f"Taken back: {len(taken)} of {len(report.items)}.")

    return Result("undone", (document,), write)


def status_result(place: DeploymentPlace, deploy_dir: Path) -> Result:
    """Show runs, lock, what stands, and the next step; raises FileError."""
    summaries = runs(place)
    holder = held(place)
    standing = undo_plan(place)
    following = _next(summaries, holder, place)
    document = {
        **status_document(place),
        "deploy_dir": str(deploy_dir),
        "locked_by": None if holder is None else str(holder),
        "answers": str(place.autosave) if place.autosave.exists() else None,
        "preset": str(place.preset) if place.preset.exists() else None,
        "standing": [_standing_document(entry) for entry in standing],
        "next": following,
    }

    def write(paper: Paper) -> None:
        paper.title(f"Deployment {deploy_dir}")
        paths = [("answers", document["answers"]), ("preset", document["preset"])]
        rows = [(name, str(path)) for name, path in paths if path]
        paper.rows([*rows, ("state", str(place.root))], ("dim",), indent=1)
        if holder is not None:
            paper.line(("locked by ", "yellow"), str(holder), indent=1)
        _write_runs(paper, summaries)
        if standing:
            paper.title("There because of octavia-wizard:")
            things = notable(_thing(entry) for entry in reversed(standing))
            paper.rows([row_of(t, deploy_dir) for t in things], ("dim", "", "dim", "dim"), indent=1)
        paper.line(("Next: ", "bold"), following)

    return Result("status", (document,), write)


def _write_runs(paper: Paper, summaries: Sequence[RunSummary]) -> None:
    if not summaries:
        paper.line("No run yet.", indent=1)
        return
    paper.title("Runs, the newest first:")
    for run in summaries[:_SHOWN]:
        counts = f"{run.created} created, {run.changed} changed, {run.undone} undone"
        paper.line(f"{run.run_id}  {run.status:<11}  {run.command}  ({counts})", indent=1)
        if run.message and run.status.is_unfinished:
            paper.paragraph(run.message, "red", indent=2)
    if len(summaries) > _SHOWN:
        paper.line((f"… and {len(summaries) - _SHOWN} earlier ones", "dim"), indent=1)


def _next(summaries: Sequence[RunSummary], holder: Holder | None, place: DeploymentPlace) -> str:
    newest = summaries[0] if summaries else None
    if holder is not None:
        return "wait until the run has ended"
    if newest is not None and newest.status.is_unfinished:
        verb = "undo" if newest.kind == "undo" else "resume"
        return f"octavia-wizard {verb} goes on with run {newest.run_id}"
    if newest is not None and place.preset.exists():
        return f"octavia-wizard plan {place.preset} tells whether anything drifted"
    if place.autosave.exists():
        return "octavia-wizard goes on with the interview"
    return "octavia-wizard begins the interview"
