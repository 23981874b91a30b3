"""The course of one build, from its preparation to its record."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from octavia_wizard.core.errors import FileError, Interrupted, StepError, WizardError
from octavia_wizard.core.image.build import taking_in
from octavia_wizard.core.image.build.failures import explain
from octavia_wizard.core.image.build.follow import follow
from octavia_wizard.core.image.build.gauge import Gauge, Told
from octavia_wizard.core.image.build.locks import alone
from octavia_wizard.core.image.build.lookup import age_of, forget_old
from octavia_wizard.core.image.build.preparation import Prepared, prepare
from octavia_wizard.core.image.build.process import alive, exit_code, launch
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    builds,
    load_record,
    save_record,
)
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.image.build.tree import forsake
from octavia_wizard.core.image.build.weights import weights_for
from octavia_wizard.core.image.build.wishes import Wish, was_cancelled
from octavia_wizard.core.places import make_directories, private_directory
from octavia_wizard.core.stopping import is_asked

Tell = Callable[[Standing], None]
Log = Callable[[str], None]


class Course:
    """One build as this process sees it; another process or thread may follow the same."""

    def __init__(self, record: BuildRecord, tell: Tell, log: Log, cancel: threading.Event) -> None:
        self._record = record
        told = Told(record.told, tell)
        self._tell = told
        self._log = log
        self._cancel = cancel
        self._wish = Wish(record, cancel)
        began = datetime.fromisoformat(record.started).timestamp()
        self._reader = Reader(weights_for(record.request, builds()), began)
        self._reader.go_on_from(told.share)
        self._gauge = Gauge(self._reader, told, age_of(record))

    def carry_out(self) -> BuildRecord:
        """Prepare and launch the build, then see it through."""
        try:
            with self._gauge.ticking():
                prepared = self._prepare()
            self._launch(prepared)
        except BaseException as error:
            self._give_up(error)
            raise
        self._log(f"build {self._record.id} began; its log is {self._record.log}")
        return self.finish()

    def finish(self) -> BuildRecord:
        """Follow the build to its end, and take its image in."""
        try:
            end = self._follow()
        except BaseException as error:
            self._give_up(error)
            raise
        with alone(self._record, self._cancel):
            try:
                return self._end(end)
            except BaseException as error:
                self._give_up(error)
                raise

    def _follow(self) -> int | StepError:
        """Follow it; return the exit code, or why there is none."""
        began = self._gauge.began
        try:
            return follow(self._record, self._reader, self._tell, self._log, self._cancel, began)
        except StepError as error:
            return error

    def _prepare(self) -> Prepared:
        request = self._record.request
        private_directory(self._record.directory)
        make_directories(request.output.parent)
        taking_in.make_staging(self._record)
        inside = replace(request, work_directory=self._work_directory)
        return prepare(
            inside, self._record, self._gauge.enter, self._gauge.count, self._log, self._wish
        )

    def _launch(self, prepared: Prepared) -> None:
        with alone(self._record, self._cancel):
            if self._wish.is_set():
                raise Interrupted("stopped before the build began")
            self._record = save_record(
                replace(
                    self._record,
                    ref=prepared.ref,
                    commit=prepared.commit,
                    builder_version=prepared.builder_version,
                )
            )
            self._record = launch(
                self._record, prepared.argv, prepared.environment, prepared.directory
            )

    @property
    def _work_directory(self) -> Path:
        return self._record.request.work_directory / self._record.id

    def _end(self, end: int | StepError) -> BuildRecord:
        """Take in how it ended, unless somebody else did that already."""
        known = load_record(self._record.directory) or self._record
        if known.state is BuildState.DONE:
            return known
        if known.state is BuildState.CANCELLED or was_cancelled(known):
            raise Interrupted("the build was cancelled from elsewhere")
        if known.state is BuildState.FAILED:
            message, _, hint = known.message.rpartition("\n")
            raise StepError(message or hint, hint=hint if message else f"see {known.log}")
        self._record = known
        if isinstance(end, StepError):
            raise end
        if end != 0:
            raise self._failure(end)
        with self._gauge.ticking():
            taken = taking_in.take_in(known, self._gauge, self._wish)
        self._clear()
        record = replace(
            taken,
            state=BuildState.DONE,
            finished=_now(),
            elapsed=round(self._gauge.elapsed, 1),
            durations=self._gauge.complete(),
        )
        save_record(record)
        with suppress(FileError):
            forget_old()
        return record

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
        if self._goes_on(error):
            return
        self._clear()
        self._save(
            replace(
                self._record,
                state=state,
                message=message,
                finished=_now(),
                elapsed=round(self._gauge.elapsed, 1),
            )
        )

    def _save(self, record: BuildRecord) -> None:
        """Write down that this process is done with the build, if that can be written."""
        try:
            save_record(record)
        except FileError as error:
            forsake(record)
            self._log(f"how the build ended could not be written down: {error.message}")

    def _goes_on(self, error: BaseException) -> bool:
        """Say whether the build is not over yet, or was brought to its end by somebody else."""
        if alive(self._record):
            # Only the follower was stopped, e.g. by a second Ctrl-C.
            return True
        known = self._record
        with suppress(FileError):
            known = load_record(self._record.directory) or known
        if known.state is not BuildState.RUNNING:
            return True
        if isinstance(error, Interrupted | KeyboardInterrupt):
            kept = bool(known.pid) and not self._is_unwanted()
        else:
            kept = isinstance(error, FileError) and self._is_whole()
        if kept:
            # The next wizard takes it in, be that its image or why it failed.
            self._save(replace(known, wizard_pid=0, wizard_started=0.0))
        return kept

    def _is_unwanted(self) -> bool:
        return is_asked(self._cancel) or was_cancelled(self._record)

    def _is_whole(self) -> bool:
        with suppress(FileError):
            return exit_code(self._record) == 0
        return False

    def _clear(self) -> None:
        taking_in.clear(self._record, self._work_directory, self._log)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
