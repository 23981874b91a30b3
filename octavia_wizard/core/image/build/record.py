"""What is kept of a build on this host: its request, its process, its log and its outcome.

A build belongs to the host, not to a deployment: its process goes on when the wizard that
started it is gone, and the next wizard finds it here. Each build has a private directory
``<state>/builds/<id>/`` with ``build.json``, ``log`` (all the script wrote) and ``code`` (its
exit code, written by the process itself, so that nobody need be there to receive it).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import psutil

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import is_there, read_text, write_file
from octavia_wizard.core.image.build.request import BuildRequest, document_of, request_from
from octavia_wizard.core.places import private_directory, state_root

SCHEMA = 1


class BuildState(StrEnum):
    """What became of a build."""

    RUNNING = "running"
    """Its outcome was not taken in yet; its process may have ended meanwhile, or been killed."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A finished image, as it was right after the build."""

    stamp: str
    """``hashes.stamp`` of the file."""
    size: int
    """Bytes."""
    virtual_size: int | None
    """Bytes of the disk a guest sees."""
    md5: str
    sha512: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """One build."""

    id: str
    request: BuildRequest
    started: str
    """UTC, ISO 8601, seconds."""
    state: BuildState = BuildState.RUNNING
    pid: int = 0
    """Leader of the session the build runs in; 0 before it was started."""
    pid_started: float = 0.0
    """When that process was created, in seconds since 1970, which tells it from a later one."""
    boot_id: str = ""
    """The boot of this host it was started in."""
    wizard_pid: int = 0
    """The process that prepares, started or follows it."""
    wizard_started: float = 0.0
    """When that process was created, in seconds since 1970."""
    staging: str = ""
    """Directory beside the output in which the image comes about."""
    ref: str = ""
    """The branch, tag or commit that was taken."""
    commit: str = ""
    """The commit of Octavia's repository."""
    builder_version: str = ""
    finished: str = ""
    """UTC, ISO 8601, seconds."""
    elapsed: float = 0.0
    """Seconds."""
    message: str = ""
    """Why it failed, with the cure."""
    result: Result | None = None
    durations: Mapping[str, float] = field(default_factory=dict)
    """Seconds each phase took, by its id."""

    @property
    def directory(self) -> Path:
        """The private directory of this build."""
        return builds_root() / self.id

    @property
    def log(self) -> Path:
        """All the script wrote."""
        return self.directory / "log"

    @property
    def told(self) -> Path:
        """How far it was told to be last."""
        return self.directory / "share"

    @property
    def code(self) -> Path:
        """The exit code of the script, once it has ended."""
        return self.directory / "code"


def builds_root() -> Path:
    """Return the directory of all builds of this host."""
    return state_root() / "builds"


def new_record(request: BuildRequest, *, now: datetime | None = None) -> BuildRecord:
    """Begin a record; nothing is written yet."""
    at = now or datetime.now(UTC)
    name = f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    own = psutil.Process()
    return BuildRecord(
        id=name,
        request=request,
        started=at.isoformat(timespec="seconds"),
        wizard_pid=own.pid,
        wizard_started=own.create_time(),
    )


def save_record(record: BuildRecord) -> BuildRecord:
    """Write a record down; raises FileError."""
    private_directory(record.directory)
    document = {
        "schema": SCHEMA,
        **asdict(replace(record, request=None)),  # type: ignore[arg-type]
        "request": document_of(record.request),
    }
    write_file(record.directory / "build.json", json.dumps(document, indent=1) + "\n", 0o600)
    return record


def load_record(directory: Path) -> BuildRecord | None:
    """Read the record of a build; None where there is none, FileError for a damaged one."""
    path = directory / "build.json"
    text = read_text(path)
    if text is None:
        return None
    try:
        values = json.loads(text)
        if values.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        values["request"] = request_from(values["request"])
        values["state"] = BuildState(values["state"])
        if values["result"] is not None:
            values["result"] = Result(**values["result"])
        return BuildRecord(**values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FileError(
            f"{path} is damaged: {error}", hint=f"move {directory} away if nothing is built there"
        ) from None


def builds() -> tuple[BuildRecord, ...]:
    """Return the builds of this host, the newest first; damaged records are left out."""
    root = builds_root()
    if not is_there(root):
        return ()
    try:
        directories = sorted(root.iterdir(), reverse=True)
    except OSError as error:
        raise FileError(f"cannot look into {root}: {error.strerror}") from None
    found = []
    for directory in directories:
        try:
            record = load_record(directory)
        except FileError:
            continue
        if record is not None:
            found.append(record)
    return tuple(found)
