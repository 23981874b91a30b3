"""Journals tell what was run, how long it took, what it used as found, and what was before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.engine.ledger import Ledger
from octavia_wizard.core.handover_history import (
    adopted,
    changed,
    last_run,
    made,
    playbooks_ran,
    skipped,
    whole_runs,
)
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.record import PlayState
from tests.core.playbook_values import ran

ID = "5f0c8a52-5a35-4b57-9d3a-0a8a4f3a2b11"
AT = "2026-05-06T07:10:00.000+00:00"


@pytest.fixture
def place(tmp_path: Path) -> DeploymentPlace:
    """The state of a deployment."""
    found = DeploymentPlace(tmp_path)
    found.journals.mkdir()
    return found


def journal(
    place: DeploymentPlace,
    number: int,
    command: str,
    lines: Iterable[Mapping[str, Any]],
    **header: object,
) -> str:
    """Write a journal, and return the id of its run."""
    run_id = f"{number:04d}-20260506T070000Z"
    first: dict[str, object] = {
        **{"line": "header", "schema": 1, "run": run_id, "kind": "run", "command": command},
        **{"started": "2026-05-06T07:00:00+00:00", "deploy_dir": "/d", "cloud": "site"},
        **{"region": "here", "release": "33.0.1", "answers": {}, "only": [], "resumes": None},
        **{"steps": [], **header},
    }
    text = "".join(json.dumps({"at": AT, **line}) + "\n" for line in (first, *lines))
    (place.journals / f"{run_id}.jsonl").write_text(text)
    return run_id


def finished(step: str, action: str, seconds: float = 1.5, **more: object) -> dict[str, object]:
    """Return the line of a step that came to its end."""
    line: dict[str, object] = {"line": "step-finished", "step": step, "action": action}
    return {**line, "subject": "", "reason": "", "elapsed": seconds, **more}


def outcome(seq: int, result: str, **more: object) -> dict[str, object]:
    """Return the line of something that was done."""
    usual: dict[str, object] = {"step": "files", "kind": "file", "name": "/d/a.yml"}
    usual |= {"id": "/d/a.yml", "before": {}, "after": {}}
    return {"line": "outcome", "seq": seq, "result": result, **usual, **more}


END = {"line": "finished", "status": "done", "elapsed": 455.0}


def test_the_steps_of_the_last_run_are_told_with_what_they_took(place: DeploymentPlace) -> None:
    lines = [
        finished("network", "create", 3.2, subject="lbaas-mgmt"),
        finished("flavor", "keep"),
        finished("quotas", "skip"),
        finished("octavia_playbook", "run", 380),
        END,
    ]
    run_id = journal(place, 1, "replay site.yml", lines)
    (run,) = whole_runs(Ledger.read(place))
    assert (run.run_id, run.command, run.status, run.seconds) == (
        run_id,
        "replay site.yml",
        "done",
        455.0,
    )
    assert [(s.title, s.action, s.seconds) for s in run.steps] == [
        ("Management network", "create", 3.2),
        ("Playbook: Octavia", "run", 380.0),
    ]


def test_a_run_that_went_on_with_others_comes_after_them(place: DeploymentPlace) -> None:
    first = journal(place, 1, "guide", [finished("network", "create")])
    second = journal(place, 2, f"resume {first}", [finished("flavor", "create")], resumes=first)
    journal(place, 3, f"resume {second}", [END], resumes=second)
    assert [run.run_id[:4] for run in whole_runs(Ledger.read(place))] == ["0001", "0002", "0003"]


@pytest.mark.parametrize("command", ["image rotate", "certs renew", "playbooks run octavia"])
def test_an_errand_is_none_of_the_deployment(place: DeploymentPlace, command: str) -> None:
    run_id = journal(place, 1, "replay site.yml", [END])
    journal(place, 2, command, [END])
    journal(place, 3, "undo", [END], kind="undo")
    ledger = Ledger.read(place)
    last = last_run(ledger)
    assert last is not None
    assert last.header.run_id == run_id
    assert [run.run_id for run in whole_runs(ledger)] == [run_id]


def test_nothing_was_run(place: DeploymentPlace) -> None:
    ledger = Ledger.read(place)
    assert last_run(ledger) is None
    assert (whole_runs(ledger), adopted(ledger), changed(ledger), made(ledger)) == ((), (), (), ())
    assert list(skipped(ledger)) == []
    assert playbooks_ran(ledger, ()) == ()


def test_a_step_this_version_does_not_know_is_told_by_its_id(place: DeploymentPlace) -> None:
    journal(place, 1, "replay", [finished("from_the_future", "create"), END])
    assert whole_runs(Ledger.read(place))[0].steps[0].title == "from_the_future"


def test_what_was_adopted_is_told_until_it_is_made(place: DeploymentPlace) -> None:
    journal(place, 1, "replay", [finished("network", "adopt", subject=f"my net {ID}"), END])
    journal(place, 2, "replay", [finished("network", "keep"), END])
    (thing,) = adopted(Ledger.read(place))
    assert (thing.step, thing.name, thing.id, thing.result) == ("network", "my net", ID, "adopted")
    journal(place, 3, "replay", [finished("network", "create", subject="other"), END])
    assert adopted(Ledger.read(place)) == ()


def test_every_backup_of_what_stands_is_told(place: DeploymentPlace) -> None:
    backup = {"sha256": "ab", "backup": "/state/backups/a.yml.ab", "mode": 0o644}
    lines = [
        outcome(1, "changed", before=backup),
        outcome(2, "created", name="/d/b.yml", id="/d/b.yml"),
        END,
    ]
    run_id = journal(place, 1, "replay", lines)
    (one,) = changed(Ledger.read(place))
    assert (one.path, one.backup) == (Path("/d/a.yml"), Path("/state/backups/a.yml.ab"))
    assert one.run_id == run_id
    undone = {"line": "undone", "seq": 1, "result": "restored"}
    journal(place, 2, "undo", [undone, END], kind="undo")
    assert changed(Ledger.read(place)) == ()


def test_what_the_last_run_skipped_is_told_with_its_reason(place: DeploymentPlace) -> None:
    journal(place, 1, "replay", [finished("flavor", "skip", reason="earlier"), END])
    journal(place, 2, "replay", [finished("quotas", "skip", reason="left out: x"), END])
    assert list(skipped(Ledger.read(place))) == [("quotas", "left out: x")]


class TestPlaybooks:
    """Runs of playbooks."""

    def test_they_are_told_the_oldest_first(self, place: DeploymentPlace) -> None:
        found = playbooks_ran(Ledger.read(place), (ran("haproxy", minutes=4), ran("octavia")))
        assert [one.purpose for one in found] == ["octavia", "haproxy"]
        both = playbooks_ran(Ledger.read(place), (ran("octavia"), ran("containers")))
        assert [one.purpose for one in both] == ["containers", "octavia"], "in the same second"
        assert found[0].command == "openstack-ansible openstack.osa.octavia"
        assert (found[0].outcome, found[0].seconds, found[0].code) == ("done", 200.0, 0)

    def test_a_failure_is_told_with_its_exit_code(self, place: DeploymentPlace) -> None:
        (one,) = playbooks_ran(Ledger.read(place), (ran(state=PlayState.FAILED),))
        assert (one.outcome, one.code) == ("failed", 2)

    def test_one_whose_directory_is_gone_is_still_in_the_journal(
        self, place: DeploymentPlace
    ) -> None:
        after = {"command": "openstack-ansible x", "state": "done", "seconds": 60.0, "log": "/l"}
        more = {"step": "octavia_playbook", "kind": "playbook", "name": "octavia"}
        there = ran("haproxy", minutes=30)
        lines = [
            outcome(1, "ran", **more, id="octavia-1", after=after),
            outcome(2, "ran", **{**more, "name": "haproxy"}, id=there.id, after=after),
            outcome(3, "ran", **{**more, "kind": "verification"}, id="v", after=after),
            END,
        ]
        journal(place, 1, "replay", lines)
        found = playbooks_ran(Ledger.read(place), (there,))
        assert [(one.purpose, one.command) for one in found] == [
            ("octavia", "openstack-ansible x"),
            ("haproxy", "openstack-ansible openstack.osa.haproxy"),
        ]
        assert found[0].started == "2026-05-06T07:09:00+00:00"
        assert found[0].log == Path("/l")
