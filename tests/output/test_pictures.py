"""Views are drawn on paper with a style for each role."""

from __future__ import annotations

import io

from rich.console import Console

from octavia_wizard.core.views.model import Role, line
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.pictures import STYLES, draw


def test_every_role_has_a_style() -> None:
    assert set(STYLES) == set(Role)


def test_a_picture_becomes_lines() -> None:
    stream = io.StringIO()
    draw(Paper(Console(file=stream)), (line("a", ("b", Role.GOOD)), line("c")))
    assert stream.getvalue() == "  ab\n  c\n"
