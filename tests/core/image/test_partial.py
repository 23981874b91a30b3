"""What a download has brought is found again with what it is known by, and goes away whole."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from octavia_wizard.core.errors import LockedError
from octavia_wizard.core.image.partial import Origin, discard_partial, open_partial

URL = "https://images.example/amphora.qcow2"
KNOWN = Origin(URL, '"one"', "Tue, 14 Nov 2023 22:13:20 GMT", 9)


def lines(_: str) -> None:
    """Hear what is logged."""


def test_what_came_is_found_again(tmp_path: Path) -> None:
    """With the version it is of, by the next process."""
    target = tmp_path / "amphora.qcow2"
    with open_partial(target, URL, lines) as partial:
        partial.begin(KNOWN)
        partial.write(b"1234")
    with open_partial(target, URL, lines) as partial:
        assert (partial.size, partial.origin) == (4, KNOWN)
        partial.write(b"56789")
        partial.keep()
    assert target.read_bytes() == b"123456789"
    assert os.listdir(tmp_path) == ["amphora.qcow2"]
    assert target.stat().st_mtime == 1_700_000_000


def test_nothing_is_left_of_nothing(tmp_path: Path) -> None:
    """A download that got no byte leaves no file."""
    with open_partial(tmp_path / "a", URL, lines) as partial:
        partial.begin(KNOWN)
    assert os.listdir(tmp_path) == []


def test_it_is_removed_on_request(tmp_path: Path) -> None:
    """Both files, also by the name of a link; where there is none, nothing happens."""
    target, link = tmp_path / "a", tmp_path / "link"
    link.symlink_to(target)
    with open_partial(target, URL, lines) as partial:
        partial.begin(KNOWN)
        partial.write(b"1234")
    assert sorted(os.listdir(tmp_path)) == ["a.part", "a.part.json", "link"]
    discard_partial(link)
    discard_partial(target)
    assert os.listdir(tmp_path) == ["link"]


def test_only_one_writes(tmp_path: Path) -> None:
    """Whoever comes second is told, also within one process."""
    reasons: list[str] = []

    def second() -> None:
        with pytest.raises(LockedError) as caught, open_partial(tmp_path / "a", URL, lines):
            pass
        reasons.append(caught.value.message)

    with open_partial(tmp_path / "a", URL, lines) as partial:
        partial.write(b"1")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        assert partial.path.read_bytes() == b"1"
    assert "another download writes" in reasons[0]


@pytest.mark.parametrize(
    ("origin", "validator"),
    [
        (KNOWN, '"one"'),
        (Origin(URL, 'W/"weak"', "a time"), "a time"),
        (Origin(URL, "", "a time"), "a time"),
        (Origin(URL, 'W/"weak"'), ""),
        (Origin(URL), ""),
    ],
)
def test_what_a_version_is_known_by(origin: Origin, validator: str) -> None:
    """A weak tag says only that two versions mean the same, not that they have the same bytes."""
    assert origin.validator == validator
