"""The preview follows what is typed and what is in focus, in every file."""

from __future__ import annotations

from functools import partial

import pytest
from textual.visual import VisualType
from textual.widgets import Static

from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.session import Session
from octavia_wizard.screens.preview import PreviewPane, PreviewScreen
from tests.screens.conftest import Opened

RELEASE = {"cloud.release": "33.0.1"}
WIDE = (120, 36)


async def test_the_lines_of_the_question_in_focus_are_marked(opened: Opened) -> None:
    async with opened(RELEASE | {"image.tag": "mine"}, size=WIDE) as desk:
        await desk.press("3")
        screen = desk.app.screen
        assert "▸octavia_glance_image_tag: mine" not in desk.text()
        for _ in range(30):
            if "Tag" in next(line for line in desk.lines() if "▸" in line[:4]):
                break
            await desk.press("down")
        assert "▸octavia_glance_image_tag: mine" in desk.text()
        assert desk.app.screen is screen


async def test_it_changes_with_every_key_before_the_answer_is_taken(
    opened: Opened, session: Session
) -> None:
    async with opened(RELEASE, size=WIDE) as desk:
        desk.app.show_section("capacity", "capacity.ram_mib")
        await desk.settle()
        assert "octavia_amp_ram:" not in desk.text()
        await desk.type("2048")
        assert "▎octavia_amp_ram: 2048" in desk.text()
        assert "capacity.ram_mib" not in session.answers


async def test_it_scrolls_to_the_question_however_late_the_text_is_laid_out(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = Static.update

    def late(widget: Static, content: VisualType = "", *, layout: bool = True) -> None:
        drawing = partial(at_once, widget, content, layout=layout)
        if widget.id == "preview-text":
            widget.set_timer(0.3, drawing)
        else:
            drawing()

    monkeypatch.setattr(Static, "update", late)
    async with opened(RELEASE | {"image.tag": "mine"}, size=WIDE) as desk:
        desk.app.show_section("image", "image.tag")
        await desk.settle()
        await desk.pilot.pause(0.5)
        await desk.settle()
        assert "▸octavia_glance_image_tag: mine" in desk.text()


async def test_lines_unlike_those_on_disk_are_marked_and_counted(
    opened: Opened, session: Session
) -> None:
    session.give_text("cloud.release", "33.0.1")
    session.give_text("image.tag", "old")
    deploy = session.options.deploy_dir
    for file in emit_files(session.effective, session.facts):
        (deploy / file.path).parent.mkdir(exist_ok=True)
        (deploy / file.path).write_text(file.text)
    session.read_host()
    async with opened({"image.tag": "new"}) as desk:
        desk.app.show_section("image", "image.tag")
        await desk.settle()
        await desk.press("f2")
        assert "not like this on disk" in desk.text()
        assert "▎octavia_glance_image_tag: new" in desk.text()


async def test_left_and_right_show_the_other_files(opened: Opened) -> None:
    async with opened(RELEASE | {"deployment.hosts": "infra1=172.29.236.11"}) as desk:
        await desk.press("f2")
        assert isinstance(desk.app.screen, PreviewScreen)
        titles = []
        for _ in range(5):
            titles.append(desk.lines()[0].split("▸")[1].split()[0])
            await desk.press("right")
        assert titles[0] == titles[4] == "user_variables_octavia.yml"
        assert titles[1] == "conf.d/octavia.yml"
        assert titles[3] == "user_secrets_octavia.yml"
        await desk.press("left", "left")
        assert "octavia_health_hmac_key" in desk.text()
        assert "the values are shown nowhere" in desk.text()


async def test_the_file_in_which_a_question_ends_is_shown(opened: Opened) -> None:
    hosts = {"deployment.hosts": "infra1=172.29.236.11"}
    async with opened(RELEASE | hosts, size=WIDE) as desk:
        await desk.press("8")
        assert "conf.d/octavia.yml · 2 of 4 · new file" in desk.text()
        assert "▸  infra1:" in desk.text()
        await desk.press("f9")
        assert "3 of 4" in desk.text()


async def test_nothing_is_worked_out_for_a_pane_that_cannot_be_seen(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("2")
        assert desk.app.screen.query_one(PreviewPane).sheet is None


async def test_a_terminal_made_wider_gets_its_preview(opened: Opened) -> None:
    async with opened(RELEASE) as desk:
        await desk.press("2")
        await desk.pilot.resize_terminal(*WIDE)
        await desk.settle()
        assert "user_variables_octavia.yml · 1 of" in desk.text()
        await desk.pilot.resize_terminal(60, 15)
        await desk.settle()
        assert "user_variables_octavia.yml" not in desk.text()
