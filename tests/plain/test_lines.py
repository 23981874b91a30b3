"""The interview by plain lines, as on a serial console or from a pipe."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.places import DeploymentPlace
from tests.cli.conftest import Run

FILES = ("1", "files", "", "33.0.1", "")
"""Section 1, answered with files only and a release."""
LEAVE = "Leave"


@pytest.fixture
def place(deploy_dir: Path) -> DeploymentPlace:
    """Where the answers go."""
    return DeploymentPlace.of(deploy_dir)


def typed(*lines: str) -> str:
    """Return lines as they are typed."""
    return "".join(f"{line}\n" for line in lines)


def saved(place: DeploymentPlace) -> dict[str, object]:
    """Return the answers that were kept."""
    return dict(yaml.safe_load(place.autosave.read_text()))


def test_it_says_why_it_asks_this_way(run: Run) -> None:
    result = run("guide", input=typed(LEAVE))

    assert result.exit_code == 0
    assert "standard input is no terminal: asking by plain prompts" in result.stderr


def test_it_is_the_verb_when_none_is_given(run: Run) -> None:
    result = run("--plain", input=typed(LEAVE))

    assert result.exit_code == 0
    assert "Management network" in result.stdout


def test_no_escape_code_is_written(run: Run) -> None:
    assert "\x1b" not in run("guide", "--plain", input=typed("1", "files", "<", "<", LEAVE)).output


def test_answers_are_kept_as_they_are_given(run: Run, place: DeploymentPlace) -> None:
    result = run("guide", "--plain", input=typed("1", "files"))

    assert result.exit_code == 130
    assert saved(place) == {"schema": 1, "cloud": {"mode": "files"}}
    assert place.autosave.stat().st_mode & 0o777 == 0o600


def test_starting_again_goes_on(run: Run, place: DeploymentPlace) -> None:
    run("guide", "--plain", input=typed(*FILES, LEAVE))
    result = run("guide", "--plain", input=typed("1", "", "", LEAVE))

    assert "going on with the answers of last time" in result.stdout
    assert "now: files  (you)" in result.stdout


def test_keeping_a_default_is_no_answer(run: Run, place: DeploymentPlace) -> None:
    run("guide", "--plain", input=typed(*FILES, "5", "", LEAVE))

    assert "ssh" not in saved(place)


def test_one_can_go_back(run: Run, place: DeploymentPlace) -> None:
    run("guide", "--plain", input=typed("1", "files", "29.2.4", "<", "33.0.1", "", LEAVE))

    assert saved(place)["cloud"] == {"mode": "files", "release": "33.0.1"}


def test_going_back_from_the_first_question_leads_to_the_hub(run: Run) -> None:
    result = run("guide", "--plain", input=typed("2", "<", LEAVE))

    assert result.exit_code == 0
    assert result.stdout.count("Review and apply") == 2


def test_a_question_mark_explains(run: Run) -> None:
    result = run("guide", "--plain", input=typed("6", "?", "<", LEAVE))

    assert "Production sites choose ACTIVE_STANDBY" in result.stdout


def test_a_bad_answer_is_asked_again_with_the_reason(run: Run, place: DeploymentPlace) -> None:
    before_cidr = [""] * 6
    lines = (*FILES, "Management", *before_cidr, "172.29.232.7/22", "172.29.232.0/24")
    result = run("guide", "--plain", input=typed(*lines))

    assert "172.29.232.7/22 is a host within a network" in result.stdout
    assert saved(place)["network"] == {"cidr": "172.29.232.0/24"}


def test_a_number_that_is_no_choice_is_asked_again(run: Run) -> None:
    result = run("guide", "--plain", input=typed("77", LEAVE))

    assert result.exit_code == 0
    assert "type what stands before the bracket, or the name" in result.stdout


def test_a_number_beyond_the_choices_of_a_question_is_asked_again(run: Run) -> None:
    result = run("guide", "--plain", input=typed("1", "3", "files"))

    assert "choose a number from 1 to 2, or type the name" in result.stdout
    assert result.stdout.count("contact no cloud") == 1


def test_a_suggestion_is_taken_by_its_number(run: Run, place: DeploymentPlace) -> None:
    run("guide", "--plain", input=typed("1", "files", "#1"))

    assert saved(place)["cloud"] == {"mode": "files", "release": "33.0.1"}


def test_a_role_variable_is_found_by_a_part_of_its_name(run: Run, place: DeploymentPlace) -> None:
    lines = (*FILES, "All role variables", "wsgi_thread", "", "4", "", LEAVE)
    result = run("guide", "--plain", input=typed(*lines))

    assert result.exit_code == 0
    found = saved(place)["variables"]
    assert isinstance(found, dict)
    assert list(found.values()) == [4]


def test_a_cloud_that_is_not_there_is_told_and_asking_goes_on(run: Run) -> None:
    result = run("guide", "--plain", "--cloud", "nowhere", input=typed(LEAVE))

    assert result.exit_code == 0
    assert "there is no cloud 'nowhere'" in result.stdout


class TestToTheEnd:
    """From nothing to a converged deployment, in files only mode."""

    @pytest.fixture
    def answers(self) -> tuple[str, ...]:
        return (
            *FILES,
            *("Certificates", "", "", "ec-p256", *[""] * 8),
            "Review",
        )

    def test_everything_is_applied_and_handed_over(
        self, run: Run, answers: tuple[str, ...], deploy_dir: Path, place: DeploymentPlace
    ) -> None:
        result = run("guide", "--plain", input=typed(*answers, "y"))

        assert result.exit_code == 0, result.output
        assert (deploy_dir / "user_variables_octavia.yml").exists()
        assert str(place.preset) in result.stdout
        assert "openstack-ansible openstack.osa.octavia" in result.stdout
        again = run("replay", str(place.preset))
        assert again.exit_code == 0, again.output
        assert "Nothing to do" in again.stdout

    def test_without_a_yes_nothing_is_done(
        self, run: Run, answers: tuple[str, ...], deploy_dir: Path
    ) -> None:
        result = run("guide", "--plain", input=typed(*answers, "n", LEAVE))

        assert result.exit_code == 0
        assert not (deploy_dir / "user_variables_octavia.yml").exists()

    def test_a_warning_is_accepted_by_a_yes(
        self, run: Run, answers: tuple[str, ...], place: DeploymentPlace
    ) -> None:
        image = ("Amphora image", "role", "n", "")
        lines = (*answers[:-1], *image, "Review", "a", "n", LEAVE)
        result = run("guide", "--plain", input=typed(*lines))

        assert "Accept the warning test-only-image?" in result.stdout
        assert saved(place)["accept"] == ["test-only-image"]

    def test_an_unfinished_run_is_offered(
        self, run: Run, answers: tuple[str, ...], deploy_dir: Path
    ) -> None:
        blocker = deploy_dir / "conf.d"
        hidden = deploy_dir / "conf.hidden"
        blocker.rename(hidden)
        blocker.write_text("in the way")
        failed = run("guide", "--plain", input=typed(*answers, "y", "Stop"))
        blocker.unlink()
        hidden.rename(blocker)
        result = run("guide", "--plain", input=typed("y", "y", LEAVE))

        assert failed.exit_code == 5
        assert "This goes on with it:\n  octavia-wizard" in failed.stdout
        assert "did not come to its end: failed" in result.stdout
        assert result.exit_code == 0, result.output
        assert "Nothing to resume" in run("resume").stdout
