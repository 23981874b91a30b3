"""The real steps over every fault: they converge, make nothing twice, and undo it all."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.engine.history import runs
from octavia_wizard.core.engine.lines import Kind
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.engine.undo import undo_plan
from octavia_wizard.core.errors import CloudError, TransientError
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from tests.core.engine.deployment import Deployment, cheapen_keys, drift
from tests.core.engine.killing import Moment, finishes

Wanted = tuple[set[str], dict[str, object]]
"""Names of all files, and all resources of the cloud."""

PUBLIC_KEY = "home/.ssh/octavia_key.pub"

TELLING = (Kind.INTENT, Kind.OUTCOME, Kind.UNDONE)


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back afterwards what a deployment sets for its process."""
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    former = cheapen_keys()
    yield
    encrypted_pem.__defaults__ = former


@pytest.fixture
def roots(tmp_path: Path) -> Iterator[Path]:
    """Yield one empty directory after the other, each removed when the next one is asked for."""

    def fresh() -> Iterator[Path]:
        for number in itertools.count():
            root = tmp_path / str(number)
            root.mkdir()
            yield root
            shutil.rmtree(root)

    return fresh()


def converge(root: Path) -> None:
    cheapen_keys()  # for the process of its own that is killed
    result = Deployment(root).run()
    assert result.status is RunStatus.DONE, result.error


def undo(root: Path) -> None:
    report = Deployment(root).undo()
    assert report.error is None, report.error


def expected(root: Path) -> Wanted:
    """Run without a fault and return the files and resources there are then."""
    converge(root)
    done = Deployment(root)
    return set(done.files()), done.cloud.resources()


def differences(done: Deployment, wanted: Wanted) -> list[object]:
    """Return what is there and not wanted, or the other way round.

    The public half of an SSH key may be missing: it is derived from the private one, not made anew.
    """
    files, resources = wanted
    found = done.cloud.resources()
    odd: list[object] = [*sorted((files ^ set(done.files())) - {PUBLIC_KEY})]
    return odd + [
        (found[kind], resources[kind]) for kind in found if found[kind] != resources[kind]
    ]


def assert_whole(root: Path, wanted: Wanted, where: object) -> None:
    """Check that all is as wanted, nothing twice, and that undo leaves things as they were."""
    done = Deployment(root)
    assert differences(done, wanted) == [], where
    assert not done.plan().has_changes, where
    assert not done.plan().obstacles, where
    undo(root)
    assert_as_before(root, where)


def assert_as_before(root: Path, where: object) -> None:
    untouched = root / "untouched"
    untouched.mkdir()
    before, after = Deployment(untouched), Deployment(root)
    assert after.files() == before.files(), where
    assert after.cloud.resources() == before.cloud.resources(), where
    assert undo_plan(after.place) == (), where


def test_converges_then_has_nothing_to_do_then_undoes_everything(roots: Iterator[Path]) -> None:
    root = next(roots)
    first = Deployment(root)
    idle = [i.step for i in first.plan().items if not i.action.changes]
    assert idle == ["image_file"]  # the operator's own is there already
    wanted = expected(root)
    again = Deployment(root)
    assert again.run().status is RunStatus.DONE
    assert again.cloud.writes == []
    assert_whole(root, wanted, "calm")


def test_the_journals_hold_no_secret(roots: Iterator[Path]) -> None:
    root = next(roots)
    converge(root)
    done = Deployment(root)
    undo(root)
    told = b"".join(run.journal.read_bytes() for run in runs(done.place))
    for known in ("db" * 16, "sv" * 16, "PRIVATE KEY"):
        assert known.encode() not in told


def test_of_the_secrets_it_makes_none_is_told(roots: Iterator[Path]) -> None:
    root = next(roots)
    done = Deployment(root)
    converge(root)
    text = (done.deploy_dir / "user_secrets_octavia.yml").read_text()
    values = [line.partition(": ")[2].strip("'\"") for line in text.splitlines() if ": " in line]
    secret = [value for value in values if len(value) >= 16 and " " not in value]
    assert secret
    told = runs(done.place)[0].journal.read_text() + str(done.events)
    assert [value for value in secret if value in told] == []


@pytest.mark.parametrize("kind", ["fail", "lose"])
def test_a_passing_fault_at_any_write_is_got_over(roots: Iterator[Path], kind: str) -> None:
    wanted = expected(next(roots))
    for number in itertools.count(1):
        root = next(roots)
        bench = Deployment(root)
        if kind == "fail":
            bench.cloud.fail_writes = {number: TransientError("503 from a service")}
        else:
            bench.cloud.lose_writes = {number}
        result = bench.run()
        assert result.status is RunStatus.DONE, (number, result.error)
        if len(bench.cloud.written) < number:
            break
        assert_whole(root, wanted, bench.cloud.written[number - 1])
    assert number > 10


@pytest.mark.parametrize("kind", ["fail", "lose"])
def test_a_lasting_fault_from_any_write_on_fails_resumably(
    roots: Iterator[Path], kind: str
) -> None:
    wanted = expected(next(roots))
    for number in itertools.count(1):
        root = next(roots)
        bench = Deployment(root)
        bench.cloud.fail_writes = dict.fromkeys(range(number + 1, 999), CloudError("500 (req-1)"))
        if kind == "fail":
            bench.cloud.fail_writes[number] = CloudError("500 (req-1)")
        else:
            bench.cloud.lose_writes = {number}
        result = bench.run()
        if len(bench.cloud.written) < number:
            break
        where = bench.cloud.written[number - 1]
        if result.status is RunStatus.FAILED:
            left = resumable(bench.place)
            assert left is not None
            assert Deployment(root).run(resumes=left.run_id).status is RunStatus.DONE, where
        assert_whole(root, wanted, where)
    assert number > 10


@pytest.mark.parametrize("kind", ["fail", "lose"])
def test_a_passing_fault_at_any_write_of_an_undo_is_got_over(
    roots: Iterator[Path], kind: str
) -> None:
    for number in itertools.count(1):
        root = next(roots)
        converge(root)
        bench = Deployment(root)
        if kind == "fail":
            bench.cloud.fail_writes = {number: TransientError("503 from a service")}
        else:
            bench.cloud.lose_writes = {number}
        assert bench.undo().error is None, number
        assert_as_before(root, number)
        if len(bench.cloud.written) < number:
            break
    assert number > 5


def killed_and_resumed_or_undone(
    roots: Iterator[Path], begin: Callable[[Path], None], wanted: Wanted | None
) -> int:
    """Kill at each line in turn; then resume and undo, and also undo at once; return the lines."""
    for line in itertools.count(1):
        root = next(roots)
        begin(root)
        before = state_of(root)
        if finishes(converge, root, line, Moment.BEFORE, TELLING):
            return line
        kept = Path(shutil.copytree(root, root.with_name("kept"), symlinks=True))
        undo(root)
        assert state_of(root) == before, f"undone, line {line}"
        shutil.rmtree(root)
        kept.rename(root)
        converge(root)
        done = Deployment(root)
        assert wanted is None or differences(done, wanted) == [], line
        assert not done.plan().has_changes, line
        undo(root)
        assert state_of(root) == before, f"resumed and undone, line {line}"
    raise AssertionError


def undone_by_two(roots: Iterator[Path], begin: Callable[[Path], None]) -> int:
    """Kill an undo at each line in turn, and undo again; return the lines."""
    for line in itertools.count(1):
        root = next(roots)
        begin(root)
        before = state_of(root)
        converge(root)
        if finishes(undo, root, line, Moment.BEFORE, TELLING):
            return line
        undo(root)
        assert state_of(root) == before, line
    raise AssertionError


def state_of(root: Path) -> tuple[dict[str, bytes], dict[str, object]]:
    found = Deployment(root)
    return found.files(), found.cloud.resources()


def from_nothing(root: Path) -> None:
    Deployment(root)


def from_drift(root: Path) -> None:
    converge(root)
    drift(root)


def test_killed_at_any_line_it_is_resumed_without_a_duplicate_or_undone(
    roots: Iterator[Path],
) -> None:
    wanted = expected(next(roots))
    assert killed_and_resumed_or_undone(roots, from_nothing, wanted) > 40


def test_killed_at_any_line_of_a_repair_it_is_resumed_or_undone(roots: Iterator[Path]) -> None:
    """Nothing is created here: each thing exists, looks otherwise, and must come back so."""
    assert killed_and_resumed_or_undone(roots, from_drift, None) > 30


def test_an_undo_killed_at_any_line_is_finished_by_undoing_again(roots: Iterator[Path]) -> None:
    assert undone_by_two(roots, from_nothing) > 20


def test_an_undo_of_a_repair_killed_at_any_line_is_finished_by_undoing_again(
    roots: Iterator[Path],
) -> None:
    assert undone_by_two(roots, from_drift) > 15
