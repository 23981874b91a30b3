"""A step does no more than was shown, and tries again only what may pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.engine.course import Surroundings, exceeds, persist
from octavia_wizard.core.engine.events import Event, StepRetried
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.observe import Observer
from octavia_wizard.core.engine.retry import RetryPolicy
from octavia_wizard.core.errors import CloudError, Interrupted, StepError, TransientError
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.steps.base import Action, Decision
from tests.core.engine.support import EFFECTIVE, QUICK, host
from tests.core.engine.test_journal import HEADER

CREATE = Decision(Action.CREATE, diff=("+ a",))
CHANGE = Decision(Action.CHANGE, diff=("~ a", "~ b"))


@pytest.mark.parametrize(
    ("fresh", "planned", "more"),
    [
        (CREATE, CREATE, False),
        (Decision(Action.CREATE, diff=("+ a 5f0c",)), CREATE, False),
        (Decision(Action.KEEP), CREATE, False),
        (Decision(Action.ADOPT), CHANGE, False),
        (Decision(Action.SKIP), CHANGE, False),
        (Decision(Action.CHANGE, diff=("~ b",)), CHANGE, False),
        (Decision(Action.RUN), Decision(Action.RUN), False),
        (Decision(Action.CHANGE, diff=("~ c",)), CHANGE, True),
        (CHANGE, CREATE, True),
        (CREATE, CHANGE, True),
        (CREATE, Decision(Action.KEEP), True),
        (CHANGE, Decision(Action.ADOPT), True),
    ],
)
def test_only_what_the_plan_did_not_show_is_too_much(
    fresh: Decision, planned: Decision, more: bool
) -> None:
    assert exceeds(fresh, planned) is more


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def around(tmp_path: Path, events: list[Event]) -> Iterator[Surroundings]:
    journal = Journal.create(DeploymentPlace(tmp_path / "deployment"), HEADER)
    facts = Facts(host(tmp_path))
    yield Surroundings(
        effective=EFFECTIVE,
        observer=Observer(facts, None, lambda: facts.host),
        cloud=None,
        journal=journal,
        backup_dir=tmp_path,
        cancel=threading.Event(),
        emit=events.append,
        policy=QUICK,
        clock=lambda: 0.0,
    )
    journal.close()


def failing(*errors: Exception) -> tuple[list[int], Callable[[int], None]]:
    left, attempts = list(errors), list[int]()

    def attempt(number: int) -> None:
        attempts.append(number)
        if left:
            raise left.pop(0)

    return attempts, attempt


def test_a_passing_fault_is_tried_again_and_told(around: Surroundings, events: list[Event]) -> None:
    attempts, attempt = failing(TransientError("429"), TransientError("503"))
    persist(around, "network", attempt)
    assert attempts == [1, 2, 3]
    told = [(e.attempt, e.reason) for e in events if isinstance(e, StepRetried)]
    assert told == [(2, "429"), (3, "503")]
    assert [line["reason"] for line in around.journal.ledger.runs[0].lines] == ["429", "503"]


@pytest.mark.parametrize("error", [StepError("no"), CloudError("409"), ValueError("bug")])
def test_nothing_else_is_tried_again(around: Surroundings, error: Exception) -> None:
    attempts, attempt = failing(error)
    with pytest.raises(type(error)):
        persist(around, "network", attempt)
    assert attempts == [1]


def test_gives_up_with_the_last_fault_and_says_how_often_it_tried(around: Surroundings) -> None:
    attempts, attempt = failing(*[TransientError(f"fault {number}") for number in range(1, 9)])
    with pytest.raises(TransientError, match=r"fault 4 \(tried 4 times\)") as caught:
        persist(around, "network", attempt)
    assert attempts == [1, 2, 3, 4]
    assert "resume" in caught.value.hint


def test_does_not_try_again_once_asked_to_stop(around: Surroundings) -> None:
    around.cancel.set()
    attempts, attempt = failing(TransientError("503"))
    with pytest.raises(Interrupted):
        persist(around, "network", attempt)
    assert attempts == [1]


def test_the_deadline_counts_from_the_first_fault(around: Surroundings) -> None:
    """A transfer of an hour may still be tried again when it breaks."""
    now = iter([3600.0, 3605.0, 3611.0])
    policy = RetryPolicy(attempts=99, base=0.001, cap=0.001, deadline=10)
    late = replace(around, clock=lambda: next(now), policy=policy)
    attempts, attempt = failing(*[TransientError("reset")] * 9)
    with pytest.raises(TransientError):
        persist(late, "image", attempt)
    assert attempts == [1, 2, 3]
