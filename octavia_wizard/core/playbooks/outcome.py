"""What came of a run, told from the events or else from the output it left."""

from __future__ import annotations

from octavia_wizard.core.playbooks.events import Tail, read_events
from octavia_wizard.core.playbooks.kept import Kept, load
from octavia_wizard.core.playbooks.output import OutputReader
from octavia_wizard.core.playbooks.record import PlaybookRun
from octavia_wizard.core.playbooks.standing import PlayReport
from octavia_wizard.core.playbooks.tally import Tally, first_of
from octavia_wizard.core.playbooks.tasks import load_list


def tally_of(kept: Kept) -> Tally:
    """Add up what a run left; its output counts where there are no events."""
    tally = Tally()
    for event in read_events(kept.events):
        tally.add(event)
    if tally.has_begun:
        return tally
    reader, told = OutputReader(), Tally()
    for line in Tail(kept.log).end():
        for event in reader.events(line):
            told.add(event)
    for event in reader.end():
        told.add(event)
    return told if told.has_begun else tally


def has_done(kept: Kept, tally: Tally) -> bool:
    """Say whether a run that ended well did what it is for.

    Ansible ends with 0 where no host matched. A run that began in the middle need not have had
    those hosts once more.
    """
    return kept.may_be_idle or tally.took_part("" if kept.start_at else kept.group)


def start_again(kept: Kept, tally: Tally, code: int | None) -> str:
    """Return the task at which the play that failed can be started again; "" for none."""
    report = tally.report(code=code)
    play = next((n for n, seen in enumerate(tally.plays) if seen.name == report.failed_play), 0)
    if not report.failed_play:
        return ""
    task = tally.first_task(play)
    first = task.name if task is not None else ""
    if kept.start_at and first == kept.start_at:
        return first
    listed = load_list(kept.tasks)
    if listed:
        # A name that is only known by what ran may be that of a task that was left out.
        return first if first and first_of(listed, play) == first else ""
    return "" if kept.start_at else report.failed_play_start


def report_of(run: PlaybookRun) -> PlayReport:
    """Say what came of a run, or of one that goes on so far; never raises."""
    kept = load(run.directory)
    if kept is None:
        return PlayReport(log=run.log)
    return tally_of(kept).report(run.log, run.code)
