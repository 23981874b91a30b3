"""What events add up to, and what cannot be concluded from them."""

from __future__ import annotations

import pytest

from octavia_wizard.core.playbooks.events import Event, Kind, Outcome, event_of
from octavia_wizard.core.playbooks.tally import Tally, first_of


def test_a_line_that_is_none_of_ours_is_passed_over() -> None:
    for line in ("", "no json", "[1]", '{"e": "other"}', '{"e": "host", "r": "odd"}', "{" * 9000):
        assert event_of(line) is None


@pytest.mark.parametrize(
    ("serial", "total", "batches"),
    [
        ((), 3, 0),
        (("1", "100%"), 3, 1),
        (("1", "100%"), 1, 0),
        (("1",), 4, 3),
        (("20%",), 10, 4),
        (("10%",), 3, 2),
        (("0",), 3, 0),
    ],
)
def test_the_batches_to_come_are_counted_as_ansible_makes_them(
    serial: tuple[str, ...], total: int, batches: int
) -> None:
    tally = Tally()
    sizes = {"1": 1, "20%": 2, "10%": 1}
    first = sizes.get(serial[0], total) if serial else total
    event = Event(Kind.PLAY, id="1", name="one", count=first, all=total, serial=serial)
    tally.add(event)
    assert tally.play is not None
    assert tally.play.batches_to_come == batches


def test_hosts_that_the_recap_has_as_fine_did_not_fail() -> None:
    tally = Tally()
    tally.add(Event(Kind.PLAY, id="1", name="one", count=1))
    tally.add(Event(Kind.TASK, id="2", name="try"))
    tally.add(Event(Kind.HOST, id="2", host="a", outcome=Outcome.FAILED, message="no"))
    assert tally.failed == 1
    tally.add(Event(Kind.STATS, recap={"a": {"ok": 1, "rescued": 1, "failures": 0}}))
    assert (tally.report().failures, tally.report().failed_play) == ((), "")


def test_the_group_has_to_be_named_as_a_whole() -> None:
    tally = Tally()
    tally.add(Event(Kind.PLAY, id="1", pattern="octavia_all_containers:!x", count=1))
    tally.add(Event(Kind.HOST, host="a", outcome=Outcome.OK))
    assert tally.took_part()
    assert not tally.took_part("octavia_all")
    tally.add(Event(Kind.PLAY, id="2", pattern="octavia_all:!x", count=1))
    assert not tally.took_part("octavia_all")
    tally.add(Event(Kind.HOST, host="a", outcome=Outcome.OK))
    assert tally.took_part("octavia_all")


@pytest.mark.parametrize(
    ("plays", "start"),
    [
        ((("a",), ("b", "c")), "b"),
        ((("b",), ("b",)), ""),
        ((("role : b",), ("b",)), ""),
        ((("b",), ("role : b",)), "role : b"),
        ((("a",), ("b *",)), ""),
        ((("a",), ("b {{ x }}",)), ""),
        ((("a",), ()), ""),
    ],
)
def test_only_a_name_that_leads_there_is_one_to_start_at(
    plays: tuple[tuple[str, ...], ...], start: str
) -> None:
    assert first_of(plays, 1) == start


def test_the_first_play_is_started_at_the_beginning() -> None:
    assert first_of((("a",),), 0) == ""
