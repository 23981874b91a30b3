"""The page about a question tells what the documentation of a preset would."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.explaining import explain_id, topic_names
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.findings import catalogue
from octavia_wizard.core.questions import QUESTIONS, Question
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.screens.explain import ExplainScreen, TopicScreen
from octavia_wizard.screens.explained import page_of
from octavia_wizard.screens.section import QuestionsScreen
from tests.screens.conftest import COMPLETE, Opened


def _page(session: Session, topic: str) -> str:
    return page_of(explain_id(topic, session, session.findings), session.answers.accept).plain


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_every_question_has_a_page(session: Session, question: Question) -> None:
    page = _page(session, question.key)
    assert question.help in page
    assert question.key in page
    assert all(name in page for name in question.variables)


@pytest.mark.parametrize("release", ["16.0.5", "22.4.1", "33.0.1"])
def test_every_variable_of_a_release_has_a_page(session: Session, release: str) -> None:
    session.give_text("cloud.release", release)
    for question in variable_questions(session.effective.release):
        page = _page(session, question.key)
        assert f"Role variable {question.title}" in page
        assert "Read by" in page


def test_everything_that_has_an_id_has_a_page(session: Session) -> None:
    for name in topic_names():
        assert len(_page(session, name).splitlines()) >= 2


def test_a_page_tells_since_when_a_default_holds(session: Session) -> None:
    page = _page(session, "capacity.spare_pool")
    assert "octavia_spare_amphora_pool_size" in page
    assert " to " in page


def test_a_variable_that_is_gone_says_what_to_do_instead(session: Session) -> None:
    session.give_text("cloud.release", "33.0.1")
    page = _page(session, "octavia_spare_amphora_pool_size")
    assert "does not have it" in page
    assert "Since 24.0.0" in page
    assert "Instead" in page


def test_a_warning_says_how_a_preset_accepts_it(session: Session) -> None:
    info = next(i for i in catalogue().values() if i.severity is Severity.WARNING)
    topic = explain_id(info.id, session, [replace(info.found("it is so"), where="file:3")])
    page = page_of(topic).plain
    assert f"accept: [{info.id}] in a preset; not accepted now" in page
    for text in ("it is so", info.explanation, info.cure, "file:3", info.id):
        assert text in page
    session.accept(info.id)
    assert "accepted now" in _page(session, info.id)
    assert "nothing of the kind now" in _page(session, info.id)


def test_nothing_in_a_page_commands_the_terminal(session: Session) -> None:
    info = next(iter(catalogue().values()))
    topic = explain_id(info.id, session, [info.found("a\x1b[2J [red]x[/]", where="b\rc")])
    page = page_of(topic).plain
    assert "a·[2J [red]x[/]" in page
    assert "b·c" in page


async def test_f1_leads_to_the_page_and_enter_back(opened: Opened) -> None:
    async with opened(COMPLETE, size=(60, 15)) as desk:
        desk.app.show_section("network", "network.pool")
        await desk.settle()
        await desk.press("f1")
        assert isinstance(desk.app.screen, ExplainScreen)
        assert "Neutron pool" in desk.text()
        await desk.press("down", "pagedown", "end", "enter")
        assert isinstance(desk.app.screen, QuestionsScreen)


async def test_the_page_of_a_finding_leads_on_to_its_question(opened: Opened) -> None:
    async with opened({"cloud.name": "site"}) as desk:
        desk.app.push_screen(TopicScreen("answer-missing"))
        await desk.settle()
        assert "It has no default" in desk.text()
        assert "open the question" in desk.text()
        await desk.press("enter")
        screen = desk.app.screen
        assert isinstance(screen, QuestionsScreen)
        await desk.press("escape", "escape")
        assert not isinstance(desk.app.screen, TopicScreen)


async def test_a_page_about_a_section_leads_nowhere_on(opened: Opened) -> None:
    async with opened(COMPLETE) as desk:
        desk.app.push_screen(TopicScreen("network"))
        await desk.settle()
        assert "network.cidr" in desk.text()
        assert "open the question" not in desk.text()
        await desk.press("enter", "escape")
        assert not isinstance(desk.app.screen, TopicScreen)
