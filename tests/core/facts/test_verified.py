"""A verification is kept privately and read back; damage to it means it counts for nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from octavia_wizard.core.facts.verified import Verified, read_verified, save_verified

DONE = Verified(
    "2026-11-23T03:15:00+00:00",
    {"octavia_amp_ram": "00ff", "server CA": "aa"},
    True,
    ("Amphorae: no heartbeat within 45 s",),
)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "state" / "verified.json"
    save_verified(path, DONE)
    assert read_verified(path) == DONE


def test_one_that_was_kept_before_warnings_were_is_read(tmp_path: Path) -> None:
    path = tmp_path / "verified.json"
    path.write_text('{"at": "2026-11-23T03:15:00+00:00", "inputs": {}, "smoke": true}')
    assert read_verified(path) == Verified("2026-11-23T03:15:00+00:00", {}, True)


def test_it_is_private_from_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "state" / "verified.json"
    save_verified(path, DONE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_last_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "verified.json"
    save_verified(path, DONE)
    later = Verified("2026-11-24T03:15:00+00:00", {})
    save_verified(path, later)
    assert read_verified(path) == later


def test_none_is_none(tmp_path: Path) -> None:
    assert read_verified(tmp_path / "verified.json") is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '{"at": "yesterday", "inputs": {}, "smoke": true}',
     '{"at": "2026-11-23T03:15:00+00:00", "inputs": [], "smoke": true}',
     '{"at": "2026-11-23T03:15:00+00:00", "inputs": {}}', '{"at": 3, "inputs": {}, "smoke": 1}',
     "[" * 100_000],
)  # fmt: skip
def test_damage_counts_for_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "verified.json"
    path.write_text(text)
    assert read_verified(path) is None


def test_what_is_no_file_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "verified.json").mkdir()
    assert read_verified(tmp_path / "verified.json") is None
