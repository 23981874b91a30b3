"""Durations and moments are told in as few words as tell them."""

from __future__ import annotations

import pytest

from octavia_wizard.core.durations import instant, lasted, moment


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0.0 s"),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (10, "10 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3599.7, "1 h"),
        (3900, "1 h 5 min"),
        (90000, "25 h"),
    ],
)
def test_how_long(seconds: float, words: str) -> None:
    assert lasted(seconds) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-05-06T07:08:09+00:00", "2026-05-06 07:08 UTC"),
        ("2026-05-06T07:08:09Z", "2026-05-06 07:08 UTC"),
        ("2026-05-06T09:08:09.123+02:00", "2026-05-06 07:08 UTC"),
        ("2026-05-06T07:08:09", "2026-05-06 07:08 UTC"),
        ("yesterday", "yesterday"),
    ],
)
def test_when(text: str, words: str) -> None:
    assert moment(text) == words


def test_a_time_that_does_not_say_its_offset_is_in_utc() -> None:
    assert instant("2026-11-23T04:15:00") == instant("2026-11-23T05:15:00+01:00")
    assert instant("2026-11-23T04:15:00").tzinfo is not None
    with pytest.raises(ValueError, match="soon"):
        instant("soon")
