"""What stands in the way is said before anything is started."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import control, preflight
from octavia_wizard.rehearsal.layout import PORT_OFFSET_VARIABLE, Layout, Service


class Usage(NamedTuple):
    """What shutil.disk_usage returns."""

    total: int
    used: int
    free: int


def test_a_taken_port_is_named_with_service_process_and_remedy(layout: Layout) -> None:
    """The operator can end that program or move the cloud."""
    with (
        socket.create_server(("127.0.0.1", layout.ports[Service.GLANCE])),
        pytest.raises(RehearsalError) as caught,
    ):
        control.up(layout, report=lambda progress: None)
    assert f"port {layout.ports[Service.GLANCE]} " in caught.value.message
    assert "meant for glance" in caught.value.message
    assert f"by process {os.getpid()}" in caught.value.message
    assert "--port-offset" in caught.value.hint
    assert PORT_OFFSET_VARIABLE in caught.value.hint
    assert not layout.venv.exists()


def test_free_ports_are_no_obstacle(layout: Layout) -> None:
    """Nothing is raised, and nothing keeps them."""
    preflight.check_ports(layout)
    preflight.check_ports(layout)


def test_ports_in_the_ephemeral_range_are_refused(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The system may give them to somebody else at any time."""
    (tmp_path / "range").write_text("7000\t60999\n")
    monkeypatch.setattr(preflight, "EPHEMERAL_RANGE", tmp_path / "range")
    with pytest.raises(RehearsalError, match=r"from 7000") as caught:
        preflight.check_ports(layout)
    assert "smaller --port-offset" in caught.value.hint


def test_a_full_disk_is_told_before_the_installation(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is needed and what is there."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 20 * 2**20))
    with pytest.raises(RehearsalError, match=r"needs \d+ MiB in .*only 20 MiB are free"):
        control.up(layout, report=lambda progress: None)
    assert not layout.venv.exists()


def test_an_old_python_is_refused(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pinned versions do not exist for it."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    with pytest.raises(RehearsalError, match=r"needs Python 3\.11 or newer"):
        preflight.check_platform(layout)


def test_a_path_the_services_cannot_write_down_is_refused(tmp_path: Path) -> None:
    """A dollar sign would be taken for a variable."""
    with pytest.raises(RehearsalError, match=r"contains \$"):
        preflight.check_platform(Layout.default(2000, root=tmp_path / "ca$h"))


def test_an_unwritable_or_linked_cache_directory_is_named(tmp_path: Path) -> None:
    """And the variable that moves it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(RehearsalError, match="symbolic link") as caught:
        control.up(Layout.default(2000, root=tmp_path / "link"), report=lambda progress: None)
    assert "XDG_CACHE_HOME" in caught.value.hint
    assert list((tmp_path / "real").iterdir()) == []
