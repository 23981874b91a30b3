"""Runs are read back as they stand, whatever became of the wizard that started them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.detached import sessions
from octavia_wizard.core.playbooks.failures import told
from octavia_wizard.core.playbooks.kept import Kept, load, save
from octavia_wizard.core.playbooks.outcome import report_of
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.playbooks.runs import KEPT, find_run, new_id, prune, read_runs, running
from tests.core.playbooks.support import Deployment, eventually

SLOW = """\
    - {name: Before, hosts: infra1, gather_facts: false, tasks: [{name: Look, debug: {msg: hi}}]}
    - name: Install
      hosts: infra1
      gather_facts: false
      tasks:
        - {name: First, debug: {msg: hi}}
        - {name: Slow, command: "sleep {seconds}"}
        - {name: Last, command: "{last}"}
    """
PLAYER = """\
import sys, threading, pathlib
from octavia_wizard.core.playbooks.play import PlayContext, play
from octavia_wizard.core.playbooks.record import PlaybookCall
root = pathlib.Path(sys.argv[1])
call = PlaybookCall("octavia", ("site.yml",), root / "openstack-ansible", root)
context = PlayContext(root / "state" / "playbooks", lambda s: print(s.task, flush=True),
                      lambda line: None, threading.Event())
play(call, sys.argv[2], context)
"""


def _kept(root: Path, **values: object) -> Kept:
    purpose = str(values.get("purpose", "octavia"))
    base = Kept(
        directory=root / new_id(purpose),
        purpose=purpose,
        command=("openstack-ansible", "site.yml"),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return save(replace(base, **values))  # type: ignore[arg-type]


def _killed_while_slow(deployment: Deployment, id: str) -> None:
    """Start a run in a wizard of its own, and kill that while task Slow is at work."""
    words = [sys.executable, "-c", PLAYER, str(deployment.root), id]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as wizard:
        assert wizard.stdout is not None
        assert any(line == "Slow\n" for line in wizard.stdout)
        wizard.kill()


def test_a_killed_wizard_leaves_it_running_and_another_follows_it(deployment: Deployment) -> None:
    deployment.playbook(SLOW.replace("{seconds}", "3").replace("{last}", "true"))
    name = new_id("octavia")
    _killed_while_slow(deployment, name)
    run = find_run(deployment.runs, name)
    assert run is not None
    assert run.state is PlayState.RUNNING
    run, report = deployment.play(id=name)
    assert (run.id, run.state, report.tasks) == (name, PlayState.DONE, 4)
    assert deployment.standings[-1].share == 1.0


def test_what_came_of_it_is_known_though_nobody_was_there(deployment: Deployment) -> None:
    deployment.playbook(SLOW.replace("{seconds}", "2").replace("{last}", "false"))
    name = new_id("octavia")
    _killed_while_slow(deployment, name)
    eventually(lambda: read_runs(deployment.runs)[0].state is not PlayState.RUNNING)
    (run,) = read_runs(deployment.runs)
    assert (run.state, run.code, run.start_again) == (PlayState.FAILED, 2, "First")
    assert run.seconds is not None
    assert 1.0 <= run.seconds < 60.0
    assert report_of(run).failures[0].task == "Last"
    kept = load(run.directory)
    assert kept is not None
    assert kept.ended is None  # reading changes nothing


def test_a_run_that_was_killed_is_lost(deployment: Deployment) -> None:
    deployment.playbook(SLOW.replace("{seconds}", "60").replace("{last}", "true"))
    name = new_id("octavia")
    _killed_while_slow(deployment, name)
    kept = load(deployment.runs / name)
    assert kept is not None
    for process in sessions.members(kept):
        process.send_signal(signal.SIGKILL)
    eventually(lambda: read_runs(deployment.runs)[0].state is PlayState.LOST)
    run, report = deployment.play(id=name)
    message, hint = told(run, report)
    assert "killed from outside" in message
    assert "dmesg" in hint


def test_a_restarted_host_is_told(tmp_path: Path) -> None:
    own = psutil.Process()
    kept = _kept(tmp_path, pid=own.pid, pid_started=own.create_time(), boot_id="another")
    (run,) = read_runs(tmp_path)
    assert run.state is PlayState.LOST
    assert "this host was restarted" in told(run, report_of(run))[0]
    same = replace(kept, boot_id=sessions.boot_id(), pid=os.getsid(0), pid_started=1.0)
    assert run.id == save(same).id
    assert read_runs(tmp_path)[0].state is PlayState.LOST  # another process has its number


def test_a_run_that_was_never_started_is_lost(tmp_path: Path) -> None:
    _kept(tmp_path)
    (run,) = read_runs(tmp_path)
    assert run.state is PlayState.LOST
    assert "never started" in told(run, report_of(run))[0]


def test_damaged_runs_and_other_files_are_left_out(tmp_path: Path) -> None:
    kept = _kept(tmp_path)
    damaged = tmp_path / new_id("octavia")
    damaged.mkdir()
    (damaged / "run.json").write_text("{")
    (tmp_path / "notes").write_text("")
    (tmp_path / new_id("haproxy")).symlink_to(kept.directory)
    assert [run.id for run in read_runs(tmp_path)] == [kept.id]
    assert read_runs(tmp_path / "none") == ()
    assert find_run(tmp_path, "../../etc") is None


def test_the_newest_come_first_and_the_oldest_go(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    for number in range(KEPT + 3):
        started = (now - timedelta(hours=number)).isoformat(timespec="seconds")
        _kept(tmp_path, started=started)
    _kept(tmp_path, purpose="haproxy", started=(now - timedelta(days=9)).isoformat())
    runs = read_runs(tmp_path)
    assert [run.started for run in runs] == sorted((run.started for run in runs), reverse=True)
    prune(tmp_path, "octavia")
    left = read_runs(tmp_path)
    assert len([run for run in left if run.purpose == "octavia"]) == KEPT - 1
    assert left[: KEPT - 1] == runs[: KEPT - 1]
    assert [run.purpose for run in left][-1] == "haproxy"


def test_a_play_is_not_started_again_once_facts_are_stale(tmp_path: Path) -> None:
    old = (datetime.now(UTC) - timedelta(hours=13)).isoformat(timespec="seconds")
    kept = _kept(tmp_path, started=old, ended=old, start_again="Prepare")
    kept.code.write_text("2\n")
    assert read_runs(tmp_path)[0].start_again == ""
    save(replace(kept, started=datetime.now(UTC).isoformat(timespec="seconds")))
    assert read_runs(tmp_path)[0].start_again == "Prepare"


def test_what_never_became_a_run_is_removed_later(tmp_path: Path) -> None:
    old, new = (tmp_path / new_id("octavia") for _ in range(2))
    for path in (old, new):
        (path / "list").mkdir(parents=True)
        os.mkfifo(path / "list/password")
    os.utime(old, (0.0, 0.0))
    prune(tmp_path, "horizon")
    assert (old.exists(), new.exists()) == (False, True)


def test_those_that_go_on(tmp_path: Path) -> None:
    me = psutil.Process()
    now = {"pid": me.pid, "pid_started": me.create_time(), "boot_id": sessions.boot_id()}
    going = _kept(tmp_path, **now)
    _kept(tmp_path, purpose="horizon", **(now | {"boot_id": "another"}))
    assert [run.id for run in running(tmp_path)] == [going.id]


def test_a_run_is_the_newest_also_where_the_clock_was_put_back(deployment: Deployment) -> None:
    deployment.playbook(SLOW.replace("{seconds}", "0").replace("{last}", "false"))
    future = (datetime.now(UTC) + timedelta(days=400)).isoformat(timespec="seconds")
    before = _kept(deployment.runs, started=future)
    run, _ = deployment.play()
    assert [one.id for one in read_runs(deployment.runs)] == [run.id, before.id]
    assert run.seconds == 0.0


@pytest.mark.parametrize(
    "damage",
    [
        {"started": "yesterday"},
        {"started": "2026-01-02T03:04:05"},
        {"started": None},
        {"pid": "12"},
        {"command": []},
        {"ended": "never"},
        {"purpose": 1},
    ],
)
def test_a_damaged_record_is_no_run(tmp_path: Path, damage: dict[str, object]) -> None:
    kept = _kept(tmp_path)
    path = kept.directory / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **damage}))
    assert load(kept.directory) is None
    assert read_runs(tmp_path) == ()
