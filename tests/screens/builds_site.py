"""What tests of builds on the screens have in common."""

from __future__ import annotations

from collections.abc import Callable

from tests.screens.conftest import Desk

BUILD = {
    "cloud.name": "site",
    "cloud.release": "33.0.1",
    "image.source": "build",
    "certificates.key_type": "ec-p256",
    "deployment.hosts": "infra1=172.29.236.11",
}
"""Answers that leave nothing open, with an image to be built."""


async def press(desk: Desk, *keys: str) -> None:
    """Press keys; a build that goes on is not waited for."""
    for key in keys:
        await desk.pilot.press(key)
        await desk.pilot.pause(0.05)


async def until(desk: Desk, true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until something holds."""
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        await desk.pilot.pause(0.05)
    raise AssertionError(f"waited in vain; on the screen is:\n{desk.text()}")


async def until_seen(desk: Desk, *texts: str) -> None:
    """Wait until texts are on the screen."""

    def seen() -> bool:
        shown = " ".join(desk.text().split())
        return all(text in shown for text in texts)

    await until(desk, seen)
