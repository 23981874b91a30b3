"""Fields are worked by keyboard alone."""

from __future__ import annotations

from octavia_wizard.core.session import Session
from tests.screens.conftest import Opened


def _type(session: Session) -> object:
    return session.answers.values["network.provider_type"]


async def test_space_goes_round_the_choices(opened: Opened, session: Session) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down", "down", "space")
        assert _type(session) == "vlan"
        await desk.press("space", "space", "space")
        assert _type(session) == "flat"


async def test_a_letter_chooses_what_begins_with_it(opened: Opened, session: Session) -> None:
    async with opened() as desk:
        await desk.press("5", "y")
        assert session.answers.values["ssh.enabled"] is True
        await desk.press("n")
        assert session.answers.values["ssh.enabled"] is False


async def test_a_letter_goes_on_to_the_next_of_its_kind(opened: Opened, session: Session) -> None:
    async with opened() as desk:
        await desk.press("2", "down", "down", "down", "v")
        assert _type(session) == "vlan"
        await desk.press("v")
        assert _type(session) == "vxlan"


async def test_several_choices_are_ticked_on_and_off(opened: Opened, session: Session) -> None:
    async with opened({"cloud.release": "33.0.1"}) as desk:
        await desk.press("8", "down")
        before = session.effective.texts("deployment.playbooks")
        await desk.press("right", "right", "space")
        assert session.effective.texts("deployment.playbooks") != before
        await desk.press("space")
        assert sorted(session.effective.texts("deployment.playbooks")) == sorted(before)


async def test_every_choice_is_shown_while_focused_and_the_chosen_one_after(
    opened: Opened,
) -> None:
    async with opened() as desk:
        await desk.press("4", "down", "down")
        assert "(•) RSA 4096" in desk.text()
        assert "( ) EC P-384" in desk.text()
        await desk.press("down")
        assert "EC P-384" not in desk.text()
        assert "RSA 4096" in desk.text()


async def test_an_undecided_question_says_so(opened: Opened) -> None:
    async with opened({"image.source": "file"}) as desk:
        await desk.press("3")
        assert "○ File" in desk.text()
        assert "○ to do" in desk.text()


def _row(text: str, title: str) -> str:
    return next(line for line in text.splitlines() if title in line)


async def test_a_long_value_is_shown_from_its_beginning_with_a_sign_at_its_cut_end(
    opened: Opened,
) -> None:
    hosts = "infra1=172.29.236.11, infra2=172.29.236.12, infra3=172.29.236.13"
    async with opened({"deployment.hosts": hosts}) as desk:
        await desk.press("8")
        row = _row(desk.text(), "Octavia hosts")
        assert "infra1=172.29.236.11, infra2" in row
        assert "… " in row
        await desk.press("down")
        assert "infra1=172.29.236.11, infra2" in _row(desk.text(), "Octavia hosts")
        await desk.press("up", "end")
        row = _row(desk.text(), "Octavia hosts")
        assert "…" in row
        assert "infra3=172.29.236.13" in row


async def test_what_is_typed_replaces_a_long_value_and_end_goes_on_behind_it(
    opened: Opened, session: Session
) -> None:
    async with opened({"image.path": "/srv/images/amphora-x64-haproxy-noble-2026.1.qcow2"}) as desk:
        desk.app.show_section("image", "image.path")
        await desk.settle()
        await desk.press("end")
        await desk.type(".new")
        await desk.press("enter")
        assert str(session.answers.values["image.path"]).endswith("2026.1.qcow2.new")
        await desk.press("up")
        await desk.type("/a")
        await desk.press("enter")
        assert session.answers.values["image.path"] == "/a"
