"""Runs of the past, what stands because of them, and what became of it on undo."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.commandline import command_line
from octavia_wizard.core.engine.history import RunSummary, runs, status_document
from octavia_wizard.core.engine.lock import Holder, held
from octavia_wizard.core.engine.undo import Standing, UndoReport, undo_plan
from octavia_wizard.core.files import is_there
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.runs import running
from octavia_wizard.core.steps.base import Record
from octavia_wizard.output.model import Result
from octavia_wizard.output.playbooks import run_document
from octavia_wizard.output.things import Thing, homely, notable, write_things

if TYPE_CHECKING:
    from octavia_wizard.output.paper import Paper

WIDTH = 78
"""Columns of a command that is to be copied, beside its indent."""
_SHOWN = 10
"""Runs listed for a person; JSON has them all."""


def standing_result(standing: Sequence[Standing], deploy_dir: Path) -> Result:
    """Show what undo would take back."""

    def write(paper: Paper) -> None:
        runs = [entry.origin.run_id for entry in standing]
        one = len(set(runs)) == 1
        paper.title(f"Deployment {homely(deploy_dir)}")
        paper.title("To be taken back, in this order" + (f", of run {runs[0]}:" if one else ":"))
        things = [_thing(entry) for entry in standing]
        write_things(paper, things, deploy_dir, () if one else runs)

    return Result("standing", tuple(map(_standing_document, standing)), write)


def _thing(entry: Standing) -> Thing:
    what = entry.what
    if isinstance(what, Record):
        return Thing(what.kind, what.name, what.id, what.result)
    # A playbook makes nothing that could be there or not: it was begun, and may go on.
    began = "begun" if what.kind == "playbook" else "perhaps made"
    return Thing(what.kind, what.name, "", began)


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
    at_work = running(place.playbooks)
    command, aim = _next(summaries, holder, place, deploy_dir)
    document = {
        **status_document(place),
        "deploy_dir": str(deploy_dir),
        "locked_by": None if holder is None else str(holder),
        "answers": str(place.autosave) if is_there(place.autosave) else None,
        "preset": str(place.preset) if is_there(place.preset) else None,
        "runbook": str(place.runbook) if is_there(place.runbook) else None,
        "runbook_html": str(place.runbook_html) if is_there(place.runbook_html) else None,
        "standing": [_standing_document(entry) for entry in standing],
        "playbooks_at_work": [run_document(run) for run in at_work],
        "next": f"{command} {aim}".strip(),
    }

    def write(paper: Paper) -> None:
        paper.title(f"Deployment {homely(deploy_dir)}")
        paper.rows(_places(place, document, command), ("dim",), indent=1)
        if holder is not None:
            paper.line(("locked by ", "yellow"), str(holder), indent=1)
        _write_runs(paper, summaries)
        for run in at_work:
            paper.line(("At work: ", "bold"), f"playbook {run.purpose}, since {run.started}")
        if standing:
            paper.title("There because of octavia-wizard:")
            things = notable(_thing(entry) for entry in reversed(standing))
            write_things(paper, things, deploy_dir)
        _write_next(paper, command, aim)

    return Result("status", (document,), write)


def _places(
    place: DeploymentPlace, document: Mapping[str, object], command: str
) -> list[tuple[str, str]]:
    """Return where answers, preset and runbook are, or else the state; not what comes next."""
    names = {"answers": "answers", "preset": "preset", "runbook": "runbook"}
    names["runbook_html"] = "as HTML"
    paths = {name: document[key] for key, name in names.items() if document[key]}
    if not paths:
        return [("state", homely(place.root))]
    return [(n, homely(str(path))) for n, path in paths.items() if str(path) not in command]


def _write_next(paper: Paper, command: str, aim: str) -> None:
    if len(f"Next: {command} {aim}") < WIDTH:
        paper.line(("Next: ", "bold"), f"{command} {aim}".strip())
        return
    paper.line(("Next: ", "bold"), f"this {aim}:")
    lines = [""]
    for word in shlex.split(command):
        shown = homely(word) if homely(word) != word else shlex.quote(word)
        if lines[-1] and len(f"{lines[-1]} {shown}") > WIDTH - 6:
            lines.append("")
        lines[-1] = f"{lines[-1]} {shown}".strip()
    for number, line in enumerate(lines, start=1):
        more = " \\" if number < len(lines) else ""
        paper.line(f"{line}{more}", indent=1 if number == 1 else 2)


def _write_runs(paper: Paper, summaries: Sequence[RunSummary]) -> None:
    if not summaries:
        paper.line("No run yet.", indent=1)
        return
    paper.title("Runs, the newest first:")
    shown = summaries[:_SHOWN]
    rows = [(run.run_id, str(run.status), _counts(run), run.command) for run in shown]
    paper.rows(rows, ("", "", "dim"), indent=1)
    for run in shown:
        if run.message and run.status.is_unfinished:
            paper.paragraph(f"{run.run_id}: {run.message}", "red", indent=1)
    if len(summaries) > _SHOWN:
        paper.line((f"… and {len(summaries) - _SHOWN} earlier ones", "dim"), indent=1)


def _counts(run: RunSummary) -> str:
    counts = {"created": run.created, "changed": run.changed, "undone": run.undone}
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _next(
    summaries: Sequence[RunSummary],
    holder: Holder | None,
    place: DeploymentPlace,
    deploy_dir: Path,
) -> tuple[str, str]:
    """Return the command to call next, if there is one, and what it does."""
    newest = summaries[0] if summaries else None
    if holder is not None:
        return "", "wait until the run has ended"
    if newest is not None and newest.status.is_unfinished:
        verb = "undo" if newest.kind == "undo" else "resume"
        return command_line(verb, deploy_dir=deploy_dir), f"goes on with run {newest.run_id}"
    for run in running(place.playbooks):
        follow = command_line("playbooks", "run", run.purpose, deploy_dir=deploy_dir)
        return follow, f"follows the playbook {run.purpose}"
    if newest is not None and is_there(place.preset):
        plan = command_line("plan", str(place.preset), deploy_dir=deploy_dir)
        return plan, "tells whether anything drifted"
    wizard = command_line(deploy_dir=deploy_dir)
    return wizard, f"{'goes on with' if is_there(place.autosave) else 'begins'} the interview"
