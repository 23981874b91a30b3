"""The review of the certificates: look, approve, withdraw, make them now."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.pki.layout import Pem
from octavia_wizard.core.session import Session
from octavia_wizard.screens.apply import ApplyScreen
from octavia_wizard.screens.certificate_pages import DetailsScreen
from octavia_wizard.screens.chains import ChainsScreen
from octavia_wizard.screens.confirm import AskScreen
from tests.core.pki.support import SERVER_SECRET, openssl
from tests.screens.conftest import Desk, Opened
from tests.screens.own_files import FILES_ONLY, own_files


async def _reviewed(desk: Desk) -> ChainsScreen:
    await desk.press("4", "f7")
    screen = desk.app.screen
    assert isinstance(screen, ChainsScreen)
    return screen


def _keys(desk: Desk) -> str:
    return desk.lines()[-1]


async def test_what_will_be_made_is_shown_as_such(opened: Opened) -> None:
    async with opened(FILES_ONLY) as desk:
        await _reviewed(desk)
        text = desk.text()
        assert "Server CA   signs each amphora's certificate" in text
        assert text.count("made when you apply  key") == 3
        assert "M make them now" in _keys(desk)
        assert "approve" not in _keys(desk)


async def test_made_now_they_can_be_approved_before_anything_else_is_applied(
    opened: Opened, session: Session
) -> None:
    deploy = session.options.deploy_dir
    async with opened(FILES_ONLY) as desk:
        await _reviewed(desk)
        await desk.press("m")
        asked = desk.text()
        assert "user_secrets_octavia.yml" in asked
        assert "ca_server_01.pem, private/cakey.pem" in asked
        assert not list(deploy.iterdir()), "nothing before a yes"
        await desk.press("y")
        assert isinstance(desk.app.screen, ApplyScreen)
        await desk.settle()
        model = desk.app.run_model
        assert model is not None
        assert list(model.steps) == ["secrets", "certificates"]
        assert model.status == "done"
        assert {path.name for path in deploy.iterdir()} == {"octavia", "user_secrets_octavia.yml"}
        await desk.pilot.pause(0.3)
        assert "made, ahead of the rest. Esc goes back" in desk.text()
        assert not desk.app.is_applied, "the rest is still to be applied"
        await desk.press("escape")
        assert "✓ Two CAs, chains verified, keys match, private, valid to" in desk.text()
        await desk.press("a", "y")
        assert "Approved: a replay with other certificates stops." in desk.text()
    marks = session.effective.texts("certificates.approved")
    told = openssl("x509", "-in", deploy / "octavia/ca_01.pem", "-noout", "-fingerprint", "-sha256")
    assert told.partition("=")[2].strip() in marks


async def test_declined_nothing_is_made_or_approved(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _reviewed(desk)
        await desk.press("a")
        assert isinstance(desk.app.screen, AskScreen)
        await desk.press("escape")
        assert session.effective.texts("certificates.approved") == ()


async def test_approving_makes_the_finding_go_and_withdrawing_brings_it_back(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    answers = own_files(tmp_path)
    session.read_host()
    session.give_secret("octavia_ca_private_key_passphrase", SERVER_SECRET)
    async with opened(answers) as desk:
        assert "cert-not-approved" in {f.id for f in desk.app.outlook.findings}
        await _reviewed(desk)
        await desk.press("a")
        path = answers["certificates.client_certificate"]
        told = openssl("x509", "-in", path, "-noout", "-fingerprint", "-sha256")
        assert told.partition("=")[2].strip()[:47] in desk.text()
        await desk.press("y")
        assert "cert-not-approved" not in {f.id for f in desk.app.outlook.findings}
        assert "U withdraw" in _keys(desk)
        await desk.press("u")
        assert "cert-not-approved" in {f.id for f in desk.app.outlook.findings}


async def test_a_finding_about_approval_leads_to_the_review(opened: Opened, tmp_path: Path) -> None:
    async with opened(own_files(tmp_path)) as desk:
        desk.app.show_section("certificates", "certificates.approved")
        await desk.settle()
        assert isinstance(desk.app.screen, ChainsScreen)
        await desk.press("escape")
        assert "Approved fingerprints" in desk.text()


async def test_what_is_wrong_is_said_and_cannot_be_approved(opened: Opened, tmp_path: Path) -> None:
    answers = own_files(tmp_path)
    answers["certificates.client_ca_certificate"] = answers["certificates.server_ca_certificate"]
    async with opened(answers) as desk:
        await _reviewed(desk)
        text = " ".join(desk.text().split())
        assert (
            "✗ The server CA and the client CA are the same authority. Use two authorities." in text
        )
        assert "is not signed by the client CA" in text
        assert "A approve" not in _keys(desk)
        await desk.press("a")
        assert isinstance(desk.app.screen, ChainsScreen)


async def test_details_tell_everything_and_how_to_see_the_same(
    opened: Opened, tmp_path: Path
) -> None:
    answers = own_files(tmp_path)
    async with opened(answers, size=(120, 50)) as desk:
        await _reviewed(desk)
        await desk.press("down", "down", "enter")
        assert isinstance(desk.app.screen, DetailsScreen)
        text = desk.text()
        for word in ("Serial", "Issuer", "CN=Octavia Client CA", "Key usage", "clientAuth"):
            assert word in text
        path = answers["certificates.client_certificate"]
        assert f"openssl x509 -in {path}" in text.replace("\n      ", "")
        told = openssl("x509", "-in", path, "-noout", "-fingerprint", "-sha256")
        assert told.partition("=")[2].strip()[:47] in text
        await desk.press("escape")
        assert isinstance(desk.app.screen, ChainsScreen)


async def test_a_file_that_goes_wrong_is_seen_when_read_again(
    opened: Opened, session: Session, tmp_path: Path
) -> None:
    answers = own_files(tmp_path)
    async with opened(answers) as desk:
        await _reviewed(desk)
        Path(answers["certificates.client_key"]).chmod(0o644)
        await desk.press("escape", "f7")
        assert "can be read by other users" in " ".join(desk.text().split())


async def test_it_holds_in_every_size(opened: Opened, tmp_path: Path) -> None:
    async with opened(own_files(tmp_path)) as desk:
        await _reviewed(desk)
        for size in ((60, 15), (120, 36), (40, 10), (80, 24)):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            assert "Server CA" in desk.text()
        assert str(Pem.SERVER_CA) not in _keys(desk)
