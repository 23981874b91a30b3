"""The signs views are drawn with; front ends replace them where a terminal cannot print them."""

from __future__ import annotations

from typing import Final

DONE: Final = "✓"
TO_DO: Final = "○"
RUNNING: Final = "◐"
ATTENTION: Final = "!"
ERROR: Final = "✗"
UNWANTED: Final = "–"  # noqa: RUF001  # a dash as a sign, not a minus
CHOSEN: Final = "•"
DOT: Final = "·"
RULE: Final = "─"
SPAN: Final = "━"
"""A stretch of time."""
FULL: Final = "█"
MEDIUM: Final = "▒"
LIGHT: Final = "░"
"""Addresses, so that each kind can be told without colour."""
START: Final = "├"
END: Final = "┤"
BRANCH: Final = "└"
HERE: Final = "▲"
"""Points at a place in the line above."""
ARROW: Final = "→"
