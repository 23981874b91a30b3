"""How far a run of a playbook is, and what went wrong in it: plain values for every front end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PlayStanding:
    """How a run stands at one moment; of two of one run the later has no less ``share``."""

    play: str = ""
    """Name of the play at work."""
    task: str = ""
    """Name of the task at work, with the role it is of: ``os_octavia : Drop octavia Config(s)``."""
    host: str = ""
    """The host that answered last."""
    number: int = 0
    """Which play that is, counted from 1; 0 before the first."""
    tasks_done: int = 0
    tasks_total: int = 0
    """What ``tasks_done`` counts up to, guessed from earlier runs or from the list of tasks; 0
    where nothing is known."""
    hosts: int = 0
    """Hosts of the play at work."""
    changed: int = 0
    """Results so far in which a host was changed."""
    failed: int = 0
    """Hosts that failed or could not be reached."""
    share: float = 0.0
    """Share of the whole, 0 to 1; 1 only once it has ended."""
    elapsed: float = 0.0
    """Seconds since it began."""
    left: tuple[float, float] | None = None
    """Seconds it will still take, at least and at most; None where nothing can be said."""


@dataclass(frozen=True, slots=True)
class PlayFailure:
    """One task that failed on one host."""

    host: str
    play: str
    task: str
    message: str
    """What the module said; "" for a task that keeps that secret (``no_log``)."""
    file: str = ""
    """Where the task stands, ``path:line``: the file to look at."""
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class PlayReport:
    """What came of a run."""

    hosts: tuple[str, ...] = ()
    """All hosts that took part."""
    failures: tuple[PlayFailure, ...] = ()
    """Those that ended a host's part; what was ignored or rescued is not among them."""
    changed: int = 0
    ok: int = 0
    tasks: int = 0
    failed_play: str = ""
    failed_play_start: str = ""
    """Name of the first task of that play, to start again at; "" where it is not unique."""
    log: Path | None = None
