"""Drawing views: their roles as styles of the theme."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from octavia_wizard.core.views.model import Line, Picture, Role

_STYLES: Mapping[Role, str] = {
    Role.PLAIN: "",
    Role.STRONG: "bold",
    Role.QUIET: "$foreground 60%",
    Role.GOOD: "$text-success",
    Role.ATTENTION: "$text-warning",
    Role.BAD: "$text-error",
    Role.CONTROL: "$text-primary",
    Role.RESERVED: "$text-secondary",
    Role.POOL: "$text-success",
}


def drawn(picture: Picture) -> Content:
    """Return a picture as content for a widget."""
    return Content("\n").join(drawn_line(row) for row in picture)


def drawn_line(row: Line) -> Content:
    """Return one line of a picture."""
    return Content.assemble(*((span.text, _STYLES[span.role]) for span in row))
