"""The passwords of a rehearsal cloud."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import passwords


def test_they_are_random_private_and_kept(tmp_path: Path) -> None:
    """Two clouds share none; one cloud keeps its own."""
    made = passwords.load_or_create(tmp_path / "one.json")
    other = passwords.load_or_create(tmp_path / "other.json")
    assert stat.S_IMODE((tmp_path / "one.json").stat().st_mode) == 0o600
    assert set(made) == {*passwords.USERS, *passwords.OTHERS}
    assert len({*made.values(), *other.values()}) == 2 * len(made)
    assert passwords.load_or_create(tmp_path / "one.json") == made


def test_they_mean_nothing_in_the_files_they_are_written_to(tmp_path: Path) -> None:
    """No character that oslo.config, YAML or a URL would interpret."""
    made = passwords.load_or_create(tmp_path / "one.json")
    assert all(value.isalnum() and value.isascii() for value in made.values())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"admin": "x"}', "no JSON"])
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, text: str) -> None:
    """The hint says how to start over."""
    path = tmp_path / "passwords.json"
    path.write_text(text)
    with pytest.raises(RehearsalError, match=str(path)) as caught:
        passwords.load_or_create(path)
    assert "--fresh" in caught.value.hint
