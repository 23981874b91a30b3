"""What stands and what was run fits a terminal of 80 columns, and a program gets all of it."""

from __future__ import annotations

import io
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from rich.text import Text

from octavia_wizard.core.detached.sessions import boot_id
from octavia_wizard.core.engine.journal import Journal
from octavia_wizard.core.engine.undo import undo_plan
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.playbooks.kept import Kept, save
from octavia_wizard.core.playbooks.runs import new_id
from octavia_wizard.core.steps.base import Record
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.pasts import standing_result, status_result
from octavia_wizard.output.things import homely
from tests.core.engine.test_journal import HEADER

ID = "5f0c1b2a-1111-4222-8333-444455556666"
PROJECT = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def deploy_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deploy directory below the home directory, as is its state."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "openstack_deploy"


@pytest.fixture
def place(tmp_path: Path) -> DeploymentPlace:
    """The state after two runs."""
    return DeploymentPlace(tmp_path / ".local/state/octavia-wizard/deployments/deploy-0123456789")


def made(place: DeploymentPlace, *records: Record) -> str:
    """Write the journal of a run that made things, and return its id."""
    journal = Journal.create(place, HEADER)
    for record in records:
        journal.intent(record.step, record.kind, record.name, {})
        journal.outcome(record)
    journal.finished("done", 1.0)
    journal.close()
    return journal.header.run_id


def things(place: DeploymentPlace, deploy_dir: Path) -> str:
    """Make a network, a quota and two files, and return the id of the run."""
    file = str(deploy_dir / "octavia/private/cakey.pem")
    far = f"/var/lib/{'x' * 60}/amphora.qcow2"
    return made(
        place,
        Record(1, "network", "network", "lbaas-mgmt", "created", ID),
        Record(2, "quotas", "quotas", f"compute of {PROJECT}", "changed", PROJECT),
        Record(3, "files", "file", file, "created", file),
        Record(4, "image", "file", far, "created", far),
    )


def shown(result: Result) -> list[str]:
    """Return what a terminal of 80 columns shows."""
    raw = io.StringIO()
    result.write(Paper(Console(file=raw, force_terminal=True, no_color=True, width=80)))
    return [Text.from_ansi(line).plain for line in raw.getvalue().splitlines()]


def test_what_undo_would_take_back_fits(place: DeploymentPlace, deploy_dir: Path) -> None:
    run = things(place, deploy_dir)
    result = standing_result(undo_plan(place), deploy_dir)
    assert shown(result) == [
        "Deployment ~/openstack_deploy",
        f"To be taken back, in this order, of run {run}:",
        "  created  file",
        f"    /var/lib/{'x' * 60}/",
        "    amphora.qcow2",
        "  created  file               octavia/private/cakey.pem",
        "  changed  quotas   01234567  compute of 01234567",
        "  created  network  5f0c1b2a  lbaas-mgmt",
    ]
    assert [document["id"] for document in result.documents][-1] == ID
    assert {document["run"] for document in result.documents} == {run}


def test_things_of_several_runs_name_theirs(place: DeploymentPlace, deploy_dir: Path) -> None:
    made(place, Record(1, "network", "network", "one", "created", ID))
    made(place, Record(2, "network", "network", "two", "created", ID))
    assert shown(standing_result(undo_plan(place), deploy_dir))[1:] == [
        "To be taken back, in this order:",
        "  run 0002  created  network  5f0c1b2a  two",
        "  run 0001  created  network  5f0c1b2a  one",
    ]


def test_the_status_fits_and_tells_each_path_once(place: DeploymentPlace, deploy_dir: Path) -> None:
    run = things(place, deploy_dir)
    place.autosave.touch()
    place.preset.touch()
    result = status_result(place, deploy_dir)
    lines = shown(result)
    assert [line for line in lines if len(line) > 80] == []
    text = "\n".join(lines)
    assert f"  {run}  done  3 created, 1 changed  replay preset.yml" in lines
    assert text.count("preset.yml") - text.count("replay preset.yml") == 1
    assert "Next: this tells whether anything drifted:" in lines
    command = " ".join(line.strip(" \\") for line in lines[-3:])
    assert command.endswith(f"--deploy-dir {homely(deploy_dir)} plan {homely(place.preset)}")
    (document,) = result.documents
    assert document["next"] == (
        f"octavia-wizard --deploy-dir {deploy_dir} plan {place.preset} "
        "tells whether anything drifted"
    )
    assert document["preset"] == str(place.preset)


def test_the_status_tells_of_a_playbook_that_goes_on_and_how_to_follow_it(
    place: DeploymentPlace, deploy_dir: Path
) -> None:
    things(place, deploy_dir)
    me = psutil.Process()
    kept = Kept(
        directory=place.playbooks / new_id("octavia"),
        purpose="octavia",
        command=("openstack-ansible", "site.yml"),
        started="2026-01-02T03:04:05+00:00",
        pid=me.pid,
        pid_started=me.create_time(),
        boot_id=boot_id(),
    )
    result = status_result(place, deploy_dir)
    assert result.documents[0]["playbooks_at_work"] == []
    save(kept)
    result = status_result(place, deploy_dir)
    at_work = result.documents[0]["playbooks_at_work"]
    assert isinstance(at_work, list)
    (run,) = at_work
    assert (run["playbook"], run["state"]) == ("octavia", "running")
    text = " ".join(shown(result))
    assert "At work: playbook octavia, since 2026-01-02T03:04:05+00:00" in text
    assert "follows the playbook octavia" in text
    assert "playbooks run octavia" in text


def test_only_what_is_below_home_gets_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert homely(tmp_path / "a/b") == "~/a/b"
    assert homely(f"{tmp_path}x/a") == f"{tmp_path}x/a"
    monkeypatch.setenv("HOME", "/")
    assert homely("/etc/a") == "/etc/a"


def test_the_status_names_both_runbooks(place: DeploymentPlace, deploy_dir: Path) -> None:
    things(place, deploy_dir)
    place.runbook.write_text("# Runbook")
    place.runbook_html.write_text("<html>")
    result = status_result(place, deploy_dir)
    text = "".join("".join(shown(result)).split())
    assert f"runbook{homely(place.runbook)}" in text
    assert f"asHTML{homely(place.runbook_html)}" in text
    assert result.documents[0]["runbook_html"] == str(place.runbook_html)
