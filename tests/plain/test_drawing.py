"""Pictures of what the answers mean, in lines."""

from __future__ import annotations

import io
import re

import pytest

from octavia_wizard.core.questions import QUESTIONS, SECTIONS
from octavia_wizard.core.session import Session
from octavia_wizard.core.views import Role, Span, views_of
from octavia_wizard.plain.drawing import Gallery, draw
from octavia_wizard.plain.lines import line_paper
from tests.plain.conftest import Asked

FILES = {"cloud.mode": "files", "cloud.release": "33.0.1"}
LIVE = {"cloud.name": "site", "cloud.release": "33.0.1"}


def test_text_of_a_view_is_never_markup() -> None:
    out = io.StringIO()
    draw(line_paper(out), ((Span("[red]lbaas[/red]", Role.BAD),),))

    assert out.getvalue() == "  [red]lbaas[/red]\n"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(asked: Asked, session: Session, width: int) -> None:
    sitting = asked(LIVE, width=width)
    sitting.asker.read_cloud()
    assert sitting.written
    gallery = Gallery(session, sitting.asker.paper)
    for section in SECTIONS:
        gallery.all(section.name)

    lines = sitting.written.splitlines()
    assert [line for line in lines if len(line) > width] == []
    assert len(lines) > len(SECTIONS)


@pytest.mark.parametrize("answers", [LIVE, FILES, {**FILES, "cloud.release": "22.4.1"}, {}])
def test_no_key_of_the_screens_is_named(
    asked: Asked, session: Session, answers: dict[str, str]
) -> None:
    sitting = asked(answers)
    gallery = Gallery(session, sitting.asker.paper)
    for section in SECTIONS:
        gallery.all(section.name)

    assert re.findall(r"\bF\d+\b|Ctrl\+|\bEsc\b", sitting.written) == []


def test_every_view_of_a_question_belongs_to_one_there_is() -> None:
    keys = {question.key for question in QUESTIONS}
    for section in SECTIONS:
        for view in views_of(section.name):
            assert set(view.keys) <= keys, view.name


class TestPictures:
    """The view of a question stands above it; it is drawn again only when it changed."""

    def test_it_is_drawn_once_for_questions_that_share_it(self, asked: Asked) -> None:
        sitting = asked(FILES)
        sitting.ask("network.cidr", "")
        assert "to scale" in sitting.written
        sitting.ask("network.pool", "")

        assert "to scale" not in sitting.written

    def test_v_draws_it_again(self, asked: Asked) -> None:
        sitting = asked(FILES)
        sitting.ask("network.cidr", "")
        assert sitting.written
        sitting.ask("network.pool", "v", "")

        assert sitting.written.count("to scale") == 1

    def test_an_answer_that_changes_it_shows_it_anew(self, asked: Asked) -> None:
        sitting = asked(FILES)
        sitting.ask("network.cidr", "10.5.0.0/22", then="n")

        assert "10.5.0.0 " in sitting.written

    def test_the_number_of_load_balancers_redraws_what_they_take(self, asked: Asked) -> None:
        sitting = asked(LIVE)
        sitting.asker.read_cloud()
        sitting.ask("capacity.load_balancers", "7", then="n")
        text = sitting.written

        assert text.count("What the load balancers take") == 2

    def test_where_there_is_none_that_is_said(self, asked: Asked, session: Session) -> None:
        sitting = asked(FILES)
        sitting.ask("variables.octavia_wsgi_threads", "v", "")

        assert "there is no picture to show here" in sitting.written
