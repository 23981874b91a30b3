"""The history says of each run what became of it, and nothing is invented."""

from __future__ import annotations

import json
from pathlib import Path

from octavia_wizard.core.engine.history import runs, status_document
from octavia_wizard.core.engine.lock import DeploymentLock
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.places import DeploymentPlace
from tests.core.engine.support import Bench, makes


def cut(path: Path, lines: int) -> None:
    """Leave only the first lines of a journal, as after a power failure."""
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))


def test_without_a_run_there_is_none(tmp_path: Path) -> None:
    place = DeploymentPlace(tmp_path / "never")
    assert runs(place) == ()
    assert not place.root.exists()


def test_counts_what_was_made_and_what_still_stands(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one", "one", "uno"), makes("two")))
    bench.run()
    one = runs(bench.place)[0]
    assert (one.status, one.created, one.changed, one.standing, one.pending) == ("done", 3, 0, 3, 0)
    assert sorted(one.steps_done) == ["one", "two"]
    assert one.ended is not None
    assert one.ended >= one.started[:19]
    assert (one.cloud, one.region, one.release) == ("fake", "RegionOne", "33.0.1")
    bench.undo()
    undone, one = runs(bench.place)
    assert (undone.kind, undone.undone) == ("undo", 3)
    assert (one.created, one.standing) == (3, 0)


def test_the_newest_is_first_and_a_failed_one_is_unfinished(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.fail = {2: CloudError("no")}
    bench.run(command="first")
    unfinished = runs(bench.place)[0]
    assert unfinished.status.is_unfinished
    assert (unfinished.command, unfinished.status, unfinished.message) == ("first", "failed", "no")
    assert unfinished.steps_failed == ("one",)
    bench.run(command="second")
    assert [run.command for run in runs(bench.place)] == ["second", "first"]
    assert not runs(bench.place)[0].status.is_unfinished


def test_without_a_last_line_a_run_crashed_unless_the_lock_is_held(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    cut(bench.run().journal, 3)
    crashed = runs(bench.place)[0]
    assert (crashed.status, crashed.pending, crashed.standing) == ("crashed", 1, 0)
    lock = DeploymentLock.acquire(bench.place, "replay")
    assert runs(bench.place)[0].status == "running"
    assert runs(bench.place)[0].ended is None
    assert not runs(bench.place)[0].status.is_unfinished
    lock.release()


def test_an_older_run_without_a_last_line_crashed_even_while_another_goes_on(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    cut(bench.run().journal, 1)
    cut(bench.run().journal, 1)
    lock = DeploymentLock.acquire(bench.place, "replay")
    assert [run.status for run in runs(bench.place)] == ["running", "crashed"]
    lock.release()


def test_pending_changes_are_counted_where_they_were_announced(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    bench.cloud.lose = {2}
    bench.run(policy=RetryPolicy(attempts=1))
    assert runs(bench.place)[0].pending == 1
    bench.run()
    second, first = runs(bench.place)
    assert (first.pending, first.standing) == (0, 1)
    assert (second.pending, second.standing) == (0, 0)


def test_document_is_versioned_and_plain_data(tmp_path: Path) -> None:
    bench = Bench(tmp_path, (makes("one"),))
    result = bench.run()
    document = json.loads(json.dumps(status_document(bench.place)))
    assert document["schema"] == 1
    assert document["runs"][0]["run"] == result.run_id
    assert document["runs"][0]["steps"] == {"done": ["one"], "failed": [], "blocked": []}
