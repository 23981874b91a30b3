"""Starting and stopping the real services."""

from __future__ import annotations

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.errors import Interrupted, RehearsalError
from octavia_wizard.rehearsal import configuration, control, installation, keys, private, state
from octavia_wizard.rehearsal.layout import Layout, Service
from octavia_wizard.rehearsal.progress import Phase, Progress
from octavia_wizard.rehearsal.status import Condition, status

START = """
import sys
from pathlib import Path
from octavia_wizard.rehearsal import control
from octavia_wizard.rehearsal.layout import Layout
layout = Layout.default(int(sys.argv[2]), root=Path(sys.argv[1]))
control.up(layout, fresh=True, report=lambda p: print(p.phase, p.done, flush=True))
"""


def processes_of(layout: Layout) -> list[int]:
    """Return every process whose command line names this cloud, recorded or not."""
    mark = str(configuration.settings_file(layout)).encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        if mark in command and int(path.parent.name) != os.getpid():
            found.append(int(path.parent.name))
    return found


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def second(rehearsal_layout: Layout) -> Iterator[Layout]:
    """Another cloud beside the tests' own, sharing its installation."""
    layout = Layout.default(rehearsal_layout.port_offset + 700, root=rehearsal_layout.root)
    yield layout
    control.down(layout)


def test_down_where_nothing_ever_was_is_no_error(tmp_path: Path) -> None:
    """And makes no directory."""
    layout = Layout.default(2000, root=tmp_path / "rehearsal")
    assert control.down(layout) == []
    assert status(layout).condition is Condition.STOPPED
    assert not layout.root.exists()


def test_a_disk_that_fills_up_is_told(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the system says so."""

    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(installation, "ensure", lambda layout, watch: None)
    monkeypatch.setattr(private, "write", full)
    with pytest.raises(RehearsalError, match="the disk is full") as caught:
        control.up(layout, report=lambda progress: None)
    assert "free some room" in caught.value.hint


def test_cancelled_before_it_began(layout: Layout) -> None:
    """The installation does not start either."""
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Interrupted):
        control.up(layout, report=lambda progress: None, cancel=cancel)
    assert not layout.venv.exists()


@pytest.mark.integration
def test_a_start_from_nothing_and_one_from_the_copy(second: Layout) -> None:
    """All services run, each report fits, a second up has nothing to do, down leaves nothing."""
    reports: list[Progress] = []
    running = control.up(second, fresh=True, report=reports.append)
    assert not running.already
    phases = [report.phase for report in reports]
    assert {Phase.DATABASES, Phase.SERVICES, Phase.BOOTSTRAP} <= set(phases)
    assert all(0 <= report.done <= report.total for report in reports)
    assert [report.elapsed for report in reports] == sorted(report.elapsed for report in reports)

    seen = status(second)
    assert seen.condition is Condition.RUNNING
    assert {service.name for service in seen.services if service.pid} == set(Service)
    assert all(service.version for service in seen.services)
    assert 100 < seen.memory_mib < 1024
    assert stat.S_IMODE(running.clouds_file.stat().st_mode) == 0o600

    again = control.up(second, report=lambda progress: None)
    assert again.already
    assert again.elapsed < 2

    ended = control.down(second)
    assert status(second).reason == ""
    assert len(ended) == len(Service) + 1
    assert processes_of(second) == []
    assert all(is_free(port) for port in second.ports.values())
    assert second.snapshot.is_dir()


@pytest.mark.integration
@pytest.mark.parametrize("after", ["databases 0", "databases 3", "bootstrap 2"])
def test_ctrl_c_leaves_nothing_behind_and_the_next_start_works(
    second: Layout, after: str, rehearsal_cloud: object
) -> None:
    """Wherever it comes: while the state is made, among the databases, among the services."""
    with subprocess.Popen(
        [sys.executable, "-c", START, str(second.root), str(second.port_offset)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as starting:
        assert starting.stdout is not None
        for line in starting.stdout:
            if line.strip() == after:
                starting.send_signal(signal.SIGINT)
                break
        starting.stdout.read()
        assert starting.wait(30) != 0
    assert processes_of(second) == []
    assert not control.up(second, report=lambda progress: None).already


@pytest.mark.integration
def test_a_killed_start_leaves_nothing_behind(second: Layout, rehearsal_cloud: object) -> None:
    """The services notice that nobody waits for them any more."""
    with subprocess.Popen(
        [sys.executable, "-c", START, str(second.root), str(second.port_offset)],
        stdout=subprocess.PIPE,
        text=True,
    ) as starting:
        assert starting.stdout is not None
        for line in starting.stdout:
            if line.startswith("services"):
                starting.kill()
                break
    limit = time.monotonic() + 15
    while processes_of(second) and time.monotonic() < limit:
        time.sleep(0.1)
    assert processes_of(second) == []


@pytest.mark.integration
def test_a_service_that_dies_takes_the_cloud_down_and_can_be_started_again(
    second: Layout,
) -> None:
    """No half of a cloud is left to wonder about."""
    control.up(second, report=lambda progress: None)
    victim = next(each.pid for each in status(second).services if each.name is Service.GLANCE)
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    limit = time.monotonic() + 15
    while processes_of(second) and time.monotonic() < limit:
        time.sleep(0.1)
    assert status(second).condition is Condition.STOPPED
    assert status(second).reason.startswith("glance")
    assert not control.up(second, report=lambda progress: None).already


@pytest.mark.integration
def test_a_service_that_cannot_start_is_told_without_secrets(
    second: Layout, monkeypatch: pytest.MonkeyPatch, rehearsal_cloud: object
) -> None:
    """With the end of what it wrote."""

    def broken(layout: Layout, secrets: dict[str, str]) -> None:
        keys.write(layout, secrets)
        path = layout.etc / Service.NEUTRON / "neutron.conf"
        path.write_text(path.read_text().replace("core_plugin = ml2", "core_plugin = none"))

    monkeypatch.setattr(state, "keys", type("Broken", (), {"write": staticmethod(broken)}))
    with pytest.raises(RehearsalError, match="neutron ended while starting") as caught:
        control.up(second, fresh=True, report=lambda progress: None)
    assert "Class not found" in caught.value.message
    assert str(second.logs) in caught.value.hint
    assert processes_of(second) == []
