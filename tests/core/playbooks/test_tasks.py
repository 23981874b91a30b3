"""The list of a playbook's tasks is asked for in bounded time, whatever becomes of the wizard."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.playbooks import tasks
from octavia_wizard.core.playbooks.tasks import list_tasks
from tests.core.playbooks.support import eventually

LISTER = """\
import pathlib, sys, threading
from octavia_wizard.core.playbooks import tasks
tasks.LONGEST = 2.0
tasks.list_tasks([sys.argv[1]], {"PATH": "/usr/bin:/bin"}, pathlib.Path("/"), threading.Event())
"""


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A program that waits for a password that never comes, in a process of its own."""
    program = tmp_path / "openstack-ansible"
    os.mkfifo(tmp_path / "password", 0o600)
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\ncat {tmp_path}/password\n")
    program.chmod(0o755)
    return program


def test_nothing_stays_where_the_wizard_is_killed(waiting: Path) -> None:
    pid = waiting.with_name("pid")
    with subprocess.Popen([sys.executable, "-c", LISTER, str(waiting)]) as wizard:
        eventually(lambda: pid.exists() and pid.read_text().strip() != "")
        below = psutil.Process(int(pid.read_text()))
        family = [below, *below.children()]
        wizard.kill()
    _, left = psutil.wait_procs(family, timeout=10.0)
    assert left == []


def test_one_that_takes_too_long_is_ended(waiting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "LONGEST", 0.5)
    began = time.monotonic()
    assert list_tasks([str(waiting)], os.environ, waiting.parent, threading.Event()) == ()
    assert time.monotonic() - began < 5.0
    pid = int(waiting.with_name("pid").read_text())
    eventually(lambda: not psutil.pid_exists(pid) or not sessions.lives(psutil.Process(pid)))


def test_it_can_be_stopped(waiting: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Interrupted, match="before the playbook was started"):
        list_tasks([str(waiting)], os.environ, waiting.parent, cancel)


def test_what_cannot_be_started_has_none(tmp_path: Path) -> None:
    assert list_tasks([str(tmp_path / "no")], os.environ, tmp_path, threading.Event()) == ()
