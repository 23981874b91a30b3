"""Drawing the views of a session in lines."""

from __future__ import annotations

from octavia_wizard.core.session import Session
from octavia_wizard.core.views import Picture, Subject, View, view_beside, views_of
from octavia_wizard.output.paper import INDENT, Paper
from octavia_wizard.output.pictures import draw

__all__ = ["WIDEST", "Gallery", "draw"]

WIDEST = 100
"""Columns a picture may take: wider ones are not easier to read."""


class Gallery:
    """Shows the views of a session, each once and again only when it changed."""

    def __init__(self, session: Session, paper: Paper) -> None:
        self._session = session
        self._paper = paper
        self._shown: dict[tuple[str, str], Picture] = {}

    def enter(self, section: str) -> None:
        """Show the views that are about a section as a whole."""
        for view in views_of(section):
            if not view.keys:
                self._show(section, view)

    def beside(self, key: str, *, again: bool = False) -> bool:
        """Show the view of a question, if it changed or is asked for; say whether there is one."""
        view = view_beside(key)
        return view is not None and self._show(key.partition(".")[0], view, again=again)

    def all(self, section: str) -> bool:
        """Show all views of a section again; say whether there are any."""
        drawn = [self._show(section, view, again=True) for view in views_of(section)]
        return any(drawn)

    def _show(self, section: str, view: View, *, again: bool = False) -> bool:
        picture = self._draw(view)
        place = (section, view.name)
        if picture and (again or self._shown.get(place) != picture):
            self._paper.gap()
            self._paper.line((view.title, "bold"), indent=1)
            draw(self._paper, picture)
        self._shown[place] = picture
        return bool(picture)

    def _draw(self, view: View) -> Picture:
        session = self._session
        subject = Subject(session.effective, session.facts, session.findings)
        return view.draw(subject, min(self._paper.console.width - len(INDENT), WIDEST))
