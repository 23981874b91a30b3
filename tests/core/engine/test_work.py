"""What a step is handed: it can announce, report and stop, and forget no outcome."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.engine.events import Event, StepLog, StepProgress
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.work import StepWork
from octavia_wizard.core.errors import Interrupted, TransientError, UsageError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Work
from tests.core.engine.support import EFFECTIVE, host
from tests.core.engine.test_journal import HEADER
from tests.fakes import FakeCloud


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.create(DeploymentPlace(tmp_path / "deployment"), HEADER)
    yield journal
    journal.close()


def work_of(
    journal: Journal, cloud: FakeCloud | None = None, emit: Callable[[Event], None] = print
) -> StepWork:
    return StepWork(
        step="network",
        effective=EFFECTIVE,
        facts=Facts(host(Path("/x"))),
        cancel=threading.Event(),
        backup_dir=Path("/x"),
        journal=journal,
        connection=cloud,
        emit=emit,
    )


def test_is_the_work_steps_are_written_for(journal: Journal) -> None:
    work: Work = work_of(journal, FakeCloud())
    assert work.cloud.name == "fake"


def test_without_a_cloud_says_so(journal: Journal) -> None:
    with pytest.raises(UsageError, match="needs a cloud"):
        _ = work_of(journal).cloud


def test_what_came_of_an_intent_is_written_down(journal: Journal) -> None:
    work = work_of(journal)
    with work.intent("network", "a", project="p") as intent:
        assert [p.lookup for p in journal.pending_of("network")] == [{"project": "p"}]
        intent.created("net-1", {"mtu": 1500})
    with work.intent("mtu", "a") as intent:
        intent.changed("net-1", {"mtu": 1500}, {"mtu": 9000})
    with work.intent("network", "b") as intent:
        intent.dropped("it was there")
    assert journal.pending_of("network") == ()
    made = journal.ledger.records
    assert [(r.kind, r.result, r.id) for r in made.values()] == [
        ("network", "created", "net-1"),
        ("mtu", "changed", "net-1"),
    ]
    assert made[2].before == {"mtu": 1500}
    assert made[2].after == {"mtu": 9000}


def test_an_intent_whose_act_failed_stays_pending(journal: Journal) -> None:
    with pytest.raises(TransientError), work_of(journal).intent("network", "a"):
        raise TransientError("reset")
    assert [pending.name for pending in journal.pending_of("network")] == ["a"]


def test_to_forget_the_outcome_or_to_tell_it_twice_is_a_bug(journal: Journal) -> None:
    work = work_of(journal)
    with (
        pytest.raises(RuntimeError, match="did not say what came of network a"),
        work.intent("network", "a"),
    ):
        pass
    with work.intent("network", "b") as intent:
        intent.created("net-1", {})
        with pytest.raises(RuntimeError, match="is closed"):
            intent.dropped("after all")


def test_nothing_is_announced_any_more_once_asked_to_stop(journal: Journal) -> None:
    work = work_of(journal)
    work.checkpoint()
    work.cancel.set()
    with pytest.raises(Interrupted):
        work.checkpoint()
    with pytest.raises(Interrupted), work.intent("network", "a"):
        pytest.fail("nothing may be done")
    assert journal.pending_of("network") == ()


def test_reports_in_the_name_of_its_step(journal: Journal) -> None:
    events: list[Event] = []
    work = work_of(journal, emit=events.append)
    work.progress(1, 2, "half")
    work.log("a line")
    assert events == [StepProgress("network", 1, 2, "half"), StepLog("network", "a line")]
