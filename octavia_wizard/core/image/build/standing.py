"""How far a build is: plain values that every front end shows in its own way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How a build stands at one moment; of two standings of a build the later has no less share."""

    phase: str
    """Id of the phase, e.g. ``install.d``; see ``phases.PHASES``."""
    title: str
    """What goes on, in words, e.g. ``installing packages``."""
    script: str = ""
    """The script at work, e.g. ``75-amphora-agent-install``; "" where none is."""
    done: int = 0
    """Scripts, packages or bytes of the phase that are done, as ``counter`` says."""
    total: int = 0
    """What ``done`` counts up to; 0 where it is not known."""
    counter: str = ""
    """What is counted: ``scripts``, ``packages``, ``bytes``, ``percent``; "" for nothing."""
    share: float = 0.0
    """Share of the whole, 0 to 1; 1 only once nothing is left to do."""
    elapsed: float = 0.0
    """Seconds since it began."""
    left: tuple[float, float] | None = None
    """Seconds it will still take, at least and at most; None where nothing can be said."""
    quiet: float = 0.0
    """Seconds since it last said something."""
    last: str = ""
    """Its last line worth showing."""

    @property
    def brief(self) -> str:
        """Say phase and counter in a few words: ``installing packages 9/16``."""
        if not self.total or self.counter == "bytes":
            return self.title
        if self.counter == "percent":
            return f"{self.title} {self.done} %"
        return f"{self.title} {self.done}/{self.total}"


def left_text(left: tuple[float, float] | None) -> str:
    """Say how long it will still take, no more precisely than it is known; "" where it is not."""
    if left is None:
        return ""
    least, most = left
    if most < 60:
        return "less than a minute left"
    low, high = max(1, round(least / 60)), max(1, round(most / 60))
    return f"about {low} min left" if low == high else f"{low} to {high} min left"
