"""Only one run works on a deployment, and the lock never outlives its process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from octavia_wizard.core.engine.lock import DeploymentLock, held
from octavia_wizard.core.errors import FileError, LockedError
from octavia_wizard.core.places import DeploymentPlace

HOLD = """
import sys, time
from pathlib import Path
from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.places import DeploymentPlace
lock = DeploymentLock.acquire(DeploymentPlace(Path(sys.argv[1])), "replay lab.yml")
print("held", flush=True)
time.sleep(120)
"""


@pytest.fixture
def place(tmp_path: Path) -> DeploymentPlace:
    return DeploymentPlace(tmp_path / "state" / "deployment")


def test_a_second_run_is_told_who_holds_it_since_when(place: DeploymentPlace) -> None:
    lock = DeploymentLock.acquire(place, "replay lab.yml")
    with pytest.raises(LockedError) as caught:
        DeploymentLock.acquire(place, "undo")
    lock.release()
    assert caught.value.exit_code == 7
    assert f"replay lab.yml (process {os.getpid()}, since 20" in caught.value.message
    DeploymentLock.acquire(place, "undo").release()


def test_says_so_when_the_holder_is_on_another_host(place: DeploymentPlace) -> None:
    lock = DeploymentLock.acquire(place, "replay")
    holder = {"pid": 1, "host": "deploy2", "since": "2026-01-01", "command": "undo"}
    place.lock.write_text(json.dumps(holder))
    with pytest.raises(LockedError, match=r"undo \(process 1 on deploy2, since 2026-01-01\)"):
        DeploymentLock.acquire(place, "replay")
    lock.release()


@pytest.mark.parametrize("stale", ["", "garbage", "[]", '{"pid": "many"}', "x" * 9999])
def test_what_an_earlier_holder_wrote_is_no_obstacle(place: DeploymentPlace, stale: str) -> None:
    place.root.mkdir(parents=True)
    place.lock.write_text(stale)
    assert held(place) is None
    lock = DeploymentLock.acquire(place, "replay")
    content = json.loads(place.lock.read_text())
    assert (content["pid"], content["host"]) == (os.getpid(), socket.gethostname())
    place.lock.write_text(stale)
    with pytest.raises(LockedError, match="locked by another process"):
        DeploymentLock.acquire(place, "undo")
    lock.release()


def test_is_free_again_when_its_holder_was_killed(place: DeploymentPlace) -> None:
    command = [sys.executable, "-c", HOLD, str(place.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        holder = held(place)
        assert holder is not None
        assert holder.pid == process.pid
        with pytest.raises(LockedError, match=f"process {process.pid}"):
            DeploymentLock.acquire(place, "undo")
        process.send_signal(signal.SIGKILL)
    assert held(place) is None
    DeploymentLock.acquire(place, "undo").release()


def test_to_ask_who_holds_it_keeps_nobody_out(place: DeploymentPlace) -> None:
    assert held(place) is None
    lock = DeploymentLock.acquire(place, "replay")
    assert held(place) is not None
    lock.release()
    lock.release()
    assert held(place) is None
    assert place.lock.stat().st_mode & 0o777 == 0o600


def test_a_lock_that_cannot_be_opened_is_said(place: DeploymentPlace) -> None:
    place.lock.mkdir(parents=True)
    with pytest.raises(FileError, match="cannot open"):
        DeploymentLock.acquire(place, "replay")


def test_a_link_in_its_place_is_not_followed(place: DeploymentPlace, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("content")
    place.root.mkdir(parents=True)
    place.lock.symlink_to(target)
    with pytest.raises(FileError, match="cannot open"):
        DeploymentLock.acquire(place, "replay")
    assert target.read_text() == "content"
