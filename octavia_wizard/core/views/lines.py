"""Lines of a picture made from findings, and lines that keep within a width."""

from __future__ import annotations

from dataclasses import replace

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.views.layout import verdict
from octavia_wizard.core.views.model import Line, Picture, Role


def role_of(problem: Finding) -> Role:
    """Return the role in which a finding is told."""
    return Role.BAD if problem.severity is Severity.ERROR else Role.ATTENTION


def told(problem: Finding, width: int) -> Picture:
    """Write a finding with its cure out in lines."""
    text = f"{sentence(problem.what)} {sentence(problem.fix)}"
    return verdict(role_of(problem), text, width)


def sentence(clause: str) -> str:
    """Write a clause as a sentence."""
    return f"{clause[:1].upper()}{clause[1:].rstrip('.')}."


def clipped(row: Line, width: int) -> Line:
    """Cut a line off where the width ends."""
    spans, room = [], width
    for span in row:
        spans.append(replace(span, text=span.text[: max(room, 0)]))
        room -= len(span.text)
    return tuple(span for span in spans if span.text)
