"""Views on paper: their roles as styles, in this one place."""

from __future__ import annotations

from collections.abc import Mapping

from octavia_wizard.core.views.model import Line, Picture, Role
from octavia_wizard.output.paper import Paper

STYLES: Mapping[Role, str] = {
    Role.PLAIN: "",
    Role.STRONG: "bold",
    Role.QUIET: "dim",
    Role.GOOD: "green",
    Role.ATTENTION: "yellow",
    Role.BAD: "red",
    Role.CONTROL: "blue",
    Role.RESERVED: "magenta",
    Role.POOL: "green",
}


def draw(paper: Paper, picture: Picture, *, indent: int = 1) -> None:
    """Write a picture."""
    for row in picture:
        draw_line(paper, row, indent=indent)


def draw_line(paper: Paper, row: Line, *, indent: int = 0) -> None:
    """Write one line of a picture."""
    paper.line(*((span.text, STYLES[span.role]) for span in row), indent=indent)
