"""Journals are read as they are: a torn end is expected, any other damage is pointed at."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.ledger import MAX_BYTES, Ledger, journal_number
from octavia_wizard.core.errors import FileError
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Record
from tests.core.engine.test_journal import HEADER


@pytest.fixture
def place(tmp_path: Path) -> DeploymentPlace:
    return DeploymentPlace(tmp_path / "deployment")


@pytest.fixture
def path(place: DeploymentPlace) -> Path:
    """A journal with an intent and its outcome, and an intent without."""
    journal = Journal.create(place, HEADER)
    journal.intent("network", "network", "a", {})
    journal.outcome(Record(1, "network", "network", "a", "created", "net-1"))
    journal.intent("network", "network", "b", {})
    journal.close()
    return journal.path


def test_without_journals_there_is_nothing(place: DeploymentPlace) -> None:
    ledger = Ledger.read(place)
    assert (ledger.runs, ledger.records, ledger.pending) == ([], {}, {})


def test_cut_anywhere_it_reads_what_is_whole(place: DeploymentPlace, path: Path) -> None:
    content = path.read_bytes()
    ends = [at for at, byte in enumerate(content, 1) if byte == 10]
    for size in range(len(content) + 1):
        path.write_bytes(content[:size])
        ledger = Ledger.read(place)
        whole = sum(end <= size for end in ends)
        assert len(ledger.runs) == (whole > 0)
        assert len(ledger.pending) == (whole in (2, 4))
        assert len(ledger.records) == (whole >= 3)


def test_what_was_run_is_told_and_leaves_nothing_to_undo(place: DeploymentPlace) -> None:
    journal = Journal.create(place, HEADER)
    journal.intent("octavia_playbook", "playbook", "octavia", {})
    record = Record(1, "octavia_playbook", "playbook", "octavia", "ran", "octavia-1")
    journal.outcome(record)
    journal.close()
    ledger = Ledger.read(place)
    assert (ledger.records, ledger.pending) == ({}, {})
    assert ledger.ran == [record]


@pytest.mark.parametrize(
    ("line", "text", "what"),
    [
        (2, b"{not json", "Expecting property name"),
        (2, b"[1, 2]", "not a JSON object"),
        (2, b"\xff\xfe", "decode"),
        (2, b"", "Expecting value"),
        (1, b'{"line": "intent"}', "the first line is not a header"),
        (3, b'{"line": "intent", "seq": "one"}', "field 'seq' is missing or not int"),
        (3, b'{"line": "dance"}', "'dance' is not a valid Kind"),
        (3, b"{}", "field 'line' is missing"),
        (3, b'{"line": "finished"}', "field 'status' is missing"),
        (3, b'{"line": "finished", "at": "x", "status": "odd"}', "'odd' is not a valid RunStatus"),
        (3, b'{"line": "finished", "status": "done"}', "field 'at' is missing"),
        (
            3,
            b'{"line": "intent", "seq": 2, "step": "s", "kind": "k", "name": "n", "lookup": {}}',
            "field 'at' is missing",
        ),
        (2, b"[" * 100_000, "nested too deeply"),
    ],
)
def test_any_other_damage_is_named_with_file_and_line(
    place: DeploymentPlace, path: Path, line: int, text: bytes, what: str
) -> None:
    lines = path.read_bytes().split(b"\n")
    lines[line - 1] = text
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(FileError) as caught:
        Ledger.read(place)
    assert caught.value.message.startswith(f"{path}:{line}: damaged journal: ")
    assert what in caught.value.message
    assert "move the file away" in caught.value.hint


@pytest.mark.parametrize("steps", [[1], [["network"]], [["network", 1]], ["ab"], {}])
def test_a_header_whose_steps_are_no_pairs_is_damage(
    place: DeploymentPlace, path: Path, steps: object
) -> None:
    header = json.loads(path.read_bytes().splitlines()[0])
    path.write_text(json.dumps({**header, "steps": steps}) + "\n")
    with pytest.raises(FileError, match=":1: damaged journal: field 'steps'"):
        Ledger.read(place)


def test_a_header_or_number_twice_is_damage(place: DeploymentPlace, path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[0]]))
    with pytest.raises(FileError, match=":5: damaged journal: a second header"):
        Ledger.read(place)
    path.write_bytes(b"".join([*lines, lines[1]]))
    with pytest.raises(FileError, match=":5: damaged journal: sequence number 1 was used before"):
        Ledger.read(place)


def test_a_journal_of_a_newer_version_is_not_guessed_at(place: DeploymentPlace, path: Path) -> None:
    header = json.loads(path.read_bytes().splitlines()[0])
    path.write_text(json.dumps({**header, "schema": 99}) + "\n")
    with pytest.raises(FileError, match="written by a newer octavia-wizard"):
        Ledger.read(place)


def test_a_file_that_cannot_be_read_is_said(place: DeploymentPlace, path: Path) -> None:
    path.unlink()
    path.mkdir()
    with pytest.raises(FileError, match="not a regular file") as caught:
        Ledger.read(place)
    assert "move the file away" in caught.value.hint


def test_what_has_no_end_is_not_read(place: DeploymentPlace, path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(FileError, match="not a regular file"):
        Ledger.read(place)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(FileError, match="not a regular file"):
        Ledger.read(place)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FileError, match="larger than 50 MB"):
        Ledger.read(place)


def test_the_loss_of_an_old_journal_loses_no_newer_record(
    place: DeploymentPlace, path: Path
) -> None:
    later = Journal.create(place, HEADER)
    later.outcome(Record(2, "network", "network", "b", "created", "net-2"), recovered=True)
    later.close()
    path.unlink()
    ledger = Ledger.read(place)
    assert [record.name for record in ledger.records.values()] == ["b"]
    assert ledger.next_seq == 3
    assert ledger.origins[2].cloud == "fake"


def test_runs_are_in_the_order_of_their_numbers_whatever_the_clock_did(
    place: DeploymentPlace,
) -> None:
    place.journals.mkdir(parents=True)
    journal = Journal.create(place, HEADER)
    journal.close()
    for name in ("9999-20000101T000000Z", "10000-19700101T000000Z"):
        text = journal.path.read_text().replace(journal.path.stem, name)
        (place.journals / f"{name}.jsonl").write_text(text)
    read = [run.header.run_id for run in Ledger.read(place).runs]
    assert read == [journal.path.stem, "9999-20000101T000000Z", "10000-19700101T000000Z"]


def test_other_files_have_no_number() -> None:
    assert journal_number(Path("0012-20260101T000000Z.jsonl")) == 12
    assert journal_number(Path("lock")) == 0
    assert journal_number(Path("0012-x.jsonl.bak")) == 0


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_content_makes_it_stumble(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    place = DeploymentPlace(tmp_path_factory.mktemp("ledger"))
    place.journals.mkdir()
    (place.journals / "0001-x.jsonl").write_bytes(data)
    with suppress(FileError):
        assert Ledger.read(place).runs == []


def test_what_was_removed_for_good_is_not_for_undo(place: DeploymentPlace, path: Path) -> None:
    """Whichever step made it; what else was made stays recorded."""
    journal = Journal.create(place, HEADER)
    journal.intent("network", "network", "c", {})
    journal.outcome(Record(3, "network", "network", "c", "created", "net-3"))
    journal.intent("prune", "removal", "a", {})
    journal.outcome(Record(4, "prune", "removal", "a", "removed", "net-1"))
    journal.close()
    ledger = Ledger.read(place)
    assert [record.id for record in ledger.records.values()] == ["net-3"]
    assert list(ledger.pending) == [2]
