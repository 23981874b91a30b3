"""Tells of a verification as of any step: how far it is in thousandths, and lines for the log."""

from __future__ import annotations

from collections.abc import Callable

from octavia_wizard.core.verification.model import (
    Checked,
    CheckFinished,
    CheckStarted,
    CheckWaiting,
    Told,
)

WHOLE = 1000
"""What the share of a verification counts up to."""


class Telling:
    """Takes what is told, and passes it on as progress and log."""

    def __init__(
        self, progress: Callable[[int, int, str], None], log: Callable[[str], None]
    ) -> None:
        self._progress = progress
        self._log = log
        self._title = "Left by an interrupted verification"
        """What is waited for before the first check."""
        self._number = 0
        self._total = 1

    def __call__(self, told: Told) -> None:
        """Pass it on; the counter of a wait, in seconds, stands at the end of its text."""
        match told:
            case CheckStarted():
                self._title, self._number, self._total = told.title, told.number, told.total
                self._tell(0.0, self._title)
            case CheckWaiting():
                share = min(told.elapsed / told.bound, 1.0) if told.bound else 0.0
                counter = f"{told.elapsed:.0f}/{told.bound:.0f}"
                self._tell(share, f"{self._title}: {told.what}, {counter} s")
            case CheckFinished():
                self._log(line_of(told.checked))

    def _tell(self, share: float, text: str) -> None:
        done = (self._number - 1 + 0.9 * share) / max(self._total, 1)
        self._progress(min(max(round(done * WHOLE), 0), WHOLE), WHOLE, text)


def line_of(checked: Checked) -> str:
    """Return a check as one line."""
    detail = f": {checked.verdict.detail[0]}" if checked.verdict.detail else ""
    return f"{checked.status} {checked.title} ({checked.seconds:.1f} s){detail}"
