"""A directory is told with what is in it, whatever its names and rights are."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from octavia_wizard.core import browse as browsing
from octavia_wizard.core.browse import (
    EntryKind,
    Folder,
    browse,
    nearest,
    printable,
    size_text,
    where,
)


def _kinds(folder: Folder) -> dict[str, EntryKind]:
    return {entry.name: entry.kind for entry in folder.entries}


def test_directories_come_first_and_each_by_name(tmp_path: Path) -> None:
    for name in ("b.pem", "A.pem", ".hidden"):
        (tmp_path / name).write_text("x")
    (tmp_path / "zoo").mkdir()
    folder = browse(str(tmp_path))
    assert [entry.name for entry in folder.entries] == ["zoo", ".hidden", "A.pem", "b.pem"]
    assert [entry.name for entry in folder.entries if entry.hidden] == [".hidden"]
    assert folder.problem == ""
    assert folder.parent == str(tmp_path.parent)


def test_size_mode_and_time_are_told(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(b"x" * 2048)
    key.chmod(0o600)
    os.utime(key, (0, 1_000_000))
    (entry,) = browse(str(tmp_path)).entries
    assert (entry.size, entry.mode, entry.changed) == (2048, 0o600, 1_000_000)


def test_links_are_followed_and_broken_ones_told_apart(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "to-directory").symlink_to("real")
    (tmp_path / "to-file").symlink_to("file")
    (tmp_path / "to-nothing").symlink_to("gone")
    (tmp_path / "circle").symlink_to("circle")
    folder = browse(str(tmp_path))
    assert _kinds(folder) == {
        "real": EntryKind.DIRECTORY,
        "to-directory": EntryKind.DIRECTORY,
        "file": EntryKind.FILE,
        "to-file": EntryKind.FILE,
        "to-nothing": EntryKind.BROKEN,
        "circle": EntryKind.BROKEN,
    }
    assert {e.name: e.target for e in folder.entries}["to-nothing"] == "gone"


def test_what_is_no_file_is_told_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        assert set(_kinds(browse(str(tmp_path))).values()) == {EntryKind.SPECIAL}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("gone", "No such file or directory"), ("file", "Not a directory"), ("a\0b", "null")],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("x")
    folder = browse(f"{tmp_path}/{name}")
    assert folder.entries == ()
    assert reason in folder.problem


def test_a_directory_without_permission_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests may run as root, who may read everything.
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert browse(str(tmp_path)).problem == "cannot be read: Permission denied"


def test_a_huge_directory_is_read_in_part_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "MOST", 10)
    for n in range(10):
        (tmp_path / f"f{n}").touch()
    assert browse(str(tmp_path)).complete
    (tmp_path / "one-more").touch()
    folder = browse(str(tmp_path))
    assert len(folder.entries) == 10
    assert not folder.complete


def test_names_with_any_character_are_listed_and_can_be_shown(tmp_path: Path) -> None:
    names = [b"new\nline", b"esc\x1b[31mred", b"bytes\xff", "網路".encode(), b"[red]x"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    found = {entry.name for entry in browse(str(tmp_path)).entries}
    assert {os.fsencode(name) for name in found} == set(names)
    shown = {printable(name) for name in found}
    assert shown == {"new·line", "esc·[31mred", "bytes·", "網路", "[red]x"}
    assert all(name.isprintable() for name in shown)


def test_what_turns_the_direction_of_writing_is_not_shown() -> None:
    assert printable("a\u202eb\u00a0c\td") == "a·b c·d"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("/etc/op", ("/etc", "op")),
        ("/etc/", ("/etc", "")),
        ("//etc//x", ("/etc", "x")),
        ("/etc/../x", ("/", "x")),
        ("/", ("/", "")),
    ],
)
def test_a_typed_path_is_a_directory_and_the_beginning_of_a_name(
    typed: str, found: tuple[str, str]
) -> None:
    assert where(typed) == found


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert where("~/.ssh/id") == (f"{tmp_path}/.ssh", "id")


def test_one_begins_in_the_nearest_directory_there_is(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "key").touch()
    sub = str(tmp_path / "sub")
    assert nearest(f"{sub}/key") == (sub, "key")
    assert nearest(sub) == (sub, "")
    assert nearest(f"{sub}/gone/deeper/key")[0] == sub


def test_a_removed_working_directory_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert nearest("") == ("/", "")


def test_sizes_are_written_to_be_read() -> None:
    assert [size_text(n) for n in (0, 1023, 1536, 20_000, 3 << 30)] == [
        "0 B",
        "1023 B",
        "1.5 KiB",
        "20 KiB",
        "3.0 GiB",
    ]
