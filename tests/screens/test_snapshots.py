"""How the screens look, in two sizes and two kinds of theme; other tests say what they do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from textual.pilot import Pilot

from octavia_wizard.screens.app import WizardApp
from tests.screens.scenes import SCENES
from tests.screens.settling import settle
from tests.screens.site import look_at_site, site_session

SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
THEMES = ("textual-dark", "ansi-dark")


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it always be the same day."""
    day = datetime(2026, 11, 22, tzinfo=UTC)
    monkeypatch.setattr("octavia_wizard.core.views.certificates.now", lambda: day)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_picture(
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    scene: str,
    size: str,
    theme: str,
) -> None:
    """The screen looks as it did when somebody looked at it last."""
    monkeypatch.setenv("TEXTUAL_THEME", theme)
    monkeypatch.setenv("HOME", "/root")
    app = WizardApp(site_session(), looker=look_at_site)

    async def run_before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        await SCENES[scene](pilot, app)

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run_before)
