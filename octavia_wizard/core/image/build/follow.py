"""Follow a build by the file it writes into, whether or not this wizard started it."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.detached.beside import beside
from octavia_wizard.core.errors import FileError, Interrupted, StepError
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.cancel import cancel_build
from octavia_wizard.core.image.build.leftovers import note_directories
from octavia_wizard.core.image.build.phases import ORDER
from octavia_wizard.core.image.build.process import alive, exit_code
from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.stopping import is_asked

_TICK = 0.25
"""Seconds between looks at the log, and so at least between two standings."""
_AT_LEAST = 1.0
"""Seconds after which the standing is told though nothing has changed."""
_PIECE = 65536
_ASK = 2.0
"""Seconds between questions to qemu-img."""
_DRAIN = 5.0
"""Seconds the writer of the log may go on after the build has ended."""
_LATER = ("pre-install.d", "install.d", "post-install.d", "finalise.d", "cleanup.d")
"""Phases whose scripts are known for good once extra-data.d is over: it still adds some."""
_EARLIER = ("root.d", "extra-data.d")
_SCRIPT_NAME = re.compile(r"[0-9A-Za-z_-]+")
"""Names dib-run-parts runs (diskimage-builder 3.43)."""


def follow(
    record: BuildRecord,
    reader: Reader,
    tell: Callable[[Standing], None],
    log: Callable[[str], None],
    cancel: threading.Event,
    began: float | None = None,
) -> int:
    """Read a build's log from its start to its end, and return the exit code.

    Standings are told once to four times a second, lines as they come; both from this thread.
    ``began`` is when it began by ``time.monotonic()``; without it, the record says. On
    ``cancel`` the build is cancelled and cleaned up, and Interrupted raised; where nobody asked
    for that, as the terminal was lost, the build goes on and Interrupted is raised. Raises
    StepError where it ended without an exit code, and FileError.
    """
    return _Follower(record, reader, tell, log, began).run(cancel)


class _Follower:
    def __init__(
        self,
        record: BuildRecord,
        reader: Reader,
        tell: Callable[[Standing], None],
        log: Callable[[str], None],
        began: float | None,
    ) -> None:
        self._record = record
        self._reader = reader
        self._tell = tell
        self._log = log
        started = datetime.fromisoformat(record.started)
        age = max(0.0, (datetime.now(UTC) - started).total_seconds())
        self._began = time.monotonic() - age if began is None else began
        self._told: Standing | None = None
        self._counted: set[str] = set()
        self._noted = False
        self._asked = 0.0
        self._caught_up = False
        """What a build did before it was followed is not told as if it happened now."""

    def run(self, cancel: threading.Event) -> int:
        """Follow to the end."""
        with _opened(self._record.log) as log:
            while True:
                # Looked at before reading: what was written before the end is read after it.
                over, code = not alive(self._record), exit_code(self._record)
                self._look(log)
                if code is not None:
                    return self._end(log, code)
                if over:
                    self._end(log, None)
                    raise self._vanished()
                if cancel.wait(_TICK):
                    if not is_asked(cancel):
                        raise _left_alone()
                    self._cancel(log)
                    raise Interrupted("the build was cancelled and cleaned up")

    @property
    def _at(self) -> float:
        return time.monotonic() - self._began

    def _look(self, log: BinaryIO) -> None:
        self._read(log)
        self._count_scripts()
        self._note_directories()
        self._ask_converter()
        self._show()

    def _read(self, log: BinaryIO) -> None:
        while data := log.read(_PIECE):
            for line in self._reader.feed(data, self._at):
                self._log(line)
            if self._caught_up:
                self._show()
        self._caught_up = True

    def _show(self, *, now: bool = False) -> None:
        standing = self._reader.standing(self._at)
        if self._told is not None and not now:
            since = standing.elapsed - self._told.elapsed
            still = replace(
                self._told, elapsed=standing.elapsed, left=standing.left, quiet=standing.quiet
            )
            if since < _TICK * 0.9 or (since < _AT_LEAST - _TICK / 2 and still == standing):
                return
        self._told = standing
        self._tell(standing)

    def _end(self, log: BinaryIO, code: int | None) -> int:
        """Read what the writer of the log still has to write."""
        until = time.monotonic() + _DRAIN
        while alive(self._record) and time.monotonic() < until:
            time.sleep(0.05)
            self._read(log)
        self._read(log)
        for line in self._reader.finish(self._at):
            self._log(line)
        self._show(now=True)
        return -1 if code is None else code

    def _vanished(self) -> StepError:
        if self._record.boot_id != sessions.boot_id():
            what = "this host was restarted while the image was built"
        else:
            what = "the build was killed from outside: it ended without an exit code"
        return StepError(
            what,
            hint="clear up what it left, and build again; if memory ran out, the kernel's log "
            f"(dmesg) says so. The log of the build is {self._record.log}",
        )

    def _cancel(self, log: BinaryIO) -> None:
        """Cancel beside reading on, so that one sees how it cleans up."""

        def look() -> None:
            self._read(log)
            self._show()

        def work(say: Callable[[str], None]) -> None:
            cancel_build(self._record, say)

        beside(f"cancel-{self._record.id}", work, look, self._log, _TICK)

    def _count_scripts(self) -> None:
        """Take in how many scripts the phases have, as soon as that is certain."""
        phase, hooks = self._reader.phase, self._reader.build_directory
        if not hooks or ORDER.get(phase, 0) < ORDER["root.d"]:
            return
        wanted = _EARLIER if phase in _EARLIER else _LATER
        for name in wanted:
            if name not in self._counted:
                count = _scripts(Path(hooks) / "hooks" / name)
                if count:
                    self._counted.add(name)
                    self._reader.set_total(name, count)

    def _note_directories(self) -> None:
        if not self._noted and self._reader.build_directory:
            with suppress(FileError):
                self._noted = note_directories(self._record)

    def _ask_converter(self) -> None:
        """Have qemu-img write its percentage into the log; it does so on SIGUSR1 alone."""
        now = time.monotonic()
        if self._reader.phase != "convert" or now - self._asked < _ASK:
            return
        self._asked = now
        process = tree.converter(self._record)
        if process is not None and sessions.catches(process.pid, signal.SIGUSR1):
            with suppress(OSError):
                os.kill(process.pid, signal.SIGUSR1)


def _left_alone() -> Interrupted:
    return Interrupted(
        "the terminal was lost; the build goes on",
        hint="octavia-wizard resume, or image build, follows it",
    )


def _scripts(directory: Path) -> int:
    """Count the scripts dib-run-parts would run in a directory; 0 where it cannot be read."""
    try:
        found = list(directory.iterdir())
    except OSError:
        return 0
    return sum(
        bool(_SCRIPT_NAME.fullmatch(path.name)) and path.is_file() and os.access(path, os.X_OK)
        for path in found
    )


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from None
