"""The palette finds every question, every role variable, and every finding there is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import Input, OptionList

from octavia_wizard.core.finding import Finding, Severity
from octavia_wizard.core.questions import QUESTIONS
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.screens.commands import WizardCommands, targets_of
from octavia_wizard.screens.explain import ExplainScreen
from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.variables import VariablesScreen
from tests.screens.conftest import COMPLETE, Desk, Opened


async def _search(desk: Desk, text: str) -> list[str]:
    desk.app.push_screen(CommandPalette([WizardCommands], placeholder=""))
    await desk.settle()
    desk.app.screen.query_one(Input).value = text
    # The palette gathers hits in the background and shows them when they are complete.
    for _ in range(20):
        await desk.settle()
    options = desk.app.screen.query_one(OptionList)
    return [str(option.prompt).partition("\n")[0] for option in options.options]


async def _choose(desk: Desk, text: str) -> Screen[object]:
    assert await _search(desk, text)
    await desk.press("enter")
    return desk.app.screen


async def test_every_question_and_variable_can_be_found(opened: Opened, session: Session) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        labels = "\n".join(target.label for target in targets_of(desk.app))
        for question in QUESTIONS:
            assert question.title in labels
            assert question.key in labels
            assert all(name in labels for name in question.variables)
        for variable in variable_questions(session.effective.release):
            assert variable.title in labels


@pytest.mark.parametrize(
    "text", ["Neutron pool", "network.pool", "octavia_management_net_subnet_allocation_pools"]
)
async def test_a_question_is_opened_by_each_of_its_names(opened: Opened, text: str) -> None:
    async with opened(COMPLETE) as desk:
        screen = await _choose(desk, text)
        assert isinstance(screen, QuestionsScreen)
        assert screen.row is not None
        assert screen.row.question.key == "network.pool"


async def test_a_variable_is_opened_in_the_list(opened: Opened) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        screen = await _choose(desk, "octavia_agent_port")
        assert isinstance(screen, VariablesScreen)
        assert "octavia_agent_port" in desk.text()


async def test_a_question_that_is_not_asked_is_explained(opened: Opened) -> None:
    async with opened({**COMPLETE, "ssh.enabled": "no"}) as desk:
        screen = await _choose(desk, "ssh.private_key")
        assert isinstance(screen, ExplainScreen)
        assert "not asked, given the other answers" in desk.text()


async def test_a_finding_leads_to_its_question(opened: Opened) -> None:
    async with opened({"cloud.name": "site"}) as desk:
        screen = await _choose(desk, "octavia hosts answer-missing")
        assert isinstance(screen, QuestionsScreen)
        assert screen.row is not None
        assert screen.row.question.key == "deployment.hosts"


async def test_before_anything_is_typed_the_findings_are_offered(opened: Opened) -> None:
    async with opened({"cloud.name": "site"}) as desk:
        hits = await _search(desk, "")
        assert hits
        assert all(hit.startswith(("✗", "!")) for hit in hits)


async def test_what_a_cloud_calls_its_things_is_no_markup(opened: Opened) -> None:
    async with opened({"cloud.name": "site"}) as desk:
        odd = "network [red]x[/] \x1b[2J and [/b] $x"
        finding = Finding("odd", Severity.ERROR, "network", odd, odd, odd, "network.mode")
        desk.app.outlook = replace(desk.app.outlook, findings=(finding,))
        hits = await _search(desk, "odd")
        assert hits[0] == "✗ error: network [red]x[/] ·[2J and [/b] $x  odd"
        hits = await _search(desk, "nothing is called zzqx")
        assert not any("odd" in hit for hit in hits)
