"""End a playbook in the way that lets Ansible come to an orderly end, or else by force.

Ansible ends on SIGINT as on Ctrl-C: it stops its workers and leaves with an exit code. It goes
to ansible-playbook alone; the wrapper around it then still says how it ended.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.detached.launching import exit_code
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.playbooks.kept import Kept

INTERRUPTED = 30.0
"""Seconds Ansible has to end by itself."""
TERMINATED = 10.0
"""Seconds it has after SIGTERM."""
_KILLED = 10.0
"""Seconds the kernel has to end what was killed."""
_POLL = 0.1


def end_run(kept: Kept, tell: Callable[[str], None]) -> bool:
    """End a run; returns whether nothing of it is left."""
    tell("ending the playbook; Ansible finishes what it has begun on this host")
    told: set[int] = set()

    def interrupt() -> None:
        for process in _playbooks(kept):
            if process.pid not in told:
                told.add(process.pid)
                # Started where SIGINT is ignored, it ignores that as well.
                heard = sessions.catches(process.pid, signal.SIGINT)
                _send(process, signal.SIGINT if heard else signal.SIGTERM)

    if not _until_gone(kept, INTERRUPTED, interrupt):
        tell("it has not ended; asking it again, with SIGTERM")
        _all(kept, signal.SIGTERM)
        if not _until_gone(kept, TERMINATED):
            tell("it has not ended; killing it")
            _all(kept, signal.SIGKILL)
    # What it started on this host may have stayed.
    _all(kept, signal.SIGKILL)
    return _until_gone(kept, _KILLED)


def _until_gone(kept: Kept, seconds: float, act: Callable[[], None] = lambda: None) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not sessions.alive(kept) or (_has_code(kept) and not _playbooks(kept)):
            return True
        act()
        time.sleep(_POLL)
    return not sessions.alive(kept)


def _playbooks(kept: Kept) -> list[psutil.Process]:
    """Return the ansible-playbook processes that are no workers of another."""
    found = {p.pid: p for p in sessions.members(kept) if _is_playbook(p)}
    return [p for p in found.values() if sessions.parent_of(p) not in found]


def _is_playbook(process: psutil.Process) -> bool:
    words = [os.path.basename(word) for word in sessions.command_line(process)[:4]]
    return "ansible-playbook" in words and words[0] != "sh"


def _has_code(kept: Kept) -> bool:
    with suppress(FileError):
        return exit_code(kept) is not None
    return True


def _all(kept: Kept, number: signal.Signals) -> None:
    """Send a signal to all of it but the shell that is to write down its exit code."""
    head = sessions.leader(kept)
    for process in sessions.members(kept):
        if head is None or process.pid != head.pid:
            _send(process, number)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.Error):
        process.send_signal(number)
