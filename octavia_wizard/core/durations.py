"""How long something took, and when it was, in words for a person."""

from __future__ import annotations

from datetime import UTC, datetime

_BRIEF = 10
"""Seconds below which tenths are worth telling."""


def lasted(seconds: float) -> str:
    """Write seconds in at most two units: ``0.4 s``, ``12 s``, ``3 min 20 s``, ``1 h 5 min``."""
    if seconds < _BRIEF:
        return f"{max(seconds, 0.0):.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{rest} s"


def moment(text: str) -> str:
    """Write an ISO 8601 time to the minute, in UTC; what is none is returned as it is."""
    try:
        return f"{instant(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return text


def instant(text: str) -> datetime:
    """Read an ISO 8601 time, UTC where it does not say; raises ValueError for any other text."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
