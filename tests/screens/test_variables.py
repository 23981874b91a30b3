"""Every variable of the release can be found, set with its type, and given back."""

from __future__ import annotations

import pytest

from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.variables import VariablesScreen
from tests.screens.conftest import Opened


async def test_a_variable_is_found_set_and_given_back(opened: Opened, session: Session) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        await desk.press("7")
        await desk.type("amp_active_retries")
        await desk.press("enter")
        assert isinstance(desk.app.screen, QuestionsScreen)
        await desk.type("33")
        await desk.press("enter")
        assert session.answers.values["variables.octavia_amp_active_retries"] == 33
        assert isinstance(desk.app.screen, VariablesScreen)
        assert "▸ octavia_amp_active_retries" in desk.text()
        assert "1 of " in desk.lines()[0]

        await desk.press("ctrl+r")
        assert "variables.octavia_amp_active_retries" not in session.answers


async def test_a_value_of_the_wrong_type_is_refused(opened: Opened, session: Session) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        await desk.press("7")
        await desk.type("amp_active_retries")
        await desk.press("enter")
        await desk.type("often")
        await desk.press("enter")
        assert "not a whole number" in desk.text()
        assert not session.effective.variables()


async def test_the_description_is_searched_too(opened: Opened) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        await desk.press("7")
        await desk.type("logs in detail")
        assert "debug" in desk.text()


async def test_esc_leads_back_and_keeps_the_place(opened: Opened) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        await desk.press("7", "down", "down", "down", "enter", "escape")
        screen = desk.app.screen
        assert isinstance(screen, VariablesScreen)
        await desk.press("escape")
        assert desk.lines()[0].strip().startswith("octavia-wizard")


@pytest.mark.parametrize("release", ["16.0.5", "22.4.1", "33.0.1"])
async def test_all_variables_of_a_release_are_listed(
    opened: Opened, session: Session, release: str
) -> None:
    async with opened({"cloud.release": release}) as desk:
        await desk.press("7")
        total = len(variable_questions(session.effective.release))
        assert total > 50
        assert f"{total} of {total}" in desk.text()
