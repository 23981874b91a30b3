"""Questions are answered in place, refused with a reason, and never lose what was typed."""

from __future__ import annotations

from dataclasses import replace

from octavia_wizard.core.facts.resources import Network
from octavia_wizard.core.session import Session
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.fakes import FakeCloud
from tests.screens.conftest import Desk, Opened


def _focused(desk: Desk) -> str:
    screen = desk.app.screen
    assert isinstance(screen, QuestionsScreen)
    assert screen.row is not None
    return screen.row.question.key


async def test_what_is_typed_is_taken_by_enter_and_saved(opened: Opened, session: Session) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down")
        await desk.type("octavia-mgmt")
        await desk.press("enter")
        assert _focused(desk) == "network.provider_type"
        assert session.answers.values["network.name"] == "octavia-mgmt"
    saved = session.saved_answers()
    assert saved is not None
    assert saved.values["network.name"] == "octavia-mgmt"


async def test_enter_on_a_default_goes_on_without_making_it_an_answer(
    opened: Opened, session: Session
) -> None:
    async with opened() as desk:
        await desk.press("2", "enter", "enter", "enter")
        assert not [key for key in session.answers.values if key.startswith("network.")]
        assert "role default" in desk.text()


async def test_a_refused_input_stays_with_reason_and_cure_under_it(
    opened: Opened, session: Session
) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down", "down", "down", "down", "down")
        assert _focused(desk) == "network.cidr"
        await desk.type("172.29.232.1/22")
        await desk.press("enter")
        assert _focused(desk) == "network.cidr"
        assert "the network is 172.29.232.0/22" in " ".join(desk.text().split())
        assert "network.cidr" not in session.answers

        await desk.press("ctrl+u")
        await desk.type("172.29.228.0/22")
        await desk.press("enter")
        assert session.answers.values["network.cidr"] == "172.29.228.0/22"
        assert "✗" not in "".join(desk.lines()[:16])


async def test_esc_gives_up_a_refused_input_first_and_leaves_next(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("2", "end", "down", "down", "down", "down", "down")
        assert _focused(desk) == "network.mtu"
        await desk.type("many")
        await desk.press("escape")
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert "1500" in desk.text()
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)


async def test_what_was_not_taken_is_not_forgotten_after_moving_on(
    opened: Opened, session: Session
) -> None:
    async with opened() as desk:
        await desk.press("2", "end", "down", "down", "down", "down", "down")
        await desk.type("many")
        await desk.press("down")
        assert "not taken: MTU" in desk.text()
        assert "nothing stands in the way" not in desk.text()
        await desk.press("escape")
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert _focused(desk) == "network.mtu"
        assert "not taken" not in desk.text()
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)
    assert "network.mtu" not in session.answers


async def test_esc_takes_what_can_be_taken(opened: Opened, session: Session) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down")
        await desk.type("typed-then-left")
        await desk.press("escape")
        assert session.answers.values["network.name"] == "typed-then-left"


async def test_ctrl_r_brings_the_default_back(opened: Opened, session: Session) -> None:
    async with opened({"network.mtu": "1400"}) as desk:
        await desk.press("2", "down", "down", "down", "down", "down")
        assert "1400" in desk.text()
        await desk.press("ctrl+r")
        assert "network.mtu" not in session.answers
        assert "1500" in desk.text()


async def test_ctrl_n_answers_none_where_none_is_an_answer(
    opened: Opened, session: Session
) -> None:
    async with opened({"network.gateway": "172.29.232.1"}) as desk:
        await desk.press("2", *["down"] * 8)
        assert _focused(desk) == "network.gateway"
        await desk.press("ctrl+n")
        assert session.answers.values["network.gateway"] is None


async def test_an_emptied_field_is_none_where_none_is_an_answer(
    opened: Opened, session: Session
) -> None:
    async with opened({"network.gateway": "172.29.232.1"}) as desk:
        await desk.press("2", *["down"] * 8, "ctrl+u", "enter")
        assert session.answers.values["network.gateway"] is None


async def test_questions_come_and_go_and_the_focus_stays(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down", "down")
        assert "VLAN id" not in desk.text()
        await desk.press("right")
        assert "VLAN id" in desk.text()
        assert _focused(desk) == "network.provider_type"
        await desk.press("left")
        assert "VLAN id" not in desk.text()
        assert _focused(desk) == "network.provider_type"


async def test_the_last_enter_leads_to_the_next_section_that_wants_something(
    opened: Opened,
) -> None:
    async with opened() as desk:
        await desk.press("5", "enter")
        assert isinstance(desk.app.screen, HubScreen)
        await desk.press("enter")
        assert desk.lines()[0].strip().startswith("Deployment")


async def test_keys_that_come_in_one_burst_reach_the_right_fields(
    opened: Opened, session: Session
) -> None:
    """A slow line delivers many keys at once, the Enters among them."""
    async with opened() as desk:
        await desk.press("2", "down", "down")
        for char in "netA\rr\r":
            key = {"\r": "enter", "r": "right"}.get(char, char)
            desk.app.post_message(_key(key))
        for char in "phys1\r1450\r":
            desk.app.post_message(_key("enter" if char == "\r" else char))
        for _ in range(6):
            await desk.settle()
        values = session.answers.values
        assert values["network.name"] == "netA"
        assert values["network.provider_type"] == "vlan"
        assert values["network.physical_network"] == "phys1"
        assert values["network.segmentation_id"] == 1450


def _key(name: str):  # type: ignore[no-untyped-def]
    from textual.events import Key

    return Key(name, name if len(name) == 1 else None)


async def test_a_finding_about_the_question_is_shown_with_its_cure(opened: Opened) -> None:
    async with opened({"network.pool": "10.0.0.1-10.0.0.9"}) as desk:
        await desk.press("2", *["down"] * 7)
        text = desk.text()
        assert "✗ Neutron pool" in text
        assert "✗ error: " in text


async def test_where_a_value_came_from_stands_beside_it(opened: Opened) -> None:
    async with opened({"network.mtu": "1400"}) as desk:
        await desk.press("2")
        line = next(line for line in desk.lines() if " MTU " in line)
        assert line.rstrip().endswith("you")
        assert "1400" in line
        assert "bytes" in line


async def test_markup_in_a_name_from_the_cloud_is_shown_as_it_is(
    opened: Opened, cloud: FakeCloud, session: Session
) -> None:
    cloud.networks["n"] = Network("n", "[red]evil[/] [@click=quit]x", "p")
    async with opened({"cloud.name": "site", "network.mode": "adopt"}) as desk:
        await desk.press("2", "down", "f4")
        assert "[red]evil[/] [@click=quit]x" in desk.text()
        await desk.press("enter")
        assert session.answers.values["network.existing"] == "n"


async def test_facts_that_take_a_question_away_move_the_focus_on(
    opened: Opened, session: Session
) -> None:
    async with opened() as desk:
        await desk.press("1", "down")
        assert _focused(desk) == "cloud.name"
        session.give_text("cloud.mode", "files")
        desk.app.tell()
        await desk.settle()
        assert _focused(desk) == "cloud.mode"


async def test_f1_explains_the_question_and_comes_back(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("6", "f1")
        text = desk.text()
        assert "Role variable octavia_loadbalancer_topology" in text
        assert "capacity.topology" in text
        await desk.press("escape")
        assert _focused(desk) == "capacity.topology"


async def test_an_unknown_release_is_refused_and_the_former_one_kept(
    opened: Opened, session: Session
) -> None:
    session.answers = replace(session.answers)
    async with opened({"cloud.name": "site", "cloud.release": "33.0.1"}) as desk:
        await desk.press("1", "down", "down", "down")
        await desk.type("99.9.9")
        await desk.press("enter")
        assert "unknown OpenStack-Ansible release" in " ".join(desk.text().split())
        assert session.effective.release.name == "33.0.1"


async def test_an_open_question_is_called_the_same_in_its_row_and_below(opened: Opened) -> None:
    async with opened({"network.provider_type": "vlan"}) as desk:
        await desk.press("2")
        lines = desk.lines()
        assert any(line.startswith("  ○ VLAN id") for line in lines)
        assert "answer missing: VLAN id" in lines[-2]
