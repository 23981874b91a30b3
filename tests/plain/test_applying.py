"""Review and run by prompts on a cloud in memory: consent, failure, and each way to go on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from octavia_wizard.core import shell
from octavia_wizard.core.engine.resume import resumable
from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.session import Session
from octavia_wizard.plain.reviewing import Reviewer
from tests.core.image.support import qcow2
from tests.fakes import FakeCloud
from tests.plain.conftest import Asked, Sitting

LIVE = {
    "cloud.name": "site",
    "cloud.release": "33.0.1",
    "image.source": "file",
    "certificates.key_type": "ec-p256",
    "capacity.topology": "SINGLE",
    "capacity.load_balancers": "5",
    "network.provider_type": "vlan",
    "network.physical_network": "physnet1",
    "network.segmentation_id": "400",
    "deployment.hosts": "infra1=172.29.236.11",
}


@pytest.fixture
def ready(asked: Asked, session: Session, tmp_path: Path) -> Sitting:
    """Answers that leave nothing open and nothing to accept."""
    sitting = asked({**LIVE, "image.path": str(qcow2(tmp_path / "amphora.qcow2"))})
    sitting.asker.read_cloud()
    assert not session.blocking
    assert sitting.written
    return sitting


def review(sitting: Sitting, *lines: str) -> int | None:
    """Review, type some lines, and return the exit code."""
    operator = sitting.type(*lines)
    code = Reviewer(sitting.asker).run()
    assert operator.left == []
    return code


def failing(cloud: FakeCloud, call: str, monkeypatch: pytest.MonkeyPatch, times: int = 1) -> None:
    """Let a call to the cloud be refused so many times."""
    real, left = getattr(cloud, call), [times]

    def refuse(*arguments: object) -> object:
        if left[0] > 0:
            left[0] -= 1
            raise CloudError("policy does not allow it (request req-1)", hint="ask an admin")
        return real(*arguments)

    monkeypatch.setattr(cloud, call, refuse)


class TestConsent:
    """Nothing is done before one yes; everything can be looked at before it."""

    def test_files_plan_and_a_summary_come_first(self, ready: Sitting, cloud: FakeCloud) -> None:
        assert review(ready, "n") is None
        text = ready.written

        assert text.index("user_variables_octavia.yml") < text.index("Plan for site · RegionOne")
        assert "+ create  Management network" in text
        assert "Apply now?" in text
        assert cloud.writes == []

    def test_enter_alone_applies_nothing(self, ready: Sitting, cloud: FakeCloud) -> None:
        assert review(ready, "") is None
        assert cloud.writes == []

    def test_files_plan_and_findings_are_shown_again(self, ready: Sitting) -> None:
        assert review(ready, "p", "l", "f", "n") is None
        assert ready.written.count("Plan for site") == 2

    def test_an_acceptance_can_be_withdrawn(self, ready: Sitting, session: Session) -> None:
        session.give_text("image.source", "role")
        session.accept("test-only-image")
        assert review(ready, "w", "test-only-image") is None
        assert session.answers.accept == ()

    def test_a_yes_applies_and_hands_over(
        self, ready: Sitting, session: Session, cloud: FakeCloud
    ) -> None:
        assert review(ready, "y") == 0
        text = ready.written

        assert "✓ Done." in text
        assert str(session.place.preset) in text
        assert "runbook" in text
        assert [network.name for network in cloud.networks.values()] == ["lbaas-mgmt"]

    def test_a_second_time_there_is_nothing_to_do(self, ready: Sitting) -> None:
        review(ready, "y")
        assert review(ready) == 0
        assert "Nothing to do: everything is as planned." in ready.written


class TestReview:
    """What is open or found is dealt with on the spot."""

    def test_open_questions_are_asked_there(self, ready: Sitting, session: Session) -> None:
        session.take_back("network.segmentation_id")
        review(ready, "", "400", "n")

        assert session.answers.values["network.segmentation_id"] == 400

    def test_or_left(self, ready: Sitting, session: Session) -> None:
        session.take_back("network.segmentation_id")

        assert review(ready, "n") is None
        assert "network.segmentation_id" in ready.written

    def test_an_error_leads_to_its_question(self, ready: Sitting, session: Session) -> None:
        session.give_text("network.pool", "10.9.9.10-10.9.9.20")
        review(ready, "m", "=", "", "n")

        assert "network.pool" not in session.answers

    def test_an_error_cannot_be_accepted(self, ready: Sitting, session: Session) -> None:
        session.give_text("network.pool", "10.9.9.10-10.9.9.20")
        review(ready, "a", "b")
        text = ready.written

        assert "Mend the error" in text
        assert "Not ready" in text

    def test_a_warning_is_accepted_by_name(self, ready: Sitting, session: Session) -> None:
        session.give_text("image.source", "role")
        review(ready, "a", "n")

        assert "Accept the warning test-only-image?" in ready.written
        assert session.answers.accept == ("test-only-image",)

    def test_or_mended(self, ready: Sitting, session: Session) -> None:
        session.give_text("image.source", "role")
        review(ready, "m", "file", "n")

        assert session.answers.values["image.source"] == "file"

    def test_a_cloud_that_cannot_be_read_ends_it(
        self, ready: Sitting, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failing(cloud, "read", monkeypatch)

        assert review(ready) is None
        assert "error: policy does not allow it" in ready.written


class TestFailure:
    """A failure says what, why and what to do, and offers every way on."""

    @pytest.fixture(autouse=True)
    def broken(self, ready: Sitting, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sitting = ready
        failing(cloud, "set_quotas", monkeypatch)

    def test_it_is_told_in_words(self) -> None:
        assert review(self.sitting, "y", "s") == 6
        text = self.sitting.written

        assert "✗ Quotas failed" in text
        assert "why  policy does not allow it" in text
        assert "do   ask an admin" in text
        assert "Management network" in text.partition("done ")[2]

    def test_stopping_leaves_it_to_resume(self, session: Session) -> None:
        review(self.sitting, "y", "s")

        assert "resume goes on later" in self.sitting.written
        assert resumable(session.place) is not None

    def test_trying_again_asks_for_no_second_consent(self, cloud: FakeCloud) -> None:
        assert review(self.sitting, "y", "r") == 0
        assert self.sitting.written.count("Apply now?") == 1
        assert cloud.quotas.compute["instances"] > 0

    def test_changing_the_answers_shows_the_new_plan_first(self, session: Session) -> None:
        asked = [item.question.key for item in session.asked("capacity")]
        before = [""] * asked.index("capacity.set_quotas")
        lines = (*before, "no", "n", "!", "sections")
        code = review(self.sitting, "y", "c", *lines, "a", "y")

        assert code == 0
        assert session.answers.values["capacity.set_quotas"] is False
        assert self.sitting.written.count("Apply now?") == 2

    def test_skipping_says_what_happens_then(self, session: Session) -> None:
        assert review(self.sitting, "y", "k", "y") == 0
        text = self.sitting.written

        assert "Leave it out?" in text
        assert "left out by the operator" in text

    def test_a_shell_comes_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        opened: list[shell.Shell] = []

        def run_shell(one: shell.Shell) -> int:
            opened.append(one)
            return 0

        monkeypatch.setattr("octavia_wizard.plain.looking.run_shell", run_shell)
        assert review(self.sitting, "y", "x", "s") == 6
        assert len(opened) == 1
        assert "'exit' comes back" in self.sitting.written


def test_what_must_not_be_left_out_is_not_offered(
    ready: Sitting, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(cloud, "create_image", monkeypatch)
    review(ready, "y", "s")

    assert "Skip it" not in ready.written


def test_progress_is_told_in_lines_without_a_carriage_return(ready: Sitting) -> None:
    review(ready, "y")
    text = ready.written

    assert "\r" not in text
    assert "\x1b" not in text
    assert "✓ Management network" in text


def test_an_unfinished_run_goes_on_without_doing_anything_twice(
    ready: Sitting, session: Session, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(cloud, "set_quotas", monkeypatch)
    review(ready, "y", "s")
    run = resumable(session.place)
    assert run is not None
    made = len(cloud.writes)
    ready.asker.read_cloud()
    ready.type("y")

    assert Reviewer(ready.asker).resume(run) == 0
    assert [call for call in cloud.writes[made:] if call.startswith("create")] == []
    assert os.path.exists(session.place.preset)
