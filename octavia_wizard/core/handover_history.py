"""What the journals and the runs of playbooks tell for the hand-over; no cloud is asked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from octavia_wizard.core import steps as registry
from octavia_wizard.core.engine.ledger import Ledger, RunLog
from octavia_wizard.core.engine.lines import RAN, Kind, Line, RunKind
from octavia_wizard.core.engine.resume import ERRANDS
from octavia_wizard.core.handover_model import BackedUp, Made, PlaybookRan, RunDone, StepDone
from octavia_wizard.core.playbooks.record import PlaybookRun
from octavia_wizard.core.steps.base import Action

_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
_DID = [str(action) for action in (Action.CREATE, Action.CHANGE, Action.RUN, Action.ADOPT)]
_PLAYBOOK = "playbook"
"""Kind of what a step of a playbook puts into the journal."""


def made(ledger: Ledger) -> tuple[Made, ...]:
    """Return what is there because of us."""
    return tuple(
        Made(record.step, record.kind, record.name, record.id, record.result)
        for _, record in sorted(ledger.records.items())
    )


def changed(ledger: Ledger) -> tuple[BackedUp, ...]:
    """Return the files that were there before we changed them, each with what it was."""
    found = []
    for seq, record in sorted(ledger.records.items()):
        backup = record.before.get("backup")
        if isinstance(backup, str) and backup:
            run_id = ledger.origins[seq].run_id
            found.append(BackedUp(Path(record.id or record.name), Path(backup), run_id))
    return tuple(found)


def last_run(ledger: Ledger) -> RunLog | None:
    """Return the newest run of the deployment as a whole: no errand, and no undo."""
    return next((run for run in reversed(ledger.runs) if _is_whole(run)), None)


def whole_runs(ledger: Ledger) -> tuple[RunDone, ...]:
    """Return that run, after those it went on with."""
    found: list[RunLog] = []
    by_id = {run.header.run_id: run for run in ledger.runs}
    run = last_run(ledger)
    while run is not None and run not in found:
        found.insert(0, run)
        run = by_id.get(run.header.resumes or "")
    return tuple(map(_told, found))


def adopted(ledger: Ledger) -> tuple[Made, ...]:
    """Return what the runs of that kind used as they found it, and did not make since."""
    found: dict[str, str] = {}
    for run in filter(_is_whole, ledger.runs):
        for line in run.lines:
            if line["line"] == Kind.STEP_FINISHED and line.get("action") in _DID:
                found.pop(str(line.get("step")), None)
            if line["line"] == Kind.STEP_FINISHED and line.get("action") == Action.ADOPT:
                found[str(line.get("step"))] = str(line.get("subject", ""))
    titles = titles_of_steps()
    return tuple(as_adopted(step, titles.get(step, step), told) for step, told in found.items())


def as_adopted(step: str, title: str, subject: str) -> Made:
    """Take the subject of an adoption apart: a name, and an id where there is one."""
    name, _, last = subject.rpartition(" ")
    is_id = bool(name) and _ID.fullmatch(last) is not None
    known, its_id = (name, last) if is_id else (subject, "")
    return Made(step, title.lower(), known, its_id, "adopted")


def skipped(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Tell which steps the last whole run skipped, each with its reason."""
    run = last_run(ledger)
    for line in run.lines if run is not None else ():
        if line["line"] == Kind.STEP_FINISHED and line.get("action") == Action.SKIP:
            yield str(line.get("step")), str(line.get("reason", ""))


def playbooks_ran(ledger: Ledger, runs: Sequence[PlaybookRun]) -> tuple[PlaybookRan, ...]:
    """Return the runs of playbooks, the oldest first; also those only journals know still."""
    found = [
        PlaybookRan(
            purpose=run.purpose,
            command=_shown(run.command),
            outcome=run.state.value,
            started=run.started,
            seconds=run.seconds,
            log=run.log,
            code=run.code,
        )
        for run in reversed(runs)
    ]
    known = {run.id for run in runs}
    found += [
        ran
        for log in ledger.runs
        for line in log.lines
        if line["line"] == Kind.OUTCOME and line.get("result") == RAN
        if line.get("kind") == _PLAYBOOK and line.get("id") not in known
        for ran in _of_journal(line)
    ]
    return tuple(sorted(found, key=lambda one: one.started))


def titles_of_steps() -> dict[str, str]:
    """Return the titles of all steps by id."""
    return {step.id: step.title for step in registry.known()}


def _is_whole(run: RunLog) -> bool:
    return run.header.kind is RunKind.RUN and not run.header.command.startswith(ERRANDS)


def _told(run: RunLog) -> RunDone:
    titles, header = titles_of_steps(), run.header
    ends = [line for line in run.lines if line["line"] == Kind.FINISHED]
    return RunDone(
        run_id=header.run_id,
        command=header.command,
        started=header.started,
        status=str(ends[-1].get("status")) if ends else "",
        seconds=_number(ends[-1].get("elapsed")) if ends else None,
        journal=run.path,
        steps=tuple(_steps(run.lines, titles)),
    )


def _steps(lines: Iterable[Line], titles: dict[str, str]) -> Iterator[StepDone]:
    for line in lines:
        if line["line"] == Kind.STEP_FINISHED and line.get("action") in _DID:
            step = str(line.get("step"))
            yield StepDone(
                step=step,
                title=titles.get(step, step),
                action=str(line.get("action")),
                subject=str(line.get("subject", "")),
                seconds=_number(line.get("elapsed")) or 0.0,
            )


def _of_journal(line: Line) -> Iterator[PlaybookRan]:
    after = line.get("after")
    if not isinstance(after, dict):
        return
    seconds = _number(after.get("seconds"))
    yield PlaybookRan(
        purpose=str(line.get("name")),
        command=str(after.get("command", "")),
        outcome=str(after.get("state", "")),
        started=_before(str(line.get("at")), seconds or 0.0),
        seconds=seconds,
        log=Path(str(after.get("log", ""))),
    )


def _before(ended: str, seconds: float) -> str:
    """Return when something began that the journal says when it ended."""
    try:
        at = datetime.fromisoformat(ended) - timedelta(seconds=seconds)
    except ValueError:
        return ended
    return at.isoformat(timespec="seconds")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _shown(command: Sequence[str]) -> str:
    """Write a command line, with the name of the program in the place of its path."""
    return shlex.join((Path(command[0]).name, *command[1:])) if command else ""
