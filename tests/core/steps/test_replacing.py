"""Sets of files are replaced whole; what waits cannot be mistaken, and nothing strange is lost."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.errors import FileError, StepError
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.steps.base import Pending, UndoResult
from octavia_wizard.core.steps.replacing import (
    REMOVAL,
    STAGING,
    carry_over,
    exchange,
    find_replaced,
    put_by,
    strangers,
    undo_replaced,
    waiting,
)
from tests.core.pki.support import effective
from tests.fake_work import FakeWork
from tests.fakes import FakeCloud


@pytest.fixture
def work(tmp_path: Path) -> Any:
    """What the engine hands to a step."""
    backups = tmp_path / "backups"
    backups.mkdir()
    facts = Facts(HostFacts(tmp_path))
    return FakeWork(effective(), facts, FakeCloud(), "step", backup_dir=backups)


def test_what_waits_is_private_and_whole(work: Any, tmp_path: Path) -> None:
    """The contents come back as they were put by, readable by their owner alone."""
    old = tmp_path / "old"
    old.write_text("former")
    exchanges = (exchange(old, b"new"), exchange(tmp_path / "none", b"first"))
    place = tmp_path / ".waiting"
    put_by(work, place, exchanges)
    assert waiting(place) == exchanges
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in place.iterdir()} == {0o600}
    assert "new" not in repr(exchanges[0])


@pytest.mark.parametrize("damage", ["list", "content"])
def test_a_damaged_set_is_not_used(damage: str, work: Any, tmp_path: Path) -> None:
    """A file of it that was changed is noticed before anything is replaced."""
    place = tmp_path / ".waiting"
    put_by(work, place, (exchange(tmp_path / "a", b"new"),))
    (place / ("list.json" if damage == "list" else "0")).write_text("{")
    with pytest.raises(FileError, match="damaged"):
        waiting(place)


def test_replaced_removed_and_put_back(work: Any, tmp_path: Path) -> None:
    """Undo of every record, the newest first, restores content, mode and directories."""
    below = tmp_path / "below"
    below.mkdir(mode=0o700)
    one, two, three = tmp_path / "one", below / "two", tmp_path / "three"
    one.write_text("1")
    one.chmod(0o640)
    two.write_text("2")
    exchanges = (exchange(one, b"uno"), exchange(two, None), exchange(three, b"tre"))
    place = tmp_path / ".waiting"
    put_by(work, place, exchanges)
    carry_over(work, place, exchanges)
    assert not place.exists()
    assert (one.read_text(), two.exists(), three.read_text()) == ("uno", False, "tre")
    assert stat.S_IMODE(one.stat().st_mode) == 0o640
    assert stat.S_IMODE(three.stat().st_mode) == 0o600
    below.rmdir()
    results = [undo_replaced(record).result for record in reversed(work.records)]
    assert UndoResult.CHANGED_SINCE not in results
    assert (one.read_text(), two.read_text(), three.exists()) == ("1", "2", False)
    assert stat.S_IMODE(one.stat().st_mode) == 0o640
    assert stat.S_IMODE(below.stat().st_mode) == 0o700


def test_what_somebody_changed_is_left_alone(work: Any, tmp_path: Path) -> None:
    """Neither former nor new: it is named, and not replaced."""
    path = tmp_path / "one"
    path.write_text("1")
    exchanges = (exchange(path, b"uno"),)
    path.write_text("mine")
    assert strangers(exchanges) == [path]
    with pytest.raises(StepError, match="was changed"):
        carry_over(work, tmp_path / ".waiting", exchanges)
    assert path.read_text() == "mine"


def test_a_removed_file_that_came_back_stays(work: Any, tmp_path: Path) -> None:
    """Undo does not write over what somebody put there since."""
    path = tmp_path / "one"
    path.write_text("1")
    exchanges = (exchange(path, None),)
    carry_over(work, tmp_path / ".waiting", exchanges)
    (record,) = work.records
    path.write_text("other")
    assert undo_replaced(record).result is UndoResult.CHANGED_SINCE
    path.write_text("1")
    assert undo_replaced(record).result is UndoResult.RESTORED
    path.unlink()
    Path(str(record.before["backup"])).unlink()
    with pytest.raises(FileError, match="backup"):
        undo_replaced(record)


def test_a_removal_whose_outcome_was_lost(tmp_path: Path) -> None:
    """The file is gone: it was removed; the file is there: it was not."""
    path = tmp_path / "one"
    pending = Pending(1, "step", REMOVAL, str(path), {"before": {"sha256": "x"}})
    found = find_replaced("step", pending)
    assert found is not None
    assert found.before == {"sha256": "x"}
    path.write_text("1")
    assert find_replaced("step", pending) is None


def test_a_set_that_never_became_whole(tmp_path: Path) -> None:
    """What a killed process left of it is swept away."""
    place = tmp_path / ".waiting"
    part = tmp_path / ".waiting.part"
    part.mkdir()
    (part / "0").write_text("secret")
    assert find_replaced("step", Pending(1, "step", STAGING, str(place))) is None
    assert not part.exists()
