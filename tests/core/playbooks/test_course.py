"""How far a run is, by earlier runs or by the list of tasks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from octavia_wizard.core.playbooks.course import Course, Earlier
from octavia_wizard.core.playbooks.events import Event, Kind
from octavia_wizard.core.playbooks.tally import Tally


def events(
    plays: Mapping[str, tuple[tuple[str, float], ...]], at: float = 1000.0, *, over: bool = True
) -> Iterator[Event]:
    """Return the events of a run whose tasks took these seconds."""
    for play, tasks in plays.items():
        yield Event(Kind.PLAY, at, id=play, name=play, count=1, all=1)
        for name, seconds in tasks:
            yield Event(Kind.TASK, at, id=f"{play}{name}{at}", name=name, file=f"/r/{name}.yml:1")
            at += seconds
    if over:
        yield Event(Kind.STATS, at)


WHOLE = {"one": (("a", 10.0), ("b", 80.0)), "two": (("c", 10.0), ("a", 100.0))}


def shares(course: Course, run: list[Event]) -> list[float]:
    """Return the shares as the events come."""
    tally, found = Tally(), []
    for event in run:
        tally.add(event)
        found.append(course.standing(tally, 1.0).share)
    return found


def test_tasks_count_by_what_they_took_before() -> None:
    now = time.time()
    course = Course(Earlier([events(WHOLE)]), ())
    run = [*events({"one": (("a", 0.0), ("b", 0.0)), "two": (("c", 0.0),)}, now, over=False)]
    found = shares(course, run)
    assert [round(share, 2) for share in found] == [0.0, 0.0, 0.05, 0.05, 0.45]


def test_what_is_left_is_a_range_around_what_it_took() -> None:
    course = Course(Earlier([events(WHOLE)]), ())
    tally = Tally()
    for event in events({"one": (("a", 0.0), ("b", 0.0))}, time.time(), over=False):
        tally.add(event)
    low, high = course.standing(tally, 1.0).left or (0.0, 0.0)
    assert low < 190.0 < high
    assert low > 30.0


def test_the_newest_of_several_runs_counts_most() -> None:
    slow = {"one": (("a", 40.0),)}
    fast = {"one": (("a", 10.0),)}
    assert Earlier([events(fast), events(slow)]).seconds[0, 1, "a", "a.yml", 1] == 22.0
    assert not Earlier([])
    assert not Earlier([iter(())])


def test_a_run_begun_in_the_middle_is_not_taken_for_nearly_done() -> None:
    course = Course(Earlier([events(WHOLE)]), ())
    now = time.time()
    run = [
        Event(Kind.PLAY, now, id="one", name="one", count=1),
        *events({"two": (("c", 0.0),)}, now, over=False),
    ]
    assert shares(course, run)[-1] < 0.05


def test_without_an_earlier_run_the_listed_tasks_count() -> None:
    course = Course(Earlier([]), (("a", "b"), ("c", "d")))
    now = time.time()
    plays = {"one": (("a", 0.0), ("new", 0.0), ("b", 0.0)), "two": (("c", 0.0), ("d", 0.0))}
    run = [*events(plays, now, over=False)]
    found = shares(course, run)
    assert found == sorted(found)
    assert 0.8 < found[-1] < 1.0
    tally = Tally()
    for event in run:
        tally.add(event)
    assert course.standing(tally, 1.0).tasks_total == 5


def test_a_second_batch_does_not_take_it_back() -> None:
    course = Course(Earlier([]), (("a", "b"),))
    run = []
    for count in (1, 2):
        run.append(Event(Kind.PLAY, 1.0, "p", "p", count=count, all=3, serial=("1", "100%")))
        run += [Event(Kind.TASK, 1.0, name="a"), Event(Kind.TASK, 1.0, name="b")]
    found = shares(course, run)
    assert found == sorted(found)
    assert found[2] < 0.5 < found[5]


def test_nothing_known_is_nothing_said() -> None:
    course = Course(Earlier([]), ())
    standing = course.standing(Tally(), 100.0)
    assert (standing.share, standing.left, standing.tasks_total) == (0.0, None, 0)
    assert course.standing(Tally(), 100.0, over=True).share == 1.0
