"""Settings are taken where right, told where wrong, and kept when one of them is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.settings import load_settings, nearest, save_theme, settings_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a settings file may be."""
    return tmp_path / "octavia-wizard" / "settings.yml"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_they_are_looked_for_where_xdg_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "octavia-wizard" / "settings.yml"


@pytest.mark.parametrize("text", [None, "", "# nothing yet\n", "keys:\n"])
def test_without_settings_defaults_hold_and_nothing_is_told(path: Path, text: str | None) -> None:
    if text is not None:
        _write(path, text)
    settings = load_settings(path)
    assert (settings.theme, settings.keys, settings.problems) == ("", {}, ())


def test_theme_and_keys_are_read_with_their_lines(path: Path) -> None:
    text = "theme: nord\nkeys:\n  wizard.preview: f3\n  hub.jump1: 0\n  review.apply: [y, f10]\n"
    settings = load_settings(_write(path, text))
    assert settings.theme == "nord"
    keys = {"wizard.preview": "f3", "hub.jump1": "0", "review.apply": "y,f10"}
    assert settings.keys == keys
    assert settings.lines["keys.review.apply"] == 5
    assert not settings.problems


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("thme: nord\n", ":1: thme: there is no such setting (did you mean theme?)"),
        ("zzz: 1\n", ":1: zzz: there is no such setting (known are theme, keys)"),
        ("\ntheme: 3\n", ":2: theme: is no name of a theme"),
        ("keys: f3\n", ":1: keys: is no mapping of ids to keys (write ids below it)"),
        ("keys:\n  wizard.preview: {}\n", ":2: keys.wizard.preview: is no name of a key"),
        ("keys:\n  wizard.preview: true\n", ":2: keys.wizard.preview: is no name of a key"),
        ("keys:\n  wizard.preview: []\n", ":2: keys.wizard.preview: is no name of a key"),
        ("- theme\n", ":1: is no mapping"),
        ("theme: nord\ntheme: nord\n", ":2: theme: is set twice, first in line 1"),
        ("theme: [nord\n", "is not valid YAML"),
        ("theme: nord\0\n", "binary file"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_its_place(path: Path, text: str, told: str) -> None:
    settings = load_settings(_write(path, text))
    (line,) = settings.told(settings.problems)
    assert line.startswith(str(path))
    assert told in line
    assert "\n" not in line


def test_one_wrong_setting_leaves_the_others(path: Path) -> None:
    settings = load_settings(_write(path, "theme: nord\nkyes: {}\nkeys: {a: f3, b: {}}\n"))
    assert settings.theme == "nord"
    assert settings.keys == {"a": "f3"}
    assert [problem.key for problem in settings.problems] == ["kyes", "keys.b"]


def test_a_directory_in_its_place_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    settings = load_settings(path)
    (line,) = settings.told(settings.problems)
    assert line.startswith(f"{path}: ")
    assert "not a regular file" in line


def test_a_theme_is_saved_in_a_private_file(path: Path) -> None:
    save_theme(path, "nord")
    assert load_settings(path).theme == "nord"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_saving_a_theme_keeps_comments_keys_and_mode(path: Path) -> None:
    text = "# mine\ntheme: nord\nkeys:\n  # as in mc\n  wizard.preview: f3\n"
    _write(path, text).chmod(0o644)
    save_theme(path, "ansi-dark")
    assert path.read_text() == text.replace("nord", "ansi-dark")
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("text", ["# only this\n", "keys: {a: f3}\n", "\n"])
def test_a_theme_is_added_where_there_was_none(path: Path, text: str) -> None:
    save_theme(_write(path, text), "nord")
    assert load_settings(path).theme == "nord"
    assert text.strip() in path.read_text()


@pytest.mark.parametrize("text", ["theme: [broken\n", "- a list\n"])
def test_a_file_that_is_not_understood_is_left_as_it_is(path: Path, text: str) -> None:
    _write(path, text)
    with pytest.raises(FileError, match="left as it is"):
        save_theme(path, "nord")
    assert path.read_text() == text


def test_the_nearest_name_is_offered() -> None:
    assert (
        nearest("wizard.previw", ["wizard.preview", "hub.open"]) == "did you mean wizard.preview?"
    )
    assert nearest("q", [f"name{n}" for n in range(9)]) == ""
