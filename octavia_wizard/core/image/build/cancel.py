"""Cancel a build in the one way that lets it clean up after itself.

Measured with diskimage-builder 3.43: a signal to the script alone leaves the build running, and
one to its whole session leaves mounts and loop devices behind. Once everything below
disk-image-create but the writer of its log gets SIGTERM, it ends with 143 and tidies up within
seconds. Its tidying tries to unmount for up to two minutes.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import psutil

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.image.build import tree
from octavia_wizard.core.image.build.cleaning import clean, send
from octavia_wizard.core.image.build.leftovers import find_leftovers, note_directories
from octavia_wizard.core.image.build.locks import alone, locked
from octavia_wizard.core.image.build.process import alive
from octavia_wizard.core.image.build.record import (
    BuildRecord,
    BuildState,
    load_record,
    save_record,
)
from octavia_wizard.core.image.build.wishes import mark_cancelled, was_cancelled

_AGAIN = 10.0
"""Seconds until what did not end is signalled again."""
_POLL = 0.2
_TRANSIENT = 1.0
"""Seconds within which a new child of disk-image-create may belong to its tidying."""
_KILLING = 10.0
"""Seconds the kernel has to end what was killed."""


def cancel_build(
    record: BuildRecord,
    tell: Callable[[str], None] = lambda line: None,
    *,
    patience: float = 180.0,
) -> None:
    """End a build and see to it that nothing of it is left; its record then says cancelled.

    After ``patience`` seconds it is killed, and what it then leaves is removed. What cannot be
    removed is told, and written into the record. A build whose image was taken in meanwhile
    stays as it is. Raises FileError, LockedError.
    """
    with suppress(FileError):
        note_directories(record)
    begun = was_cancelled(record)
    try:
        # Whoever prepares or follows it meanwhile should not take its end for a failure.
        mark_cancelled(record)
    except FileError as error:
        # A full disk is no reason to let it go on.
        tell(error.message)
        _end(record, tell, patience, begun=begun)
        _finish(record, tell)
        return
    # Two that signal at once would end each other's clean-up.
    with locked(record.directory / "cancel"):
        _end(load_record(record.directory) or record, tell, patience, begun=begun)
        with alone(record):
            now = load_record(record.directory) or record
            if now.state is not BuildState.RUNNING:
                return
            _end(now, tell, patience, begun=begun)
            _finish(now, tell)


def _end(record: BuildRecord, tell: Callable[[str], None], patience: float, *, begun: bool) -> None:
    if not alive(record):
        return
    tell("ending the build; it cleans up after itself")
    if not _Ending(record, begun=begun).wait(patience):
        tell(f"the build did not end within {patience:.0f} seconds; killing it")
        _kill(record)


def _finish(record: BuildRecord, tell: Callable[[str], None]) -> None:
    """Remove what is left, and write down that it is cancelled."""
    ended = replace(
        record,
        state=BuildState.CANCELLED,
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        message="cancelled",
    )
    left: tuple[str, ...] = tuple(
        f"process {process.pid}: it does not end" for process in sessions.members(record)
    )
    left += clean(find_leftovers(ended), tell)
    if left:
        ended = replace(ended, message="\n".join(("cancelled; left behind:", *left)))
        tell(f"could not be removed: {'; '.join(left)}")
    began = datetime.fromisoformat(ended.started)
    save_record(replace(ended, elapsed=(datetime.now(UTC) - began).total_seconds()))


class _Ending:
    """Signals to what a build is doing, until nothing of it lives."""

    def __init__(self, record: BuildRecord, *, begun: bool) -> None:
        self._record = record
        self._sent: dict[int, float] = {}
        # Whoever ended it before, and was killed, may have had it begin to clean up.
        self._round = time.monotonic() if begun else 0.0
        """When all below disk-image-create was last signalled; 0 before the first time."""

    def wait(self, patience: float) -> bool:
        """Signal until nothing lives any more; False after ``patience`` seconds."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            processes = sessions.members(self._record)
            if not processes:
                return True
            self._signal(processes)
            time.sleep(_POLL)
        return not sessions.members(self._record)

    def _signal(self, processes: list[psutil.Process]) -> None:
        now = time.monotonic()
        spared = tree.writers(processes)
        driver = tree.driver(processes)
        if driver is None:
            # Nothing is mounted yet, or everything is unmounted again: all but the shell that
            # keeps the exit code may go. Should disk-image-create appear after all, as a child
            # of what was just ended, the next round finds it.
            head = sessions.leader(self._record)
            spared |= {head.pid} if head else set()
            self._send((p for p in processes if p.pid not in spared), now)
            return
        below = [p for p in sessions.descendants(driver) if p.pid not in spared]
        kin = {driver.pid, *(p.pid for p in sessions.ancestors(driver)), *(p.pid for p in below)}
        # What was started while its parents were being ended is nobody's child.
        self._send((p for p in processes if p.pid not in kin | spared), now)
        if self._round and now - self._round < _AGAIN:
            return
        targets = below if not self._round else self._without_tidying(driver, below)
        self._send(targets, now)
        if targets:
            self._round = now

    def _without_tidying(
        self, driver: psutil.Process, below: list[psutil.Process]
    ) -> list[psutil.Process]:
        """Leave out what disk-image-create started in order to clean up."""
        kept: set[int] = {driver.pid}
        chosen = []
        for process in below:  # each after its parent
            with suppress(psutil.Error):
                parent = process.ppid()
                if parent not in kept:
                    continue
                young = time.time() - process.create_time() < _TRANSIENT
                if parent == driver.pid and (young or tree.tidying(process)):
                    continue
                kept.add(process.pid)
                chosen.append(process)
        return chosen

    def _send(self, processes: Iterable[psutil.Process], now: float) -> None:
        for process in processes:
            if now - self._sent.get(process.pid, -_AGAIN) >= _AGAIN:
                self._sent[process.pid] = now
                send(process.pid, signal.SIGTERM)


def _kill(record: BuildRecord) -> None:
    until = time.monotonic() + _KILLING
    while time.monotonic() < until:
        processes = sessions.members(record)
        if not processes:
            return
        for process in processes:
            send(process.pid, signal.SIGKILL)
        time.sleep(_POLL)
