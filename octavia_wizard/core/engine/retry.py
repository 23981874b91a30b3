"""How often, and for how long, a passing fault is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounds on trying a step again after a TransientError."""

    attempts: int = 5
    """How often a step is tried in all."""
    base: float = 1.0
    """Longest wait before the second attempt, in seconds; it doubles with each one after."""
    cap: float = 30.0
    """No wait is longer than this, in seconds."""
    deadline: float = 180.0
    """No attempt begins later than this after the first fault of the step, in seconds."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.base < 0 or self.cap < self.base or self.deadline < 0:
            raise ValueError(f"not a retry policy: {self}")

    def wait(self, failures: int, since_first: float, luck: float | None = None) -> float | None:
        """Return the seconds to wait after so many failures, or None to give up.

        ``since_first`` is the time since the first of them.  Between a half and the whole of the
        exponential delay is waited, by ``luck`` (0 to 1, random when not given), so that several
        runs hit by one fault of the cloud do not come back at the same moment.
        """
        if failures >= self.attempts:
            return None
        chance = random.random() if luck is None else luck  # noqa: S311  # spreads load, no secret
        # A large exponent would overflow long before the cap is applied.
        delay = min(self.cap, self.base * 2.0 ** min(failures - 1, 30)) * (0.5 + chance / 2)
        return None if since_first + delay > self.deadline else delay
