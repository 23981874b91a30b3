"""Only one run works on a deployment, and the lock never outlives its process."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from octavia_wizard.core.engine.lock import DeploymentLock, held, require_free
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


def test_what_is_no_file_in_its_place_is_not_waited_for(place: DeploymentPlace) -> None:
    place.root.mkdir(parents=True)
    os.mkfifo(place.lock)
    with pytest.raises(FileError, match="not a regular file"):
        held(place)
    with pytest.raises(FileError, match="not a regular file"):
        DeploymentLock.acquire(place, "replay")


def test_a_state_directory_that_cannot_be_looked_into_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="File name too long"):
        held(DeploymentPlace(tmp_path / ("x" * 300)))


class TestOfTheDeployDirectory:
    """Users have states of their own, and may share a deploy directory."""

    @pytest.fixture
    def deploy_dir(self, tmp_path: Path) -> Path:
        directory = tmp_path / "openstack_deploy"
        directory.mkdir()
        return directory

    def test_runs_under_another_state_directory_are_kept_out(
        self, place: DeploymentPlace, tmp_path: Path, deploy_dir: Path
    ) -> None:
        other = DeploymentPlace(tmp_path / "other")
        lock = DeploymentLock.acquire(place, "replay", deploy_dir)
        said = "locked by another octavia-wizard, under another state directory"
        with pytest.raises(LockedError, match=said):
            DeploymentLock.acquire(other, "undo", deploy_dir)
        assert held(other) is None
        with pytest.raises(LockedError, match=said):
            require_free(other, deploy_dir)
        with pytest.raises(LockedError, match=f"replay .process {os.getpid()}"):
            require_free(place, deploy_dir)
        lock.release()
        require_free(other, deploy_dir)
        DeploymentLock.acquire(other, "undo", deploy_dir).release()
        assert list(deploy_dir.iterdir()) == []

    def test_one_that_is_not_there_is_no_obstacle(
        self, place: DeploymentPlace, tmp_path: Path
    ) -> None:
        DeploymentLock.acquire(place, "replay", tmp_path / "gone").release()
        require_free(place, tmp_path / "gone")
        assert not (tmp_path / "gone").exists()

    def test_a_file_system_without_such_locks_is_no_obstacle(
        self, place: DeploymentPlace, deploy_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = fcntl.flock

        def flock(handle: int, kind: int) -> None:
            if os.path.samestat(os.fstat(handle), deploy_dir.stat()):
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            real(handle, kind)

        monkeypatch.setattr(fcntl, "flock", flock)
        DeploymentLock.acquire(place, "replay", deploy_dir).release()
