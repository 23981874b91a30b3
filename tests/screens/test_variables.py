"""Every variable of the release can be found, set with its type, and given back."""

from __future__ import annotations

import pytest

from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.screens.explain import ExplainScreen
from octavia_wizard.screens.filtered import FilteredList
from octavia_wizard.screens.section import QuestionsScreen
from octavia_wizard.screens.variables import VariablesScreen
from tests.screens.conftest import Desk, Opened

RELEASE = {"cloud.release": "33.0.1"}
WORKERS = "variables.octavia_task_flow_max_workers"


def _row(desk: Desk, name: str) -> str:
    return next(line for line in desk.lines() if f" {name} " in line and "…" not in line)


async def test_a_variable_is_found_set_and_given_back(opened: Opened, session: Session) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("task_flow_max_workers")
        await desk.press("enter")
        assert isinstance(desk.app.screen, QuestionsScreen)
        await desk.type("33")
        await desk.press("enter")
        assert session.answers.values[WORKERS] == 33
        assert isinstance(desk.app.screen, VariablesScreen)
        row = _row(desk, "octavia_task_flow_max_workers")
        assert row.split() == [
            "▎",
            "octavia_task_flow_max_workers",
            "number",
            "33",
            "you",
            *row.split()[5:],
        ]
        assert "1 set here" in desk.lines()[0]

        await desk.press("ctrl+r")
        assert WORKERS not in session.answers
        assert "0 set here" in desk.lines()[0]


async def test_a_value_of_the_wrong_type_is_refused(opened: Opened, session: Session) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("task_flow_max_workers")
        await desk.press("enter")
        await desk.type("often")
        await desk.press("enter")
        assert "not a whole number" in desk.text()
        assert not session.effective.variables()


async def test_one_of_a_few_values_is_chosen_not_typed(opened: Opened, session: Session) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("octavia_install_method")
        await desk.press("enter")
        assert "( ) source" in desk.text()
        assert "( ) distro" in desk.text()
        await desk.type("d")
        await desk.press("enter")
        assert session.answers.values["variables.octavia_install_method"] == "distro"


async def test_data_is_typed_as_yaml_and_checked_at_once(opened: Opened, session: Session) -> None:
    key = "variables.octavia_octavia_conf_overrides"
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("octavia_octavia_conf_overrides")
        await desk.press("enter")
        await desk.paste("{nova: {anti_affinity_policy: banana}}")
        await desk.press("enter")
        assert "anti-affinity or soft-anti-affinity" in " ".join(desk.text().split())
        assert key not in session.answers
        await desk.press("escape", "escape", "enter")
        await desk.paste("{nova: {anti_affinity_policy: soft-anti-affinity}}")
        await desk.press("enter")
        assert session.answers.values[key] == {
            "nova": {"anti_affinity_policy": "soft-anti-affinity"}
        }


async def test_what_a_section_asks_leads_there(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("octavia_management_net_subnet_cidr")
        assert "set by 2 Management network ▸ CIDR" in desk.text()
        await desk.press("enter")
        screen = desk.app.screen
        assert isinstance(screen, QuestionsScreen)
        assert screen.row is not None
        assert screen.row.question.key == "network.cidr"
        await desk.press("escape")
        assert isinstance(desk.app.screen, VariablesScreen)


async def test_f7_shows_what_is_changed_and_all_again(opened: Opened) -> None:
    async with opened(RELEASE | {WORKERS: "9"}) as desk:
        await desk.press("7", "f7")
        text = desk.text()
        assert "changed only: F7 shows all" in text
        assert "octavia_task_flow_max_workers" not in text  # further down
        await desk.type("workers")
        assert _row(desk, "octavia_task_flow_max_workers").strip().startswith("▎")
        assert "debug" not in desk.text()
        await desk.press("f7")
        assert "of 237" in desk.text()


async def test_the_cursor_stays_on_the_variable_whatever_changes(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7", "down", "down", "down", "down")
        held = desk.app.screen.query_one(FilteredList).current
        assert held is not None
        desk.app.give(WORKERS, 9)
        await desk.settle()
        assert desk.app.screen.query_one(FilteredList).current == held


async def test_the_detail_tells_defaults_by_era_values_and_findings(opened: Opened) -> None:
    async with opened(RELEASE, size=(120, 36)) as desk:
        await desk.press("7")
        await desk.type("octavia_loadbalancer_topology")
        text = desk.text()
        for part in (
            "ACTIVE_STANDBY, SINGLE",
            "ACTIVE_STANDBY  (since 27.0.0)",
            "SINGLE  (16.0.0 to 26.5.3)",
            "os_octavia",
        ):
            assert part in text


async def test_an_answer_a_preset_brought_in_vain_is_told_beside_its_variable(
    opened: Opened, session: Session
) -> None:
    session.answers = session.answers.with_value("variables.octavia_install_method", "snap")
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("octavia_install_method")
        assert "✗ error: octavia_install_method must be source or distro" in desk.text()


async def test_the_preview_follows_the_cursor(opened: Opened) -> None:
    async with opened(RELEASE | {WORKERS: "9"}, size=(120, 36)) as desk:
        await desk.press("7")
        await desk.type("task_flow_max_workers")
        assert "▸octavia_task_flow_max_workers: 9" in desk.text()
        await desk.press("f2")
        assert "▸octavia_task_flow_max_workers: 9" not in desk.text()


async def test_f1_explains_the_variable(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7", "f1")
        assert isinstance(desk.app.screen, ExplainScreen)


async def test_the_description_is_searched_too(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("logs in detail")
        assert "debug" in desk.text()


async def test_nothing_found_is_no_dead_end(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7")
        await desk.type("no such thing")
        assert "nothing matches" in desk.text()
        await desk.press("enter", "ctrl+r", "f1")
        assert isinstance(desk.app.screen, VariablesScreen)


async def test_esc_leads_back(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("7", "escape")
        assert desk.lines()[0].strip().startswith("octavia-wizard")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_it_can_be_used_in_every_size(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(RELEASE, size=size) as desk:
        await desk.press("7", "pagedown", "pagedown")
        assert "Enter change" in desk.lines()[-1]
        assert sum("octavia_" in line for line in desk.lines()) > 2


@pytest.mark.parametrize("release", ["16.0.5", "21.2.12", "22.4.1", "25.6.0", "29.2.4", "33.0.1"])
async def test_all_variables_of_a_release_are_listed(
    opened: Opened, session: Session, release: str
) -> None:
    async with opened({"cloud.release": release}) as desk:
        await desk.press("7")
        total = len(variable_questions(session.effective.release))
        assert total > 50
        assert f"{total} of {total}" in desk.text()
