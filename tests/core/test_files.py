"""Files are written whole, private from the first byte, and never read without bounds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.files import (
    back_up,
    digest,
    file_digest,
    is_there,
    read_bytes,
    read_text,
    remove_file,
    write_file,
)


def mode_of(path: Path) -> int:
    """Return the permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Run under several umasks."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


class TestWriting:
    """A reader sees the old file or the new one."""

    def test_the_mode_holds_from_creation_under_any_umask(
        self, tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[int] = []
        real = os.fsync

        def look(handle: int) -> None:
            seen.append(stat.S_IMODE(os.fstat(handle).st_mode) & 0o077)
            real(handle)

        opened: list[int] = []
        real_open = os.open

        def note(path: object, flags: int, mode: int = 0o777, **more: int) -> int:
            if flags & os.O_CREAT:
                opened.append(mode)
            return real_open(path, flags, mode, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", note)
        monkeypatch.setattr(os, "fsync", look)
        write_file(tmp_path / "s", "secret", 0o600)
        assert opened == [0o600]
        assert seen[0] == 0
        assert mode_of(tmp_path / "s") == 0o600
        write_file(tmp_path / "p", "public", 0o644)
        assert mode_of(tmp_path / "p") == 0o644

    def test_the_digest_of_the_content_is_returned(self, tmp_path: Path) -> None:
        assert write_file(tmp_path / "a", "ä", 0o600) == digest("ä".encode())
        assert file_digest(tmp_path / "a") == digest("ä".encode())

    @pytest.mark.parametrize("moment", ["replace", "fsync"])
    def test_a_full_disk_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
    ) -> None:
        path = tmp_path / "a"
        path.write_text("old")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, moment, fail)
        with pytest.raises(FileError, match="No space left on device") as caught:
            write_file(path, "new", 0o600)
        assert caught.value.hint
        assert [p.name for p in tmp_path.iterdir()] == ["a"]
        assert path.read_text() == "old"

    def test_a_link_is_followed_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("old")
        (tmp_path / "link").symlink_to("real")
        write_file(tmp_path / "link", "new", 0o600)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "real").read_text() == "new"

    def test_no_directory_is_one_clear_message(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match=r"cannot write .*No such file"):
            write_file(tmp_path / "no" / "a", "x", 0o600)

    def test_removing_what_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="cannot remove"):
            remove_file(tmp_path / "a")


class TestBackup:
    """A backup is private and never replaced by another."""

    def test_each_state_has_its_own_copy(self, tmp_path: Path) -> None:
        path, backups = tmp_path / "a", tmp_path / "b"
        backups.mkdir()
        path.write_text("one")
        path.chmod(0o644)
        first = back_up(path, backups)
        path.write_text("two")
        second = back_up(path, backups)
        assert first is not None
        assert second is not None
        assert (first.read_text(), second.read_text()) == ("one", "two")
        assert mode_of(first) == 0o600

    def test_what_is_not_there_needs_none(self, tmp_path: Path) -> None:
        assert back_up(tmp_path / "a", tmp_path) is None


class TestReading:
    """Reading is bounded and says what is wrong."""

    def test_line_ends_stay_as_they_are(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"a\r\nb\n")
        assert read_text(tmp_path / "a") == "a\r\nb\n"

    def test_nothing_is_none(self, tmp_path: Path) -> None:
        assert read_bytes(tmp_path / "a") is None
        assert file_digest(tmp_path / "a") is None

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a")
        with pytest.raises(FileError, match="not a regular file"):
            read_bytes(tmp_path / "a")

    def test_the_line_of_a_stray_byte_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"a\nb\n\xff\n")
        with pytest.raises(FileError, match="a:3 is not UTF-8"):
            read_text(tmp_path / "a")


class TestIsThere:
    """Where it cannot be told whether a file exists, that is an error and not a no."""

    def test_it_tells_files_from_gaps(self, tmp_path: Path) -> None:
        assert is_there(tmp_path)
        assert not is_there(tmp_path / "none")

    def test_a_name_no_file_system_takes_is_one_clear_message(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="File name too long"):
            is_there(tmp_path / ("x" * 300))
