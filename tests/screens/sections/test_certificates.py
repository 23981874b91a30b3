"""The section of the certificates tells of each file as it is named, and asks what it must."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.session import Session
from octavia_wizard.screens.passphrase import PassphraseScreen
from octavia_wizard.screens.sections.certificates import CertificatesScreen
from tests.core.pki.support import SERVER_SECRET
from tests.screens.conftest import Desk, Opened
from tests.screens.own_files import FILES_ONLY, own_files


async def _at(desk: Desk, key: str) -> CertificatesScreen:
    desk.app.show_section("certificates", f"certificates.{key}")
    await desk.settle()
    screen = desk.app.screen
    assert isinstance(screen, CertificatesScreen)
    return screen


async def test_the_chains_stand_beside_the_questions(opened: Opened) -> None:
    async with opened(FILES_ONLY) as desk:
        await desk.press("4")
        text = desk.text()
        assert "Chains of trust" in text
        assert "Made when you apply" in text
        assert "F7 reviews both chains" in text


async def test_a_subject_changes_the_picture_as_it_is_typed(opened: Opened) -> None:
    async with opened(FILES_ONLY) as desk:
        await _at(desk, "client_subject")
        await desk.paste("CN=typed-just-now")
        assert desk.text().count("CN=typed-just-now") == 2


async def test_a_file_is_told_for_what_it_is_while_it_is_typed(
    opened: Opened, tmp_path: Path
) -> None:
    whole = own_files(tmp_path)
    key = "certificates.client_certificate"
    answers = {name: value for name, value in whole.items() if name != key}
    async with opened(answers) as desk:
        await _at(desk, "client_certificate")
        assert "○ Client         to do" in desk.text()
        await desk.paste(whole[key])
        assert "clientAuth" in desk.text()
        await desk.paste("x")
        assert "✗ Client " in desk.text()


async def test_a_closed_key_asks_for_its_passphrase_as_soon_as_it_is_named(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    whole = own_files(tmp_path)
    key = "certificates.server_ca_key"
    answers = {name: value for name, value in whole.items() if name != key}
    async with opened(answers) as desk:
        await _at(desk, "server_ca_key")
        await desk.paste(whole[key])
        await desk.press("enter")
        await desk.settle()
        assert isinstance(desk.app.screen, PassphraseScreen)
        await desk.paste(SERVER_SECRET)
        await desk.press("enter")
        assert isinstance(desk.app.screen, CertificatesScreen)
        assert "encrypted, opened" in desk.text()
        assert session.answers.values[key] == whole[key]


async def test_where_nothing_is_closed_nothing_is_asked(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    whole = own_files(tmp_path)
    session.read_host()
    session.give_secret("octavia_ca_private_key_passphrase", SERVER_SECRET)
    key = "certificates.server_ca_key"
    answers = {name: value for name, value in whole.items() if name != key}
    async with opened(answers) as desk:
        screen = await _at(desk, "server_ca_key")
        await desk.paste(whole[key])
        await desk.press("enter")
        await desk.settle()
        assert desk.app.screen is screen


async def test_the_key_for_passphrases_is_offered_for_own_files_only(opened: Opened) -> None:
    async with opened(FILES_ONLY) as desk:
        screen = await _at(desk, "source")
        assert screen.check_action("passphrase", ()) is False
        await desk.press("f8")
        assert desk.app.screen is screen
