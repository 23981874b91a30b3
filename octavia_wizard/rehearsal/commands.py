"""Runs installers as children that never outlive the wish to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from octavia_wizard.rehearsal.progress import Watch

END_SECONDS = 5.0
"""How long a child may take to end before it is killed."""


Looking = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended."""

    ok: bool
    output: str
    """Standard output and error, together."""


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    watch: Watch,
    *,
    looking: Looking = lambda last_line: None,
) -> Result:
    """Run a command to its end; ``looking`` is called now and then with its last line.

    When the wait is broken off, by Ctrl-C or the wish to stop, the command and all it started are
    ended first: it runs in a process group of its own.
    """
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(  # noqa: S603
            list(command),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while child.poll() is None:
                watch.wait(0.1)
                looking(_last_line(output.fileno()))
        except BaseException:
            _end(child)
            raise
        output.seek(0)
        return Result(child.returncode == 0, output.read().decode("utf-8", "replace"))


def _last_line(handle: int) -> str:
    """Return the last line so far, without moving the child's place in the file."""
    size = os.fstat(handle).st_size
    text = os.pread(handle, 500, max(0, size - 500)).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(END_SECONDS)
            # the leader is gone; whoever is left of its group is not waited for politely
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            return
