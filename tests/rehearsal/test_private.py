"""Nobody but the owner can read what a rehearsal cloud writes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import private


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def test_files_and_directories_are_private_whatever_the_umask(tmp_path: Path) -> None:
    """0700 and 0600, from the moment they exist."""
    before = os.umask(0)
    try:
        private.make_directory(tmp_path / "state")
        private.write(tmp_path / "state" / "secret", "x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "state") == 0o700
    assert mode(tmp_path / "state" / "secret") == 0o600


def test_a_directory_that_was_readable_becomes_private(tmp_path: Path) -> None:
    """One made by an earlier version or by hand is closed."""
    (tmp_path / "state").mkdir(mode=0o755)
    private.make_directory(tmp_path / "state")
    assert mode(tmp_path / "state") == 0o700


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A reader sees the old text or the new one, and nothing is left beside it."""
    private.write(tmp_path / "file", "old")
    (tmp_path / "file").chmod(0o644)
    private.write(tmp_path / "file", "new")
    assert (tmp_path / "file").read_text() == "new"
    assert mode(tmp_path / "file") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    """What is behind it stays as it was."""
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RehearsalError, match="symbolic link"):
        private.make_directory(tmp_path / "state")
    assert mode(tmp_path / "elsewhere") == 0o755


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in the way is told as such."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RehearsalError, match=r"cannot make the directory .*file/state"):
        private.make_directory(tmp_path / "file" / "state")
