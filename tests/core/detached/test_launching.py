"""A program lives on without whoever started it, and keeps its own exit code."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.detached.launching import (
    Handover,
    Order,
    Process,
    exit_code,
    launch,
    make_room,
)
from octavia_wizard.core.detached.sessions import alive, members
from octavia_wizard.core.errors import FileError, StepError
from tests.core.playbooks.support import eventually


@dataclass(frozen=True)
class Running:
    """A program that was started, with where its exit code comes to be."""

    process: Process
    code: Path

    @property
    def pid(self) -> int:
        """Leader of its session."""
        return self.process.pid

    @property
    def pid_started(self) -> float:
        """When it began."""
        return self.process.pid_started

    @property
    def boot_id(self) -> str:
        """The boot it was started in."""
        return self.process.boot_id


def _order(place: Path, *argv: str, handover: Handover | None = None) -> Order:
    make_room(place / "exit")
    return Order(
        "the program",
        argv,
        {"PATH": os.environ["PATH"]},
        place,
        log=place / "log",
        code=place / "exit",
        handover=handover,
    )


def _start(place: Path, *argv: str, handover: Handover | None = None) -> Running:
    return Running(launch(_order(place, *argv, handover=handover)), place / "exit")


def test_its_exit_code_and_output_are_kept(tmp_path: Path) -> None:
    running = _start(tmp_path, "sh", "-c", "echo said; exit 7")
    eventually(lambda: not alive(running))
    assert exit_code(running) == 7
    assert (tmp_path / "log").read_text() == "said\n"
    assert stat.S_IMODE((tmp_path / "exit").stat().st_mode) == 0o600


def test_it_has_no_input_and_no_open_files_of_ours(tmp_path: Path) -> None:
    running = _start(tmp_path, "sh", "-c", "cat; ls /proc/self/fd | wc -l")
    eventually(lambda: not alive(running))
    assert (tmp_path / "log").read_text().strip() == "4"  # ls has its directory open


def test_what_is_handed_over_is_read_once_and_lies_nowhere(tmp_path: Path) -> None:
    handover = Handover(b"hunter2", tmp_path / "pipe")
    assert "hunter2" not in repr(handover)
    running = _start(tmp_path, "sh", "-c", "sleep 1; cat pipe; sleep 1", handover=handover)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "pipe").stat().st_mode) == 0o600
    words = [" ".join(p.cmdline()) + str(p.environ()) for p in members(running)]
    assert words
    assert not [one for one in words if "hunter2" in one]
    eventually(lambda: not alive(running))
    assert (tmp_path / "log").read_text() == "hunter2"
    assert not (tmp_path / "pipe").exists()


def test_what_nobody_reads_keeps_nothing_alive(tmp_path: Path) -> None:
    running = _start(tmp_path, "true", handover=Handover(b"x", tmp_path / "pipe"))
    eventually(lambda: not alive(running))
    assert exit_code(running) == 0
    assert not (tmp_path / "pipe").exists()


def test_what_is_handed_over_gets_there_though_the_wizard_is_killed(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from octavia_wizard.core.detached.launching import Handover, Order, launch, make_room\n"
        "place = pathlib.Path(sys.argv[1])\n"
        "make_room(place / 'exit')\n"
        "words = ['sh', '-c', 'sleep 2; cat pipe']\n"
        "launch(Order('it', words, {'PATH': sys.argv[2]}, place, log=place / 'log',\n"
        "       code=place / 'exit', handover=Handover(b'handed over', place / 'pipe')))\n"
        "print('started', flush=True)\n"
        "time.sleep(60)\n"
    )
    words = [sys.executable, "-c", program, str(tmp_path), os.environ["PATH"]]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "started\n"
        starter.kill()
    eventually((tmp_path / "exit").exists)
    assert (tmp_path / "log").read_text() == "handed over"


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    order = _order(tmp_path, "true")
    missing = Order(
        order.what, order.argv, order.environment, tmp_path / "x", order.log, order.code
    )
    with pytest.raises(StepError, match=r"the program cannot be started in .*/x"):
        launch(missing)


def test_a_damaged_exit_code_is_told(tmp_path: Path) -> None:
    (tmp_path / "exit").write_text("no number\n")
    own = psutil.Process()
    with pytest.raises(FileError, match="holds no exit code"):
        exit_code(Running(Process(own.pid, own.create_time(), ""), tmp_path / "exit"))


def test_no_zombie_is_left(tmp_path: Path) -> None:
    running = _start(tmp_path, "true")
    eventually(lambda: not psutil.pid_exists(running.pid))
    assert time.time() >= running.pid_started
