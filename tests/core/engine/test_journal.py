"""A line is on the disk, whole and private, before the run goes on; or nothing was done."""

from __future__ import annotations

import errno
import json
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.engine.lines import Header, RunKind
from octavia_wizard.core.engine.session import RunStatus
from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Record, Undone, UndoResult
from tests.core.engine.support import PRESET, Bench, makes

HEADER = Header(
    run_id="",
    kind=RunKind.RUN,
    command="replay preset.yml",
    started="2026-01-01T00:00:00+00:00",
    deploy_dir="/etc/openstack_deploy",
    cloud="fake",
    region="RegionOne",
    release="33.0.1",
    answers=PRESET,
    steps=(("network", "create"),),
)


@pytest.fixture
def place(tmp_path: Path) -> DeploymentPlace:
    return DeploymentPlace(tmp_path / "state" / "openstack_deploy-1234")


@pytest.fixture
def journal(place: DeploymentPlace) -> Iterator[Journal]:
    journal = Journal.create(place, HEADER)
    yield journal
    journal.close()


def record(seq: int, name: str = "lbaas-mgmt") -> Record:
    return Record(seq, "network", "network", name, "created", "net-1", {}, {"mtu": 1500})


def test_is_private_from_the_first_byte(journal: Journal, place: DeploymentPlace) -> None:
    assert journal.path.stat().st_mode & 0o7777 == 0o600
    assert place.journals.stat().st_mode & 0o7777 == 0o700
    assert place.root.stat().st_mode & 0o7777 == 0o700


def test_holds_what_was_asked_and_what_was_done(journal: Journal, place: DeploymentPlace) -> None:
    pending = journal.intent("network", "network", "lbaas-mgmt", {"project": "service"})
    assert Ledger.read(place).pending == {1: pending}
    journal.outcome(record(1))
    second = journal.intent("network", "subnet", "a", {})
    journal.dropped(second, "it was there")
    journal.finished("done", 1.23456)
    ledger = Ledger.read(place)
    assert ledger.pending == {}
    assert ledger.records == {1: record(1)}
    run = ledger.runs[0]
    assert run.header.run_id == journal.path.stem
    assert run.header.answers == PRESET
    assert [line["line"] for line in run.lines] == [
        "intent",
        "outcome",
        "intent",
        "outcome",
        "finished",
    ]
    assert run.lines[-1]["elapsed"] == 1.235


def test_every_line_is_synced_before_the_call_returns(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        fsync(handle)
        synced.append(journal.path.stat().st_size)

    monkeypatch.setattr(os, "fsync", watched)
    journal.intent("network", "network", "lbaas-mgmt", {})
    assert synced == [journal.path.stat().st_size]


def test_the_directory_is_synced_so_that_the_journal_itself_survives(
    place: DeploymentPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        fsync(handle)
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))

    monkeypatch.setattr(os, "fsync", watched)
    Journal.create(place, HEADER).close()
    assert str(place.journals) in synced
    assert str(place.root) in synced


def test_numbers_go_on_from_one_run_to_the_next(place: DeploymentPlace) -> None:
    first = Journal.create(place, HEADER)
    first.intent("network", "network", "a", {})
    first.close()
    second = Journal.create(place, HEADER)
    assert second.intent("network", "network", "b", {}).seq == 2
    assert second.path.name.startswith("0002-")
    assert [pending.name for pending in second.pending_of("network")] == ["a", "b"]
    second.outcome(record(1, "a"), recovered=True)
    assert [pending.name for pending in second.pending_of("network")] == ["b"]
    second.close()
    assert Ledger.read(place).origins[1].run_id == first.path.stem


def test_of_a_run_that_never_began_takes_the_next_number(place: DeploymentPlace) -> None:
    place.journals.mkdir(parents=True)
    (place.journals / "0007-20260101T000000Z.jsonl").touch()
    (place.journals / "notes.txt").write_text("not a journal")
    journal = Journal.create(place, HEADER)
    assert journal.path.name.startswith("0008-")
    journal.close()


def test_may_be_written_by_many_threads(journal: Journal, place: DeploymentPlace) -> None:
    def many(step: str) -> None:
        for number in range(20):
            pending = journal.intent(step, "network", f"{step}{number}", {})
            journal.dropped(pending, "a test")

    threads = [threading.Thread(target=many, args=(f"s{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    lines = [json.loads(line) for line in journal.path.read_bytes().splitlines()]
    announced = [line["seq"] for line in lines if line["line"] == "intent"]
    assert announced == list(range(1, 101))
    assert Ledger.read(place).pending == {}


def test_a_name_may_be_any_text(journal: Journal, place: DeploymentPlace) -> None:
    odd = 'né"w\nline\u2028 \udcff'
    journal.intent(
        "network", "network", odd, {"path": Path("/etc/x"), "set": frozenset({"b", "a"})}
    )
    pending = Ledger.read(place).pending[1]
    assert pending.name == odd
    assert pending.lookup == {"path": "/etc/x", "set": ["a", "b"]}


def test_what_cannot_be_written_as_json_is_a_bug(journal: Journal) -> None:
    size = journal.path.stat().st_size
    with pytest.raises(TypeError, match="object cannot be written"):
        journal.intent("network", "network", "a", {"thing": object()})
    with pytest.raises(ValueError, match="Out of range float"):
        journal.intent("network", "network", "a", {"thing": float("nan")})
    assert journal.path.stat().st_size == size


@pytest.mark.parametrize("key", ["password", "passPhrase", "client_secret", "auth_token"])
def test_refuses_a_secret_and_does_not_repeat_it(journal: Journal, key: str) -> None:
    size = journal.path.stat().st_size
    with pytest.raises(ValueError, match=key) as caught:
        journal.intent("network", "network", "a", {"inner": {key: "hunter2"}})
    assert "hunter2" not in str(caught.value)
    assert journal.path.stat().st_size == size


# ---- a disk that is full


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``size`` bytes: as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 1, 40])
def test_a_line_there_is_no_room_for_is_not_half_written(
    journal: Journal, place: DeploymentPlace, room: int
) -> None:
    journal.intent("network", "network", "first", {})
    size = journal.path.stat().st_size
    with file_size_limit(size + room), pytest.raises(StepError) as caught:
        journal.intent("network", "network", "second", {})
    assert "network second was not touched" in caught.value.message
    assert str(journal.path) in caught.value.message
    assert "make room" in caught.value.hint
    assert journal.path.stat().st_size == size
    # With room again it goes on as if nothing had been.
    journal.intent("network", "network", "third", {})
    assert [pending.name for pending in Ledger.read(place).pending.values()] == ["first", "third"]


def test_when_not_even_that_can_be_taken_back_nothing_more_is_written(
    journal: Journal, place: DeploymentPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(handle: int, data: bytes) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def failing(handle: int, size: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", torn)
        patch.setattr(os, "ftruncate", failing)
        with pytest.raises(StepError, match="Input/output error"):
            journal.intent("network", "network", "a", {})
    with pytest.raises(StepError, match="an earlier write to it failed"):
        journal.intent("network", "network", "b", {})
    assert Ledger.read(place).pending == {}


def test_a_line_that_cannot_be_synced_counts_as_not_written(
    journal: Journal, place: DeploymentPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync
    failures = [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))]

    def once(handle: int) -> None:
        if failures:
            raise failures.pop()
        fsync(handle)

    monkeypatch.setattr(os, "fsync", once)
    with pytest.raises(StepError, match="No space left on device"):
        journal.intent("network", "network", "a", {})
    assert Ledger.read(place).pending == {}


def test_a_header_there_is_no_room_for_leaves_no_journal(place: DeploymentPlace) -> None:
    with file_size_limit(10), pytest.raises(StepError, match="cannot write"):
        Journal.create(place, HEADER)
    assert list(place.journals.iterdir()) == []


def test_a_state_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(FileError, match="cannot create") as caught:
        Journal.create(DeploymentPlace(tmp_path / "state" / "x"), HEADER)
    assert str(tmp_path) in caught.value.message


def test_with_the_disk_full_at_any_line_the_run_can_be_resumed_and_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From line N on every write to the journal fails, as it does on a disk that stays full."""
    steps = (makes("one", "one", "uno"), makes("two", needs=["one"]), makes("three"))
    write = os.write
    number = 1
    while True:
        number += 1
        root = tmp_path / str(number)
        root.mkdir()
        bench, count = Bench(root, steps), 0

        def full(handle: int, data: bytes, last: int = number) -> int:
            nonlocal count
            count += 1
            if count > last:
                return write(handle, data[:7])
            return write(handle, data)

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            result = bench.run()
        made = len(bench.names())
        ledger = Ledger.read(bench.place)
        assert made <= len(ledger.records) + len(ledger.pending)
        if count <= number:
            break
        if result.status is RunStatus.FAILED:
            assert isinstance(result.error, StepError)
            assert "No space left on device" in result.error.message
        assert bench.run().status is RunStatus.DONE
        assert bench.names() == ["one", "three", "two", "uno"]
        assert bench.undo().error is None
        assert bench.names() == []
    assert number > 10


def test_tells_what_undo_did(journal: Journal, place: DeploymentPlace) -> None:
    for seq, name in enumerate(["kept", "gone"], 1):
        journal.intent("network", "network", name, {})
        journal.outcome(record(seq, name))
    journal.undone(record(1, "kept"), Undone(UndoResult.CHANGED_SINCE, "MTU"))
    journal.undone(record(2, "gone"), Undone(UndoResult.REMOVED))
    assert [kept.name for kept in Ledger.read(place).records.values()] == ["kept"]
