"""The management network on the screen: the map follows the typing, free addresses are proposed."""

from __future__ import annotations

from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.session import Session
from tests.fakes import SERVICE, FakeCloud
from tests.screens.conftest import COMPLETE, Desk, Opened

USER_CONFIG = """\
cidr_networks:
  management: 172.29.236.0/22
used_ips:
  - "172.29.232.1,172.29.232.9"
"""


async def _open(desk: Desk, key: str) -> None:
    desk.app.show_section("network", key)
    await desk.settle()


def _tenant(cloud: FakeCloud, cidr: str) -> None:
    cloud.networks["n1"] = Network("n1", "[b]tenant", SERVICE)
    cloud.subnets["s1"] = Subnet("s1", "red", "n1", SERVICE, cidr)


def _inventory(session: Session) -> None:
    (session.options.deploy_dir / "openstack_user_config.yml").write_text(USER_CONFIG)
    session.read_host()


def _value(session: Session, name: str) -> object:
    return session.effective.value(f"network.{name}")


async def test_the_map_changes_as_one_types(opened: Opened, session: Session) -> None:
    _inventory(session)
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.pool")
        assert "├▒░░░████" in desk.text()
        await desk.type("172.29.232.5-172.29.233.0")
        assert _value(session, "pool") == "172.29.232.50-172.29.235.200"
        assert "├▒███" in desk.text()
        assert "✗ used_ips 172.29.232.1-172.29.232.9 (line 4) reaches into the pool" in desk.text()
        await desk.press("escape", "escape")


async def test_what_is_no_range_leaves_the_map_as_it_was(opened: Opened) -> None:
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.cidr")
        before = [line for line in desk.lines() if "├" in line]
        await desk.type("nonsense")
        assert [line for line in desk.lines() if "├" in line] == before


async def test_f7_answers_with_a_free_range_and_says_why(
    opened: Opened, session: Session, cloud: FakeCloud
) -> None:
    _tenant(cloud, "10.20.0.0/16")
    answers = {**COMPLETE, "network.cidr": "10.20.0.0/24"}
    async with opened(answers, toasts=True) as desk:
        await _open(desk, "network.cidr")
        assert "also in subnet red of network [b]tenant (10.20.0.0/16)" in desk.text()
        await desk.press("f7")
        assert _value(session, "cidr") == "172.29.232.0/22"
        assert _value(session, "pool") == "172.29.232.50-172.29.235.200"
        assert session.effective.answered("network.pool")
        said = " ".join(note.message for note in desk.app._notifications)
        assert "10.20.0.0/24 overlaps subnet red of network [b]tenant" in said
        assert "├░░░░████" in desk.text()
        assert "✓ no conflict with" in desk.text()


async def test_f7_takes_what_is_typed_first(opened: Opened, session: Session) -> None:
    """A CIDR that is free is kept; only the pool is proposed."""
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.cidr")
        await desk.type("10.9.0.0/24")
        await desk.press("f7")
        assert _value(session, "cidr") == "10.9.0.0/24"
        assert _value(session, "pool") == "10.9.0.50-10.9.0.223"


async def test_f7_leaves_alone_what_is_free(opened: Opened, session: Session) -> None:
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.cidr")
        await desk.press("f7")
        assert not session.effective.answered("network.cidr")


async def test_a_network_to_adopt_has_no_range_to_propose(
    opened: Opened, session: Session, cloud: FakeCloud
) -> None:
    _tenant(cloud, "10.20.0.0/16")
    answers = {**COMPLETE, "network.mode": "adopt", "network.existing": "n1"}
    async with opened(answers) as desk:
        await _open(desk, "network.existing")
        text = desk.text()
        assert "free range" not in text
        assert "subnet red: 10.20.0.0/16" in text
        assert "project service" in text
        await desk.press("f7")
        assert not session.effective.answered("network.cidr")


async def test_the_lines_of_the_inventory_are_beside_their_questions(
    opened: Opened, session: Session
) -> None:
    _inventory(session)
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.edit_inventory")
        assert '+ lbaas: "172.29.232.0/22"' in desk.text()
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.bridge")
        assert "container_bridge: br-lbaas" in desk.text()
        await desk.type("br-other")
        assert "container_bridge: br-other" in desk.text()
        await desk.press("escape")


async def test_a_small_terminal_does_not_break_it(opened: Opened) -> None:
    async with opened(COMPLETE, size=(60, 15)) as desk:
        await _open(desk, "network.pool")
        await desk.type("172.29.232.5-172.29.233.0")
        await desk.press("f7", "f6", "escape", "escape")


async def test_a_key_comes_and_goes_with_the_answer_that_makes_sense_of_it(opened: Opened) -> None:
    async with opened(COMPLETE) as desk:
        await _open(desk, "network.mode")
        assert "F7 free range" in desk.lines()[-1]
        await desk.press("right")
        assert "(•) adopt" in desk.text()
        assert "F7" not in desk.lines()[-1]
        await desk.press("left")
        assert "F7 free range" in desk.lines()[-1]
