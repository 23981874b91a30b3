"""Files are hashed once, and hashed again only when they changed."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from octavia_wizard.core import places
from octavia_wizard.core.checksums import Checksum, parse_checksum
from octavia_wizard.core.errors import FileError, Interrupted
from octavia_wizard.core.image.hashes import (
    Digests,
    compare,
    hashes,
    recall,
    remember,
    stamp,
    verified,
)


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file, and a cache directory of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "image"
    path.write_bytes(os.urandom(9 * 1024 * 1024))
    return path


def test_hashes_are_those_of_the_file(image: Path) -> None:
    """MD5 and SHA-512 in one pass, with progress up to the end."""
    told: list[tuple[int, int]] = []
    found = hashes(image, lambda done, total: told.append((done, total)))
    data = image.read_bytes()
    assert found.md5 == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert found.sha512 == hashlib.sha512(data).hexdigest()
    assert told[-1] == (len(data), len(data))
    assert len(told) == 3


@pytest.mark.parametrize("algorithm", ["md5", "sha256", "sha384", "sha512"])
def test_a_checksum_is_verified_in_the_same_pass(algorithm: str, image: Path) -> None:
    """The right one is accepted; for a wrong one both are named."""
    data = image.read_bytes()
    right = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
    told: list[int] = []
    digests = verified(
        image, parse_checksum(f"{algorithm}:{right}"), lambda done, total: told.append(done)
    )
    assert digests == hashes(image)
    assert told == sorted(set(told))
    wrong = Checksum(algorithm, right[::-1])
    with pytest.raises(FileError, match=f"expected {wrong}, got {algorithm}:{right}"):
        verified(image, wrong)
    assert compare(image, None)[1] is None


def test_hashing_can_be_stopped(image: Path) -> None:
    """A request to stop ends it between two blocks."""
    cancel = threading.Event()
    with pytest.raises(Interrupted):
        hashes(image, lambda done, total: cancel.set(), cancel)


def test_they_are_remembered_until_the_file_changes(image: Path) -> None:
    """Another content under the same name and size is not taken for the old one."""
    digests = Digests("m", "s")
    assert recall(image) is None
    remember(image, digests, stamp(image))
    assert recall(image) == digests
    size = image.stat().st_size
    image.write_bytes(os.urandom(size))
    assert recall(image) is None


def test_a_change_at_the_same_instant_is_noticed(image: Path) -> None:
    """Clocks of file systems tick slowly: a file that was written just now is waited for."""
    for number in range(20):
        image.write_bytes(b"old")
        taken = stamp(image)
        remember(image, Digests("m", str(number)), taken)
        image.write_bytes(b"new")
        assert recall(image) is None


def test_a_file_that_changed_meanwhile_is_not_remembered(image: Path) -> None:
    """Hashes belong to the file as it was before it was read."""
    before = stamp(image)
    image.write_bytes(b"other")
    remember(image, Digests("m", "s"), before)
    assert recall(image) is None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"x": 1}', "\0"])
def test_a_damaged_cache_is_written_afresh(damage: str, image: Path) -> None:
    """It is only a cache."""
    remember(image, Digests("m", "s"), stamp(image))
    (places.cache_root() / "image-hashes.json").write_text(damage)
    assert recall(image) is None
    remember(image, Digests("m", "s"), stamp(image))
    assert recall(image) == Digests("m", "s")


def test_a_missing_file_is_explained(image: Path) -> None:
    """The message names the file."""
    image.unlink()
    with pytest.raises(FileError, match="image: No such file"):
        hashes(image)
    with pytest.raises(FileError, match="image: No such file"):
        stamp(image)
    assert recall(image) is None


def test_the_cache_stays_small(image: Path, tmp_path: Path) -> None:
    """Only the last files are remembered."""
    for number in range(70):
        path = tmp_path / f"image-{number}"
        path.write_text("x")
        remember(path, Digests("m", "s"), stamp(path))
    assert recall(tmp_path / "image-0") is None
    assert recall(tmp_path / "image-69") is not None
