"""The builds this host knows of, and what they left on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.image.build.leftovers import orphans
from octavia_wizard.core.image.build.lookup import is_unchanged, standing_of
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds
from octavia_wizard.core.image.build.remains import Leftovers
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.urls import shown
from octavia_wizard.core.views.image_lines import age_text, size_text
from octavia_wizard.core.views.image_progress import brief_standing
from octavia_wizard.output.images import describe, record_document
from octavia_wizard.output.jsonl import build_document
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.things import homely

_SHOWN = 10
"""Builds listed for a person; JSON has them all."""


class State(StrEnum):
    """How a build stands, as this host shows it."""

    RUNNING = "running"
    ORPHANED = "orphaned"
    """It runs, and no wizard looks after it."""
    ENDED = "ended unseen"
    """It ended well, and no wizard took its image in."""
    BROKEN = "broken off"
    """Neither it nor its wizard runs any more."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STYLES = {
    State.RUNNING: "green",
    State.ORPHANED: "yellow",
    State.ENDED: "yellow",
    State.BROKEN: "red",
    State.FAILED: "red",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A build, and how it stands."""

    record: BuildRecord
    state: State
    standing: Standing | None = None
    """How far it is, where it runs."""


def known_builds() -> tuple[Known, ...]:
    """Return the builds of this host, the newest first."""
    alone = {record.id for record in orphans()}
    return tuple(_known(record, record.id in alone) for record in builds())


def builds_result(known: Sequence[Known], left: Leftovers, clean: str) -> Result:
    """Show builds and what others left; ``clean`` is the command that removes that."""
    documents = [_document(one) for one in known]
    document = {"builds": documents, "left": asdict(left), "left_lines": list(left.lines())}

    def write(paper: Paper) -> None:
        if not known:
            paper.line("No build on this host yet.")
        rows = [_row(one) for one in known[:_SHOWN]]
        for one, row in zip(known, rows, strict=False):
            paper.line((f"{row[0]:<13}", _STYLES.get(one.state, "dim")), f"{row[1]}  {row[2]}")
            for line in row[3:]:
                paper.prose(line, indent=2)
        if len(known) > _SHOWN:
            paper.line((f"… and {len(known) - _SHOWN} earlier ones", "dim"))
        if left:
            write_left(paper, left)
        if left or any(one.state in (State.ORPHANED, State.BROKEN) for one in known):
            paper.line(("Next: ", "bold"), f"{clean} ends and removes what nobody looks after")

    return Result("image-builds", (document,), write)


def leftovers_result(gone: Sequence[Known], left: Leftovers) -> Result:
    """Show what a clean-up ends and removes, in its order."""
    document = {
        "builds": [_document(one) for one in gone],
        "left": asdict(left),
        "left_lines": list(left.lines()),
    }

    def write(paper: Paper) -> None:
        for one in gone:
            row = _row(one)
            paper.line((f"{row[0]:<13}", _STYLES.get(one.state, "dim")), f"{row[1]}  {row[2]}")
        if left:
            write_left(paper, left)

    return Result("image-builds-left", (document,), write)


def write_left(paper: Paper, left: Leftovers) -> None:
    """Write what builds left, in the order in which it has to go."""
    paper.title("Left by builds, in the order in which it has to go:")
    for line in left.lines():
        paper.line(line, indent=1)


def _known(record: BuildRecord, alone: bool) -> Known:
    if record.state is not BuildState.RUNNING:
        return Known(record, State(record.state.value))
    if not alone:
        return Known(record, State.RUNNING, standing_of(record))
    if alive(record):
        return Known(record, State.ORPHANED, standing_of(record))
    try:
        well = exit_code(record) == 0
    except FileError:
        well = False
    return Known(record, State.ENDED if well else State.BROKEN)


def _row(one: Known) -> tuple[str, ...]:
    """Return state, id, subject, and further lines."""
    record = one.record
    subject = f"{describe(record.request)}, {_when(record)}"
    if one.standing is not None:
        return (one.state, record.id, subject, brief_standing(one.standing), _log(record))
    if one.state is State.DONE:
        return (one.state, record.id, subject, _file(record))
    if one.state is State.FAILED:
        cause = shown(record.message).split("\n")[0]
        return (one.state, record.id, subject, cause, _log(record))
    if one.state is State.ENDED:
        return (one.state, record.id, subject, "image build, called as before, takes it in")
    return (one.state, record.id, subject)


def _file(record: BuildRecord) -> str:
    where = homely(record.request.output)
    if not is_unchanged(record):
        state = "changed or replaced since" if Path(record.request.output).exists() else "gone"
        return f"{where} ({state})"
    return f"{where} ({size_text(record.result.size if record.result else None)})"


def _log(record: BuildRecord) -> str:
    return f"log: {homely(record.log)}"


def _when(record: BuildRecord) -> str:
    began = datetime.fromisoformat(record.started)
    age = age_text(began)
    return f"today at {began.astimezone():%H:%M}" if age == "today" else age


def _document(one: Known) -> dict[str, object]:
    progress = None
    if one.standing is not None:
        progress = {k: v for k, v in build_document(one.standing).items() if k != "event"}
    return {
        **record_document(one.record),
        "state": one.state.value,
        "progress": progress,
        "image_unchanged": is_unchanged(one.record),
    }
