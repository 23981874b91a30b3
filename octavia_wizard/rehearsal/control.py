"""Starts and stops a rehearsal cloud as a whole."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import (
    bootstrap,
    installation,
    lock,
    preflight,
    private,
    state,
    supervisor,
)
from octavia_wizard.rehearsal.layout import Layout, Service
from octavia_wizard.rehearsal.progress import Phase, Report, Watch
from octavia_wizard.rehearsal.status import Condition, status


@dataclass(frozen=True, slots=True)
class Running:
    """A rehearsal cloud that is ready for use."""

    layout: Layout
    clouds_file: Path
    already: bool
    """It was running before it was asked for."""
    note: str
    """What the operator should know about its state, or ""."""
    elapsed: float
    """Seconds it took."""


def up(
    layout: Layout,
    *,
    fresh: bool = False,
    report: Report,
    cancel: threading.Event | None = None,
) -> Running:
    """Start the cloud, installing it first where needed; does nothing when it is running.

    ``fresh`` drops its state first. Raises LockedError while another start or stop is going on.
    When anything else is raised, nothing of the cloud is left running: RehearsalError says what is
    in the way, Interrupted that ``cancel`` was set.
    """
    watch = Watch(report, cancel)
    preflight.check_platform(layout)
    private.make_directory(layout.root)
    with _explained(layout), lock.hold(layout.lock):
        if not fresh and state.is_ready(layout) and status(layout).condition is Condition.RUNNING:
            return Running(layout, layout.clouds_file, True, "", watch.elapsed)
        supervisor.stop(layout)
        if fresh:
            state.drop(layout)
        preflight.check_ports(layout)
        installation.ensure(layout, watch)
        preflight.check_space(layout.root, preflight.STATE_MIB, "the rehearsal cloud's state")
        note = _start(layout, watch)
        return Running(layout, layout.clouds_file, False, note, watch.elapsed)


def down(layout: Layout) -> list[int]:
    """Stop the cloud and return the ids of the processes that were ended; its state is kept.

    Raises LockedError while it is being started or stopped by another process.
    """
    if not layout.root.exists():
        return []
    with _explained(layout), lock.hold(layout.lock):
        return supervisor.stop(layout)


def clouds_file(layout: Layout) -> Path:
    """Return the path of the clouds.yaml; it exists once the cloud has been started."""
    return layout.clouds_file


def _start(layout: Layout, watch: Watch) -> str:
    watch.tell(Phase.DATABASES, "preparing the state", 0, len(Service))
    note = state.prepare(layout)
    new = not state.is_ready(layout)
    if note:
        watch.tell(Phase.DATABASES, note, 0, len(Service))
    try:
        supervisor.start(layout, watch)
        ready = len(Service)
        watch.tell(Phase.BOOTSTRAP, "logging in", ready, ready)
        bootstrap.check_login(layout)
        if new:
            watch.tell(Phase.BOOTSTRAP, "keeping a copy of the new state", ready, ready)
            state.finish(layout)
        watch.check()
    except BaseException:
        supervisor.stop(layout)
        raise
    return note


@contextmanager
def _explained(layout: Layout) -> Iterator[None]:
    """Turn what the disk refuses into words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RehearsalError(
                f"the disk is full: {layout.root}",
                hint="free some room, or choose another cache directory with XDG_CACHE_HOME",
            ) from error
        where = error.filename or layout.root
        raise RehearsalError(
            f"{where}: {error.strerror or error}",
            hint="the cache directory must be writable; XDG_CACHE_HOME chooses another",
        ) from error
