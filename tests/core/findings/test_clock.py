"""Clocks that are apart are told before certificates are dated by one of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.findings import Inspected
from octavia_wizard.core.findings.clock import duration
from tests.core.findings.support import Example, Given, cloud, each

LIVE = {"cloud.mode": "live"}

EXAMPLES = (
    Example(
        "clock-differs",
        Given(LIVE, cloud=cloud(clock_offset=-61.0)),
        Given(LIVE, cloud=cloud(clock_offset=-60.0)),
        says="The clock of this host is 61 seconds ahead of that of here",
    ),
    Example(
        "clock-wrong",
        Given(inspected=Inspected(now=datetime(2017, 6, 1, 12, 30, tzinfo=UTC))),
        Given(inspected=Inspected(now=datetime(2026, 1, 1, tzinfo=UTC))),
        says="2017-06-01 12:30 UTC",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_a_clock_behind_the_clouds_is_told_as_such() -> None:
    case = Given(LIVE, cloud=cloud(clock_offset=7200.0))
    (found,) = case.found("clock-differs")
    assert "2 hours behind" in found.what
    assert found.section == "certificates"


def test_nothing_is_said_where_no_answer_told_the_time() -> None:
    assert not Given(LIVE, cloud=cloud(clock_offset=None)).found("clock-differs")
    unread = cloud(clock_offset=90.0, unread={Part.QUOTAS: "403"})
    assert Given(LIVE, cloud=unread).found("clock-differs"), "an unread part changes nothing"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(61, "61 seconds"), (150, "2 minutes"), (7200, "2 hours"), (400000, "5 days")],
)
def test_a_difference_is_written_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words
