"""How the playbooks stand, what came of a run of them, and what one wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from octavia_wizard.core.durations import lasted, moment
from octavia_wizard.core.lifecycle.playbook_log import PlaybookLog
from octavia_wizard.core.lifecycle.playbook_standing import Due, KnownPlaybook
from octavia_wizard.core.playbooks.record import PlaybookRun, PlayState
from octavia_wizard.core.playbooks.standing import PlayFailure
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.things import homely
from octavia_wizard.output.ways import Ways, write_ways

_STYLES: Mapping[Due, str] = {
    Due.DUE: "yellow",
    Due.RUNNING: "green",
    Due.UP_TO_DATE: "green",
    Due.BLOCKED: "red",
}
_ENDED: Mapping[PlayState, tuple[str, str]] = {
    PlayState.DONE: ("ended well", "green"),
    PlayState.FAILED: ("failed", "red"),
    PlayState.LOST: ("ended without a word", "red"),
    PlayState.RUNNING: ("runs", "green"),
}
_SHOWN = 6
"""Reasons and failures listed for a person; JSON has them all."""


def playbooks_result(known: Sequence[KnownPlaybook], where: str, ways: Ways) -> Result:
    """Show each playbook of the release: its command, whether it is due, and its last run."""
    document = {
        "playbooks": [_document(one) for one in known],
        "due": [one.name for one in known if one.due is Due.DUE],
        "next": [command for command, _ in ways],
    }

    def write(paper: Paper) -> None:
        paper.title(f"Playbooks of {where}")
        for one in known:
            _write_playbook(paper, one)
        write_ways(paper, ways)

    return Result("playbooks", (document,), write)


def ran_result(
    summary: str, run: Mapping[str, object], ran: Sequence[PlaybookRun], ways: Ways
) -> Result:
    """Show what came of an errand; ``run`` names it and its journal."""
    document = {
        "summary": summary,
        **run,
        "playbooks": [run_document(one) for one in ran],
        "next": [command for command, _ in ways],
    }

    def write(paper: Paper) -> None:
        paper.line((summary, "bold"))
        for one in ran:
            paper.line(one.purpose, indent=1)
            _write_run(paper, one)
        write_ways(paper, ways)

    return Result("playbooks-run", (document,), write)


def log_result(log: PlaybookLog, again: str, *, only_failures: bool) -> Result:
    """Show the failures of a run, and the end of its log; ``again`` runs the playbook again."""
    failures = log.report.failures
    document = {
        **run_document(log.run),
        "hosts": list(log.report.hosts),
        "failed_play": log.report.failed_play or None,
        "failures": [asdict(failure) for failure in failures],
        "tail": [] if only_failures else list(log.tail),
        "again": again,
    }

    def write(paper: Paper) -> None:
        paper.title(" ".join((Path(log.run.command[0]).name, *log.run.command[1:])))
        _write_run(paper, log.run)
        if not only_failures:
            _write_tail(paper, log)
        _write_failures(paper, failures, log)
        write_ways(paper, ((again, "runs it again"),))

    return Result("playbook-log", (document,), write)


def run_document(run: PlaybookRun) -> dict[str, object]:
    """Return a run of a playbook as data; ``seconds`` is how long it took."""
    return {
        "id": run.id,
        "playbook": run.purpose,
        "command": list(run.command),
        "options": list(run.options),
        "state": run.state.value,
        "trial": run.is_trial,
        "started": run.started,
        "ended": run.ended,
        "seconds": run.seconds,
        "exit_code": run.code,
        "log": str(run.log),
    }


def _document(one: KnownPlaybook) -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "command": one.command,
        "directory": one.directory or None,
        "due": one.due.value,
        "why": list(one.why),
        "note": one.note,
        "last": run_document(one.last) if one.last is not None else None,
    }


def _write_playbook(paper: Paper, one: KnownPlaybook) -> None:
    paper.line((f"{one.name:<11}", "bold"), (one.due, _STYLES.get(one.due, "dim")))
    for line in one.why[:_SHOWN]:
        paper.prose(line, indent=2)
    if len(one.why) > _SHOWN:
        paper.line((f"… and {len(one.why) - _SHOWN} more that changed", "dim"), indent=2)
    where = f"cd {one.directory} && " if one.directory else ""
    # A command stays in one piece, to be copied.
    paper.line((f"{where}{one.command}", "dim"), indent=2)
    if one.last is not None:
        _write_run(paper, one.last)


def _write_run(paper: Paper, run: PlaybookRun) -> None:
    ended, style = _ENDED[run.state]
    since = run.state is PlayState.RUNNING
    after = f" after {lasted(run.seconds)}" if run.seconds is not None and not since else ""
    exit_code = f", exit code {run.code}" if run.code else ""
    options = f", with {' '.join(run.options)}" if run.options else ""
    began = f"{'since' if since else 'began'} {moment(run.started)}"
    paper.line((ended, style), f"{after}{exit_code}{options}, {began}", indent=2)
    paper.line(("log: ", "dim"), homely(run.log), indent=2)


def _write_tail(paper: Paper, log: PlaybookLog) -> None:
    if not log.tail:
        paper.line("It wrote nothing.", indent=1)
        return
    paper.title(f"The last {len(log.tail)} lines:" if log.cut else "All it wrote:")
    for line in log.tail:
        # As it is: a person searches for it in the file.
        paper.line(line, indent=1)


def _write_failures(paper: Paper, failures: Sequence[PlayFailure], log: PlaybookLog) -> None:
    if not failures:
        if log.run.state is PlayState.FAILED:
            paper.prose("No task failed: Ansible itself gave up, and its log says why.")
        elif log.run.state is PlayState.DONE:
            paper.line("No task failed.")
        return
    play = f" in the play {log.report.failed_play}" if log.report.failed_play else ""
    paper.title(f"Failed{play}:")
    for failure in failures[:_SHOWN]:
        what = "could not be reached" if failure.unreachable else failure.task
        paper.line(("✗ ", "bold red"), (failure.host, "bold"), f": {what}", indent=1)
        secret = "" if failure.unreachable else "it keeps secret what it said (no_log)"
        for line in (failure.message or secret).splitlines()[:_SHOWN]:
            paper.prose(line, indent=3)
        if failure.file:
            paper.line(("see ", "dim"), failure.file, indent=3)
    if len(failures) > _SHOWN:
        paper.line((f"… and {len(failures) - _SHOWN} more like these", "dim"), indent=1)
