"""The lines of a journal as typed values: what each kind holds, and back from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from octavia_wizard.core.steps.base import Pending, Record

SCHEMA = 1
"""Version of the journal; a reader refuses a newer one."""

T = TypeVar("T")
Line = Mapping[str, object]


class Kind(StrEnum):
    """What a line of the journal tells; every line also says when, as ``at`` (UTC)."""

    HEADER = "header"
    STEP_STARTED = "step-started"
    INTENT = "intent"
    OUTCOME = "outcome"
    ADOPTED = "adopted"
    STEP_FINISHED = "step-finished"
    STEP_FAILED = "step-failed"
    RETRY = "retry"
    UNDONE = "undone"
    FINISHED = "finished"


class RunKind(StrEnum):
    """What a journal is the journal of."""

    RUN = "run"
    UNDO = "undo"


class RunStatus(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


DROPPED = "dropped"
"""Result of an outcome when nothing came of the intent."""
REMOVED = "removed"
"""Result of an outcome when a thing was removed for good, with all that undo could do to it."""
RAN = "ran"
"""Result of an outcome when something was run that nothing here can take back."""


@dataclass(frozen=True, slots=True)
class Header:
    """First line of a journal: what was asked of the run."""

    run_id: str
    kind: RunKind
    command: str
    """As the operator gave it, e.g. ``replay preset.yml``."""
    started: str
    """UTC, ISO 8601."""
    deploy_dir: str
    cloud: str | None
    """Name of the cloud, or None for a run on this host only."""
    region: str | None
    release: str
    answers: Mapping[str, object] = field(default_factory=dict)
    """The answers as given, as a preset document; they hold no secrets."""
    only: tuple[str, ...] = ()
    """The steps that were asked for, where not all were."""
    skip: tuple[str, ...] = ()
    """The steps the operator left out."""
    resumes: str | None = None
    """The run this one continues."""
    steps: tuple[tuple[str, str], ...] = ()
    """Per step its id and planned action, in order."""

    def document(self) -> dict[str, object]:
        """Return the header as data for JSON."""
        return {
            "schema": SCHEMA,
            "run": self.run_id,
            "kind": self.kind.value,
            "command": self.command,
            "started": self.started,
            "deploy_dir": self.deploy_dir,
            "cloud": self.cloud,
            "region": self.region,
            "release": self.release,
            "answers": self.answers,
            "only": list(self.only),
            "skip": list(self.skip),
            "resumes": self.resumes,
            "steps": [list(pair) for pair in self.steps],
        }


def header_of(line: Line) -> Header:
    """Read a header line; raises ValueError for one that is damaged or of a newer version."""
    if line.get("line") != Kind.HEADER:
        raise ValueError("the first line is not a header")
    schema = field_of(line, "schema", int)
    if schema > SCHEMA:
        raise ValueError(f"written by a newer octavia-wizard (journal schema {schema})")
    return Header(
        run_id=field_of(line, "run", str),
        kind=RunKind(field_of(line, "kind", str)),
        command=field_of(line, "command", str),
        started=field_of(line, "started", str),
        deploy_dir=field_of(line, "deploy_dir", str),
        cloud=maybe_text(line, "cloud"),
        region=maybe_text(line, "region"),
        release=field_of(line, "release", str),
        answers=field_of(line, "answers", dict),
        only=tuple(map(str, field_of(line, "only", list))),
        # The first journals were written without it.
        skip=tuple(map(str, field_of({"skip": [], **line}, "skip", list))),
        resumes=maybe_text(line, "resumes"),
        steps=tuple(map(_pair, field_of(line, "steps", list))),
    )


def _pair(item: object) -> tuple[str, str]:
    match item:
        case [str(step), str(action)]:
            return step, action
    raise ValueError("field 'steps' does not hold pairs of step and action")


def pending_of(line: Line) -> Pending:
    """Read an intent line; raises ValueError for a damaged one."""
    return Pending(
        seq=field_of(line, "seq", int),
        step=field_of(line, "step", str),
        kind=field_of(line, "kind", str),
        name=field_of(line, "name", str),
        lookup=field_of(line, "lookup", dict),
    )


def record_of(line: Line) -> Record:
    """Read an outcome line in which something was done; raises ValueError."""
    result = field_of(line, "result", str)
    if result not in ("created", "changed", REMOVED, RAN):
        raise ValueError(f"unknown result {result!r}")
    return Record(
        seq=field_of(line, "seq", int),
        step=field_of(line, "step", str),
        kind=field_of(line, "kind", str),
        name=field_of(line, "name", str),
        result=result,
        id=field_of(line, "id", str),
        before=field_of(line, "before", dict),
        after=field_of(line, "after", dict),
    )


def record_document(record: Record) -> dict[str, object]:
    """Return a record as data for JSON."""
    return {
        "seq": record.seq,
        "step": record.step,
        "kind": record.kind,
        "name": record.name,
        "result": record.result,
        "id": record.id,
        "before": record.before,
        "after": record.after,
    }


def field_of(line: Line, name: str, kind: type[T]) -> T:
    """Return a field of the given type; raises ValueError when it is missing or of another."""
    value = line.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"field {name!r} is missing or not {kind.__name__}")
    return value


def maybe_text(line: Line, name: str) -> str | None:
    """Return a text, or None where the line has null; raises ValueError for another type."""
    return None if line.get(name) is None else field_of(line, name, str)
