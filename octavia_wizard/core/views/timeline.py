"""Stretches of time to one scale, with today marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from octavia_wizard.core.views import glyphs
from octavia_wizard.core.views.model import Line, Role, Span

YEAR = 5
"""Columns of a year with the blank that keeps it from its bar."""

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Scale:
    """Columns for a time from the beginning of the first stretch to the end of the last."""

    start: datetime
    end: datetime
    today: datetime
    width: int
    """Columns of the bars and of the years at their ends."""

    @classmethod
    def over(cls, stretches: Iterable[Stretch], today: datetime, width: int) -> Scale:
        """Make the scale on which all stretches and today have a place."""
        all_of_them = [*stretches, (today, today)]
        start = min(first for first, _ in all_of_them)
        end = max(last for _, last in all_of_them)
        return cls(start, max(end, start + timedelta(days=1)), today, width)

    @property
    def columns(self) -> int:
        """Columns of the longest bar."""
        return max(self.width - 2 * YEAR, 1)

    def column(self, moment: datetime) -> int:
        """Return the column of a moment, the first being 0."""
        return min(self._place(moment), self.columns - 1)

    def _place(self, moment: datetime) -> int:
        """Return before which column a moment lies, up to the end of the last one."""
        share = (moment - self.start) / (self.end - self.start)
        return min(max(round(share * self.columns), 0), self.columns)

    def bar(self, stretch: Stretch, role: Role) -> Line:
        """Draw a stretch with the years of its ends; what is past of it is quiet."""
        first, last = stretch
        begin = self.column(first)
        length = max(self._place(last) - begin, 1)
        past = min(max(self.column(self.today) - begin, 0), length) if first < self.today else 0
        return (
            Span(" " * begin),
            Span(f"{first:%Y} ", Role.QUIET),
            Span(glyphs.SPAN * past, Role.QUIET),
            Span(glyphs.SPAN * (length - past), role),
            Span(f" {last:%Y}", Role.QUIET),
        )

    def mark(self, indent: int) -> Line:
        """Draw the line below the bars that marks today, the bars' columns being indented."""
        at = indent + YEAR + self.column(self.today)
        text = f"today {self.today:%Y-%m-%d}"
        if at + len(text) + 2 > indent + self.width:
            return (Span(f"{text} {glyphs.HERE}".rjust(at + 1), Role.QUIET),)
        return (Span(" " * at + f"{glyphs.HERE} {text}", Role.QUIET),)
