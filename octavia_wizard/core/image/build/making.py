"""Sees to it that an image comes about: follows the build of it that goes on, or begins one.

A build that goes on already is not begun twice, whoever started it; a finished one is taken in as
it is; of one that was killed, what it left is cleared away before the next begins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import psutil

from octavia_wizard.core.errors import Interrupted, LockedError, StepError
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.course import Course
from octavia_wizard.core.image.build.leftovers import clean, find_leftovers
from octavia_wizard.core.image.build.locks import alone, locked
from octavia_wizard.core.image.build.lookup import (
    OTHER_PATH,
    abandoned_builds,
    awaited_build,
    finished_at,
    finished_build,
    holds_other_file,
    is_going_on,
    owner_of,
    running_build,
    standing_of,
)
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    builds,
    builds_root,
    load_record,
    new_record,
    save_record,
)
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.wishes import was_cancelled
from octavia_wizard.core.places import private_directory
from octavia_wizard.core.stopping import is_asked

__all__ = [
    "bring_about",
    "finished_at",
    "finished_build",
    "owner_of",
    "running_build",
    "standing_of",
]

Tell = Callable[[Standing], None]
Log = Callable[[str], None]

_PAUSE = 0.5
"""Seconds between looks at a build that somebody else prepares."""
_LONGEST = 3600.0
"""Seconds somebody else may prepare it: packages and sources come over the network."""
_KILLED = "the build was killed, or the host was restarted while it went on"
_NEVER_BEGUN = "the wizard that prepared the build was killed before it began"


def bring_about(
    request: BuildRequest,
    *,
    tell: Tell,
    log: Log,
    cancel: threading.Event,
) -> BuildRecord:
    """Follow the build of this image that goes on, or build it; return its record when done.

    Raises StepError with cause and cure when it fails, Interrupted after it was cancelled and
    cleaned up or was left to itself because the terminal was lost, LockedError while another
    build uses the same cache.
    """
    for record in abandoned_builds(request):
        settle(record, log)
    until = time.monotonic() + _LONGEST
    told = ""
    while True:
        running = running_build(request)
        if running is not None:
            log(f"following build {running.id}, begun {running.started}; its log is {running.log}")
            return Course(take_over(running, cancel), tell, log, cancel).finish()
        other = awaited_build(request)
        if other is None:
            try:
                record = begin(request)
            except LockedError:
                if running_build(request) is None and awaited_build(request) is None:
                    raise
                continue
            return Course(record, tell, log, cancel).carry_out()
        if told != other.id:
            log(f"waiting for build {other.id}, which process {other.wizard_pid} looks after")
            told = other.id
        _wait(other, tell, log, cancel)
        if time.monotonic() > until:
            raise LockedError(
                f"build {other.id} of this image was not begun within an hour",
                hint=f"end process {other.wizard_pid}, which looks after it",
            )


def _wait(other: BuildRecord, tell: Tell, log: Log, cancel: threading.Event) -> None:
    """Wait a moment for a build that is being prepared or cancelled; raises Interrupted."""
    standing = standing_of(other)
    if standing is not None:
        tell(standing)
    if not cancel.wait(_PAUSE):
        return
    if is_asked(cancel):
        cancel_build(other, log)
        raise Interrupted("the build was cancelled while it was prepared")
    raise Interrupted("stopped while another wizard prepares the build")


def settle(record: BuildRecord, log: Log) -> None:
    """Clear away what a build left that was killed or given up, and write down its end.

    What cannot be removed is told, and stands in nobody's way here.
    """
    if was_cancelled(record):
        log(f"build {record.id} was being cancelled when its wizard ended: going on with that")
        cancel_build(record, log)
        return
    with alone(record):
        now = load_record(record.directory)
        if now is None or now.state is not BuildState.RUNNING:
            return
        message = _KILLED if now.pid else _NEVER_BEGUN
        log(f"build {now.id}: {message}; clearing away what it left")
        left = clean(find_leftovers(now), log)
        if left:
            log(f"could not be removed: {'; '.join(left)}")
            message = "\n".join((f"{message}; left behind:", *left))
        at = datetime.now(UTC).isoformat(timespec="seconds")
        save_record(replace(now, state=BuildState.FAILED, message=message, finished=at))


def take_over(record: BuildRecord, cancel: threading.Event) -> BuildRecord:
    """Write down that this process follows a build now, unless its wizard still does."""
    if tree.looked_after(record):
        return record
    own = psutil.Process()
    with alone(record, cancel):
        # Somebody else may have brought it to its end meanwhile.
        now = load_record(record.directory) or record
        if now.state is not BuildState.RUNNING:
            return now
        return save_record(replace(now, wizard_pid=own.pid, wizard_started=own.create_time()))


def begin(request: BuildRequest) -> BuildRecord:
    """Write down that a build begins; raises LockedError while another one uses its cache.

    Raises StepError where a file lies at its output that was not built here.
    """
    if holds_other_file(request):
        raise StepError(
            f"{request.output} is there, and this wizard did not build it", hint=OTHER_PATH
        )
    private_directory(builds_root())
    with locked(builds_root() / "lock"):
        for record in builds():
            if record.request.cache_directory == request.cache_directory and is_going_on(record):
                raise LockedError(
                    f"another build uses the cache {request.cache_directory}: {record.id}, "
                    f"begun {record.started}",
                    hint="wait for it, cancel it, or answer another image.cache_directory",
                )
        record = new_record(request)
        staging = request.output.parent / f".{request.output.name}.{record.id}"
        return save_record(replace(record, staging=str(staging)))
