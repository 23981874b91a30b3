"""All journals of a deployment, read together: what was made, what is pending, what was undone.

Sequence numbers go on from one journal to the next, so that the order of all changes ever made in
a deployment is the order of their numbers, whatever the clock did.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from octavia_wizard.core.engine.lines import (
    DROPPED,
    RAN,
    REMOVED,
    Header,
    Kind,
    Line,
    RunStatus,
    field_of,
    header_of,
    pending_of,
    record_of,
)
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_bytes
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Pending, Record, UndoResult

_NAME = re.compile(r"(\d+)-.*\.jsonl")
MAX_BYTES = 50_000_000
"""Largest journal that is read, in bytes; a run writes some ten thousand."""
_GO_ON = (
    "move the file away to go on without it; "
    "what only it records can then no longer be undone or resumed"
)
_SETTLED = (UndoResult.REMOVED, UndoResult.RESTORED, UndoResult.GONE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a change was made: by which run, in which cloud."""

    run_id: str
    cloud: str | None
    region: str | None

    def is_within(self, cloud: str | None, region: str | None) -> bool:
        """Say whether this is the given cloud and region."""
        return (self.cloud, self.region) == (cloud, region)


@dataclass(slots=True)
class RunLog:
    """One journal."""

    path: Path
    header: Header
    lines: list[Line] = field(default_factory=list)
    """The lines after the header."""


@dataclass(slots=True)
class Ledger:
    """The sum of all journals of a deployment, the oldest first."""

    runs: list[RunLog] = field(default_factory=list)
    origins: dict[int, Origin] = field(default_factory=dict)
    """Sequence number of each intent to where it was announced."""
    pending: dict[int, Pending] = field(default_factory=dict)
    """Intents without an outcome."""
    records: dict[int, Record] = field(default_factory=dict)
    """Changes made and not undone."""
    ran: list[Record] = field(default_factory=list)
    """What was run and cannot be undone, the oldest first."""
    next_seq: int = 1

    @classmethod
    def read(cls, place: DeploymentPlace) -> Ledger:
        """Read every journal; raises FileError with file and line for a damaged one."""
        ledger = cls()
        for path in journal_paths(place):
            ledger._read_one(path)
        return ledger

    def begin(self, path: Path, line: Line) -> None:
        """Take in the header of a further journal; raises ValueError for a damaged one."""
        self.runs.append(RunLog(path, header_of(line)))

    def take(self, line: Line) -> None:
        """Take in a further line of the newest journal; raises ValueError for a damaged one."""
        run = self.runs[-1]
        match Kind(field_of(line, "line", str)):
            case Kind.HEADER:
                raise ValueError("a second header")
            case Kind.INTENT:
                self._intended(pending_of(line), run.header)
            case Kind.OUTCOME:
                self._came_out(line, run.header)
            case Kind.UNDONE if field_of(line, "result", str) in _SETTLED:
                self.records.pop(field_of(line, "seq", int), None)
            case Kind.FINISHED:
                RunStatus(field_of(line, "status", str))
            case _:
                pass
        field_of(line, "at", str)
        run.lines.append(line)

    def pending_of(
        self, step: str, cloud: str | None, region: str | None, *, anywhere: bool = False
    ) -> tuple[Pending, ...]:
        """Return the pending intents of a step, the oldest first.

        Those announced in another cloud are left out, unless the step works ``anywhere``, which
        is what a step does that looks at no cloud.
        """
        return tuple(
            pending
            for seq, pending in sorted(self.pending.items())
            if pending.step == step and (anywhere or self.origins[seq].is_within(cloud, region))
        )

    def has_made(self, step: str) -> bool:
        """Say whether a step has made anything that was not undone."""
        return any(record.step == step for record in self.records.values())

    def _intended(self, pending: Pending, header: Header) -> None:
        if pending.seq < self.next_seq:
            raise ValueError(f"sequence number {pending.seq} was used before")
        self.next_seq = pending.seq + 1
        self.pending[pending.seq] = pending
        self.origins[pending.seq] = Origin(header.run_id, header.cloud, header.region)

    def _came_out(self, line: Line, header: Header) -> None:
        seq = field_of(line, "seq", int)
        self.pending.pop(seq, None)
        # The journal with the intent may have been deleted; the outcome tells everything again.
        self.origins.setdefault(seq, Origin(header.run_id, header.cloud, header.region))
        self.next_seq = max(self.next_seq, seq + 1)
        if field_of(line, "result", str) == DROPPED:
            return
        record = record_of(line)
        if record.result == REMOVED:
            self.records = {s: one for s, one in self.records.items() if one.id != record.id}
        elif record.result == RAN:
            self.ran.append(record)
        else:
            self.records[seq] = record

    def _read_one(self, path: Path) -> None:
        for number, line in enumerate(_complete_lines(path), start=1):
            try:
                document = json.loads(line.decode("utf-8"))
                if not isinstance(document, dict):
                    raise ValueError("not a JSON object")
                if number == 1:
                    self.begin(path, document)
                else:
                    self.take(document)
            except (ValueError, RecursionError) as error:
                said = "nested too deeply" if isinstance(error, RecursionError) else error
                raise FileError(f"{path}:{number}: damaged journal: {said}", hint=_GO_ON) from error


def journal_paths(place: DeploymentPlace) -> list[Path]:
    """Return the journals of a deployment, the oldest first."""
    numbered = [(journal_number(path), path) for path in _entries(place.journals)]
    return [path for number, path in sorted(numbered) if number]


def journal_number(path: Path) -> int:
    """Return the number of the run a journal belongs to, or 0 for any other file."""
    match = _NAME.fullmatch(path.name)
    return int(match[1]) if match else 0


def _entries(directory: Path) -> Iterable[Path]:
    try:
        return list(directory.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FileError(
            f"cannot read {directory}: {error.strerror}", hint="check its owner and mode"
        ) from error


def _complete_lines(path: Path) -> list[bytes]:
    """Return the lines that end in a newline.

    A last line without one was torn by a killed process or a full disk.  Nothing was done on its
    strength: an intent is acted upon only when it is whole on the disk.
    """
    try:
        content = read_bytes(path, limit=MAX_BYTES)
    except FileError as error:
        raise FileError(error.message, hint=f"check its owner and mode; or {_GO_ON}") from None
    return (content or b"").split(b"\n")[:-1]
