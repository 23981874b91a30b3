"""What is written outlives its reader, fits its terminal, and obeys nobody else."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator

import pytest
from rich.console import Console

from octavia_wizard.core.engine.events import (
    Event,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepRetried,
    StepStarted,
)
from octavia_wizard.core.steps.base import Action
from octavia_wizard.output.jsonl import event_document
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.progress import amount, follow_run
from octavia_wizard.output.stream import Steadfast, steadfast_streams

MIB = 1024 * 1024
EVENTS: tuple[Event, ...] = (
    RunStarted("0001", (("image", "Amphora image", Action.CREATE), ("x", "Quiet", Action.KEEP))),
    StepStarted("image", Action.CREATE),
    StepProgress("image", 0, 200 * MIB, "uploading"),
    StepProgress("image", 100 * MIB, 200 * MIB, "uploading"),
    StepLog("image", "a line"),
    StepRetried("image", 2, 1.5, "the cloud was busy"),
    StepFinished("image", Action.CREATE, "amphora 5f0c", 12.34),
    StepFinished("x", Action.KEEP, "", 0.0),
    StepFailed("files", "disk full", "make room", 0.1),
    RunFinished("0001", "failed", 13.0),
)


def paper(encoding: str = "utf-8", *, terminal: bool = False) -> tuple[Paper, io.BytesIO]:
    """Return paper and what is written on it."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    console = Console(file=stream, force_terminal=terminal, width=80, highlight=False, markup=False)
    return Paper(console), raw


class TestSteadfast:
    """A stream whose reader may go away."""

    @pytest.fixture
    def pipe(self) -> Iterator[tuple[Steadfast, int]]:
        read, write = os.pipe()
        with os.fdopen(write, "w") as stream:
            yield Steadfast(stream), read

    def test_it_writes_while_somebody_reads(self, pipe: tuple[Steadfast, int]) -> None:
        stream, read = pipe
        stream.write("hello\n")
        stream.flush()

        assert os.read(read, 100) == b"hello\n"
        os.close(read)

    def test_it_falls_silent_when_nobody_does(self, pipe: tuple[Steadfast, int]) -> None:
        stream, read = pipe
        os.close(read)
        for _ in range(3):
            stream.write("hello\n" * 10000)
            stream.flush()

        assert not stream.isatty()

    def test_a_full_disk_is_remembered(self) -> None:
        with open(os.open("/dev/full", os.O_WRONLY), "w") as full:
            stream = Steadfast(full)
            stream.write("hello")
            stream.flush()

        assert stream.trouble is not None
        assert stream.trouble.errno == errno.ENOSPC

    def test_what_cannot_be_encoded_is_replaced(self) -> None:
        raw = io.BytesIO()
        stream = Steadfast(io.TextIOWrapper(raw, encoding="ascii", write_through=True))
        stream.write("a✓b")

        assert raw.getvalue() == b"a?b"

    def test_the_former_streams_come_back(self) -> None:
        before = sys.stdout, sys.stderr
        with steadfast_streams():
            assert sys.stdout is not before[0]

        assert (sys.stdout, sys.stderr) == before


class TestPaper:
    """Lines for people."""

    def test_a_name_from_outside_commands_no_terminal(self) -> None:
        written, raw = paper(terminal=True)
        written.line("net\x1b[2Jwork\x07")

        assert b"\x1b[2J" not in raw.getvalue()
        assert b"\x07" not in raw.getvalue()

    def test_a_terminal_without_unicode_gets_ascii(self) -> None:
        written, raw = paper("ascii")
        written.line("✓ done → next · 5f0c… é")

        assert raw.getvalue() == b"+ done > next | 5f0c. e\n"

    def test_markup_is_text(self) -> None:
        written, raw = paper()
        written.line("[red]not red[/red] :smile:")

        assert raw.getvalue().decode() == "[red]not red[/red] :smile:\n"

    def test_a_long_line_is_not_broken(self) -> None:
        written, raw = paper()
        written.line("/a/very/long/path" * 20)

        assert raw.getvalue().count(b"\n") == 1

    def test_columns_are_aligned_and_nothing_trails(self) -> None:
        written, raw = paper()
        written.rows([("a", "bb", ""), ("aaa", "b", "c")])

        assert raw.getvalue().decode().splitlines() == ["a    bb", "aaa  b   c"]

    def test_a_column_without_content_takes_no_room(self) -> None:
        written, raw = paper()
        written.rows([("a", "", "b"), ("c", "", "")], ("dim", "", "dim"))

        assert raw.getvalue().decode().splitlines() == ["a  b", "c"]

    @pytest.mark.parametrize(
        ("row", "lines"),
        [
            (("key", "words " * 14), ["key  " + " ".join(["words"] * 12), "     words words"]),
            (("k" * 20, "/" + "x" * 70), ["k" * 20, "  /" + "x" * 70]),
            (("k" * 70, "one two"), ["k" * 70 + "  one two"]),
            (("k" * 70, "one two three"), ["k" * 70, "  one two three"]),
            (("", "/abcdefg" * 12), ["/abcdefg" * 9 + "/", "abcdefg" + "/abcdefg" * 2]),
        ],
    )
    def test_on_a_terminal_rows_are_broken_where_the_eye_expects(
        self, row: tuple[str, str], lines: list[str]
    ) -> None:
        written, raw = paper(terminal=True)
        written.console.width = 80
        written.rows([row])

        assert raw.getvalue().decode().splitlines() == lines


class TestProgress:
    """A run as it is followed."""

    def test_without_a_terminal_there_is_one_line_for_each_event(self) -> None:
        written, raw = paper()
        with follow_run(written, verbose=False) as report:
            for event in EVENTS:
                report(event)
        text = raw.getvalue().decode()

        assert "\x1b" not in text
        assert "\r" not in text
        assert "Amphora image: 50 %  100 of 200 MiB  uploading" in text
        assert "Amphora image        created    12.3 s  amphora 5f0c" in text
        assert "the cloud was busy; attempt 2 in 2 s" in text
        assert "disk full" in text
        assert "make room" in text
        assert "a line" not in text
        assert "Quiet" not in text

    def test_verbose_tells_the_rest(self) -> None:
        written, raw = paper()
        with follow_run(written, verbose=True) as report:
            for event in EVENTS:
                report(event)

        assert b"a line" in raw.getvalue()
        assert b"Quiet" in raw.getvalue()

    def test_on_a_terminal_the_result_stays(self) -> None:
        written, raw = paper(terminal=True)
        with follow_run(written, verbose=False) as report:
            for event in EVENTS:
                report(event)

        assert "created" in raw.getvalue().decode()

    @pytest.mark.parametrize(
        ("event", "text"),
        [
            (StepProgress("a", 3, 7), "3 of 7"),
            (StepProgress("a", MIB, 4 * MIB, "sent"), "1 of 4 MiB  sent"),
            (StepProgress("a", 3, 0, "making"), "making"),
        ],
    )
    def test_amounts_have_units(self, event: StepProgress, text: str) -> None:
        assert amount(event) == text


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_is_data(event: Event) -> None:
    document = event_document(event)

    assert str(document["event"]).replace("-", "") == type(event).__name__.lower()


def test_a_lost_terminal_breaks_no_write() -> None:
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as terminal:
        stream = Steadfast(terminal)
        os.close(leader)
        stream.write("hello\n")
        stream.flush()
