"""Which prompts a terminal gets."""

from __future__ import annotations

import io
import sys

import pytest

from octavia_wizard.plain.lines import LinePrompter
from octavia_wizard.plain.prompter import columns_of, make_prompter, wants_ascii


@pytest.mark.parametrize(
    "environ",
    [
        {"LANG": "C"},
        {"LANG": "POSIX"},
        {"LC_ALL": "C", "LANG": "en_GB.UTF-8"},
        {"LANG": "C", "LC_CTYPE": "C.UTF-8"},  # as Python sets it in the locale C
        {"LANG": "en_GB.UTF-8", "TERM": "linux"},
    ],
)
def test_ascii_is_all_some_terminals_can_show(environ: dict[str, str]) -> None:
    assert wants_ascii(environ, terminal=True)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"LANG": "C.UTF-8"},
        {"LANG": "de_DE.UTF-8", "TERM": "xterm"},
        {"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"},
        {"LANG": "C", "PYTHONIOENCODING": "utf-8"},
    ],
)
def test_others_get_the_signs(environ: dict[str, str]) -> None:
    assert not wants_ascii(environ, terminal=True)


def test_a_file_is_no_console() -> None:
    assert not wants_ascii({"TERM": "linux"}, terminal=False)


def test_what_has_no_descriptor_has_no_width() -> None:
    assert columns_of(io.StringIO()) == 0


def test_a_pipe_is_asked_by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    assert isinstance(make_prompter(), LinePrompter)
