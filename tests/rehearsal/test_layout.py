"""Where the rehearsal cloud lives, and on which ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.rehearsal.layout import PORT_OFFSET_VARIABLE, Layout, Service


def test_it_lives_in_the_users_cache_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """XDG_CACHE_HOME moves all of it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    layout = Layout.default()
    assert layout.root == tmp_path / "octavia-wizard" / "rehearsal"
    assert layout.venv.is_relative_to(layout.root)
    assert layout.state.is_relative_to(layout.root)


def test_the_usual_ports_are_the_well_known_ones_plus_twenty_thousand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """All of them lie below the ephemeral range of a Linux system, which starts at 32768."""
    monkeypatch.delenv(PORT_OFFSET_VARIABLE, raising=False)
    layout = Layout.default(root=tmp_path)
    assert layout.url(Service.KEYSTONE) == "http://127.0.0.1:25000"
    assert max(layout.ports.values()) < 32768
    assert len(set(layout.ports.values())) == len(Service)


def test_the_environment_moves_the_ports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An offset that is asked for explicitly goes before it."""
    monkeypatch.setenv(PORT_OFFSET_VARIABLE, "12000")
    assert Layout.default(root=tmp_path).ports[Service.NOVA] == 20774
    assert Layout.default(100, root=tmp_path).ports[Service.NOVA] == 8874


@pytest.mark.parametrize("text", ["many", "1.5", "0x10"])
def test_an_offset_that_is_no_number_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    """The message names the variable and its value."""
    monkeypatch.setenv(PORT_OFFSET_VARIABLE, text)
    with pytest.raises(UsageError, match=f"{PORT_OFFSET_VARIABLE} is '{text}'"):
        Layout.default(root=tmp_path)


@pytest.mark.parametrize("offset", [-1, 60000])
def test_an_offset_beyond_the_port_numbers_is_refused(tmp_path: Path, offset: int) -> None:
    """The hint says what would do."""
    with pytest.raises(UsageError, match="out of range") as caught:
        Layout.default(offset, root=tmp_path)
    assert "from 0 to" in caught.value.hint


def test_clouds_of_two_offsets_share_the_installation_and_nothing_else(tmp_path: Path) -> None:
    """So tests can run beside the operator's own rehearsal."""
    one, other = Layout.default(1000, root=tmp_path), Layout.default(2000, root=tmp_path)
    assert one.venv == other.venv
    assert one.state != other.state
    assert one.snapshot != other.snapshot
    assert one.lock != other.lock
