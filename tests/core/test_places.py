"""The wizard's own directories are private, and there is one for every deploy directory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.places import DeploymentPlace, private_directory


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_parents_that_had_to_be_made_are_private_too(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        made = private_directory(tmp_path / "state" / "octavia-wizard" / "deployments" / "x")
    finally:
        os.umask(before)
    assert [mode_of(path) for path in (made, *made.parents[:3])] == [0o700] * 4


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    assert private_directory(there) == there
    assert mode_of(there) == 0o755
    private_directory(there / "x")
    assert mode_of(there) == 0o755


def test_a_file_in_the_way_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=f"cannot create {tmp_path}/file/x"):
        private_directory(tmp_path / "file" / "x")


def test_two_ways_to_a_deploy_directory_are_one_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert DeploymentPlace.of(tmp_path / "link") == DeploymentPlace.of(tmp_path)
    assert DeploymentPlace.of(tmp_path / "a" / "x") != DeploymentPlace.of(tmp_path / "b" / "x")


@pytest.mark.parametrize("name", ["x" * 255, "ä" * 127])
def test_the_longest_name_has_a_place(tmp_path: Path, name: str) -> None:
    place = DeploymentPlace.of(tmp_path / name)
    assert len(os.fsencode(place.root.name)) <= 255
    assert place != DeploymentPlace.of(tmp_path / name[1:])


def test_links_in_a_circle_have_a_place(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert not DeploymentPlace.of(tmp_path / "a").lock.exists()
