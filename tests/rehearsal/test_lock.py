"""One start or stop at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from octavia_wizard.core.errors import LockedError
from octavia_wizard.rehearsal import control, lock
from octavia_wizard.rehearsal.layout import Layout

HOLD = """
import sys
from pathlib import Path
from octavia_wizard.rehearsal import lock
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    """By process id."""
    with (
        lock.hold(tmp_path / "lock"),
        pytest.raises(LockedError, match=f"by process {os.getpid()}"),
        lock.hold(tmp_path / "lock"),
    ):
        pytest.fail("held twice")


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    """The file stays, the lock does not."""
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"by process {holder.pid}"), lock.hold(path):
            pytest.fail("held twice")
        holder.kill()
    with lock.hold(path):
        assert path.exists()


def test_who_can_wait_waits(tmp_path: Path) -> None:
    """Until the other lets go."""
    path = tmp_path / "lock"
    first = lock.hold(path)
    first.__enter__()
    waits = []

    def waiting() -> None:
        waits.append(1)
        if len(waits) == 3:
            first.__exit__(None, None, None)

    with lock.hold(path, waiting=waiting):
        assert len(waits) == 3


def test_neither_up_nor_down_goes_on_beside_another(layout: Layout) -> None:
    """Both say so and exit with the code of a lock."""
    with lock.hold(layout.lock):
        with pytest.raises(LockedError, match="being started or stopped"):
            control.up(layout, report=lambda progress: None)
        with pytest.raises(LockedError):
            control.down(layout)
