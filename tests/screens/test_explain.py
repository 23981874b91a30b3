"""The page about a question tells what the documentation of a preset would."""

from __future__ import annotations

import pytest

from octavia_wizard.core.questions import QUESTIONS, Question
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.screens.explain import page_about
from octavia_wizard.screens.outlook import look


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_question_has_a_page(session: Session, question: Question) -> None:
    page = page_about(question, session.context, look(session), ()).plain
    assert question.help in page
    assert question.key in page


@pytest.mark.parametrize("release", ["16.0.5", "22.4.1", "33.0.1"])
def test_every_variable_of_a_release_has_a_page(session: Session, release: str) -> None:
    session.give_text("cloud.release", release)
    outlook = look(session)
    for question in variable_questions(session.effective.release):
        page = page_about(question, session.context, outlook, ()).plain
        assert f"Role variable {question.title}" in page


def test_a_page_tells_since_when_a_default_holds(session: Session) -> None:
    question = session.question("capacity.spare_pool")
    page = page_about(question, session.context, look(session), ()).plain
    assert "octavia_spare_amphora_pool_size" in page
    assert " to " in page
