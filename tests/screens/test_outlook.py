"""What follows from the answers, in words an operator can act on."""

from __future__ import annotations

from octavia_wizard.core.errors import CloudError
from octavia_wizard.core.questions.resolve import setting_of
from octavia_wizard.core.questions.variables import variable_questions
from octavia_wizard.core.session import Session
from octavia_wizard.screens.outlook import (
    CloudSight,
    Sight,
    applies,
    draft,
    look,
    obstacles,
    twin,
)
from tests.screens.conftest import COMPLETE


def _answered(session: Session) -> Session:
    for key, value in COMPLETE.items():
        session.give_text(key, value)
    return session


def test_a_twin_shares_nothing_that_can_change(session: Session) -> None:
    copy = twin(_answered(session))
    copy.give_text("network.mtu", "1400")
    assert "network.mtu" not in session.answers
    assert copy.facts == session.facts


def test_a_twin_keeps_an_answer_that_differs_from_the_command_line(session: Session) -> None:
    asked = Session(session.options.__class__(session.options.deploy_dir, cloud="a"))
    asked.give_text("cloud.name", "b")
    assert twin(asked).effective.text("cloud.name") == "b"


def test_what_is_missing_is_named_by_its_title(session: Session) -> None:
    reasons = obstacles(look(session), CloudSight(Sight.UNDECIDED))
    assert "answers missing: Cloud, OpenStack-Ansible release" in reasons[0]


def test_a_cloud_that_was_not_read_stands_in_the_way(session: Session) -> None:
    outlook = look(_answered(session))
    assert "the cloud is still being read" in obstacles(outlook, CloudSight(Sight.READING))
    failed = CloudSight(Sight.FAILED, CloudError("no route to it"))
    assert any("no route to it" in reason for reason in obstacles(outlook, failed))


def test_files_only_needs_no_cloud(session: Session) -> None:
    _answered(session).give_text("cloud.mode", "files")
    reasons = obstacles(look(session), CloudSight(Sight.NOT_WANTED))
    assert not any("cloud" in reason for reason in reasons)


def test_secrets_are_named_in_a_draft_and_nowhere_valued(session: Session) -> None:
    made = draft(_answered(session))
    assert "octavia_service_password" in made.secrets
    assert all("octavia_service_password:" not in file.text for file in made.files)


def test_a_variable_nobody_set_applies_with_the_roles_default(session: Session) -> None:
    question = variable_questions(session.effective.release)[0]
    setting = setting_of(question, session.context)
    assert applies(question, session.effective)
    assert setting is not None
    assert setting.provenance == "role default"
