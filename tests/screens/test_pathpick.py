"""Files and directories of this host are chosen by going through them, or by typing a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.session import Session
from octavia_wizard.screens.filtered import LIMIT
from octavia_wizard.screens.listing import Listing
from octavia_wizard.screens.pathpick import PathPickScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.screens.conftest import NAMES, Desk, Opened


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory with certificates in it."""
    top = tmp_path / "pki"
    (top / "private").mkdir(parents=True)
    (top / "private" / "ca.key").write_text("x" * 3000)
    (top / "private" / "ca.key").chmod(0o600)
    (top / "ca.pem").write_text("x")
    (top / "client.pem").write_text("x")
    (top / ".hidden.pem").write_text("x")
    (top / "to-private").symlink_to("private")
    (top / "to-nothing").symlink_to("gone")
    return top


class Picking:
    """A path picker that is open, and what it ended with."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ended: list[Path | None] = []

    async def open(self, at: str) -> None:
        """Open the picker."""
        self.desk.app.push_screen(PathPickScreen("Server CA", at), self.ended.append)
        await self.desk.settle()

    @property
    def names(self) -> list[str]:
        """Return the ids of the rows."""
        return [row.id for row in self.desk.app.screen.query_one(Listing).rows]

    @property
    def current(self) -> str | None:
        """Return what the cursor is on."""
        return self.desk.app.screen.query_one(Listing).current


async def test_enter_opens_directories_and_chooses_files(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/")
        assert picking.names == [
            "..",
            "private",
            "to-private",
            "ca.pem",
            "client.pem",
            "to-nothing",
        ]
        await desk.press("down", "enter")
        assert picking.names == ["..", "ca.key"]
        line = next(line for line in desk.lines() if "ca.key" in line)
        assert "2.9 KiB" in line
        assert "0600" in line
        await desk.press("down", "enter")
        assert picking.ended == [files / "private" / "ca.key"]


async def test_backspace_and_dots_go_up_to_where_one_came_from(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/private/ca.key")
        assert picking.current == "ca.key"
        await desk.press("backspace")
        assert picking.current == "private"
        await desk.press("home", "enter")
        assert picking.current == "pki"
        await desk.press("escape")
        assert picking.ended == [None]


async def test_a_link_is_left_as_it_is_written(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/to-private")
        assert str(files.name) + "/to-private" in desk.text()
        await desk.press("end", "enter")
        assert picking.ended == [files / "to-private" / "ca.key"]


async def test_a_broken_link_is_shown_and_not_chosen(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/")
        await desk.press("end", "enter")
        assert picking.current == "to-nothing"
        assert picking.ended == []
        assert "not chosen: broken link" in desk.text()


async def test_what_is_typed_filters_and_a_dot_shows_hidden_names(
    opened: Opened, files: Path
) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/")
        await desk.type("pem cl")
        assert picking.names == ["client.pem"]
        await desk.press(*["backspace"] * 6)
        await desk.type(".")
        assert ".hidden.pem" in picking.names
        await desk.press("backspace")
        assert ".hidden.pem" not in picking.names


async def test_a_typed_path_jumps_and_enter_takes_what_it_names(
    opened: Opened, files: Path, tmp_path: Path
) -> None:
    (files / "private" / "a-ca.key").touch()
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open("/")
        await desk.paste(f"{files}/private/ca")
        assert picking.names == ["a-ca.key", "ca.key"]
        await desk.type(".key")
        assert picking.current == "ca.key"
        await desk.press("enter")
        assert picking.ended == [files / "private" / "ca.key"]


async def test_enter_after_a_path_to_its_last_slash_stays_in_that_directory(
    opened: Opened, files: Path
) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open("/")
        await desk.paste(f"{files}/private/")
        await desk.press("enter")
        assert picking.names == ["..", "ca.key"]
        await desk.press("backspace")
        assert picking.current == "private"


async def test_keys_that_come_in_one_piece_are_taken_in_order(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open("/")
        await desk.pilot.press(*(NAMES.get(c, c) for c in f"{files}/private/ca.key"), "enter")
        await desk.settle()
        assert picking.ended == [files / "private" / "ca.key"]


async def test_a_home_directory_is_known(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "key.pub").touch()
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open("")
        await desk.type("~/key")
        assert picking.names == ["key.pub"]


async def test_a_directory_can_be_chosen_itself(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/private/")
        await desk.press("ctrl+o")
        assert picking.ended == [files / "private"]


async def test_an_unreadable_directory_says_why_and_can_be_left(
    opened: Opened, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests may run as root, who may read everything.
    scan = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("/private"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/")
        await desk.press("down", "enter")
        assert "cannot be read: Permission denied" in desk.text()
        assert picking.names == [".."]
        await desk.press("ctrl+o")
        assert picking.ended == []
        await desk.press("enter")
        assert picking.current == "private"


async def test_a_large_directory_shows_its_beginning(opened: Opened, files: Path) -> None:
    for n in range(LIMIT + 100):
        (files / f"f{n:04}").touch()
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/")
        assert len(picking.names) == LIMIT
        assert "more, type to narrow" in desk.text()
        await desk.type("f0599")
        assert picking.names == ["f0599"]


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_names_are_shown_as_they_are(
    opened: Opened, files: Path, size: tuple[int, int]
) -> None:
    for name in ("[red]x", "new\nline", "esc\x1b[2J", "公共網路", os.fsdecode(b"bytes\xff")):
        (files / name).touch()
    async with opened(size=size) as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/")
        await desk.press("end")
        await desk.type("xxx")
        for typed, shown in (("red", "[red]x"), ("new", "new·line"), ("esc", "esc·[2J")):
            await desk.press(*["backspace"] * 3)
            await desk.type(typed)
            assert shown in desk.text()
        await desk.press(*["backspace"] * 3)
        await desk.type("bytes")
        await desk.press("enter")
        assert picking.ended == [files / os.fsdecode(b"bytes\xff")]


async def test_an_empty_directory_leads_up(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{tmp_path}/empty/")
        await desk.press("end", "home")
        assert picking.names == [".."]
        await desk.type("zz")
        assert "nothing matches" in desk.text()
        await desk.press("enter")
        assert picking.ended == []


async def test_looking_again_shows_what_is_new(opened: Opened, files: Path) -> None:
    async with opened() as desk:
        picking = Picking(desk)
        await picking.open(f"{files}/private/")
        await desk.type("new")
        (files / "private" / "new.key").touch()
        await desk.press("f5")
        assert picking.names == ["new.key"]


async def test_a_question_about_a_path_takes_what_was_chosen(
    opened: Opened, files: Path, session: Session
) -> None:
    async with opened({"certificates.source": "own"}) as desk:
        desk.app.show_section("certificates", "certificates.server_ca_certificate")
        await desk.settle()
        await desk.press("f4")
        await desk.paste(f"{files}/ca.pem")
        await desk.press("enter")
        assert isinstance(desk.app.screen, QuestionsScreen)
        key = "certificates.server_ca_certificate"
        assert session.answers.values[key] == str(files / "ca.pem")


async def test_the_next_file_is_looked_for_where_the_last_one_was(
    opened: Opened, files: Path
) -> None:
    answers = {
        "certificates.source": "own",
        "certificates.server_ca_certificate": str(files / "ca.pem"),
    }
    async with opened(answers) as desk:
        desk.app.show_section("certificates", "certificates.server_ca_key")
        await desk.settle()
        await desk.press("f4")
        assert Picking(desk).names[:2] == ["..", "private"]
