"""Makes an image from beginning to end: prepare, build, check, move into place, write down.

A build that goes on already is followed and not begun twice, whoever started it; a finished one
is taken as it is.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil

from octavia_wizard.core.errors import (
    FileError,
    Interrupted,
    LockedError,
    StepError,
    WizardError,
)
from octavia_wizard.core.files import sync_directory
from octavia_wizard.core.image.build.cancel import was_cancelled
from octavia_wizard.core.image.build.failures import explain
from octavia_wizard.core.image.build.follow import follow
from octavia_wizard.core.image.build.gauge import Gauge
from octavia_wizard.core.image.build.leftovers import clean, find_leftovers
from octavia_wizard.core.image.build.lookup import (
    age_of,
    finished_at,
    finished_build,
    forget_old,
    is_going_on,
    lives,
    owner_of,
    running_build,
    standing_of,
)
from octavia_wizard.core.image.build.preparation import Prepared, prepare
from octavia_wizard.core.image.build.process import alive, launch
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    Result,
    builds,
    builds_root,
    load_record,
    new_record,
    save_record,
)
from octavia_wizard.core.image.build.request import BuildRequest
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.weights import weights_for
from octavia_wizard.core.image.hashes import hashes, remember, stamp
from octavia_wizard.core.image.inspect import inspect_image
from octavia_wizard.core.places import make_directories, private_directory

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


def bring_about(
    request: BuildRequest,
    *,
    tell: Tell,
    log: Log,
    cancel: threading.Event,
) -> BuildRecord:
    """Follow the build of this image that goes on, or build it; return its record when done.

    Raises StepError with cause and cure when it fails, Interrupted after it was cancelled and
    cleaned up, LockedError while another build uses the same cache.
    """
    running = running_build(request)
    if running is None:
        return _Making(begin(request), tell, log, cancel).carry_out()
    log(f"following build {running.id}, begun {running.started}; its log is {running.log}")
    return _Making(take_over(running), tell, log, cancel).finish()


def take_over(record: BuildRecord) -> BuildRecord:
    """Write down that this process follows a build now, unless its wizard still does."""
    if lives(record.wizard_pid, record.wizard_started):
        return record
    own = psutil.Process()
    return save_record(replace(record, wizard_pid=own.pid, wizard_started=own.create_time()))


def begin(request: BuildRequest) -> BuildRecord:
    """Write down that a build begins; raises LockedError while another one uses its cache."""
    private_directory(builds_root())
    with _locked(builds_root() / "lock"):
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


class _Making:
    """One build, from its preparation to its record."""

    def __init__(self, record: BuildRecord, tell: Tell, log: Log, cancel: threading.Event) -> None:
        self._record = record
        self._tell = tell
        self._log = log
        self._cancel = cancel
        began = datetime.fromisoformat(record.started).timestamp()
        self._reader = Reader(weights_for(record.request, builds()), began)
        self._gauge = Gauge(self._reader, tell, age_of(record))

    def carry_out(self) -> BuildRecord:
        """Prepare and launch the build, then see it through."""
        try:
            with self._gauge.ticking():
                prepared = self._prepare()
            self._record = save_record(
                replace(
                    self._record,
                    ref=prepared.ref,
                    commit=prepared.commit,
                    builder_version=prepared.builder_version,
                )
            )
            if self._cancel.is_set():
                raise Interrupted("stopped before the build began")
            self._record = launch(
                self._record, prepared.argv, prepared.environment, prepared.directory
            )
        except BaseException as error:
            self._give_up(error)
            raise
        self._log(f"build {self._record.id} began; its log is {self._record.log}")
        return self.finish()

    def finish(self) -> BuildRecord:
        """Follow the build to its end, and take its image in."""
        try:
            code = follow(
                self._record, self._reader, self._tell, self._log, self._cancel, self._gauge.began
            )
            with _locked(self._record.directory / "end"):
                ended = load_record(self._record.directory)
                if ended is not None and ended.state is BuildState.DONE:
                    return ended
                if was_cancelled(self._record):
                    raise Interrupted("the build was cancelled from elsewhere")
                if code != 0:
                    raise self._failure(code)
                with self._gauge.ticking():
                    return self._take_in()
        except BaseException as error:
            self._give_up(error)
            raise

    def _prepare(self) -> Prepared:
        request = self._record.request
        private_directory(self._record.directory)
        make_directories(request.output.parent)
        Path(self._record.staging).mkdir(mode=0o755, exist_ok=True)
        inside = replace(request, work_directory=self._work_directory)
        return prepare(
            inside, self._record, self._gauge.enter, self._gauge.count, self._log, self._cancel
        )

    @property
    def _work_directory(self) -> Path:
        return self._record.request.work_directory / self._record.id

    def _take_in(self) -> BuildRecord:
        """Check the image, hash it, and move it into place."""
        request, made = self._record.request, self._made()
        self._gauge.enter("check")
        file = inspect_image(made, request.disk_format, thorough=True)
        if file.problems:
            raise StepError(
                f"the image that was built cannot be used: {'; '.join(file.problems)}",
                hint=f"see {self._record.log}",
            )
        digests = hashes(
            made, lambda done, total: self._gauge.count(done, total, "bytes"), self._cancel
        )
        os.replace(made, request.output)
        sync_directory(request.output.parent)
        taken = stamp(request.output)
        with suppress(FileError):
            remember(request.output, digests, taken)
        self._keep_manifest()
        self._clear()
        record = replace(
            self._record,
            state=BuildState.DONE,
            finished=_now(),
            elapsed=round(self._gauge.elapsed, 1),
            durations=self._gauge.complete(),
            result=Result(
                stamp=taken,
                size=file.size,
                virtual_size=file.virtual_size,
                md5=digests.md5,
                sha512=digests.sha512,
            ),
        )
        save_record(record)
        forget_old()
        return record

    def _made(self) -> Path:
        """Return the image in the staging directory."""
        path = Path(self._record.staging) / self._record.request.output.name
        if not path.exists():
            raise StepError(
                f"the build said it had made {path}, but there is no such file",
                hint=f"see {self._record.log}",
            )
        return path

    def _keep_manifest(self) -> None:
        """Keep what diskimage-builder tells of the image's content."""
        for directory in Path(self._record.staging).glob("*.d"):
            with suppress(OSError):
                shutil.move(directory, self._record.directory / "manifest")

    def _failure(self, code: int) -> StepError:
        failure = explain(self._reader, code, self._record.request)
        where = f"in {failure.place}" if failure.place else ""
        lines = [failure.summary, failure.line, where, failure.cause]
        return StepError(
            "\n".join(dict.fromkeys(filter(None, lines))),
            hint=f"{failure.remedy}; the whole log is {self._record.log}",
        )

    def _give_up(self, error: BaseException) -> None:
        """Write down how it ended; what is left of it is cleared away."""
        if isinstance(error, Interrupted | KeyboardInterrupt):
            state, message = BuildState.CANCELLED, "cancelled"
        else:
            state, message = BuildState.FAILED, str(error)
        if isinstance(error, WizardError) and error.hint and state is BuildState.FAILED:
            message = f"{error.message}\n{error.hint}"
        if alive(self._record):
            # Only the follower was stopped, e.g. by a second Ctrl-C: the build goes on.
            return
        self._clear()
        with suppress(FileError):
            ended = replace(
                self._record,
                state=state,
                message=message,
                finished=_now(),
                elapsed=round(self._gauge.elapsed, 1),
            )
            save_record(ended)

    def _clear(self) -> None:
        left = clean(find_leftovers(self._record), self._log) if self._record.pid else ()
        if left:
            self._log(f"could not be removed: {', '.join(left)}")
            return
        for directory in (Path(self._record.staging), self._work_directory):
            shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock file; the kernel lets go of it however the process ends."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise FileError(f"cannot lock {path}: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
