"""Waiting for keys that were typed ahead."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from textual.widget import Widget

TYPED_AHEAD = 2.0
"""How long, in seconds, a key may wait for the keys before it."""


async def reached(field: Widget) -> None:
    """Wait until the keys typed so far have reached a field, but not for ever.

    A burst of keys comes in one piece over a slow line; without this what a key after them
    does would be done too early. A machine that was asleep meanwhile is no fault.
    """
    done = asyncio.Event()
    field.call_later(done.set)
    with suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), TYPED_AHEAD)
