"""What a playbook told of itself: the lines the callback plugin writes, read as they come."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

_PIECE = 262_144
_MOST = 100_000_000
"""Bytes of a file of events that are read; a run of days stays far below."""


class Kind(StrEnum):
    """What an event tells of."""

    PLAYBOOK = "playbook"
    PLAY = "play"
    """A play begins, or the next batch of its hosts (``serial``)."""
    NO_HOSTS = "no hosts"
    """The play that began last has none."""
    TASK = "task"
    HOST = "host"
    """A host has done its part of a task."""
    STATS = "stats"
    """The end."""


class Outcome(StrEnum):
    """How a task ended on a host."""

    OK = "ok"
    CHANGED = "changed"
    SKIPPED = "skipped"
    FAILED = "failed"
    IGNORED = "ignored"
    RESCUED = "rescued"
    """It failed within a block that deals with that."""
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    kind: Kind
    at: float = 0.0
    """Seconds since 1970."""
    id: str = ""
    """Of a play or task; two batches of one play have the same."""
    name: str = ""
    """Of a task with the role it is of."""
    file: str = ""
    """Where a task stands, ``path:line``."""
    handler: bool = False
    pattern: str = ""
    """Which hosts a play is for."""
    count: int | None = None
    """Hosts of this batch."""
    all: int | None = None
    """Hosts of the whole play."""
    serial: tuple[str, ...] = ()
    """Sizes of its batches, numbers or percentages."""
    host: str = ""
    outcome: Outcome | None = None
    message: str = ""
    recap: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of each host, how many tasks ended how."""


def event_of(line: str) -> Event | None:
    """Read one line; None for one that is none of the plugin's."""
    try:
        values = json.loads(line)
        kind = Kind(values["e"])
        outcome = Outcome(values["r"]) if kind is Kind.HOST else None
        return Event(
            kind=kind,
            at=float(values.get("t", 0.0)),
            id=str(values.get("task" if kind is Kind.HOST else "id", "")),
            name=str(values.get("name", "")),
            file=str(values.get("file", "")),
            handler=bool(values.get("handler")),
            pattern=str(values.get("hosts", "")) if kind is Kind.PLAY else "",
            count=_number(values.get("count")),
            all=_number(values.get("all")),
            serial=tuple(map(str, values.get("serial", ()))),
            host=str(values.get("h", "")),
            outcome=outcome,
            message=str(values.get("msg", "")),
            recap=_recap(values.get("hosts")) if kind is Kind.STATS else {},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _recap(value: object) -> dict[str, dict[str, int]]:
    if not isinstance(value, dict):
        return {}
    return {
        str(host): {str(name): n for name, n in counts.items() if isinstance(n, int)}
        for host, counts in value.items()
        if isinstance(counts, dict)
    }


class Tail:
    """Reads the lines of a growing file, from its start; a file not there yet has none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._rest = b""

    def lines(self) -> Iterator[str]:
        """Return the lines that were added since, each once it is complete."""
        for data in self._pieces():
            *whole, self._rest = (self._rest + data).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace")

    def end(self) -> Iterator[str]:
        """Return what is left, the last line being complete or not."""
        yield from self.lines()
        if self._rest:
            line, self._rest = self._rest, b""
            yield line.decode("utf-8", "replace")

    def _pieces(self) -> Iterator[bytes]:
        with suppress(OSError):
            handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                file.seek(self._at)
                while self._at < _MOST and (data := file.read(_PIECE)):
                    self._at += len(data)
                    yield data


def read_events(path: Path) -> Iterator[Event]:
    """Return all events of a file; none where it cannot be read."""
    for line in Tail(path).lines():
        event = event_of(line)
        if event is not None:
            yield event
