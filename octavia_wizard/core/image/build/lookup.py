"""Finds the builds of this host: the one that goes on, the one whose image is wanted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.gauge import Told
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.record import BuildRecord, BuildState, builds
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.weights import weights_for
from octavia_wizard.core.image.build.wishes import was_cancelled
from octavia_wizard.core.image.hashes import stamp

OTHER_PATH = "Answer another image.path, or set image.source to file to upload it"
"""What to do where a file of somebody else lies at the path of a build."""
_PIECE = 1 << 16
_KEPT = 20
"""Records of ended builds that are kept with their logs."""


def finished_build(request: BuildRequest, not_before: datetime | None = None) -> BuildRecord | None:
    """Return the build whose image lies at the output as it was made, if it is what is wanted."""
    for record in builds():
        if record.state is not BuildState.DONE or record.result is None:
            continue
        if record.request.output != request.output or not is_unchanged(record):
            continue
        fresh = not_before is None or finished_at(record) >= not_before
        return record if fresh and record.request.fingerprint == request.fingerprint else None
    return None


def is_unchanged(record: BuildRecord) -> bool:
    """Say whether the image of a finished build is still where and as it was put."""
    try:
        return record.result is not None and stamp(record.request.output) == record.result.stamp
    except FileError:
        return False


def owner_of(path: Path) -> BuildRecord | None:
    """Return the build that made the file at a path, if it is unchanged since."""
    for record in builds():
        if record.request.output == path and is_unchanged(record):
            return record
    return None


def holds_other_file(request: BuildRequest) -> bool:
    """Say whether a file that was not built here lies where the image is to be."""
    return request.output.exists() and owner_of(request.output) is None


def finished_at(record: BuildRecord) -> datetime:
    """Return when a build was finished."""
    return datetime.fromisoformat(record.finished)


def running_build(request: BuildRequest) -> BuildRecord | None:
    """Return the build of the same image that goes on, or has ended unnoticed.

    One that was killed is none of these, and neither is one that somebody cancels.
    """
    return next((record for record in _of_image(request) if _is_to_follow(record)), None)


def awaited_build(request: BuildRequest) -> BuildRecord | None:
    """Return the build of the same image that a wizard is about to begin, or cancels just now."""
    for record in _of_image(request):
        if tree.looked_after(record) and not _is_to_follow(record):
            return record
    return None


def abandoned_builds(request: BuildRequest) -> tuple[BuildRecord, ...]:
    """Return the builds of the same image or with the same cache that nobody sees to their end.

    They were killed, or cancelled by a wizard that is gone; they may have left something.
    """
    return tuple(
        record
        for record in builds()
        if record.state is BuildState.RUNNING
        and (is_same(record, request) or record.request.cache_directory == request.cache_directory)
        and not tree.looked_after(record)
        and not _is_to_follow(record)
    )


def is_same(record: BuildRecord, request: BuildRequest) -> bool:
    """Say whether a build is of the same image, to the same place."""
    same = record.request.fingerprint == request.fingerprint
    return same and record.request.output == request.output


def is_over(record: BuildRecord) -> bool:
    """Say whether the script of a build has ended well or badly, and nothing of it is at work."""
    return exit_code(record) is not None and not alive(record)


def _of_image(request: BuildRequest) -> Iterator[BuildRecord]:
    for record in builds():
        if record.state is BuildState.RUNNING and is_same(record, request):
            yield record


def _is_to_follow(record: BuildRecord) -> bool:
    if was_cancelled(record):
        return False
    try:
        return exit_code(record) is not None or alive(record)
    except FileError:
        return alive(record)


def standing_of(record: BuildRecord) -> Standing | None:
    """Return how far a build is that somebody else follows; None where it does not run."""
    if record.state is not BuildState.RUNNING:
        return None
    elapsed = age_of(record)
    began = datetime.fromisoformat(record.started).timestamp()
    reader = Reader(weights_for(record.request, builds()), began)
    reader.go_on_from(Told(record.told, lambda _: None).share)
    with suppress(FileNotFoundError), record.log.open("rb") as log:
        while piece := log.read(_PIECE):
            reader.feed(piece, elapsed)
    return reader.standing(elapsed)


def is_going_on(record: BuildRecord) -> bool:
    """Say whether a build is being prepared, runs, or has its result taken in."""
    if record.state is not BuildState.RUNNING:
        return False
    return alive(record) or tree.looked_after(record)


def forget_old(keep: int = _KEPT) -> None:
    """Remove the records of ended builds but the newest, and those whose image still lies there."""
    ended = [record for record in builds() if record.state is not BuildState.RUNNING]
    for record in ended[keep:]:
        if not is_unchanged(record):
            shutil.rmtree(record.directory, ignore_errors=True)


def lives(pid: int, started: float) -> bool:
    """Say whether a process lives that was created at this time, in seconds since 1970."""
    return sessions.exists(pid, started)


def age_of(record: BuildRecord) -> float:
    """Return the seconds since a build was begun."""
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(record.started)).total_seconds())
