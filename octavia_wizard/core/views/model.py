"""What a view is: a picture of one subject, made of words, that every front end can draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.finding import Finding


class Role(StrEnum):
    """What a piece of text is for; a front end may repeat it by a style, never replace it."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"
    CONTROL = "control"
    """Addresses of controllers and containers."""
    RESERVED = "reserved"
    """Addresses the inventory keeps out of use."""
    POOL = "pool"
    """Addresses Neutron hands out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one role; never markup."""

    text: str
    role: Role = Role.PLAIN


Line = tuple[Span, ...]
Picture = tuple[Line, ...]
"""Lines from top to bottom, none wider than the width they were drawn for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What views are made from: one state of the answers, be it only as typed so far."""

    effective: Effective
    facts: Facts
    findings: tuple[Finding, ...] = ()


Draw = Callable[[Subject, int], Picture]
"""Draws a subject for a width in columns; an empty picture where there is nothing to show."""


@dataclass(frozen=True, slots=True)
class View:
    """One picture of a section, and the questions it helps to answer."""

    name: str
    title: str
    draw: Draw
    keys: tuple[str, ...] = ()
    """Questions beside which it is shown; empty for all of the section."""
    slow: bool = False
    """Whether drawing reads files, so that it has to be done in the background."""


def line(*parts: str | Span | tuple[str, Role]) -> Line:
    """Put a line together from texts, spans, and texts with their role."""
    return tuple(
        part if isinstance(part, Span) else Span(part) if isinstance(part, str) else Span(*part)
        for part in parts
    )


def plain_text(picture: Picture) -> str:
    """Return a picture without its roles, one line each."""
    return "\n".join("".join(span.text for span in row).rstrip() for row in picture)


def width_of(row: Line) -> int:
    """Return how many columns a line takes; every glyph used in views is one column wide."""
    return sum(len(span.text) for span in row)
