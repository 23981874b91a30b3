"""The list of sections by prompts: how all stands, and where to go from there."""

from __future__ import annotations

import pytest

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.interview import Beginning
from octavia_wizard.core.session import Session
from octavia_wizard.plain.hub import Hub
from tests.plain.conftest import Asked, Sitting

FILES = {"cloud.mode": "files", "cloud.release": "33.0.1"}
OPEN = {**FILES, "network.provider_type": "vlan"}
READY = {**FILES, "image.source": "existing", "deployment.hosts": "infra1=172.29.236.11"}
LEAVE = "q"


def visit(sitting: Sitting, *lines: str, **known: object) -> str:
    """Open the hub, type some lines and leave; return what was written."""
    sitting.type(*lines, LEAVE)
    code = Hub(sitting.asker).run(Beginning(sitting.session, **known))  # type: ignore[arg-type]
    assert code == 0
    return sitting.written


def test_the_keys_are_told_once_at_the_start(asked: Asked) -> None:
    text = visit(asked(FILES), "w", "w")

    assert text.count("What can be typed at a question") == 1
    assert "goes back" in text


def test_they_are_told_again_when_asked_for(asked: Asked) -> None:
    assert visit(asked(FILES), "k").count("What can be typed at a question") == 2


def test_every_section_has_its_state_and_what_it_comes_to(asked: Asked) -> None:
    text = visit(asked(READY))

    assert "2)  Management network" in text
    assert "✓ proposed    the role makes lbaas-mgmt" in text
    assert "– not wanted  no login to amphorae" in text  # noqa: RUF001


def test_what_is_to_do_is_named(asked: Asked) -> None:
    text = visit(asked(OPEN))

    assert "○ to do       VLAN id" in text
    assert "needs 2" in text


def test_what_a_preset_wants_shown_is_to_be_looked_at_until_it_was(
    asked: Asked, session: Session
) -> None:
    sitting = asked(READY)
    session.answers = session.answers.__class__(
        session.answers.values, session.answers.origins, interactive=("ssh",)
    )
    text = visit(sitting, "n", "<")

    assert "○ to look at" in text
    assert "look at: the preset asks to look at SSH access" in text
    assert text.count("○ to look at") == 1


def test_a_number_jumps_to_a_section(asked: Asked) -> None:
    assert "One CA signs the amphorae's certificates" in visit(asked(FILES), "4", "<")


def test_next_goes_to_the_question_that_is_open(asked: Asked) -> None:
    text = visit(asked(OPEN), "n", "!", "sections")

    assert "answer: " in text
    assert "VLAN id  network.segmentation_id" in text


def test_next_says_when_nothing_is_open(asked: Asked) -> None:
    assert "nothing is open" in visit(asked(READY), "n")


def test_findings_stand_above_the_list_and_are_explained_in_words(asked: Asked) -> None:
    sitting = asked({**READY, "image.source": "role"})
    text = visit(sitting, "f")

    assert "! warning: " in text
    assert "test-only-image" in text
    assert "cure" in text


def test_unchanged_findings_are_not_told_again(asked: Asked) -> None:
    text = visit(asked({**READY, "image.source": "role"}), "w", "w")

    assert text.count("! warning: ") == 1


def test_the_preview_shows_the_files_as_differences(asked: Asked) -> None:
    text = visit(asked(READY), "p")

    assert "user_variables_octavia.yml  new, mode 0640" in text
    assert "+octavia_" in text


def test_no_secret_is_shown(asked: Asked) -> None:
    text = visit(asked(READY), "p")

    assert "to be written, shown nowhere" in text


def test_reading_again_finds_what_was_changed_on_disk(asked: Asked, session: Session) -> None:
    sitting = asked(FILES)
    config = session.options.deploy_dir / "openstack_user_config.yml"
    config.write_text(config.read_text().replace("172.29.236.11", "172.29.236.19"))
    assert "172.29.236.19" not in session.effective.mapping("deployment.hosts").values()
    visit(sitting, "r")

    assert "172.29.236.19" in session.effective.mapping("deployment.hosts").values()


def test_where_the_answers_are_is_told(asked: Asked, session: Session) -> None:
    assert str(session.place.autosave) in visit(asked(FILES), "w")


def test_anything_is_explained_by_its_id(asked: Asked) -> None:
    assert "Most sites leave the first 50" in visit(asked(FILES), "e", "network.pool")


def test_all_that_is_open_is_asked_in_one_go(asked: Asked, session: Session) -> None:
    sitting = asked({**OPEN, "network.segmentation_id": "400", "image.source": "existing"})
    session.take_back("network.segmentation_id")
    keys = [item.question.key for item in session.asked("network")]
    text = visit(sitting, "a", *["400" if key.endswith("_id") else "" for key in keys])

    assert session.answers.values["network.segmentation_id"] == 400
    assert text.count("Which cloud gets Octavia") == 0


def test_what_could_not_be_read_is_told_first(asked: Asked) -> None:
    problem = UsageError("clouds.yaml is no mapping", hint="mend it")
    text = visit(asked(FILES), problems=(problem,), continued=True)

    assert text.index("error: clouds.yaml is no mapping") < text.index("going on with the answers")


def test_ctrl_c_keeps_the_answers(asked: Asked, session: Session) -> None:
    sitting = asked(FILES)
    sitting.type("6")

    assert Hub(sitting.asker).run(Beginning(session)) == 130
    assert session.place.autosave.exists()
    assert "every answer is kept" in sitting.written


@pytest.mark.parametrize("width", [60, 80])
def test_no_line_of_the_list_is_wider_than_the_terminal(asked: Asked, width: int) -> None:
    lines = visit(asked({**READY, "image.source": "role"}, width=width)).splitlines()

    assert [line for line in lines if len(line) > width] == []
    assert sum("2)  Management network" in line for line in lines) == 1
