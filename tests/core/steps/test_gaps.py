"""A plan can be made whatever is not answered yet: the step says which answer it waits for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.facts.model import PARTS_TO_PLAN
from octavia_wizard.core.questions import QUESTIONS, Kind
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.steps.base import Action
from tests.fakes import FakeCloud


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session of a release, with a cloud that was read."""
    session = Session(Options(tmp_path, environ={"HOME": str(tmp_path)}))
    session.give_text("cloud.release", "33.0.1")
    session.facts = replace(session.facts, cloud=FakeCloud(name="site").read(PARTS_TO_PLAN))
    return session


@pytest.mark.parametrize(
    ("key", "value", "step", "waits_for"),
    [
        ("network.mode", "adopt", "network", "network.existing"),
        ("capacity.flavor_source", "adopt", "flavor", "capacity.flavor_existing"),
    ],
)
def test_a_step_waits_for_what_is_to_be_adopted(
    session: Session, key: str, value: str, step: str, waits_for: str
) -> None:
    session.give_text(key, value)
    assert waits_for in session.effective.missing
    item = next(item for item in session.plan().items if item.step == step)
    assert item.action is Action.BLOCKED
    assert waits_for in item.decision.reason


def test_every_single_choice_leads_to_a_plan(session: Session) -> None:
    empty = session.answers
    for question in QUESTIONS:
        for choice in question.choices(session.context) if question.choices else ():
            if question.key == "cloud.release":
                continue
            session.give(
                question.key, [choice.value] if question.kind is Kind.CHOICES else choice.value
            )
            assert session.plan().items
            session.answers = empty
