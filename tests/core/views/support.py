"""Draws views of resolved answers, and holds what all pictures must keep to."""

from __future__ import annotations

from typing import Any

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.views.model import Picture, Subject, View, plain_text, width_of
from tests.core.findings.support import NO_HOST

RELEASES = ("16.0.29", "21.2.12", "22.4.4", "25.6.0", "29.2.4", "33.0.1")
WIDTHS = (40, 56, 78, 116)


def subject(
    release: Any = "33.0.1",
    *,
    cloud: Any = None,
    host: Any = NO_HOST,
    **given: Any,
) -> Subject:
    """Resolve answers; ``capacity__topology="SINGLE"`` is one."""
    answers = Answers().with_value("cloud.release", release)
    if cloud is not None:
        answers = answers.with_value("cloud.mode", "live")
    for name, value in given.items():
        answers = answers.with_value(name.replace("__", "."), value)
    facts = Facts(host, cloud=cloud)
    return Subject(resolve(answers, facts), facts)


def drawn(view: View, what: Subject, width: int = 78) -> Picture:
    """Draw a view and check that no line is wider than it may be."""
    picture = view.draw(what, width)
    assert all(width_of(row) <= width for row in picture), plain_text(picture)
    return picture


def text(view: View, what: Subject, width: int = 78) -> str:
    """Return a picture as text."""
    return plain_text(drawn(view, what, width))
