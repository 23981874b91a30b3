"""Looking at the cloud comes back with facts, or with why there are none."""

from __future__ import annotations

from octavia_wizard.core.errors import CredentialsError, WizardError
from octavia_wizard.core.session import Session
from octavia_wizard.screens.outlook import Sight
from octavia_wizard.screens.workers.facts import read_facts


def _never(_: Session) -> WizardError | None:
    raise AssertionError("the cloud was contacted")


def test_files_only_contacts_no_cloud(session: Session) -> None:
    session.give_text("cloud.mode", "files")
    _, seen = read_facts(session, _never, host=True)
    assert seen.sight is Sight.NOT_WANTED


def test_no_cloud_is_contacted_before_one_is_chosen(session: Session) -> None:
    _, seen = read_facts(session, _never, host=False)
    assert seen.sight is Sight.UNDECIDED


def test_refused_credentials_come_back_as_a_value(session: Session) -> None:
    session.give_text("cloud.name", "site")
    refused = CredentialsError("wrong password", hint="look at clouds.yaml")
    facts, seen = read_facts(session, lambda _: refused, host=False)
    assert seen.sight is Sight.FAILED
    assert seen.error is refused
    assert facts.cloud is None
