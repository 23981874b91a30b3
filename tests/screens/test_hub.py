"""The hub shows how everything stands, and leads everywhere by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.errors import CloudError, CredentialsError, WizardError
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.questions import SECTIONS
from octavia_wizard.core.session import Session
from octavia_wizard.core.standing import SectionState
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.review import ReviewScreen
from tests.screens.conftest import COMPLETE, Opened


async def test_every_section_is_listed_with_number_state_and_word(opened: Opened) -> None:
    async with opened() as desk:
        lines = desk.lines()
        words = [state.value for state in SectionState]
        for number, section in enumerate(SECTIONS, start=1):
            line = lines[number + 1]
            assert f" {number}  {section.title}" in line
            assert any(word in line for word in words)
        assert "9  Review and apply" in lines[10]
        assert "needs 1, 3, 8" in lines[10]


@pytest.mark.parametrize("number", range(1, 9))
async def test_a_digit_opens_its_section_and_esc_comes_back(opened: Opened, number: int) -> None:
    # Where the image is built, leaving its section may offer to begin, as far as this host can.
    async with opened({"image.source": "file"}) as desk:
        await desk.press(str(number))
        assert desk.lines()[0].strip().startswith(SECTIONS[number - 1].title)
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)


async def test_enter_opens_what_the_cursor_is_on(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("down", "enter")
        assert desk.lines()[0].strip().startswith("Management network")


async def test_the_last_entry_is_the_review(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("9")
        assert isinstance(desk.app.screen, ReviewScreen)


async def test_a_complete_interview_is_ready(opened: Opened, image: Path) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        blocking = desk.app.outlook.blocking
        assert [finding for finding in blocking if finding.severity is Severity.ERROR] == []
        desk.app.accept([finding.id for finding in blocking])
        await desk.settle()
        assert "Ready to apply" in desk.text()
        assert "site · RegionOne · OSA 33.0.1" in desk.lines()[0]


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({"image.path": "/gone"}, "✗ 1 error to cure"),
        ({"capacity.ram_mib": "128"}, "warning to cure or accept"),
        ({"image.path": "/gone", "capacity.ram_mib": "128"}, "to cure; warnings may be accepted"),
    ],
)
async def test_what_can_be_accepted_is_said_of_warnings_only(
    opened: Opened, session: Session, image: Path, spoilt: dict[str, str], told: str
) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        desk.app.accept([finding.id for finding in desk.app.outlook.blocking])
        for key, text in spoilt.items():
            desk.app.give_text(key, text)
        await desk.settle()
        line = desk.lines()[-2].strip()
        assert line.endswith(told), line


@pytest.mark.parametrize(
    "error",
    [
        CloudError("cannot reach https://keystone:5000", hint="look at the route"),
        CredentialsError("the cloud refused the password of admin", hint="look at clouds.yaml"),
    ],
)
async def test_a_cloud_that_cannot_be_read_is_explained_and_tried_again_with_f5(
    opened: Opened, error: WizardError
) -> None:
    answers = [error, None]

    def looker(_: Session) -> WizardError | None:
        return answers.pop(0)

    async with opened({"cloud.name": "site"}, looker=looker) as desk:
        text = " ".join(desk.text().split())
        assert error.message in text
        assert error.hint in text
        assert "F5 tries again" in text
        await desk.press("f5")
        assert error.message not in desk.text()
    assert answers == []


async def test_choosing_another_cloud_reads_that_one(opened: Opened) -> None:
    seen: list[str] = []

    def looker(session: Session) -> WizardError | None:
        seen.append(session.effective.text("cloud.name"))
        return CloudError("not this one")

    async with opened({"cloud.name": "first"}, looker=looker) as desk:
        await desk.press("1", "down")
        await desk.type("second")
        await desk.press("enter")
        assert "second" in desk.lines()[0]
    assert seen == ["first", "second"]


async def test_an_earlier_interview_is_mentioned(opened: Opened) -> None:
    async with opened(greeting=["The answers of your earlier interview were taken up."]) as desk:
        assert "earlier interview were taken up" in desk.text()


async def test_ctrl_q_leaves_with_the_answers_kept(opened: Opened, session: Session) -> None:
    async with opened({"network.mtu": "1400"}) as desk:
        await desk.press("ctrl+q")
        assert desk.app.return_value == 0
    saved = session.saved_answers()
    assert saved is not None
    assert saved.values["network.mtu"] == 1400


async def test_ctrl_s_says_where_the_answers_are(opened: Opened, session: Session) -> None:
    async with opened(size=(200, 24), toasts=True) as desk:
        await desk.press("ctrl+s")
        assert session.place.autosave.name in desk.text()


async def test_answers_that_cannot_be_saved_are_reported_once(
    opened: Opened, session: Session
) -> None:
    session.place.root.parent.mkdir(parents=True)
    session.place.root.write_text("in the way")
    async with opened(toasts=True) as desk:
        await desk.press("2", "down", "down")
        await desk.type("other")
        await desk.press("enter")
        assert desk.app.save_error is not None
        assert "Not saved" in desk.text()


async def test_f1_tells_keys_and_sections_without_moving_anything(opened: Opened) -> None:
    async with opened(size=(80, 50)) as desk:
        await desk.press("f1")
        text = desk.text()
        assert "octavia-wizard ▸ help" in text
        assert "1-9     Open by number" in text
        assert "F5      Read host and cloud again" in text
        assert all(section.title in text for section in SECTIONS)
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)
