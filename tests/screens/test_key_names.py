"""Keys have one name on every screen, and are understood however an operator writes them."""

from __future__ import annotations

import pytest

from octavia_wizard.screens.key_names import key_word, read_key, types_text


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("ctrl+s", "Ctrl+S"),
        ("f1", "F1"),
        ("escape", "Esc"),
        ("enter", "Enter"),
        ("pagedown", "PgDn"),
        ("pageup", "PgUp"),
        ("space", "Space"),
        ("a", "A"),
        ("A", "Shift+A"),
        ("question_mark", "?"),
        ("slash", "/"),
        ("plus", "+"),
        ("shift+tab", "Shift+Tab"),
        ("alt+x", "Alt+X"),
        ("down", "↓"),
    ],
)
def test_a_key_is_named_as_on_the_keyboard(key: str, word: str) -> None:
    assert key_word(key) == word
    assert read_key(word) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("F3", "f3"),
        ("escape", "escape"),
        ("Page Down", "pagedown"),
        ("page_up", "pageup"),
        ("Return", "enter"),
        ("CTRL+T", "ctrl+t"),
        (" ctrl + t ", "ctrl+t"),
        ("shift+ctrl+up", "ctrl+shift+up"),
        ("shift+a", "A"),
        ("?", "question_mark"),
        ("comma", "comma"),
        ("+", "plus"),
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
    ],
)
def test_a_key_is_read_however_it_is_written(text: str, key: str) -> None:
    assert read_key(text) == key


@pytest.mark.parametrize("text", ["", "f99", "hyper+x", "ctrl+", "ctrl+nothing", "any key", "+x+"])
def test_what_is_no_key_is_not_read(text: str) -> None:
    assert read_key(text) is None


@pytest.mark.parametrize(
    ("key", "expected"),
    [("a", True), ("question_mark", True), ("space", True), ("f2", False), ("ctrl+a", False)],
)
def test_keys_that_type_text_are_known(key: str, expected: bool) -> None:
    assert types_text(key) is expected
