"""What answers of a cloud tell of its clock."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.cloud.clock import CloudClock, offset_of
from octavia_wizard.core.cloud.sdk import connect
from octavia_wizard.core.facts.model import Part
from tests.core.cloud.stub import clouds_yaml, running_stub

NOON = "Wed, 06 May 2026 12:00:00 GMT"
AT_NOON = 1778068800.0


def answer(date: str | None = NOON, trip: float = 0.0, **headers: str) -> SimpleNamespace:
    """Make an answer as requests returns it."""
    told = {**headers, **({"Date": date} if date is not None else {})}
    return SimpleNamespace(headers=told, elapsed=timedelta(seconds=trip))


def test_half_the_round_trip_is_taken_off() -> None:
    assert offset_of(NOON, 0.0, AT_NOON) == 0.5
    assert offset_of(NOON, 4.0, AT_NOON + 2) == 0.5
    assert offset_of(NOON, 0.0, AT_NOON - 3600) == 3600.5
    assert offset_of(NOON, 0.0, AT_NOON + 90) == -89.5


@given(st.one_of(st.none(), st.text(), st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\d+")))
def test_whatever_stands_for_a_date_is_no_fault(text: str | None) -> None:
    told = offset_of(text, 1.0, AT_NOON)
    assert told is None or isinstance(told, float)


@pytest.mark.parametrize("date", [None, "", "noon", "Wed, 99 May 99999999999999999999 1:1:1 GMT"])
def test_without_a_date_nothing_is_told(date: str | None) -> None:
    clock = CloudClock(lambda: AT_NOON)
    clock.heed(answer(date))
    assert clock.offset is None


def test_the_fastest_answer_counts() -> None:
    """A slow one could have been under way in one direction all the time."""
    clock = CloudClock(lambda: AT_NOON + 10)
    clock.heed(answer(trip=20.0))
    clock.heed(answer(trip=2.0))
    clock.heed(answer(trip=19.0))
    assert clock.offset == -8.5
    clock.forget()
    assert clock.offset is None


def test_what_a_cache_hands_out_is_not_heeded() -> None:
    clock = CloudClock(lambda: AT_NOON)
    clock.heed(answer(Age="300"))
    assert clock.offset is None


@pytest.mark.parametrize("ahead", [0.0, 600.0, -90000.0])
def test_a_cloud_is_compared_by_what_it_answers_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    """Reading costs no question more."""
    with running_stub() as stub:
        stub.ahead = ahead
        stub.scripts["GET /network/v2.0/networks"] = [(200, {"networks": []})]
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml(tmp_path, f"{stub.url}/v3")))
        start = time.monotonic()
        with connect("stub") as cloud:
            facts = cloud.read(frozenset({Part.NETWORKS}))
        spent = time.monotonic() - start
        assert facts.clock_offset is not None
        assert abs(facts.clock_offset - ahead) <= 1.0 + spent
        assert stub.asked == ["GET /v3", "POST /v3/auth/tokens", "GET /network/v2.0/networks"]


def test_what_was_known_stays_while_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_stub() as stub:
        stub.ahead = 600.0
        stub.scripts["GET /network/v2.0/networks"] = [(200, {"networks": []})]
        monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(clouds_yaml(tmp_path, f"{stub.url}/v3")))
        with connect("stub") as cloud:
            known = cloud.read(frozenset({Part.NETWORKS}))
            assert cloud.read(frozenset(), known).clock_offset == known.clock_offset
