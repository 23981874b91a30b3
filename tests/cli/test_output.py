"""What is written outlives its reader, fits its terminal, and obeys nobody else."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from octavia_wizard.core.image.build.standing import Standing
from octavia_wizard.core.steps.base import Action, Unit
from octavia_wizard.output.building import CANCELLING, clock, counted, follow_build
from octavia_wizard.output.jsonl import JsonOutput, event_document
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.progress import amount, follow_run, percent
from octavia_wizard.output.stream import Steadfast, steadfast_streams

MIB = 1024 * 1024
EVENTS: tuple[Event, ...] = (
    RunStarted("0001", (("image", "Amphora image", Action.CREATE), ("x", "Quiet", Action.KEEP))),
    StepStarted("image", Action.CREATE),
    StepProgress("image", 0, 200 * MIB, "uploading", Unit.BYTES),
    StepProgress("image", 100 * MIB, 200 * MIB, "uploading", Unit.BYTES, (61.0, 130.0)),
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
        assert "Amphora image: 50 %  100 of 200 MiB  uploading  1 to 2 min left" in text
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
            (StepProgress("a", 3 * MIB, 7 * MIB), f"{3 * MIB} of {7 * MIB}"),
            (StepProgress("a", MIB, 4 * MIB, "sent", Unit.BYTES), "1 of 4 MiB  sent"),
            (StepProgress("a", 3 * MIB, 0, "sent", Unit.BYTES), "3 MiB  sent"),
            (StepProgress("a", 430, 1000, "scripts 9/16", Unit.SHARE), "scripts 9/16"),
            (StepProgress("a", 3, 0, "making"), "making"),
        ],
    )
    def test_amounts_have_units(self, event: StepProgress, text: str) -> None:
        assert amount(event) == text

    @pytest.mark.parametrize(
        ("done", "total", "text"),
        [(0, 0, ""), (0, 7, "0 %"), (999, 1000, "99 %"), (1000, 1000, "100 %")],
    )
    def test_nothing_is_whole_before_it_is(self, done: int, total: int, text: str) -> None:
        assert percent(done, total) == text

    def test_a_build_is_told_by_phase_and_tenth(self) -> None:
        written, raw = paper()
        with follow_run(written, verbose=False) as report:
            report(RunStarted("1", (("f", "Image file", Action.RUN),)))
            report(StepStarted("f", Action.RUN))
            for share in range(0, 400, 10):
                text = f"installing packages {share // 40}/16"
                report(StepProgress("f", share, 1000, text, Unit.SHARE, (70.0, 190.0)))
            report(StepProgress("f", 420, 1000, "converting the image", Unit.SHARE))
        lines = raw.getvalue().decode().splitlines()[1:]

        assert lines[0] == "  Image file: 0 %  installing packages 0/16  1 to 3 min left"
        assert [line.split()[2] for line in lines] == ["0", "10", "20", "30", "42"]
        assert lines[-1] == "  Image file: 42 %  converting the image"

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_on_a_terminal_a_build_fits_and_never_goes_back(self, width: int) -> None:
        written, raw = paper(terminal=True)
        written.console.width = width
        with follow_run(written, verbose=False) as report:
            report(RunStarted("1", (("f", "Image file", Action.RUN),)))
            report(StepStarted("f", Action.RUN))
            for share in (430, 420, 999):
                text = "installing packages and the amphora agent 9/16"
                report(StepProgress("f", share, 1000, text, Unit.SHARE, (61.0, 190.0)))
                time.sleep(0.3)
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw.getvalue().decode())

        assert "43 %" in shown
        assert "42 %" not in shown
        assert "99 %" in shown
        assert "100" not in shown
        assert "1 to 3 min left" in shown
        assert max(map(len, re.split(r"[\r\n]+", shown))) <= width


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_is_data(event: Event) -> None:
    document = event_document(event)

    assert str(document["event"]).replace("-", "") == type(event).__name__.lower()


def test_a_progress_says_what_it_counts_and_how_long_it_takes() -> None:
    document = event_document(StepProgress("a", 3, 7, "x", Unit.SHARE, (1.0, 2.0)))

    assert document["unit"] == "share"
    assert document["left"] == (1.0, 2.0)


def standing(**given: Any) -> Standing:
    """Return how a build stands."""
    fields: dict[str, Any] = {
        "phase": "install.d",
        "title": "installing packages",
        "script": "75-amphora-agent-install",
        "done": 9,
        "total": 16,
        "counter": "scripts",
        "share": 0.43,
        "elapsed": 62.0,
        "left": (100.0, 170.0),
        "quiet": 1.0,
        "last": "Setting up libc6",
    }
    return Standing(**{**fields, **given})


class TestBuilds:
    """A build as it is followed."""

    def test_without_a_terminal_there_is_a_line_for_each_phase_and_tenth(self) -> None:
        written, raw = paper()
        cancel = threading.Event()
        with follow_build(written, cancel, lambda: None, verbose=False) as watch:
            for share in (0.41, 0.43, 0.49, 0.45, 0.50):
                watch.tell(standing(share=share))
                watch.log("a line")
            watch.tell(standing(share=0.51, phase="convert", title="converting", left=None))
            cancel.set()
            watch.tell(standing(share=0.6))
            watch.tell(standing(share=0.8))
        lines = raw.getvalue().decode().splitlines()

        assert lines == [
            "   41 %  installing packages  (1:02, 2 to 3 min left)",
            "   50 %  installing packages  (1:02, 2 to 3 min left)",
            "   51 %  converting  (1:02)",
            f"  {CANCELLING}",
        ]

    def test_verbose_writes_the_output_without_passwords(self) -> None:
        written, raw = paper()
        with follow_build(written, threading.Event(), lambda: None, verbose=True) as watch:
            watch.log("cloning https://me:secret@git.example/octavia")

        assert raw.getvalue().decode() == "  cloning https://git.example/octavia\n"

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_on_a_terminal_it_fits(self, width: int) -> None:
        written, raw = paper(terminal=True)
        written.console.width = width
        log = Path("/state/builds/20260101T120000Z-1a2b/log")
        with follow_build(written, threading.Event(), lambda: log, verbose=False) as watch:
            watch.tell(standing(last="x" * 300, quiet=25.0))
            time.sleep(0.6)
        shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw.getvalue().decode())

        for text in ("43 %", "1:02", "2 to 3 min left", "9/16 scripts", "silent for 0:25", "log: "):
            assert text in shown
        assert max(map(len, re.split(r"[\r\n]+", shown))) <= width

    def test_the_bar_neither_goes_back_nor_ends_too_early(self) -> None:
        written, raw = paper(terminal=True)
        with follow_build(written, threading.Event(), lambda: None, verbose=False) as watch:
            for share in (0.43, 0.41, 0.9999):
                watch.tell(standing(share=share))
                time.sleep(0.6)
        shown = raw.getvalue().decode()

        assert "43 %" in shown
        assert "41 %" not in shown
        assert "99 %" in shown
        assert "100 %" not in shown

    def test_cancelling_is_told(self) -> None:
        written, raw = paper(terminal=True)
        cancel = threading.Event()
        with follow_build(written, cancel, lambda: None, verbose=False) as watch:
            watch.tell(standing())
            cancel.set()
            watch.log("unmounted /tmp/dib_build.x")
            time.sleep(0.6)

        assert "cancelling and cleaning up" in raw.getvalue().decode()
        assert "unmounted /tmp/dib_build.x" in raw.getvalue().decode()

    def test_as_data_it_is_told_once_a_second(self, capsys: pytest.CaptureFixture[str]) -> None:
        with JsonOutput().follow_build(threading.Event(), lambda: None) as watch:
            for share in (0.43, 0.431, 0.432):
                watch.tell(standing(share=share))
                watch.log("a line")
        (line,) = map(json.loads, capsys.readouterr().out.splitlines())

        assert line == {
            "schema": 1, "kind": "event", "event": "build-progress", "phase": "install.d",
            "title": "installing packages", "script": "75-amphora-agent-install", "done": 9,
            "total": 16, "counter": "scripts", "share": 0.43, "elapsed": 62.0, "left_least": 100,
            "left_most": 170, "quiet": 1.0,
        }  # fmt: skip

    def test_as_data_the_output_comes_when_asked_for(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with JsonOutput(verbose=True).follow_build(threading.Event(), lambda: None) as watch:
            watch.tell(standing(left=None))
            watch.log("a line")
        told, logged = map(json.loads, capsys.readouterr().out.splitlines())

        assert told["left_least"] is None
        assert (logged["event"], logged["line"]) == ("build-log", "a line")

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            ({}, "9/16 scripts"),
            ({"total": 0}, ""),
            ({"counter": "bytes", "done": MIB, "total": 3 * MIB}, "1 of 3 MiB"),
            ({"counter": "percent", "done": 29, "total": 100}, "29 %"),
        ],
    )
    def test_counters_have_units(self, given: dict[str, object], text: str) -> None:
        assert counted(standing(**given)) == text

    @pytest.mark.parametrize(("seconds", "text"), [(5, "0:05"), (62.9, "1:02"), (3725, "1:02:05")])
    def test_times_are_read_at_a_glance(self, seconds: float, text: str) -> None:
        assert clock(seconds) == text


def test_a_lost_terminal_breaks_no_write() -> None:
    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as terminal:
        stream = Steadfast(terminal)
        os.close(leader)
        stream.write("hello\n")
        stream.flush()
