"""Which process is ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.rehearsal import configuration, processes, supervisor
from octavia_wizard.rehearsal.layout import Layout


def started(pid: int) -> int:
    """Return the start time of a process in clock ticks."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


@pytest.fixture
def sleeper(layout: Layout) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose command line names the cloud's settings, as our own do."""
    marked = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen([*marked, str(configuration.settings_file(layout))]) as child:
        yield child
        child.kill()


def record(layout: Layout, name: str, text: str) -> None:
    """Write a pid file."""
    layout.run.mkdir(parents=True, exist_ok=True)
    (layout.run / f"{name}.pid").write_text(text)


def test_a_recorded_process_is_found_and_ended(
    layout: Layout, sleeper: subprocess.Popen[bytes]
) -> None:
    """Down returns its id and forgets it."""
    record(layout, "supervisor", f"{sleeper.pid} {started(sleeper.pid)}\n")
    assert [process.pid for process in supervisor.alive(layout)] == [sleeper.pid]
    assert supervisor.stop(layout) == [sleeper.pid]
    assert not Path(f"/proc/{sleeper.pid}").exists()
    assert not list(layout.run.glob("*.pid"))


def test_a_process_that_took_over_a_number_is_left_alone(
    layout: Layout, sleeper: subprocess.Popen[bytes]
) -> None:
    """Same number, other start time: a stale pid file never kills a stranger."""
    record(layout, "supervisor", f"{sleeper.pid} {started(sleeper.pid) - 1}\n")
    assert supervisor.stop(layout) == []
    assert sleeper.poll() is None


def test_a_process_with_another_command_line_is_left_alone(layout: Layout) -> None:
    """This very test, recorded by mistake, survives."""
    record(layout, "supervisor", f"{os.getpid()} {started(os.getpid())}\n")
    assert supervisor.stop(layout) == []


@pytest.mark.parametrize("text", ["", "12", "x y", "-5 -5", "1 2 3", "99999999 1\n"])
def test_a_torn_or_outdated_pid_file_means_not_running(layout: Layout, text: str) -> None:
    """And it is cleared away."""
    record(layout, "supervisor", text)
    assert supervisor.stop(layout) == []
    assert not list(layout.run.glob("*.pid"))


def test_memory_and_age_of_a_process_are_told() -> None:
    """In MiB and seconds; of one that is gone, nothing."""
    me = processes.Recorded("me", os.getpid(), started(os.getpid()))
    assert 1 < processes.memory_mib(me.pid) < 10_000
    assert 0 < processes.seconds_running(me) < 86_400
    assert processes.memory_mib(99_999_999) == 0
