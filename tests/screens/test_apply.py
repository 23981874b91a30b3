"""A run is carried out, watched, stopped, mended and finished from the screens alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from octavia_wizard.core.answers.load import load_preset
from octavia_wizard.core.engine.events import StepFailed, StepFinished
from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.facts.resources import Flavor, Image
from octavia_wizard.core.session import Session
from octavia_wizard.core.shell import Shell
from octavia_wizard.core.steps.base import Action
from octavia_wizard.screens import glyphs
from octavia_wizard.screens.app import WizardApp
from octavia_wizard.screens.apply import ApplyScreen
from octavia_wizard.screens.done import HandoverScreen
from octavia_wizard.screens.hub import HubScreen
from octavia_wizard.screens.run_model import StepState
from octavia_wizard.screens.section import QuestionsScreen
from tests.fakes import FakeCloud
from tests.screens.conftest import COMPLETE, Desk, Opened
from tests.screens.playing import playing


@pytest.fixture
def answers(image: Path) -> dict[str, str]:
    """Answers of a small deployment."""
    return {
        **COMPLETE,
        "image.path": str(image),
        "capacity.topology": "SINGLE",
        "capacity.anti_affinity": "no",
    }


async def _apply(desk: Desk) -> None:
    desk.app.accept([finding.id for finding in desk.app.outlook.blocking])
    await desk.settle()
    await desk.press("9", "a", "y")
    await desk.settle()


async def test_a_run_ends_with_a_preset_and_what_comes_next(
    opened: Opened, answers: dict[str, str], session: Session, cloud: FakeCloud
) -> None:
    async with opened(answers) as desk:
        await _apply(desk)
        assert isinstance(desk.app.screen, ApplyScreen)
        text = desk.text()
        assert "done: everything is as planned" in text
        assert "✓ Management network" in text
        assert "created" in text

        await desk.press("n")
        assert isinstance(desk.app.screen, HandoverScreen)
        page = " ".join(desk.text().split())
        assert "Still to be run by hand, in this order" in page
        assert "openstack-ansible" in page
        await desk.press("pagedown")
        page = " ".join(desk.text().split())
        assert "octavia-wizard --deploy-dir" in page
        assert "Not verified yet" in page

        await desk.press("escape", "escape")
        assert "applied" in desk.lines()[10]
        await desk.press("ctrl+q")
        assert desk.app.return_value == 0
    preset = load_preset(session.place.preset)
    assert preset.values["image.source"] == "file"
    assert len(cloud.networks) == 1


async def test_after_a_run_the_plan_is_empty(opened: Opened, answers: dict[str, str]) -> None:
    async with opened(answers) as desk:
        await _apply(desk)
        await desk.press("escape", "9")
        assert "Nothing to do" in desk.text()
        await desk.press("a")
        text = " ".join(desk.text().split())
        assert "Nothing is to be changed" in text
        assert "Yes, apply" not in text
        await desk.press("y")
        assert desk.app.run_model is not None
        assert desk.app.run_model.handover is not None


async def test_a_failed_step_says_why_and_what_to_do_and_retry_mends_it(
    opened: Opened, answers: dict[str, str], cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FakeCloud.create_flavor
    faults = [CloudError("Policy forbids flavors (request req-1)", hint="ask for the admin role")]

    def create_flavor(self: FakeCloud, flavor: Flavor) -> Flavor:
        if faults:
            raise faults.pop()
        return real(self, flavor)

    monkeypatch.setattr(FakeCloud, "create_flavor", create_flavor)
    async with opened(answers) as desk:
        await _apply(desk)
        text = " ".join(desk.text().split())
        assert "✗ Flavor" in text
        assert "Policy forbids flavors (request req-1)" in text
        assert "ask for the admin role" in text
        assert "R retry" in desk.lines()[-1]
        assert desk.app.code == 6

        await desk.press("r")
        await desk.settle()
        assert "done: everything is as planned" in desk.text()
        assert desk.app.code == 0
    assert len(cloud.networks) == 1
    assert len(cloud.flavors) == 1


async def test_change_the_answer_leads_to_the_section_of_the_failed_step(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_flavor(self: FakeCloud, flavor: Flavor) -> Flavor:
        raise CloudError("no")

    monkeypatch.setattr(FakeCloud, "create_flavor", create_flavor)
    async with opened(answers) as desk:
        await _apply(desk)
        await desk.press("c")
        assert isinstance(desk.app.screen, QuestionsScreen)
        assert desk.app.screen.section == "capacity"
        await desk.press("escape")
        assert "A shows it" in desk.text()


OFFERS = ("retry", "change", "skip", "stop", "shell")


def _refuse_flavors(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "Policy doesn't allow os_compute_api:os-flavor-manage:create (request req-7a1c)"

    def create_flavor(self: FakeCloud, flavor: Flavor) -> Flavor:
        raise CloudError(message, hint="use an account with the role admin, then retry")

    monkeypatch.setattr(FakeCloud, "create_flavor", create_flavor)


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 36)])
async def test_a_failure_and_every_way_on_fit_on_the_screen(
    opened: Opened,
    answers: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    _refuse_flavors(monkeypatch)
    async with opened(answers, size=size) as desk:
        await _apply(desk)
        lines = desk.lines()
        pane = " ".join(" ".join(lines[3:-2]).split())
        assert "Flavor failed after" in pane
        assert "Why Policy doesn't allow" in pane
        assert "Do use an account" in pane
        for key, offer in zip("RCKSX", OFFERS, strict=True):
            assert f"{key} {offer}" in pane
            assert f"{key} {offer}" in lines[-1]
        assert "failed; what is done is kept" in lines[-2]
        assert "✓ 8 done: secrets" in lines[2]


async def test_the_log_can_be_read_and_searched_after_a_failure(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_flavors(monkeypatch)
    async with opened(answers, size=(60, 15)) as desk:
        await _apply(desk)
        assert "run failed" not in desk.text()

        await desk.press("l")
        assert "run failed after" in desk.text()
        assert "Why" not in desk.text()
        await desk.press("l")
        assert "Why" in desk.text()

        await desk.press("slash")
        await desk.type("flavor: failed")
        assert "flavor: failed: Policy" in desk.text()
        assert "Ctrl+C" not in desk.lines()[-1]
        await desk.press("escape")
        assert "Why" in desk.text()
        assert isinstance(desk.app.screen, ApplyScreen)

        await desk.press("escape")
        review = next(line for line in desk.lines() if "Review and apply" in line)
        assert "! failed" in review
        assert "nothing is changed yet" not in desk.text()


async def test_skip_says_what_it_means_and_goes_on_without_the_step(
    opened: Opened,
    answers: dict[str, str],
    session: Session,
    cloud: FakeCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _refuse_flavors(monkeypatch)
    async with opened(answers) as desk:
        await _apply(desk)
        assert "the os_octavia role makes the flavor" in desk.text()
        await desk.press("k")
        assert "Leave out flavor?" in desk.text()
        await desk.press("n")
        assert not desk.app.is_applying
        assert desk.app.code == 6

        await desk.press("k", "y")
        await desk.settle()
        text = desk.text()
        assert f"{glyphs.UNWANTED} Flavor                    left out" in text
        assert "done without flavor" in text
        assert desk.app.code == 0

        await desk.press("n")
        await desk.press("pagedown")
        assert "Put off" in desk.text()
        await desk.press("r")
        assert "runbook" in desk.lines()[0]
        page = " ".join(desk.text().split())
        assert str(session.place.runbook)[-20:] in page.replace(" ", "")
    assert not cloud.flavors
    assert "--only flavor" in session.place.runbook.read_text()


async def test_a_step_that_must_not_be_left_out_is_not_offered_for_it(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_image(self: FakeCloud, image: Image) -> Image:
        raise CloudError("no room")

    monkeypatch.setattr(FakeCloud, "create_image", create_image)
    async with opened(answers) as desk:
        await _apply(desk)
        assert "Amphora image failed" in desk.text()
        assert "skip" not in desk.text()
        await desk.press("k")
        assert isinstance(desk.app.screen, ApplyScreen)


async def test_changing_the_answer_takes_back_what_was_left_out(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_flavors(monkeypatch)
    async with opened(answers) as desk:
        await _apply(desk)
        desk.app.skip = ("flavor",)
        await desk.press("c")
        assert desk.app.skip == ()


async def test_a_shell_takes_the_place_of_the_screens_and_then_the_cloud_is_read_again(
    opened: Opened, answers: dict[str, str], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_flavors(monkeypatch)
    shells: list[Shell] = []

    @contextmanager
    def suspend(self: WizardApp) -> Iterator[None]:
        yield

    def run_shell(shell: Shell) -> int:
        shells.append(shell)
        return 0

    monkeypatch.setattr(WizardApp, "suspend", suspend)
    monkeypatch.setattr("octavia_wizard.screens.shell.run_shell", run_shell)
    async with opened(answers) as desk:
        await _apply(desk)
        before = desk.session.facts
        await desk.press("x")
        assert [shell.directory for shell in shells] == [session.options.deploy_dir]
        assert shells[0].environ["OS_CLOUD"] == "site"
        assert desk.session.facts is not before
        assert isinstance(desk.app.screen, ApplyScreen)


async def test_a_terminal_that_cannot_be_handed_over_is_told(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_flavors(monkeypatch)
    async with opened(answers, toasts=True) as desk:
        await _apply(desk)
        await desk.press("x")
        assert "cannot be handed to a shell" in " ".join(desk.text().split())


async def test_a_shell_that_cannot_be_started_is_told_on_the_screen(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_flavors(monkeypatch)

    @contextmanager
    def suspend(self: WizardApp) -> Iterator[None]:
        yield  # as Textual's own, it does not come back from an error

    monkeypatch.setattr(WizardApp, "suspend", suspend)
    async with opened(answers, toasts=True) as desk:
        environ = {**desk.session.options.environ, "SHELL": "/nowhere/shell"}
        desk.session.options = replace(desk.session.options, environ=environ)
        await _apply(desk)
        await desk.press("x")
        assert "cannot start /nowhere/shell" in " ".join(desk.text().split())


class _SlowUpload:
    """Holds the upload of the image until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        real = FakeCloud.upload_image

        def upload(fake: FakeCloud, *args: object, **named: object) -> Mapping[str, str]:
            self.begun.set()
            assert self.go_on.wait(20)
            return real(fake, *args, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(FakeCloud, "upload_image", upload)


async def _until(desk: Desk, event: threading.Event) -> None:
    for _ in range(200):
        if event.is_set():
            break
        await desk.pilot.pause(0.05)
    assert event.is_set()
    await desk.pilot.pause(0.3)


async def _begin(desk: Desk) -> None:
    """Start a run and do not wait for its end."""
    desk.app.accept([finding.id for finding in desk.app.outlook.blocking])
    await desk.settle()
    await desk.press("9", "a")
    await desk.pilot.press("y")


async def test_a_run_goes_on_while_its_screen_is_left(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _SlowUpload(monkeypatch)
    async with opened(answers) as desk:
        await _begin(desk)
        await _until(desk, slow.begun)
        assert "leaving this screen does not stop it" in desk.text()
        await desk.pilot.press("escape")
        await desk.pilot.pause(0.2)
        assert isinstance(desk.app.screen, HubScreen)
        assert "running" in desk.lines()[10]
        assert "applying" in desk.text()
        slow.go_on.set()
        await desk.settle()
        assert "applied" in desk.lines()[10]


async def test_a_step_at_work_counts_up_and_the_next_says_what_it_waits_for(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _SlowUpload(monkeypatch)
    async with opened(answers) as desk:
        await _begin(desk)
        await _until(desk, slow.begun)
        model = desk.app.run_model
        assert model is not None
        model.clock = lambda: (model.steps["image"].began or 0) + 75.0
        model.steps["files"].state = StepState.WAITING
        model.steps["certificates"].state = StepState.RUNNING
        await desk.pilot.pause(0.5)
        lines = desk.lines()
        assert "running   1m15s" in next(line for line in lines if "Amphora image" in line)
        assert "waits for certificates" in next(line for line in lines if "Files" in line)
        slow.go_on.set()
        await desk.settle()


async def test_ctrl_c_stops_after_the_call_and_resume_is_offered_later(
    opened: Opened, answers: dict[str, str], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _SlowUpload(monkeypatch)
    async with opened(answers) as desk:
        await _begin(desk)
        await _until(desk, slow.begun)
        await desk.pilot.press("ctrl+c")
        await desk.pilot.pause(0.2)
        assert "stopping after the calls in progress" in desk.text()
        slow.go_on.set()
        await desk.settle()
        assert "stopped on request" in desk.text()
        await desk.press("s")
        assert desk.app.return_value == 130


async def test_leaving_during_a_run_asks_first_and_then_stops_in_good_order(
    opened: Opened, answers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _SlowUpload(monkeypatch)
    async with opened(answers) as desk:
        await _begin(desk)
        await _until(desk, slow.begun)
        await desk.pilot.press("ctrl+q")
        await desk.pilot.pause(0.2)
        assert "A run is going on" in desk.text()
        await desk.pilot.press("l")
        slow.go_on.set()
        await desk.settle()
        assert desk.app.return_value == 130


async def test_no_secret_is_on_any_screen_of_a_run(
    opened: Opened, answers: dict[str, str], session: Session
) -> None:
    async with opened(answers, size=(160, 60)) as desk:
        await _apply(desk)
        seen = desk.text()
        await desk.press("n")
        seen += desk.text()
        await desk.press("escape", "escape", "9", "2")
        for _ in range(4):
            seen += desk.text()
            await desk.press("down")
    secrets = (session.options.deploy_dir / "user_secrets_octavia.yml").read_text()
    values = [line.split(": ")[1].strip('"') for line in secrets.splitlines() if ": " in line]
    values = [value for value in values if len(value) > 20 and " " not in value]
    assert values
    assert not [value for value in values if value in seen]


async def test_what_to_do_has_room_before_what_could_not_follow(opened: Opened) -> None:
    model = playing()
    why = [
        "openstack.osa.octavia failed on infra2-octavia-server-container-27782370 at task "
        "os_octavia : Start the services (play Install octavia server)",
        'infra2-octavia-server-container-27782370: non-zero return code: See "journalctl -xeu '
        'octavia-api" for details.',
        "see /etc/ansible/roles/os_octavia/tasks/main.yml:73",
    ]
    log = "the log is /root/.local/state/octavia-wizard/deployments/x/playbooks/octavia/output.log"
    model.fold(StepFailed("octavia_playbook", "\n".join(why), log, 74.0))
    for step in ("quotas_playbook", "horizon_playbook", "verification"):
        model.fold(StepFinished(step, Action.BLOCKED, "", 0.0, "needs Playbook: Octavia"))
    model.end(None, None)
    async with opened() as desk:
        desk.app.run_model = model
        desk.app.show_apply()
        await desk.settle()
        text = desk.text()
        assert "output.log" in "".join(text.split())
        assert "Do   the log is" in text
        assert "✗ Playbook: Octavia         failed" in text
        assert "X  shell" in text
