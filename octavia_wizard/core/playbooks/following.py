"""Follow a playbook by the files it writes, whether or not this wizard started it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.detached.beside import beside
from octavia_wizard.core.detached.launching import exit_code
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.playbooks.course import Course
from octavia_wizard.core.playbooks.ending import end_run
from octavia_wizard.core.playbooks.events import Tail, event_of
from octavia_wizard.core.playbooks.kept import Kept, save
from octavia_wizard.core.playbooks.output import OutputReader
from octavia_wizard.core.playbooks.redaction import Lines
from octavia_wizard.core.playbooks.standing import PlayStanding
from octavia_wizard.core.playbooks.tally import Tally
from octavia_wizard.core.stopping import is_asked

_TICK = 0.25
"""Seconds between looks, and so at least between two standings."""
_AT_LEAST = 1.0
"""Seconds after which the standing is told though nothing has changed."""
_DRAIN = 5.0
"""Seconds what it left on this host may go on after it has ended."""


class Follower:
    """Follows one run."""

    def __init__(
        self,
        kept: Kept,
        course: Course,
        tell: Callable[[PlayStanding], None],
        log: Callable[[str], None],
    ) -> None:
        self._kept = kept
        self._course = course
        self._tell = tell
        self._log = log
        self._events = Tail(kept.events)
        self._output = Tail(kept.log)
        self._reader = OutputReader()
        self._told_lines = Lines()
        self._heard = Tally()
        """What the callback plugin told."""
        self._read_off = Tally()
        """What the output told, for runs without the plugin."""
        self._began = datetime.fromisoformat(kept.started)
        self._told: PlayStanding | None = None
        self._told_at = 0.0

    def run(self, cancel: threading.Event) -> None:
        """Follow to the end.

        On ``cancel`` the playbook is ended and Interrupted raised; where nobody asked for that,
        as the terminal was lost, it goes on and Interrupted is raised.
        """
        while True:
            # Looked at before reading: what was written before the end is read after it.
            over = exit_code(self._kept) is not None or not sessions.alive(self._kept)
            self._look()
            if over:
                self._finish()
                return
            if cancel.wait(_TICK):
                if not is_asked(cancel):
                    raise _left_alone()
                self._cancel()
                raise self._cancelled()

    @property
    def tally(self) -> Tally:
        """What is known of the run so far."""
        return self._heard if self._heard.has_begun else self._read_off

    def _look(self) -> None:
        for line in self._events.lines():
            event = event_of(line)
            if event is not None:
                self._heard.add(event)
        for line in self._output.lines():
            self._take(line)
        self._show()

    def _take(self, line: str) -> None:
        for event in self._reader.events(line):
            self._read_off.add(event)
        told = self._told_lines.take(line)
        if told is not None:
            self._log(told)

    def _finish(self) -> None:
        until = time.monotonic() + _DRAIN
        while sessions.alive(self._kept) and time.monotonic() < until:
            time.sleep(0.05)
        self._look()
        for line in self._output.end():
            self._take(line)
        for event in self._reader.end():
            self._read_off.add(event)
        self._show(over=True)

    def _show(self, *, over: bool = False) -> None:
        now = time.monotonic()
        since = now - self._told_at
        if self._told is not None and not over and since < _TICK * 0.9:
            return
        elapsed = max(0.0, (datetime.now(UTC) - self._began).total_seconds())
        standing = self._course.standing(self.tally, elapsed, over=over)
        before = self._told
        if before is not None and not over and since < _AT_LEAST - _TICK / 2:
            still = replace(
                before, elapsed=standing.elapsed, left=standing.left, share=standing.share
            )
            if still == standing:
                return
        self._told, self._told_at = standing, now
        self._tell(standing)

    def _cancel(self) -> None:
        """End it beside reading on, so that one sees how it ends."""
        with suppress(OSError):
            self._kept = save(replace(self._kept, cancelled=True))

        def work(say: Callable[[str], None]) -> None:
            if not end_run(self._kept, say):
                say("some of its processes do not end")

        try:
            beside(f"end-{self._kept.id}", work, self._look, self._log, _TICK)
        finally:
            self._finish()

    def _cancelled(self) -> Interrupted:
        tally = self.tally
        if not tally.tasks:
            return Interrupted("the playbook was cancelled before its first task")
        hosts = ", ".join(sorted(tally.plays[-1].answered)[:5]) if tally.plays else ""
        task = tally.tasks[-1].name
        where = f" on {hosts}" if hosts else ""
        return Interrupted(
            f"the playbook was cancelled at task {task}{where}; what it had begun there may be "
            "half done",
            hint="run it again: each task finds what is still to be done; the log is "
            f"{self._kept.log}",
        )


def _left_alone() -> Interrupted:
    return Interrupted(
        "the wizard was left, or lost its terminal; the playbook goes on",
        hint="octavia-wizard resume follows it",
    )
