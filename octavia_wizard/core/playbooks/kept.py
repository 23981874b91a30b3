"""What is written down of a run: ``run.json`` in its directory, and the names beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import read_text, write_file
from octavia_wizard.core.places import private_directory

SCHEMA = 1
ID = re.compile(r"[a-z]\w*-\d{8}T\d{6}Z-[0-9a-f]{4,}")
"""Names of the directories of runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run as it is written down."""

    directory: Path
    purpose: str
    command: tuple[str, ...]
    options: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    started: str
    """UTC, ISO 8601, seconds."""
    start_at: str = ""
    group: str = ""
    """The group of which a host has to take part."""
    may_be_idle: bool = False
    pid: int = 0
    """Leader of its session; 0 before it was started."""
    pid_started: float = 0.0
    """When that process was created, in seconds since 1970."""
    boot_id: str = ""
    """The boot of this host it was started in."""
    cancelled: bool = False
    ended: str | None = None
    """UTC, ISO 8601, seconds; None where nobody wrote it down."""
    has_done: bool = True
    """Whether, having ended well, it did anything at all; known once ``ended`` is."""
    start_again: str = ""

    @property
    def id(self) -> str:
        """Name of its directory."""
        return self.directory.name

    @property
    def code(self) -> Path:
        """Its exit code, once it has ended."""
        return self.directory / "exit"

    @property
    def log(self) -> Path:
        """All it wrote."""
        return self.directory / "output.log"

    @property
    def events(self) -> Path:
        """What the callback plugin wrote."""
        return self.directory / "events.jsonl"

    @property
    def tasks(self) -> Path:
        """The tasks the playbook has, as listed."""
        return self.directory / "tasks.json"

    @property
    def plugins(self) -> Path:
        """Directory of the callback plugin."""
        return self.directory / "callback"


def save(run: Kept) -> Kept:
    """Write a run down; raises FileError."""
    private_directory(run.directory)
    document = {"schema": SCHEMA, **asdict(replace(run, directory=None))}  # type: ignore[arg-type]
    document["inputs"] = dict(run.inputs)
    del document["directory"]
    write_file(run.directory / "run.json", json.dumps(document, indent=1) + "\n", 0o600)
    return run


def load(directory: Path) -> Kept | None:
    """Read a run; None where there is none, or what is there is damaged."""
    try:
        text = read_text(directory / "run.json")
        values = json.loads(text or "")
        if values.pop("schema") != SCHEMA:
            return None
        for name in ("command", "options"):
            values[name] = tuple(map(str, values[name]))
        values["inputs"] = {str(key): str(value) for key, value in values["inputs"].items()}
        return _sound(Kept(directory=directory, **values))
    except (FileError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _sound(run: Kept) -> Kept:
    """Return the run; raises TypeError or ValueError where a value of it is none."""
    for moment in filter(None, (run.started, run.ended)):
        if datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError("a time without its zone")
    texts = (run.purpose, run.started, run.start_at, run.group, run.boot_id, run.start_again)
    numbers = (run.pid, run.pid_started)
    if not run.command or not all(isinstance(value, str) for value in texts):
        raise TypeError("no text")
    if not all(isinstance(value, int | float) for value in numbers):
        raise TypeError("no number")
    return run
