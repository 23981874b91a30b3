"""The section deployment asks the controllers when it is told to, and shows what they said."""

from __future__ import annotations

import pytest

from octavia_wizard.core.facts.controllers import Controller, Controllers
from octavia_wizard.core.session import Session
from tests.screens.conftest import COMPLETE, Opened


async def test_f5_asks_the_controllers_in_the_background_and_shows_them(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Controllers("2026-11-23T03:15:00+00:00", (Controller("infra1", "timed out"),))
    monkeypatch.setattr("octavia_wizard.core.session.look_at_controllers", lambda *_, **__: found)
    async with opened(COMPLETE, toasts=True) as desk:
        desk.app.show_section("deployment")
        await desk.settle()
        assert "infra1  timed out" not in desk.text()
        await desk.press("f5")
        await desk.settle()
        assert desk.app.session.facts.controllers == found
        assert "0 of 1 controller answered" in desk.text()
        assert "! 1 warning" in desk.text()


async def test_without_ansible_that_is_said(opened: Opened, session: Session) -> None:
    assert session.facts.host.tools.ansible is None
    async with opened(COMPLETE, toasts=True) as desk:
        desk.app.show_section("deployment")
        await desk.settle()
        await desk.press("f5")
        await desk.settle()
        assert "not asked: there is no ansible" in desk.text()
