"""kill -9 at any line of the journal costs nothing: resume converges, undo removes it all."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.places import DeploymentPlace
from tests.core.engine.killing import Moment, finishes
from tests.core.engine.support import Bench, DurableCloud, makes

STEPS = (
    makes("one", "one", "uno"),
    makes("two", needs=["one"]),
    makes("three", needs=["one"]),
    makes("four"),
)
WANTED = [("foreign", 9000), ("four", 1500), ("one", 1500), ("three", 1500)]
WANTED += [("two", 1500), ("uno", 1500)]
BEFORE = [("foreign", 9000), ("two", 9000)]


def prepare(root: Path) -> None:
    root.mkdir()
    cloud = DurableCloud(root / "cloud.pickle")
    for name in ("foreign", "two"):
        cloud.create_network(Network("", name, "service", mtu=9000))


def run(root: Path) -> None:
    assert Bench(root, STEPS).run().status is RunStatus.DONE


def undo(root: Path) -> None:
    assert Bench(root, STEPS).undo().error is None


def cloud_of(root: Path) -> list[tuple[str, int | None]]:
    networks = DurableCloud(root / "cloud.pickle").networks.values()
    return sorted((network.name, network.mtu) for network in networks)


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_at_any_line_it_is_resumed_without_a_duplicate(
    tmp_path: Path, moment: Moment
) -> None:
    root = tmp_path
    for line in itertools.count(1):
        root = tmp_path / str(line)
        prepare(root)
        if finishes(run, root, line, moment):
            break
        place = DeploymentPlace(root / "state" / "deployment")
        had_ended = bool(runs(place)) and runs(place)[0].status == "done"
        begun = not (line == 1 and moment is not Moment.AFTER)
        left = resumable(place)
        assert (left is not None) == (begun and not had_ended)
        bench = Bench(root, STEPS)
        assert bench.run(resumes=left.run_id if left else None).status is RunStatus.DONE
        assert cloud_of(root) == WANTED, f"line {line}"
        assert not bench.plan().has_changes
        first = "done" if had_ended else "crashed"
        assert [run.status for run in runs(place)] == ["done", first][: 2 if begun else 1]
        undo(root)
        assert cloud_of(root) == BEFORE, f"line {line}"
    assert line > 20
    assert cloud_of(root) == WANTED


@pytest.mark.parametrize("moment", list(Moment))
def test_killed_at_any_line_everything_can_be_undone_at_once(
    tmp_path: Path, moment: Moment
) -> None:
    for line in itertools.count(1):
        root = tmp_path / str(line)
        prepare(root)
        if finishes(run, root, line, moment):
            break
        undo(root)
        assert cloud_of(root) == BEFORE, f"line {line}"


@pytest.mark.parametrize("moment", list(Moment))
def test_an_undo_killed_at_any_line_is_finished_by_undoing_again(
    tmp_path: Path, moment: Moment
) -> None:
    template = tmp_path / "template"
    prepare(template)
    run(template)
    for line in itertools.count(1):
        root = tmp_path / str(line)
        shutil.copytree(template, root)
        if finishes(undo, root, line, moment):
            break
        undo(root)
        assert cloud_of(root) == BEFORE, f"line {line}"
        assert Bench(root, STEPS).undo().items == ()
    assert line > 5
