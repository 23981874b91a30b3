"""Two clocks of a build: when its lines were written, and when they were read."""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.image.build.lines import Line


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened."""

    at: float
    """When it was noticed, in seconds since the build began."""
    stamp: float | None = None
    """When it was written down, in seconds since 1970; None where no line told."""


class Moments:
    """Brings both clocks together."""

    def __init__(self, began: float | None) -> None:
        self._given = began is not None
        self._base = began
        self._stamp: float | None = None
        self._heard = Moment(0.0)

    def of(self, line: Line, at: float) -> Moment:
        """Return the moment of a line; one without a time is as old as the one before it."""
        if line.stamp is not None:
            self._stamp = line.stamp
            # No line is read before it is written: the beginning cannot be any earlier.
            if not self._given:
                begun = line.stamp - at
                self._base = begun if self._base is None else max(self._base, begun)
        self._heard = Moment(at, line.stamp)
        return Moment(at, self._stamp)

    def hear(self, at: float) -> None:
        """Take in that something came that is no line yet, or was told from outside."""
        self._heard = Moment(at)

    def between(self, start: Moment, end: Moment) -> float:
        """Return seconds from one moment to another, by the lines where both have a time."""
        stamp = self._stamp if end.stamp is None else end.stamp
        if start.stamp is not None and stamp is not None:
            return max(0.0, stamp - start.stamp)
        return max(0.0, end.at - start.at)

    def since(self, start: Moment, at: float) -> float:
        """Return seconds from a moment to ``at``, when nothing need have been written."""
        began = start.at
        if start.stamp is not None and self._base is not None:
            began = start.stamp - self._base
        return max(0.0, min(at, at - began))

    def quiet(self, at: float) -> float:
        """Return how many seconds nothing was heard."""
        return self.since(self._heard, at)
