"""Collects garbage while nobody types: a full pass takes 0.1 s and more, and would be felt."""

from __future__ import annotations

import gc
import time

STILL = 1.0
"""Seconds without a key or the mouse after which nobody seems to be typing."""
_WAITS = 10
"""Lesser passes after which a full one is worth its time; Python's own measure."""
_MOST = 200
"""Lesser passes after which a full one is made whoever types, so that memory is bounded."""


class Tidying:
    """Puts off the full passes of the garbage collector until the operator pauses."""

    def __init__(self) -> None:
        self._former: tuple[int, int, int] | None = None
        self._touched = 0.0
        self._is_first = True

    def begin(self) -> None:
        """Take the full passes over."""
        self._former = gc.get_threshold()
        gc.set_threshold(*self._former[:2], _MOST)

    def end(self) -> None:
        """Leave them to Python again."""
        if self._former is not None:
            gc.set_threshold(*self._former)
            gc.unfreeze()
            self._former = None

    def touch(self) -> None:
        """Take note that the operator does something."""
        self._touched = time.monotonic()

    def look(self) -> bool:
        """Make a full pass if there is something to be gained and nobody types; say whether."""
        if time.monotonic() - self._touched < STILL or gc.get_count()[2] < _WAITS:
            return False
        gc.collect()
        if self._is_first:
            # The modules and what was read of the cloud stay; later passes need not look at them.
            gc.freeze()
            self._is_first = False
        return True
