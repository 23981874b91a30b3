"""Tells how far a build is, steadily, whatever the work at hand says of itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from octavia_wizard.core.image.build.reader import Reader
from octavia_wizard.core.image.build.standing import Standing

_TICK = 0.5
"""Seconds between two reports."""
_REMEMBERED = 1.0
"""Seconds between two notes of how far it is."""


class Told:
    """Remembers how far a build was told to be, so that whoever follows it next goes on there."""

    def __init__(self, path: Path, tell: Callable[[Standing], None]) -> None:
        self._path = path
        self._tell = tell
        self._at = 0.0

    @property
    def share(self) -> float:
        """What was told last, by whoever; 0 where nothing was."""
        try:
            return float(self._path.read_text())
        except (OSError, ValueError):
            return 0.0

    def __call__(self, standing: Standing) -> None:
        """Tell, and remember it once a second at most."""
        now = time.monotonic()
        if now - self._at >= _REMEMBERED:
            self._at = now
            # Nothing depends on it but a smooth start of the next one.
            with suppress(OSError):
                self._path.write_text(f"{standing.share:.4f}")
        self._tell(standing)


class Gauge:
    """The progress of one build, for the phases that are not told by its output."""

    def __init__(self, reader: Reader, tell: Callable[[Standing], None], age: float) -> None:
        self.reader = reader
        self.began = time.monotonic() - age
        """When the build began, by the monotonic clock."""
        self._tell = tell
        self._using = threading.Lock()

    @property
    def elapsed(self) -> float:
        """Seconds since the build began."""
        return time.monotonic() - self.began

    def enter(self, phase: str) -> None:
        """A phase begins."""
        with self._using:
            self.reader.enter(phase, self.elapsed)
        self.report()

    def count(self, done: int, total: int, counter: str, last: str = "") -> None:
        """Something of the phase is done."""
        with self._using:
            self.reader.count(done, total, counter, last)

    def complete(self) -> Mapping[str, float]:
        """Nothing is left to do; return the seconds each phase took."""
        with self._using:
            self.reader.complete(self.elapsed)
            durations = dict(self.reader.durations)
        self.report()
        return durations

    def report(self) -> None:
        """Tell how far it is."""
        with self._using:
            standing = self.reader.standing(self.elapsed)
        self._tell(standing)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Tell how far it is twice a second."""
        over = threading.Event()

        def tick() -> None:
            while not over.wait(_TICK):
                self.report()

        thread = threading.Thread(target=tick, name="build-ticks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
