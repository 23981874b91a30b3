"""Run a playbook to its end, or follow one that goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.playbooks.course import Course, Earlier
from octavia_wizard.core.playbooks.events import read_events
from octavia_wizard.core.playbooks.following import Follower
from octavia_wizard.core.playbooks.kept import Kept, load, save
from octavia_wizard.core.playbooks.record import PlaybookCall, PlaybookRun, PlayState
from octavia_wizard.core.playbooks.runs import finished, prune, read_runs, run_of
from octavia_wizard.core.playbooks.standing import PlayReport, PlayStanding
from octavia_wizard.core.playbooks.starting import prepare, start, tasks_of
from octavia_wizard.core.playbooks.tasks import load_list

if TYPE_CHECKING:
    from octavia_wizard.core.vault import Vault

_EARLIER = 3
"""Runs whose durations are taken into account."""


@dataclass(frozen=True, slots=True)
class PlayContext:
    """What a run needs besides its call."""

    root: Path
    """Where runs are kept."""
    tell: Callable[[PlayStanding], None]
    """Told how it stands, at most four times a second, in the thread that plays."""
    log: Callable[[str], None]
    """Told each line of the output, without what looks like a secret."""
    cancel: threading.Event
    vault: Vault | None = None


def play(call: PlaybookCall, id: str, context: PlayContext) -> tuple[PlaybookRun, PlayReport]:
    """Run a playbook under this id, or follow the run that has it, and return what came of it.

    A run of the same command that goes on under another id is followed instead. Raises
    StepError where it cannot be started, or where another playbook of this deployment goes on;
    Interrupted where it was cancelled, or goes on without a terminal; FileError; UsageError for
    a vault password that cannot be had. That a playbook fails is told by what is returned.
    """
    runs = read_runs(context.root)
    kept = _to_follow(call, id, context.root, runs)
    if kept is None:
        kept = _started(call, id, context, runs)
    follower = Follower(kept, _course(kept, runs), context.tell, context.log)
    try:
        follower.run(context.cancel)
    finally:
        kept = _taken_down(kept)
    run = run_of(kept)
    return run, follower.tally.report(run.log, run.code)


def _to_follow(
    call: PlaybookCall, id: str, root: Path, runs: tuple[PlaybookRun, ...]
) -> Kept | None:
    kept = load(root / id)
    if kept is not None:
        return kept
    for run in runs:
        if run.state is PlayState.RUNNING:
            if (run.purpose, run.command) == (call.purpose, (str(call.program), *call.argv)):
                return load(run.directory)
            raise StepError(
                f"the playbook for {run.purpose}, started {run.started}, is still at work",
                hint=f"wait for its end, or see how far it is: {run.log}",
            )
    return None


def _started(
    call: PlaybookCall, id: str, context: PlayContext, runs: tuple[PlaybookRun, ...]
) -> Kept:
    prune(context.root, call.purpose)
    kept = prepare(call, context.root / id, runs)
    context.tell(PlayStanding(task="the list of tasks"))
    alike = [run for run in runs if run.purpose == call.purpose]
    tasks_of(call, kept, context.vault, alike, context.cancel)
    return start(call, kept, context.vault)


def _course(kept: Kept, runs: tuple[PlaybookRun, ...]) -> Course:
    like = [
        run
        for run in runs
        if (run.purpose, run.options, run.state) == (kept.purpose, kept.options, PlayState.DONE)
        and run.id != kept.id
    ]
    whole = [run for run in like if not _began_in_the_middle(run)][:_EARLIER]
    earlier = Earlier([read_events(run.directory / "events.jsonl") for run in whole])
    return Course(earlier, load_list(kept.tasks))


def _began_in_the_middle(run: PlaybookRun) -> bool:
    return "--start-at-task" in run.command


def _taken_down(kept: Kept) -> Kept:
    """Write down what came of a run once it has ended; a full disk is no reason to fail."""
    now = load(kept.directory) or kept
    if run_of(now).state is PlayState.RUNNING or now.ended is not None:
        return now
    ended = finished(now)
    try:
        return save(ended)
    except FileError:
        return ended
