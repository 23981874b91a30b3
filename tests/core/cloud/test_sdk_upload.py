"""The body of an upload: complete, hashed on the way, stoppable, and honest about the file."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from octavia_wizard.core.cloud import sdk_upload
from octavia_wizard.core.cloud.sdk_upload import FileBody
from octavia_wizard.core.errors import FileError, Interrupted


def nothing(done: int, total: int) -> None:
    """Take no notice."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks from little data."""
    monkeypatch.setattr(sdk_upload, "CHUNK", 1000)


def test_sends_everything_once_and_knows_its_hash(tmp_path: Path) -> None:
    """Progress counts bytes up to the size of the file."""
    path, data = tmp_path / "image", bytes(range(256)) * 50
    path.write_bytes(data)
    told: list[tuple[int, int]] = []
    body = FileBody(path, lambda done, total: told.append((done, total)), threading.Event())
    assert body.len == len(data)
    assert b"".join(body) == data
    assert body.digests == {"sha512": hashlib.sha512(data).hexdigest()}
    assert told[-1] == (len(data), len(data))
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def test_what_was_hashed_before_is_only_sent(tmp_path: Path) -> None:
    """Hashing would take a processor that Glance may need."""
    path = tmp_path / "image"
    path.write_bytes(b"x" * 5000)
    body = FileBody(path, nothing, threading.Event(), hashing=False)
    assert b"".join(body) == b"x" * 5000
    assert body.digests == {}


def test_a_second_pass_starts_over(tmp_path: Path) -> None:
    """As when the token had expired and the request is sent anew."""
    path = tmp_path / "image"
    path.write_bytes(b"x" * 5000)
    body = FileBody(path, nothing, threading.Event())
    next(iter(body))
    assert b"".join(body) == b"x" * 5000
    assert body.digests["sha512"] == hashlib.sha512(b"x" * 5000).hexdigest()


def test_stops_between_two_chunks(tmp_path: Path) -> None:
    """The request is given up in the middle."""
    path, cancel = tmp_path / "image", threading.Event()
    path.write_bytes(b"x" * 5000)
    chunks = iter(FileBody(path, nothing, cancel))
    assert len(next(chunks)) == 1000
    cancel.set()
    with pytest.raises(Interrupted):
        next(chunks)


def test_a_file_that_shrinks_meanwhile_is_noticed(tmp_path: Path) -> None:
    """Rather than leaving the service waiting for the rest."""
    path = tmp_path / "image"
    path.write_bytes(b"x" * 5000)
    body = FileBody(path, nothing, threading.Event())
    path.write_bytes(b"x" * 3000)
    with pytest.raises(FileError, match="5000 bytes at first and 3000"):
        list(body)


def test_missing_and_empty_files_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(FileError, match="No such file"):
        FileBody(tmp_path / "missing", nothing, threading.Event())
    (tmp_path / "empty").touch()
    with pytest.raises(FileError, match="is empty"):
        FileBody(tmp_path / "empty", nothing, threading.Event())
