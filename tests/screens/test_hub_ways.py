"""The hub leads: to what is missing, to what a preset wants shown, to what must be cured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.errors import CloudError, WizardError
from octavia_wizard.core.facts.model import Evidence
from octavia_wizard.core.session import Options, Session
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.review import ReviewScreen
from octavia_wizard.screens.section import QuestionsScreen
from tests.screens.conftest import COMPLETE, Desk, Opened


def preset(session: Session, answers: Mapping[str, str], *interactive: str) -> None:
    """Let these answers come from a preset."""
    for key, value in answers.items():
        session.give_text(key, value)
    values = session.answers.values
    origins = dict.fromkeys(values, Provenance.PRESET)
    session.answers = Answers(values, origins, interactive=interactive)


def title(desk: Desk) -> str:
    """Return where the operator is."""
    return desk.lines()[0].strip()


def row(desk: Desk, number: int) -> str:
    """Return the line of a section."""
    return next(line for line in desk.lines() if line.startswith(f"  {number}  "))


def cursor(desk: Desk) -> str:
    """Return the section the cursor is on."""
    found = desk.app.screen.query_one("#sections", OptionList)
    assert found.highlighted is not None
    return found.get_option_at_index(found.highlighted).id or ""


async def test_n_leads_through_exactly_what_a_partial_preset_leaves_open(
    opened: Opened, session: Session, image: Path
) -> None:
    preset(session, {"cloud.name": "site", "image.source": "file"})
    missing = session.effective.missing
    assert missing == ("cloud.release", "image.path", "deployment.hosts")
    async with opened() as desk:
        await desk.press("n")
        assert title(desk).startswith("Cloud and release ▸ OpenStack-Ansible release")
        await desk.paste("33.0.1")
        await desk.press("enter")
        assert title(desk).startswith("Amphora image ▸ File")
        await desk.paste(str(image))
        await desk.press("enter")
        assert title(desk).startswith("Deployment ▸ Octavia hosts")
        await desk.paste("infra1=172.29.236.11")
        await desk.press("enter")
        assert isinstance(desk.app.screen, HubScreen)
        assert session.effective.missing == ()
        own = {key for key, origin in session.answers.origins.items() if origin == "operator"}
        assert own == set(missing)


async def test_esc_leaves_what_n_asked_unanswered_and_n_asks_it_again(opened: Opened) -> None:
    async with opened() as desk:
        await desk.press("n")
        assert title(desk).startswith("Cloud and release ▸ Cloud")
        await desk.press("escape")
        assert isinstance(desk.app.screen, HubScreen)
        assert cursor(desk) == "cloud"
        await desk.press("n")
        assert title(desk).startswith("Cloud and release ▸ Cloud")


async def test_n_goes_to_an_error_and_then_to_the_review(opened: Opened, image: Path) -> None:
    wrong = {**COMPLETE, "image.path": str(image), "network.pool": "10.0.0.1-10.0.0.5"}
    async with opened(wrong) as desk:
        await desk.press("n")
        assert title(desk).startswith("Management network ▸")
        assert desk.app.screen.row.question.key == "network.pool"
        await desk.press("ctrl+r", "escape")
        await desk.press("n")
        assert isinstance(desk.app.screen, ReviewScreen)


async def test_n_goes_to_a_cloud_that_could_not_be_read(opened: Opened, image: Path) -> None:
    def looker(_: Session) -> WizardError | None:
        return CloudError("cannot reach it")

    answers = {**COMPLETE, "image.path": str(image)}
    async with opened(answers, looker=looker) as desk:
        await desk.press("n")
        assert desk.app.screen.row.question.key == "cloud.name"


async def test_after_a_section_the_cursor_goes_to_the_next_that_wants_something(
    opened: Opened,
) -> None:
    async with opened({"cloud.name": "site", "cloud.release": "33.0.1"}) as desk:
        assert cursor(desk) == "image"
        await desk.press("5", "enter")
        assert isinstance(desk.app.screen, HubScreen)
        assert cursor(desk) == "deployment"
        await desk.press("8")
        await desk.paste("infra1=172.29.236.11")
        await desk.press("enter")
        while isinstance(desk.app.screen, QuestionsScreen):
            await desk.press("enter")
        assert isinstance(desk.app.screen, HubScreen)
        assert cursor(desk) == "image"


async def test_after_the_last_thing_to_do_the_cursor_is_on_the_review(
    opened: Opened, image: Path
) -> None:
    answers = {**COMPLETE, "image.path": str(image)}
    del answers["deployment.hosts"]
    async with opened(answers) as desk:
        await desk.press("n")
        await desk.paste("infra1=172.29.236.11")
        await desk.press("enter")
        wanting = [errand.section for errand in desk.app.outlook.errands]
        assert cursor(desk) == (wanting[0] if wanting else "review")


async def test_a_section_the_preset_wants_shown_keeps_from_applying_until_it_was_opened(
    opened: Opened, session: Session, image: Path
) -> None:
    preset(session, {**COMPLETE, "image.path": str(image)}, "certificates")
    async with opened() as desk:
        assert "○ to look at  the preset asks to look at it" in row(desk, 4)
        assert "○ look at" in desk.text()
        await desk.press("9")
        assert "Cannot apply: to look at, says the preset: Certificates" in desk.text()
        await desk.press("escape", "n")
        assert title(desk).startswith("Certificates")
        await desk.press("escape")
        assert "✓ answered" in row(desk, 4)
        await desk.press("9")
        assert "to look at" not in desk.text()


async def test_tab_walks_what_is_found_and_enter_opens_its_question(opened: Opened) -> None:
    async with opened({"cloud.name": "site", "network.pool": "10.0.0.1-10.0.0.5"}) as desk:
        findings = desk.app.screen.query_one("#standing-list", OptionList)
        assert findings.highlighted is None
        await desk.press("tab")
        assert findings.has_focus
        assert findings.highlighted == 0
        lines = [str(option.prompt) for option in findings.options]
        place = next(n for n, line in enumerate(lines) if line.startswith("✗ error"))
        assert "→ 2 Management network" in lines[place]
        await desk.press(*["down"] * place, "enter")
        assert desk.app.screen.row.question.key == "network.pool"
        await desk.press("escape")
        await desk.press("tab")
        assert desk.app.screen.query_one("#sections").has_focus


async def test_the_list_of_findings_is_left_when_it_has_become_empty(
    opened: Opened, session: Session
) -> None:
    async with opened() as desk:
        await desk.press("tab")
        hub = desk.app.screen
        hub._list([])
        await desk.settle()
        assert hub.query_one("#sections").has_focus


async def test_work_in_the_background_is_shown_in_its_section(opened: Opened, image: Path) -> None:
    async with opened({**COMPLETE, "image.path": str(image)}) as desk:
        job = desk.app.begin_job("image", "building noble")
        job.update("install.d", 9, 16)
        await desk.settle()
        assert "◐ running     building noble, 9 of 16, install.d" in row(desk, 3)
        job.end()
        await desk.settle()
        assert "◐" not in row(desk, 3)


async def test_a_first_start_is_welcomed_and_a_second_is_not(
    opened: Opened, session: Session
) -> None:
    async with opened() as desk:
        assert "Welcome. N leads to what is next" in desk.text()
        assert "Nothing is changed before you have seen the plan" in desk.text()
        await desk.press("2", "escape")
        assert "Welcome" not in desk.text()
    session.seen = frozenset()
    session.autosave()
    async with opened() as desk:
        assert "Welcome" not in desk.text()


async def test_a_rehearsal_says_that_nothing_can_break(opened: Opened, session: Session) -> None:
    files = Path("/srv/rehearsal/clouds.yaml")
    session.options = Options(session.options.deploy_dir, clouds_files=(files,), environ={})
    session.facts = replace(session.facts, clouds=(Evidence("rehearsal", str(files)),))
    async with opened({"cloud.name": "rehearsal"}) as desk:
        assert "nothing can break" in desk.text()


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36), (40, 10)])
async def test_the_hub_can_be_used_at_every_size(opened: Opened, size: tuple[int, int]) -> None:
    async with opened({"network.pool": "10.0.0.1-10.0.0.5"}, size=size) as desk:
        assert "Cloud and release" in desk.text()
        await desk.press("tab", "down", "tab", "end")
        assert "Review and apply" in desk.text()
        await desk.pilot.resize_terminal(60, 15)
        await desk.settle()
        await desk.press("home", "n")
        assert isinstance(desk.app.screen, QuestionsScreen)
