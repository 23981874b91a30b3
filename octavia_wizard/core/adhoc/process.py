"""Wait for a child, and end it with all it started where that takes too long or is not wanted."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from contextlib import suppress

import psutil

_POLL = 0.1
_PATIENCE = ((signal.SIGINT, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0))
"""Signals to end it by, each with the seconds it gets before the next."""


def wait_or_end(
    child: subprocess.Popen[bytes], deadline: float, cancel: threading.Event | None = None
) -> int | None:
    """Return the exit code, or None where the child was ended: after ``deadline`` seconds, or
    once ``cancel`` is set."""
    until = time.monotonic() + deadline
    try:
        while time.monotonic() < until and not (cancel is not None and cancel.is_set()):
            with suppress(subprocess.TimeoutExpired):
                return child.wait(_POLL)
    except BaseException:
        _end(child)
        raise
    _end(child)
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    family: dict[int, psutil.Process] = {}
    for number, patience in _PATIENCE:
        _gather(child, family)
        for process in family.values():
            # Workers of ansible-core 2.19 are in sessions of their own.
            with suppress(psutil.Error):
                process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(patience)
        _, left = psutil.wait_procs(list(family.values()), timeout=0.2)
        if child.returncode is not None and not left:
            return


def _gather(child: subprocess.Popen[bytes], family: dict[int, psutil.Process]) -> None:
    """Add the child and all below it; what has lost its parent since stays known."""
    with suppress(psutil.Error):
        head = psutil.Process(child.pid)
        if child.returncode is None:
            for process in (head, *head.children(recursive=True)):
                family.setdefault(process.pid, process)
    for process in list(family.values()):
        with suppress(psutil.Error):
            for below in process.children(recursive=True):
                family.setdefault(below.pid, below)
