"""Private files are private from the first moment, whole or absent, and never replace another."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.pki.writing import (
    make_private_directory,
    missing_directories,
    place_new,
    write_new,
)


@pytest.fixture(params=[0o000, 0o077, 0o177])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """A umask that hides nothing, or too much."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    """Files are 0600 and directories 0700 for their owner whatever the umask."""
    directory = tmp_path / "certs"
    before = os.umask(0)
    os.umask(before if before != 0o177 else 0o077)
    make_private_directory(directory)
    write_new(directory / "key.pem", b"secret")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "key.pem").stat().st_mode) == 0o600


def test_it_is_never_readable_by_others_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file in the directory, temporary or not, ever has a mode that lets others in."""
    seen: list[int] = []
    real = os.link

    def spy(source: Path, target: Path, **more: bool) -> None:
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir())
        real(source, target, **more)

    monkeypatch.setattr(os, "link", spy)
    before = os.umask(0)
    try:
        write_new(tmp_path / "key.pem", b"secret")
    finally:
        os.umask(before)
    assert seen == [0o600]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file that is there already stays, and no temporary file is left behind."""
    path = tmp_path / "key.pem"
    path.write_bytes(b"old")
    with pytest.raises(FileError, match="exists already"):
        write_new(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["key.pem"]


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    """A link somebody put at the name does not lead the secret elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "key.pem").symlink_to(elsewhere)
    with pytest.raises(FileError, match="exists already"):
        write_new(tmp_path / "key.pem", b"secret")
    assert not elsewhere.exists()


def test_a_missing_directory_is_explained(tmp_path: Path) -> None:
    """The message names the file and the reason."""
    with pytest.raises(FileError, match=r"none/.*No such file"):
        write_new(tmp_path / "none" / "key.pem", b"secret")
    with pytest.raises(FileError, match=r"none/key\.pem: No such file"):
        place_new(tmp_path, tmp_path / "none" / "key.pem")


def test_missing_directories_are_listed_from_the_top(tmp_path: Path) -> None:
    """So that each can be made, and journaled, below one that exists."""
    wanted = tmp_path / "a" / "b"
    assert missing_directories(wanted) == (tmp_path / "a", wanted)
    assert missing_directories(tmp_path) == ()
