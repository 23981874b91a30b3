"""Prompts with a cursor, driven by keys through prompt_toolkit's own pipe."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import TextIO, cast

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from octavia_wizard.plain.cursor import CursorPrompter, _Matches
from octavia_wizard.plain.options import Move, Option
from octavia_wizard.plain.searching import SHOWN, Search

DOWN = "\x1b[B"
COLOURS = [Option("r", "red", "warm"), Option("b", "blue", "cold"), Option(None, "none of them")]
Typed = Callable[[str], CursorPrompter]


@pytest.fixture
def typed() -> Iterator[Typed]:
    """Return a prompter at which these keys were typed ahead."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):

        def type_ahead(keys: str) -> CursorPrompter:
            pipe.send_text(keys)
            prompter = CursorPrompter(cast(TextIO, _Paper()))
            prompter._output = {"output": DummyOutput()}
            return prompter

        yield type_ahead


class _Paper(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise io.UnsupportedOperation


def test_the_arrow_stands_at_what_holds(typed: Typed) -> None:
    assert typed("\r").choose("Colour", COLOURS, "b") == "b"


def test_arrows_choose(typed: Typed) -> None:
    assert typed(f"{DOWN}\r").choose("Colour", COLOURS, "r") == "b"


def test_none_is_a_value_too(typed: Typed) -> None:
    assert typed(f"{DOWN}{DOWN}\r").choose("Colour", COLOURS, "r") is None


@pytest.mark.parametrize("move", Move)
def test_every_move_is_one_key_in_a_list(typed: Typed, move: Move) -> None:
    assert typed(move.value).choose("Colour", COLOURS, "r") is move


def test_moves_can_be_forbidden(typed: Typed) -> None:
    assert typed("<\r").choose("Colour", COLOURS, "r", moves=False) == "r"


def test_a_key_of_its_own_takes_an_option_at_once(typed: Typed) -> None:
    options = [Option("go", "Go on", key="g"), Option("stop", "Stop", key="s")]

    assert typed("s").choose("Now", options, "go", moves=False) == "stop"


def test_a_long_list_is_narrowed_by_typing(typed: Typed) -> None:
    many = [Option(n, f"item-{n}") for n in range(30)]

    assert typed("item-27\r").choose("Which", many, 0) == 27


def test_several_are_ticked_by_space(typed: Typed) -> None:
    assert typed(f" {DOWN} \r").several("Colours", COLOURS[:2], ["r"]) == ["b"]


def test_a_line_may_be_anything(typed: Typed) -> None:
    assert typed("green\r").search("Colour", "", COLOURS[:2]) == "green"


def test_a_name_means_its_option(typed: Typed) -> None:
    assert typed("blue\r").search("Colour", "", COLOURS[:2]) is COLOURS[1]


def test_a_part_asks_which_was_meant(typed: Typed) -> None:
    assert typed("blu\r\r").search("Colour", "", COLOURS[:2]) is COLOURS[1]


def test_a_part_can_be_meant_as_it_is(typed: Typed) -> None:
    assert typed(f"blu\r{DOWN}\r").search("Colour", "", COLOURS[:2]) == "blu"


def test_a_line_knows_the_moves(typed: Typed) -> None:
    assert typed("<\r").text("Name", "now") is Move.BACK
    assert typed("\r").text("Name", "now") == ""


def test_ctrl_c_gets_through(typed: Typed) -> None:
    with pytest.raises(KeyboardInterrupt):
        typed("\x03").choose("Colour", COLOURS, "r")


def test_yes_and_no_are_one_key(typed: Typed) -> None:
    assert typed("y").confirm("Really?")
    assert not typed("\r").confirm("Really?")
    assert typed("\r").confirm("Really?", default=True)


def test_of_ten_thousand_only_some_are_offered_and_at_once() -> None:
    many = [Option(f"id-{n}", f"tenant-{n:05}", "vxlan") for n in range(10_000)]
    prompter = CursorPrompter(cast(TextIO, _Paper()))
    matches = _Matches(Search(many), prompter.paper)
    start = time.perf_counter()
    found = list(matches.get_completions(Document("tenant"), CompleteEvent()))

    assert len(found) == SHOWN
    assert time.perf_counter() - start < 1
    assert found[0].text == "tenant-00000"
