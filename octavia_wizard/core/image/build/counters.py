"""Counting the packages apt installs, which its output gives exactly.

apt says ``U upgraded, N newly installed`` and then, for each of U + N packages, ``Get:``,
``Unpacking`` and ``Setting up``; below package-installs these lines begin with ``> ``.
"""

from __future__ import annotations

import re

_SUMMARY = re.compile(r"(?:> )?(\d{1,6}) upgraded, (\d{1,6}) newly installed, ")
_STAGES = {"Get:": 0, "Unpacking ": 1, "Setting up ": 2}
_TITLES = ("downloading packages", "unpacking packages", "setting up packages")
_WEIGHTS = (0.25, 0.4, 0.35)
"""Share of the time each stage takes, in the measured build."""


class PackageRun:
    """One run of apt that installs packages."""

    def __init__(self, total: int) -> None:
        self.total = total
        """Packages it is going to install."""
        self._counts = [0, 0, 0]

    @property
    def done(self) -> int:
        """Packages that went through the present stage."""
        return self._counts[self._stage]

    @property
    def title(self) -> str:
        """The present stage in words."""
        return _TITLES[self._stage]

    @property
    def _stage(self) -> int:
        # Some packages are set up before others are unpacked.
        _, unpacked, set_up = self._counts
        if unpacked == self.total or (set_up and not unpacked):
            return 2
        return 1 if unpacked else 0

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        fetched, unpacked, set_up = self._counts
        # What is in the cache already is unpacked without having been fetched.
        counts = (max(fetched, unpacked), unpacked, set_up)
        return sum(w * n for w, n in zip(_WEIGHTS, counts, strict=True)) / self.total

    def count(self, text: str) -> bool:
        """Take a line in; tell whether it counted."""
        text = text.removeprefix("> ")
        for start, stage in _STAGES.items():
            if text.startswith(start):
                self._counts[stage] = min(self.total, self._counts[stage] + 1)
                return True
        return False


def run_of(text: str) -> PackageRun | None:
    """Return the run a line of apt announces; None where nothing is going to be installed."""
    if "newly installed" not in text:
        return None
    found = _SUMMARY.match(text)
    total = int(found[1]) + int(found[2]) if found else 0
    return PackageRun(total) if total else None
