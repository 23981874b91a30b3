"""The voice for programs: one JSON object a line, all on stdout."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from pathlib import Path, PurePath

from octavia_wizard.core.engine.events import Event
from octavia_wizard.core.errors import PresetError, WizardError
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.urls import shown
from octavia_wizard.output.building import Watch
from octavia_wizard.output.model import SCHEMA, Output, Result
from octavia_wizard.rehearsal.progress import Progress

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_PACE = 1.0
"""Seconds between two reports of a build."""


class JsonOutput(Output):
    """Every line has ``schema`` and ``kind``; talk is left out, and nothing is asked."""

    def __init__(self, *, verbose: bool = False) -> None:
        self._verbose = verbose

    def show(self, result: Result) -> None:
        """Write each document as a line."""
        for document in result.documents:
            _put(result.kind, document)

    def finish(self, verb: str, exit_code: int) -> None:
        """Write the closing line."""
        _put("result", {"command": verb, "exit_code": exit_code})

    def say(self, text: str) -> None:
        """Say nothing: a program reads the other lines."""

    def error(self, error: WizardError) -> None:
        """Write what went wrong as the closing line."""
        _put("error", error_document(error))

    def confirm(self, question: str) -> bool:
        """Refuse: there is nobody to ask."""
        return False

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Do nothing."""
        yield

    @contextmanager
    def follow(self) -> Iterator[Callable[[Event], None]]:
        """Write each event as a line."""
        yield lambda event: _put("event", event_document(event))

    @contextmanager
    def follow_rehearsal(self) -> Iterator[Callable[[Progress], None]]:
        """Write each report as a line."""
        yield lambda progress: _put("event", {"event": "rehearsal-progress", **asdict(progress)})

    @contextmanager
    def follow_build(
        self, cancel: threading.Event, log_of: Callable[[], Path | None]
    ) -> Iterator[Watch]:
        """Write a report at most each second, and the output as well where that is wanted."""
        lock = threading.Lock()
        latest = -_PACE

        def tell(standing: Standing) -> None:
            nonlocal latest
            with lock:
                now = time.monotonic()
                if now - latest >= _PACE:
                    latest = now
                    _put("event", build_document(standing))

        def log(line: str) -> None:
            if self._verbose:
                with lock:
                    _put("event", {"event": "build-log", "line": shown(line)})

        yield Watch(tell, log)


def build_document(standing: Standing) -> dict[str, object]:
    """Return how far a build is as data; times are seconds, ``share`` is 0 to 1."""
    least, most = standing.left or (None, None)
    return {
        "event": "build-progress",
        "phase": standing.phase,
        "title": standing.title,
        "script": standing.script,
        "done": standing.done,
        "total": standing.total,
        "counter": standing.counter,
        "share": round(standing.share, 4),
        "elapsed": round(standing.elapsed, 1),
        "left_least": least if least is None else round(least),
        "left_most": most if most is None else round(most),
        "quiet": round(standing.quiet, 1),
    }


def event_document(event: Event) -> dict[str, object]:
    """Return an event as data; its name is that of its type in kebab-case."""
    name = _CAPITAL.sub("-", type(event).__name__).lower()
    fields = asdict(event)
    if "elapsed" in fields:
        fields["elapsed"] = round(fields["elapsed"], 3)
    return {"event": name, **fields}


def error_document(error: WizardError) -> dict[str, object]:
    """Return an error as data; one about a preset lists its problems."""
    document: dict[str, object] = {
        "error": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "exit_code": error.exit_code,
    }
    if isinstance(error, PresetError):
        document["source"] = error.source
        document["problems"] = [asdict(problem) for problem in error.problems]
    return document


def _put(kind: str, document: Mapping[str, object]) -> None:
    # In ASCII, whatever the locale; a name from the cloud must not command a terminal either.
    line = {"schema": SCHEMA, "kind": kind, **document}
    sys.stdout.write(json.dumps(line, default=_plain) + "\n")
    sys.stdout.flush()


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
