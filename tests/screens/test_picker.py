"""Long lists are narrowed down by typing, empty ones are explained."""

from __future__ import annotations

from textual.widgets import OptionList

from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.session import Session
from octavia_wizard.screens.filtered import LIMIT
from octavia_wizard.screens.picker import PickScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.fakes import FakeCloud
from tests.screens.conftest import Opened

ADOPT = {"cloud.name": "site", "network.mode": "adopt"}


def _fill(cloud: FakeCloud, number: int) -> None:
    for n in range(number):
        network = Network(f"id-{n:05}", f"net-{n:05}", "p", "vlan", "physnet1", n % 4000, 1500)
        cloud.networks[network.id] = network
        cidr = f"10.{n // 250}.{n % 250}.0/24"
        cloud.subnets[f"s{n}"] = Subnet(f"s{n}", "", network.id, "p", cidr)


async def test_ten_thousand_networks_are_narrowed_down_to_one(
    opened: Opened, cloud: FakeCloud, session: Session
) -> None:
    _fill(cloud, 10_000)
    async with opened(ADOPT) as desk:
        await desk.press("2", "down", "f4")
        assert desk.app.screen.query_one(OptionList).option_count == LIMIT
        assert f"{10_000 - LIMIT} more, type to narrow" in desk.text()
        await desk.type("net-0777")
        assert "10 of 10000" in desk.text()
        await desk.press("down", "down", "enter")
        assert session.answers.values["network.existing"] == "id-07772"


async def test_every_word_typed_must_be_there_whatever_the_case(
    opened: Opened, cloud: FakeCloud
) -> None:
    _fill(cloud, 300)
    async with opened(ADOPT) as desk:
        await desk.press("2", "down", "f4")
        await desk.type("NET 10.0.17.0")
        assert "1 of 300" in desk.text()
        await desk.type("zz")
        assert "nothing matches" in desk.text()
        await desk.press("enter")
        assert isinstance(desk.app.screen, PickScreen)


async def test_an_empty_list_says_so_and_esc_leads_back(opened: Opened) -> None:
    async with opened(ADOPT) as desk:
        await desk.press("2", "down", "f4")
        assert "nothing was found to choose from" in desk.text()
        await desk.press("enter", "escape")
        assert isinstance(desk.app.screen, QuestionsScreen)


async def test_what_holds_now_is_marked_and_under_the_cursor(
    opened: Opened, cloud: FakeCloud
) -> None:
    _fill(cloud, 20)
    async with opened({**ADOPT, "network.existing": "id-00007"}) as desk:
        await desk.press("2", "down", "f4")
        line = next(line for line in desk.lines() if "net-00007" in line)
        assert line.strip().startswith("✓")
        assert desk.app.screen.query_one(OptionList).highlighted == 7
