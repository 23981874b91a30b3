"""What is handed over comes from the plan, the journals and the files, and tells no secret."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from octavia_wizard.core.engine.lines import RunKind
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.engine.session import header_for, open_session
from octavia_wizard.core.engine.skipping import leave_out
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.verified import Verified
from octavia_wizard.core.handover import adopted, hand_over, handover_of_the_past, put_off
from octavia_wizard.core.handover_model import Proof
from octavia_wizard.core.session import Options, Session
from octavia_wizard.core.steps.base import Action, Decision
from tests.core.playbook_values import ran

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
    assert handover.runbook_html == session.place.runbook_html
    for path in (session.place.preset, session.place.runbook, session.place.runbook_html):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = session.place.runbook.read_text()
    assert "2026-05-06 07:08 UTC" in text
    assert "- Cloud: `site`, region `here`" in text
    assert str(session.place.preset) in text
    assert str(session.place.backups) in text
    page = session.place.runbook_html.read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert str(session.place.preset) in page


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


def test_what_was_run_meanwhile_is_read_afresh(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.give("deployment.run_playbooks", True)
    session.give("deployment.hosts", {"infra1": "172.29.236.11"})
    session.give("deployment.playbooks", ["containers", "octavia"])
    before = replace(session.facts.host, playbook_runs=())
    after = replace(before, playbook_runs=(ran("octavia"),), verified=Verified("2026-05-06", {}))
    session.facts = replace(session.facts, host=before)
    monkeypatch.setattr(Session, "look_at_host", lambda one: after)
    handover = hand_over(session, Plan(()), now=NOW)

    assert [command.purpose for command in handover.commands] == ["containers"]
    assert [one.purpose for one in handover.ran] == ["octavia"]
    assert handover.verified == Proof("2026-05-06", smoke=False)
    assert session.facts.host == before, "what was detected before the run stays"


class TestThePast:
    """The same from journals alone, without a plan and without a cloud."""

    def write(self, session: Session, *lines: Mapping[str, object]) -> None:
        """Keep the journal of a run."""
        header = header_for(RunKind.RUN, "replay", session.effective, session.facts)
        with open_session(session.place, header) as kept:
            for line in lines:
                decision = Decision(
                    Action(str(line["action"])),
                    str(line.get("subject", "")),
                    reason=str(line.get("reason", "")),
                )
                kept.journal.step_finished(str(line["step"]), decision, 1.0)
            kept.journal.finished("done", 9.0)

    def test_it_tells_the_same_as_the_plan_did(self, session: Session) -> None:
        plan = leave_out(
            Plan(
                (
                    item("network", Action.ADOPT, f"my net {ID}"),
                    item("quotas", Action.CHANGE, without="as they are"),
                )
            ),
            ["quotas"],
        )
        lines = [
            {"step": one.step, "action": one.action, "subject": one.decision.subject}
            | {"reason": one.decision.reason}
            for one in plan.items
        ]
        self.write(session, *lines)
        then = hand_over(session, plan, now=NOW)
        session.facts = replace(session.facts, cloud=None)
        now = handover_of_the_past(session, now=NOW)

        assert [(one.name, one.id) for one in now.adopted] == [("my net", ID)]
        assert [one.name for one in now.adopted] == [one.name for one in then.adopted]
        assert now.put_off[0].command == then.put_off[0].command
        assert now.put_off[0].why == then.put_off[0].why
        assert now.place == then.place, "as the journal names cloud and region"
        assert now.checks == then.checks
        assert now.runs == then.runs
        assert now.commands == then.commands

    def test_it_writes_nothing(self, session: Session) -> None:
        self.write(session)
        before = {
            path: path.read_bytes() for path in session.place.root.rglob("*") if path.is_file()
        }
        handover = handover_of_the_past(session, now=NOW)
        assert handover.preset is None
        assert handover.replay == ""
        after = {
            path: path.read_bytes() for path in session.place.root.rglob("*") if path.is_file()
        }
        assert after == before
