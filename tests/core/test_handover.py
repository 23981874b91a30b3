"""What is handed over comes from the plan, the journals and the files, and tells no secret."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.skipping import leave_out
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.handover import adopted, hand_over, put_off
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.steps.base import Action, Decision

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
ID = "5f0c8a52-5a35-4b57-9d3a-0a8a4f3a2b11"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session of a small deployment on a cloud."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    found = Session(Options(deploy, environ={"HOME": str(tmp_path)}))
    for key, value in (("cloud.name", "site"), ("cloud.release", "33.0.1")):
        found.give_text(key, value)
    found.facts = replace(found.facts, cloud=CloudFacts("site", "here", "service"))
    return found


def item(
    step: str, action: Action, subject: str = "", reason: str = "", without: str = ""
) -> PlanItem:
    """Return a step of a plan."""
    decision = Decision(action, subject, reason=reason)
    return PlanItem(step, step.title(), "test", (), decision, without)


def test_what_was_left_out_comes_with_the_command_that_does_it_later(session: Session) -> None:
    plan = leave_out(Plan((item("quotas", Action.CHANGE, without="as they are"),)), ["quotas"])
    (found,) = put_off(session, plan, Path("/p.yml"))

    assert found.why == "left out by the operator: as they are"
    assert found.command.endswith("replay /p.yml --only quotas")
    assert str(found).startswith("Quotas: left out by the operator: as they are. Afterwards: ")


def test_a_deferred_key_waits_for_the_playbooks(session: Session) -> None:
    plan = Plan((item("keypair", Action.SKIP, reason="deferred: no such user yet"),))
    assert put_off(session, plan, Path("/p.yml")) == ()

    session.give("ssh.enabled", True)
    (found,) = put_off(session, plan, Path("/p.yml"))
    assert found.why == "deferred: no such user yet"
    assert found.command.endswith("replay /p.yml")


def test_what_was_adopted_is_named_with_its_id() -> None:
    plan = Plan(
        (
            item("network", Action.ADOPT, f"my net {ID}"),
            item("subnet", Action.ADOPT, "my-subnet 10.0.0.0/24"),
            item("flavor", Action.KEEP, "kept"),
        )
    )
    assert [(a.kind, a.name, a.id, a.result) for a in adopted(plan)] == [
        ("network", "my net", ID, "adopted"),
        ("subnet", "my-subnet 10.0.0.0/24", "", "adopted"),
    ]


def test_preset_and_runbook_are_written_side_by_side_for_their_owner(session: Session) -> None:
    handover = hand_over(session, Plan(()), now=NOW)

    assert handover.runbook == session.place.runbook
    assert handover.runbook.parent == session.place.preset.parent
    for path in (session.place.preset, session.place.runbook):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = session.place.runbook.read_text()
    assert "2026-05-06 07:08 UTC" in text
    assert "- Cloud: `site`, region `here`" in text
    assert str(session.place.preset) in text
    assert str(session.place.backups) in text


def test_the_commands_to_verify_ask_for_ids_where_they_are_known(session: Session) -> None:
    session.give_text("network.mode", "adopt")
    session.give_text("network.existing", "my net")
    plan = Plan((item("network", Action.ADOPT, f"my net {ID}"),))
    commands = [check.command for check in hand_over(session, plan, now=NOW).checks]

    assert f"openstack network show {ID}" in commands
    assert "openstack quota show service" in commands
    assert "openstack security group rule list octavia_sec_grp" in commands
    assert commands[-1] == "openstack loadbalancer amphora list"


def test_a_hostile_name_cannot_leave_its_command(session: Session) -> None:
    session.give_text("network.name", "a; rm -rf $(HOME)")
    commands = [check.command for check in hand_over(session, Plan(()), now=NOW).checks]

    assert "openstack network show 'a; rm -rf $(HOME)'" in commands


def test_without_a_cloud_there_is_nothing_to_ask_one(session: Session) -> None:
    session.give_text("cloud.mode", "files")
    handover = hand_over(session, Plan(()), now=NOW)

    assert handover.checks == ()
    assert handover.variables == ()
    assert "none was touched" in session.place.runbook.read_text()
