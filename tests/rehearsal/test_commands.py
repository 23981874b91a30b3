"""Installers run as children that end when they are told."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from octavia_wizard.core.errors import Interrupted
from octavia_wizard.rehearsal import commands
from octavia_wizard.rehearsal.progress import Watch

FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_output_and_outcome_are_returned(watch: Watch) -> None:
    """Standard output and error together, in order."""
    script = "import sys; print('one', flush=True); print('two', file=sys.stderr); sys.exit(3)"
    result = commands.run([sys.executable, "-c", script], os.environ, watch)
    assert not result.ok
    assert result.output == "one\ntwo\n"
    assert commands.run(["true"], os.environ, watch).ok


def test_cancelling_ends_the_command_and_its_children() -> None:
    """What an installer has started itself goes with it."""
    cancel = threading.Event()
    seen: list[str] = []

    def looking(line: str) -> None:
        if line:
            seen.append(line)
            cancel.set()

    with pytest.raises(Interrupted):
        commands.run(
            [sys.executable, "-c", FAMILY],
            os.environ,
            Watch(lambda progress: None, cancel),
            looking=looking,
        )
    grandchild = Path("/proc") / seen[0]
    limit = time.monotonic() + 5
    while grandchild.exists() and time.monotonic() < limit:
        if "Z" in (grandchild / "stat").read_text().rpartition(")")[2].split()[:1]:
            break
        time.sleep(0.02)
    assert time.monotonic() < limit
