"""What an operator may do next, as command lines to copy."""

from __future__ import annotations

from collections.abc import Sequence

from octavia_wizard.output.paper import Paper

Ways = Sequence[tuple[str, str]]
"""Command lines to copy, with what they do."""


def write_ways(paper: Paper, ways: Ways) -> None:
    """Write commands to run next, each with what it does."""
    if ways:
        paper.line(("Next:", "bold"))
    for command, aim in ways:
        paper.line(command, indent=1)
        paper.prose(aim, ("# ", "dim"), indent=2)
