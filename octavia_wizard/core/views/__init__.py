"""Views: pictures of what the answers mean, drawn by every front end from the same words."""

from __future__ import annotations

from octavia_wizard.core.views import (
    capacity,
    certificates,
    cloud,
    deployment,
    image,
    network,
    ssh,
)
from octavia_wizard.core.views.model import Line, Picture, Role, Span, Subject, View

__all__ = ["Line", "Picture", "Role", "Span", "Subject", "View", "view_beside", "views_of"]

_VIEWS: dict[str, tuple[View, ...]] = {
    "cloud": cloud.VIEWS,
    "network": network.VIEWS,
    "image": image.VIEWS,
    "certificates": certificates.VIEWS,
    "ssh": ssh.VIEWS,
    "capacity": capacity.VIEWS,
    "deployment": deployment.VIEWS,
}


def views_of(section: str) -> tuple[View, ...]:
    """Return the views of a section, in the order they are to be shown."""
    return _VIEWS.get(section, ())


def view_beside(key: str) -> View | None:
    """Return the view that helps to answer a question; the one of its section, else none."""
    views = views_of(key.partition(".")[0])
    named = next((view for view in views if key in view.keys), None)
    return named or next((view for view in views if not view.keys), None)
