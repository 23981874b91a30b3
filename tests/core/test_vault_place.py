"""A typed password waits in a pipe for the command, and for nobody else."""

from __future__ import annotations

import stat
import tempfile
import threading
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.vault_place import named_pipe, private_directory

DATA = b"x" * 4096


def test_the_first_reader_gets_all_of_it_and_then_an_end(tmp_path: Path) -> None:
    with named_pipe(DATA, tmp_path) as path:
        assert stat.S_ISFIFO(path.lstat().st_mode)
        assert stat.S_IMODE(path.lstat().st_mode) == 0o600
        assert path.read_bytes() == DATA


def test_a_command_that_never_reads_holds_nothing_up(tmp_path: Path) -> None:
    before = threading.active_count()
    with named_pipe(DATA, tmp_path):
        pass
    assert threading.active_count() == before


def test_nothing_stays_of_the_directory() -> None:
    with private_directory() as home:
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert (home / "ansible.cfg").read_text() == ""
        with named_pipe(DATA, home):
            pass
    assert not home.exists()


def test_where_there_is_no_room_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with (
        pytest.raises(FileError, match=r"temporary directory in .*gone") as caught,
        private_directory(),
    ):
        pass
    assert "TMPDIR" in caught.value.hint
