"""The signs of states, and a filter for terminals that cannot print them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from octavia_wizard.core.views import ascii as table
from octavia_wizard.core.views.ascii import to_ascii
from octavia_wizard.core.views.glyphs import (
    ATTENTION,
    DONE,
    DOT,
    ERROR,
    RULE,
    RUNNING,
    TO_DO,
    UNWANTED,
)

__all__ = [
    "ATTENTION",
    "CHANGED",
    "CURSOR",
    "DONE",
    "DOT",
    "ERROR",
    "RULE",
    "RUNNING",
    "TO_DO",
    "UNWANTED",
    "AsciiFilter",
    "needs_ascii",
]

CURSOR: Final = "▸"
CHANGED: Final = "▎"


def needs_ascii(environ: Mapping[str, str] | None = None, encoding: str | None = None) -> bool:
    """Say whether this terminal cannot print the signs."""
    # Textual writes to the standard error stream.
    known = encoding or getattr(sys.__stderr__, "encoding", None)
    return table.needs_ascii(os.environ if environ is None else environ, known)


class AsciiFilter(LineFilter):
    """Replaces what a plain terminal cannot print, wherever on the screen it comes from."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in ASCII, as wide as they were."""
        return [
            segment if segment.text.isascii() else Segment(to_ascii(segment.text), segment.style)
            for segment in segments
        ]
