"""Before anything is changed, everything can be looked at, and nothing slips through."""

from __future__ import annotations

from pathlib import Path

from octavia_wizard.core.finding import Severity
from octavia_wizard.core.session import Session
from octavia_wizard.screens.confirm import AskScreen
from octavia_wizard.screens.review import ReviewScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.fakes import FakeCloud
from tests.screens.conftest import COMPLETE, Desk, Opened


def _warned(image: Path) -> dict[str, str]:
    """Return answers with a warning: amphorae of little memory."""
    return {**COMPLETE, "image.path": str(image), "capacity.ram_mib": "128"}


async def _accept_all(desk: Desk) -> None:
    blocking = desk.app.outlook.blocking
    assert all(finding.severity is Severity.WARNING for finding in blocking), blocking
    desk.app.accept([finding.id for finding in blocking])
    await desk.settle()


async def test_apply_is_off_and_says_what_is_missing(opened: Opened) -> None:
    async with opened({"cloud.name": "site"}) as desk:
        await desk.press("9")
        assert "Cannot apply: 2 answers missing" in desk.text()
        await desk.press("a")
        assert isinstance(desk.app.screen, ReviewScreen)


async def test_enter_on_a_finding_opens_its_question(opened: Opened, image: Path) -> None:
    async with opened({**COMPLETE, "image.path": str(image) + ".gone"}) as desk:
        await desk.press("9", "enter")
        screen = desk.app.screen
        assert isinstance(screen, QuestionsScreen)
        assert screen.row is not None
        assert screen.row.question.key == "image.path"
        await desk.press("escape")
        assert isinstance(desk.app.screen, ReviewScreen)


async def test_a_warning_is_accepted_and_taken_back_with_space(
    opened: Opened, session: Session, image: Path
) -> None:
    # An answer that does not apply is a note, found before the warning.
    async with opened({**_warned(image), "network.existing": "gone"}) as desk:
        warnings = [f for f in desk.app.outlook.findings if f.severity is Severity.WARNING]
        assert warnings
        assert desk.app.outlook.findings[0].severity is Severity.NOTE
        # What is to be dealt with is under the cursor, whatever is found before it.
        await desk.press("9", "space")
        assert warnings[0].id in session.answers.accept
        assert "accepted" in desk.text()
        await desk.press("space")
        assert warnings[0].id not in session.answers.accept
        assert "Space accept" in desk.lines()[-1]
        await desk.press("home")
        assert "note" in desk.text()
        assert "Space accept" not in desk.lines()[-1]


async def test_an_error_cannot_be_accepted(opened: Opened, session: Session, image: Path) -> None:
    async with opened({**COMPLETE, "image.path": str(image) + ".gone"}) as desk:
        await desk.press("9", "space")
        assert session.answers.accept == ()
        assert "Cannot apply: 1 error" in desk.text()


async def test_files_are_shown_as_differences_and_secrets_by_name(
    opened: Opened, image: Path
) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        await desk.press("9", "2")
        text = desk.text()
        assert "new      user_variables_octavia.yml" in text
        assert "+---" in text
        assert "made     " in text
        await desk.press("end")
        assert "octavia_service_password" in desk.text()


async def test_the_plan_shows_each_step_with_its_difference(opened: Opened, image: Path) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        await desk.press("9", "3", "down", "down", "down")
        text = desk.text()
        assert "create   Management network" in text
        assert "+ type flat on lbaas" in text


async def test_the_last_question_names_cloud_release_and_changes_and_means_no_by_default(
    opened: Opened, cloud: FakeCloud, image: Path
) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        await _accept_all(desk)
        await desk.press("9", "a")
        assert isinstance(desk.app.screen, AskScreen)
        text = " ".join(desk.text().split())
        assert "site, region RegionOne" in text
        assert "OpenStack-Ansible 33.0.1" in text
        assert "create" in text
        await desk.press("enter")
        assert isinstance(desk.app.screen, ReviewScreen)
        assert desk.app.run_model is None
    assert cloud.writes == []


async def test_a_conflict_in_the_cloud_blocks_apply(
    opened: Opened, cloud: FakeCloud, image: Path
) -> None:
    from octavia_wizard.core.facts.resources import Network
    from tests.fakes import SERVICE

    for place in ("one", "two"):
        cloud.networks[place] = Network(place, "lbaas-mgmt", SERVICE, "vlan", "other", 7, 1500)
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        await desk.press("9", "3")
        assert "Cannot apply" in desk.text()
        await desk.press("a")
        assert isinstance(desk.app.screen, ReviewScreen)


async def test_n_asks_for_the_last_time_as_a_does(opened: Opened, image: Path) -> None:
    answers = COMPLETE | {"image.path": str(image)}
    async with opened(answers) as desk:
        await desk.press("9")
        for finding in desk.app.outlook.blocking:
            desk.app.accept([finding.id])
        await desk.settle()
        await desk.press("n")
        assert "Apply now?" in desk.text()
