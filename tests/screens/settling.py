"""Waiting for an app to have nothing left to do, however slow the machine is."""

from __future__ import annotations

import time
from contextlib import suppress

from textual.pilot import Pilot
from textual.worker import Worker, WorkerCancelled

_QUIET = 3
"""Rounds in a row with nothing to do: news draw a screen, which may start work of its own."""
_PATIENCE = 120.0
"""Seconds after which something goes on for good."""


async def settle(pilot: Pilot[int]) -> None:
    """Wait for the work in the background, and for what its news set going in turn.

    That the process uses no CPU, which `Pilot.pause` looks at, says little: on a busy machine it
    is so while work waits for its turn. Hence every worker is waited for, and every queue of
    messages gone through, until nothing new has come up. Raises WorkerFailed for work that failed.
    """
    quiet, until = 0, time.monotonic() + _PATIENCE
    while quiet < _QUIET:
        await pilot.pause()
        going: list[Worker[object]] = [it for it in pilot.app.workers if not it.is_finished]
        for worker in going:
            with suppress(WorkerCancelled):
                await worker.wait()
        quiet = 0 if going else quiet + 1
        assert time.monotonic() < until, f"still at work: {going}"
