"""A passphrase is asked for where it is needed, judged at once, and shown nowhere."""

from __future__ import annotations

from pathlib import Path

from textual.events import Key
from textual.widgets import Input

from octavia_wizard.core.session import Session
from octavia_wizard.screens.passphrase import PassphraseScreen
from tests.core.pki.support import SERVER_SECRET
from tests.screens.conftest import Desk, Opened
from tests.screens.own_files import own_files

NAME = "octavia_ca_private_key_passphrase"


async def _asked(desk: Desk) -> PassphraseScreen:
    await desk.press("4", "f8")
    await desk.pilot.pause(0.1)
    await desk.settle()
    screen = desk.app.screen
    assert isinstance(screen, PassphraseScreen)
    return screen


async def _typed(desk: Desk, text: str) -> None:
    await desk.paste(text)
    await desk.pilot.pause(0.5)
    await desk.settle()


async def test_the_right_one_is_kept_in_memory_only(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _asked(desk)
        assert "not known yet" in " ".join(desk.text().split())
        await _typed(desk, SERVER_SECRET)
        assert "✓ It opens" in desk.text()
        assert "•" * 10 in desk.text()
        assert SERVER_SECRET not in desk.app.export_screenshot()
        await desk.press("enter")
        assert not isinstance(desk.app.screen, PassphraseScreen)
        assert session.facts.host.typed == {NAME: SERVER_SECRET}
        assert "passphrase-missing" not in {f.id for f in desk.app.outlook.findings}
        assert SERVER_SECRET not in desk.app.export_screenshot() + repr(session.facts)
    state = tmp_path / "state"
    assert not [p for p in state.rglob("*") if p.is_file() and SERVER_SECRET in p.read_text()]


async def test_a_wrong_one_is_refused_and_can_be_mended(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _asked(desk)
        await _typed(desk, "wrong")
        assert "As typed so far: It does not open" in " ".join(desk.text().split())
        await desk.press("enter")
        assert "✗ It does not open" in desk.text()
        assert isinstance(desk.app.screen, PassphraseScreen)
        assert session.facts.host.typed == {}
        await desk.press("escape")
        assert not isinstance(desk.app.screen, PassphraseScreen)


async def test_one_that_comes_in_one_go_with_its_enter_is_judged(
    opened: Opened, tmp_path: Path
) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _asked(desk)
        # As a terminal hands over a pasted line: nothing waits for a key to be dealt with.
        for key in (*"wrong", "enter"):
            desk.app.post_message(Key(key, key if len(key) == 1 else None))
        await desk.pilot.pause(0.5)
        await desk.settle()
        assert "✗ It does not open" in desk.text()


async def test_none_at_all_is_refused(opened: Opened, tmp_path: Path) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _asked(desk)
        await desk.press("enter")
        assert "✗ The passphrase is empty." in desk.text()


async def test_nothing_of_it_gets_into_the_clipboard(opened: Opened, tmp_path: Path) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _asked(desk)
        await _typed(desk, "planted")
        line = desk.app.screen.query_one(Input)
        line.action_select_all()
        line.action_copy()
        assert desk.app.clipboard == ""
        line.action_cut()
        assert desk.app.clipboard == ""
        assert line.value == ""


async def test_one_that_stands_in_a_file_is_changed_there(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    file = session.options.deploy_dir / "user_secrets.yml"
    file.write_text(f"{NAME}: of the file\n")
    session.read_host()
    async with opened(own_files(tmp_path)) as desk:
        screen = await _asked(desk)
        assert not screen.prompt.can_be_typed
        assert "Change it in that file" in " ".join(desk.text().split())
        assert "of the file" not in desk.text()
        await desk.press("enter")
        assert not isinstance(desk.app.screen, PassphraseScreen)


async def test_a_small_terminal_shows_line_and_verdict(opened: Opened, tmp_path: Path) -> None:
    async with opened(own_files(tmp_path), size=(60, 15)) as desk:
        await _asked(desk)
        await _typed(desk, "wrong")
        assert "•••••" in desk.text()
        assert "does not open" in desk.text()
