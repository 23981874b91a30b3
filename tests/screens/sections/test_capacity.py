"""Topology and capacity: the pictures beside the questions follow what is typed."""

from __future__ import annotations

import pytest

from octavia_wizard.core.facts.resources import Compute
from octavia_wizard.screens.figure import FigureScreen
from tests.fakes import FakeCloud
from tests.screens.conftest import Opened

BASE = {"cloud.name": "site", "cloud.release": "33.0.1"}


@pytest.fixture
def three(cloud: FakeCloud) -> FakeCloud:
    """A cloud with three computes."""
    cloud.computes = tuple(Compute(f"compute{n}", "nova", True, True) for n in (1, 2, 3))
    return cloud


async def test_the_chosen_topology_is_marked_in_the_picture(
    opened: Opened, three: FakeCloud
) -> None:
    async with opened(BASE) as desk:
        await desk.press("6")
        assert "(•) ACTIVE_STANDBY  2 VMs" in desk.text()
        assert "✓ anti-affinity can be met" in desk.text()
        await desk.press("right")
        assert "(•) SINGLE  1 VM" in desk.text()


async def test_the_table_follows_the_number_as_it_is_typed(
    opened: Opened, three: FakeCloud
) -> None:
    async with opened(BASE) as desk:
        desk.app.show_section("capacity", "capacity.load_balancers")
        await desk.settle()
        assert "100 load balancers → 200 amphorae, at most 210" in desk.text()
        await desk.type("7")
        assert "7 load balancers → 14 amphorae, at most 24" in desk.text()
        await desk.type("0")
        assert "70 load balancers → 140 amphorae, at most 150" in desk.text()
        assert "capacity.load_balancers" not in desk.session.answers


async def test_f6_shows_all_and_what_became_of_the_spare_pool(opened: Opened) -> None:
    async with opened(BASE) as desk:
        await desk.press("6", "f6")
        assert isinstance(desk.app.screen, FigureScreen)
        await desk.press(*["pagedown"] * 3)
        assert "failover_threads" in desk.text()


async def test_spares_show_their_price_where_there_are_any(opened: Opened) -> None:
    async with opened(BASE | {"cloud.release": "21.2.12"}) as desk:
        desk.app.show_section("capacity", "capacity.spare_pool")
        await desk.settle()
        await desk.type("5")
        assert "5 of them" in desk.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (110, 30), (120, 36)])
async def test_no_size_breaks_it(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(BASE, size=size) as desk:
        await desk.press("6", *["down"] * 6)
        assert "Topology and capacity" in desk.lines()[0]
