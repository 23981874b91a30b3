"""Words and lines that the pictures of the image have in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from octavia_wizard.core.views.layout import wrapped
from octavia_wizard.core.views.model import Picture, Role, line

LABEL = 10
"""Columns of the names of facts."""
TEST = "made for the tests of Octavia: no timely security fixes, not for production"
_MIB = 1024**2
_GIB = 1024**3


def fact(name: str, text: str, width: int, role: Role = Role.PLAIN) -> Picture:
    """Return a named fact, in as many lines as it takes."""
    first, *rest = wrapped(text, width - LABEL, role) or (line(""),)
    indented = (line(" " * LABEL, *row) for row in rest)
    return (line((name.ljust(LABEL), Role.QUIET), *first), *indented)


def size_text(size: int | None) -> str:
    """Write bytes as KiB, MiB or GiB; "?" where they are not known."""
    if size is None:
        return "?"
    for unit, name in ((_GIB, "GiB"), (_MIB, "MiB"), (1024, "KiB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"


def transfer_text(done: int, total: int) -> str:
    """Write how many bytes of a file are done: ``12 of 345 MiB``; a total of 0 is not known."""
    whole = f" of {total / _MIB:.0f}" if total else ""
    return f"{done / _MIB:.0f}{whole} MiB"


def age_text(moment: datetime, now: datetime | None = None) -> str:
    """Say how old something is, in days: a picture does not change by the minute."""
    days = ((now or datetime.now(UTC)).date() - moment.astimezone(UTC).date()) // timedelta(days=1)
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days} days ago"


def span_text(least: float, most: float) -> str:
    """Say how long something takes, from seconds: ``3 to 7 min``."""
    low, high = max(1, round(least / 60)), max(1, round(most / 60))
    return f"{low} min" if low == high else f"{low} to {high} min"
