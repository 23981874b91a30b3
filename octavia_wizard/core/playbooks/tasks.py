"""The tasks a playbook has, as ``--list-tasks`` lists them."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.files import read_text, write_file

LONGEST = 120.0
"""Seconds it may take; it reads inventory, roles and variables of the whole playbook."""
_TICK = 0.2
_MOST = 20_000_000
"""Characters of a list that are read."""
_PLAY = re.compile(r"\s+play #\d+ \(")
_TASK = re.compile(r"\s{6,}(?P<name>\S.*?)\s*\tTAGS: \[")

Listed = tuple[tuple[str, ...], ...]
"""Names of the tasks of each play."""


def parse_list(text: str) -> Listed:
    """Read what ``ansible-playbook --list-tasks`` wrote."""
    plays: list[list[str]] = []
    for line in text.splitlines():
        if _PLAY.match(line):
            plays.append([])
        elif plays and (found := _TASK.match(line)):
            plays[-1].append(found["name"])
    return tuple(map(tuple, plays))


def list_tasks(
    argv: Sequence[str],
    environment: Mapping[str, str],
    directory: Path,
    cancel: threading.Event,
) -> Listed:
    """Ask which tasks a playbook has; () where that cannot be told.

    Raises Interrupted when it is told to stop; nothing runs then.
    """
    try:
        child = subprocess.Popen(  # noqa: S603
            [*_bounded(), *argv, "--list-tasks"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            cwd=directory,
            start_new_session=True,
        )
    except OSError:
        return ()
    said: list[bytes] = []
    # Read beside waiting: a pipe nobody reads from would make it wait for ever.
    reader = threading.Thread(target=_read, args=(child, said), daemon=True)
    reader.start()
    until = time.monotonic() + LONGEST
    try:
        while child.poll() is None and time.monotonic() < until:
            if cancel.wait(_TICK):
                raise Interrupted("stopped before the playbook was started")
    finally:
        _kill(child)
        reader.join(5.0)
    if child.returncode != 0:
        return ()
    return parse_list(b"".join(said).decode("utf-8", "replace"))


def _bounded() -> list[str]:
    """Return what has it end even where the wizard is killed.

    It would wait for ever for a vault password that nobody puts into its pipe any more.
    """
    program = shutil.which("timeout")
    return [program, "-s", "KILL", str(math.ceil(LONGEST * 1.25))] if program else []


def _read(child: subprocess.Popen[bytes], said: list[bytes]) -> None:
    assert child.stdout is not None  # noqa: S101 - it was asked for
    with child.stdout as output, suppress(OSError, ValueError):
        size = 0
        while data := output.read1(65536):  # type: ignore[attr-defined]
            size += len(data)
            if size <= _MOST:
                said.append(data)


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def save_list(path: Path, listed: Listed) -> None:
    """Keep a list; raises FileError."""
    write_file(path, json.dumps(listed), 0o600)


def load_list(path: Path) -> Listed:
    """Read a list that was kept; () where there is none."""
    with suppress(FileError, ValueError, TypeError):
        plays = json.loads(read_text(path) or "[]")
        return tuple(tuple(str(name) for name in play) for play in plays)
    return ()
