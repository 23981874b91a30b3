"""How far the clock of a cloud is from this host's, told by the Date of answers it gives anyway."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

_TO_THE_SECOND = 0.5
"""Seconds to add: a Date is cut off at whole seconds (RFC 9110, section 5.6.7)."""


class CloudClock:
    """Watches answers; safe to use from several threads."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._best: tuple[float, float] | None = None
        """Round trip and offset in seconds, of the answer that came fastest."""

    def heed(self, answer: Any, *_: object, **__: object) -> None:
        """Look at an answer right after it came in; a hook of ``requests``."""
        now, trip = self._now(), answer.elapsed.total_seconds()
        # What a cache hands out has the Date of the day it was first given.
        if "Age" in answer.headers:
            return
        offset = offset_of(answer.headers.get("Date"), trip, now)
        if offset is None:
            return
        with self._lock:
            if self._best is None or trip < self._best[0]:
                self._best = (trip, offset)

    @property
    def offset(self) -> float | None:
        """Seconds the cloud's clock is ahead of this host's; None while no answer told."""
        best = self._best
        return best[1] if best is not None else None

    def forget(self) -> None:
        """Begin anew: one of the two clocks may have been put right meanwhile."""
        with self._lock:
            self._best = None


def offset_of(date: str | None, trip: float, now: float) -> float | None:
    """Return how many seconds ahead a clock is whose answer came in now; None where it is unclear.

    ``trip`` are the seconds from question to answer, taken to be as long both ways.
    """
    try:
        told = parsedate_to_datetime(date or "")
        moment = (told if told.tzinfo is not None else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return moment + _TO_THE_SECOND - (now - trip / 2)
