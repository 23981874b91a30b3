"""The clock of the log and the clock of its reader are brought together."""

from __future__ import annotations

import pytest

from octavia_wizard.core.image.build.lines import Line
from octavia_wizard.core.image.build.moments import Moment, Moments


def test_times_of_lines_count_before_when_they_were_read() -> None:
    moments = Moments(None)
    start, end = moments.of(Line("a", 1000.0), 50.0), moments.of(Line("b", 1030.0), 50.0)
    assert moments.between(start, end) == 30.0
    assert moments.since(start, 52.0) == 32.0
    assert moments.between(end, start) == 0.0


def test_a_line_without_a_time_is_as_old_as_the_one_before_it() -> None:
    moments = Moments(None)
    moments.of(Line("a", 1000.0), 5.0)
    assert moments.of(Line("b"), 6.0).stamp == 1000.0


def test_without_any_time_it_counts_when_a_line_was_read() -> None:
    moments = Moments(None)
    start, end = moments.of(Line("a"), 5.0), moments.of(Line("b"), 8.0)
    assert moments.between(start, end) == 3.0
    assert moments.since(start, 9.0) == 4.0
    assert moments.quiet(10.0) == 2.0


def test_with_a_known_beginning_a_silence_before_the_reading_counts() -> None:
    moments = Moments(1000.0)
    moments.of(Line("a", 1040.0), 100.0)
    assert moments.quiet(100.0) == 60.0
    moments.hear(101.0)
    assert moments.quiet(103.0) == 2.0


@pytest.mark.parametrize("stamp", [-1e9, 1e12])
def test_no_time_makes_more_seconds_than_there_were(stamp: float) -> None:
    moments = Moments(1000.0)
    start = moments.of(Line("a", stamp), 10.0)
    assert 0 <= moments.since(start, 20.0) <= 20.0
    assert moments.since(Moment(30.0), 20.0) == 0.0
