"""What is being typed is tried out before it is taken."""

from __future__ import annotations

from octavia_wizard.core.session import Session
from octavia_wizard.screens.trial import try_out
from tests.screens.conftest import Opened

ANSWERS = {"cloud.name": "site", "cloud.release": "33.0.1"}


def test_a_trial_shows_what_would_follow(session: Session) -> None:
    trial = try_out(session, "network.pool", "10.0.0.1-10.0.0.9")
    assert trial.outlook is not None
    assert "pool-outside-cidr" in {finding.id for finding in trial.outlook.about("network.pool")}


def test_what_is_no_answer_yet_is_told_in_words(session: Session) -> None:
    trial = try_out(session, "network.cidr", "172.29.")
    assert trial.outlook is None
    assert trial.refusal


def test_an_unknown_release_is_told_too(session: Session) -> None:
    assert "9" in try_out(session, "cloud.release", "9").refusal


async def test_findings_change_as_one_types_and_nothing_is_answered(opened: Opened) -> None:
    async with opened(ANSWERS) as desk:
        desk.app.show_section("network", "network.pool")
        await desk.settle()
        await desk.type("10.9.9.1-10.9.9.9")
        assert "10.9.9.1-10.9.9.9 is not within 172.29.232.0/22" in desk.text()
        assert "network.pool" not in desk.session.answers
        await desk.press("escape")
        assert "as typed" not in desk.text()


async def test_half_an_answer_is_not_called_wrong(opened: Opened) -> None:
    async with opened(ANSWERS) as desk:
        desk.app.show_section("network", "network.cidr")
        await desk.settle()
        await desk.type("172.29.")
        assert "○ as typed:" in desk.text()
