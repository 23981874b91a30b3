"""Long lists are narrowed down by typing, empty ones are explained, and all follow the cloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.questions import Choice, Question
from octavia_wizard.core.session import Session
from octavia_wizard.screens.filtered import LIMIT
from octavia_wizard.screens.listing import Listing
from octavia_wizard.screens.picker import PickScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.fakes import FakeCloud
from tests.screens.conftest import Desk, Opened

ADOPT = {"cloud.name": "site", "network.mode": "adopt"}


def _fill(cloud: FakeCloud, number: int) -> None:
    for n in range(number):
        network = Network(f"id-{n:05}", f"net-{n:05}", "p", "vlan", "physnet1", n % 4000, 1500)
        cloud.networks[network.id] = network
        cidr = f"10.{n // 250}.{n % 250}.0/24"
        cloud.subnets[f"s{n}"] = Subnet(f"s{n}", "", network.id, "p", cidr)


async def _open(desk: Desk) -> Listing:
    desk.app.show_section("network", "network.existing")
    await desk.settle()
    await desk.press("f4")
    assert isinstance(desk.app.screen, PickScreen)
    return desk.app.screen.query_one(Listing)


async def test_ten_thousand_networks_are_narrowed_down_to_one(
    opened: Opened, cloud: FakeCloud, session: Session
) -> None:
    _fill(cloud, 10_000)
    async with opened(ADOPT) as desk:
        listing = await _open(desk)
        assert len(listing.rows) == LIMIT
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
        await _open(desk)
        await desk.type("NET 10.0.17.0")
        assert "1 of 300" in desk.text()
        await desk.type("zz")
        assert "nothing matches" in desk.text()
        await desk.press("enter")
        assert isinstance(desk.app.screen, PickScreen)


async def test_an_empty_list_says_what_to_do_and_esc_leads_back(opened: Opened) -> None:
    async with opened(ADOPT) as desk:
        await _open(desk)
        assert "Nothing was found to choose from. F5 looks again" in desk.text()
        await desk.press("home", "end", "enter", "escape")
        assert isinstance(desk.app.screen, QuestionsScreen)


async def test_what_holds_now_is_marked_and_under_the_cursor(
    opened: Opened, cloud: FakeCloud
) -> None:
    _fill(cloud, 20)
    async with opened({**ADOPT, "network.existing": "id-00007"}) as desk:
        listing = await _open(desk)
        line = next(line for line in desk.lines() if "net-00007" in line)
        assert line.strip().startswith("✓")
        assert listing.cursor == 7
        assert "holds now" in desk.text()


async def test_the_pane_tells_all_of_what_the_cursor_is_on(
    opened: Opened, cloud: FakeCloud
) -> None:
    _fill(cloud, 20)
    async with opened(ADOPT) as desk:
        await _open(desk)
        await desk.press("down", "down")
        pane = "\n".join(desk.lines()[-6:])
        assert "net-00002" in pane
        assert "id-00002" in pane
        assert "10.0.2.0/24" in pane


async def test_looking_again_keeps_cursor_and_filter(opened: Opened, cloud: FakeCloud) -> None:
    _fill(cloud, 20)
    async with opened(ADOPT) as desk:
        listing = await _open(desk)
        await desk.type("net-0001")
        await desk.press("down", "down")
        under = listing.rows[listing.cursor or 0].cells[0]
        cloud.networks["new"] = Network("new", "a-net-00010-before-all", "p", "flat")
        await desk.press("f5")
        assert "a-net-00010" in desk.text()
        assert "11 of 21" in desk.text()
        assert listing.rows[listing.cursor or 0].cells[0] == under


async def test_a_cloud_that_does_not_answer_is_told_and_f5_tries_again(
    opened: Opened, cloud: FakeCloud, session: Session
) -> None:
    answer = CloudError("the network service does not answer")

    def looker(one: Session) -> CloudError | None:
        return answer

    async with opened(ADOPT, looker=looker) as desk:
        await _open(desk)
        shown = " ".join(desk.text().split())
        assert "could not be read: the network service does not answer. F5 looks again" in shown
        await desk.press("escape")
        assert isinstance(desk.app.screen, QuestionsScreen)


NAMES = ["[red]x[/]", "a\x1b[31mb", "公共網路"]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 15)])
async def test_a_table_has_a_header_and_takes_names_as_they_are(
    opened: Opened, session: Session, size: tuple[int, int]
) -> None:
    question = replace(
        session.question("network.existing"),
        columns=("Name", "Type", "MTU"),
        choices=lambda _: tuple(
            Choice(f"id{n}", name, "a detail", (name, "vlan", str(n)))
            for n, name in enumerate(NAMES)
        ),
    )
    async with opened(ADOPT, size=size) as desk:
        await _push(desk, question)
        text = desk.text()
        assert "Name" in text
        assert "MTU" in text
        assert "[red]x[/]" in text
        assert "a·[31mb" in text
        assert "\x1b" not in text
        await desk.press("end")
        assert "Type vlan" in desk.text()


async def test_a_resize_to_a_small_terminal_keeps_the_cursor(
    opened: Opened, cloud: FakeCloud
) -> None:
    _fill(cloud, 10_000)
    async with opened(ADOPT, size=(120, 36)) as desk:
        listing = await _open(desk)
        await desk.press("end")
        for size in ((60, 15), (20, 6), (80, 24)):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
        assert listing.cursor == LIMIT - 1
        assert "net-00499" in desk.text()


async def test_the_mouse_chooses_with_the_second_click(
    opened: Opened, cloud: FakeCloud, session: Session
) -> None:
    _fill(cloud, 20)
    async with opened(ADOPT) as desk:
        await _open(desk)
        offset = (5, 3)
        await desk.pilot.click(Listing, offset=offset)
        await desk.settle()
        assert isinstance(desk.app.screen, PickScreen)
        await desk.pilot.click(Listing, offset=offset)
        await desk.settle()
        assert str(session.answers.values["network.existing"]).startswith("id-0000")


async def _push(desk: Desk, question: Question) -> None:
    desk.app.push_screen(PickScreen(question, None, None))
    await desk.settle()
