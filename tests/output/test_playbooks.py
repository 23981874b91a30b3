"""Playbooks and what they wrote: all of it for a program, what matters for a person."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from octavia_wizard.core.lifecycle.playbook_log import PlaybookLog
from octavia_wizard.core.lifecycle.playbook_standing import Due, KnownPlaybook
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.playbooks.standing import PlayFailure, PlayReport
from octavia_wizard.output.model import Result
from octavia_wizard.output.paper import Paper
from octavia_wizard.output.playbooks import log_result, playbooks_result, ran_result
from tests.core.playbook_values import ran

KNOWN = KnownPlaybook(
    name="octavia",
    title="Octavia",
    command="openstack-ansible os-octavia-install.yml",
    directory="/srv/openstack-ansible/playbooks",
    due=Due.DUE,
    why=tuple(f"~ octavia_{n}" for n in range(9)),
    last=ran(state=PlayState.FAILED),
    note="Installs and configures Octavia.",
)
FAILURE = PlayFailure(
    host="infra1_octavia_server_container-3c0ffee1",
    play="Install Octavia server",
    task="os_octavia : Drop octavia Config(s)",
    message="AnsibleUndefinedVariable: 'octavia_x' is undefined\nsecond line\x1b[2J",
    file="/etc/ansible/roles/os_octavia/tasks/octavia_post_install.yml:42",
)
REPORT = PlayReport(
    hosts=("infra1", "infra2"), failures=(FAILURE,), failed_play="Install Octavia server"
)
LOG = PlaybookLog(ran(state=PlayState.FAILED), REPORT, ("PLAY [x]", "fatal: \x07no"), cut=True)


def text(result: Result, width: int = 80) -> str:
    """Return what a person reads on a terminal."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=True, no_color=True, highlight=False)
    result.write(Paper(console))
    return stream.getvalue()


def document(result: Result) -> Mapping[str, Any]:
    """Return what a program reads."""
    (found,) = result.documents
    data: Mapping[str, Any] = json.loads(json.dumps(found, default=str))
    return data


def test_each_is_shown_with_why_it_is_due_and_how_it_ended_last() -> None:
    shown = text(playbooks_result([KNOWN], "OSA 33.0.1", [("octavia-wizard playbooks run", "x")]))
    assert "octavia    due" in shown.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "~ octavia_5" in shown
    assert "… and 3 more that changed" in shown
    assert "failed after 3 min 20 s, exit code 2" in shown.replace("\x1b[0m", "")
    assert "octavia-wizard playbooks run" in shown


def test_a_command_stays_in_one_piece() -> None:
    long = replace(KNOWN, command=f"openstack-ansible x --limit {'a' * 90}", why=(), last=None)
    line = next(row for row in text(playbooks_result([long], "w", [])).splitlines() if "cd " in row)
    assert f"cd {KNOWN.directory} && {long.command}" in line


def test_a_program_gets_all_of_it() -> None:
    known = document(playbooks_result([KNOWN], "w", []))
    assert known["due"] == ["octavia"]
    (one,) = known["playbooks"]
    assert len(one["why"]) == 9
    assert one["last"]["state"] == "failed"
    assert one["last"]["exit_code"] == 2
    assert one["last"]["seconds"] == 200.0
    without = replace(KNOWN, last=None, directory="")
    (one,) = document(playbooks_result([without], "w", []))["playbooks"]
    assert (one["last"], one["directory"]) == (None, None)


def test_one_that_runs_is_told_since_when() -> None:
    running = replace(KNOWN, due=Due.RUNNING, last=ran(state=PlayState.RUNNING))
    shown = text(playbooks_result([running], "w", [])).replace("\x1b[0m", "")
    assert "runs, since 2026-05-06 07:08 UTC" in shown


def test_the_outcome_of_an_errand() -> None:
    run = ran(options=("--check",))
    result = ran_result("Done in 3 s.", {"run": "0001"}, [run], [("again", "aim")])
    assert "with --check" in text(result)
    told = document(result)
    assert told["run"] == "0001"
    assert told["playbooks"][0]["trial"] is True
    assert told["next"] == ["again"]


class TestLog:
    """A log and its failures."""

    def test_a_failed_task_is_told_with_host_message_and_file(self) -> None:
        shown = text(log_result(LOG, "again", only_failures=False))
        assert "Failed in the play Install Octavia server:" in shown
        assert FAILURE.host in shown
        assert FAILURE.task in shown
        assert "'octavia_x' is undefined" in shown
        assert FAILURE.file in shown
        assert "The last 2 lines:" in shown

    def test_nothing_of_it_commands_a_terminal(self) -> None:
        shown = text(log_result(LOG, "again", only_failures=False))
        assert "\x1b[2J" not in shown
        assert "\x07" not in shown
        assert "fatal: �no" in shown

    def test_only_the_failures(self) -> None:
        result = log_result(LOG, "again", only_failures=True)
        assert "PLAY [x]" not in text(result)
        assert document(result)["tail"] == []
        assert document(result)["failures"][0]["file"] == FAILURE.file

    def test_a_task_that_keeps_its_result_secret(self) -> None:
        report = replace(REPORT, failures=(replace(FAILURE, message=""),))
        assert "keeps secret" in text(
            log_result(replace(LOG, report=report), "", only_failures=True)
        )

    def test_a_host_that_could_not_be_reached(self) -> None:
        gone = replace(FAILURE, message="", unreachable=True)
        shown = text(
            log_result(
                replace(LOG, report=replace(REPORT, failures=(gone,))), "", only_failures=True
            )
        )
        assert "could not be reached" in shown
        assert "keeps secret" not in shown

    def test_many_failures(self) -> None:
        report = replace(REPORT, failures=(FAILURE,) * 9)
        result = log_result(replace(LOG, report=report), "", only_failures=True)
        assert "… and 3 more like these" in text(result)
        assert len(document(result)["failures"]) == 9

    def test_a_run_that_ended_well(self) -> None:
        log = PlaybookLog(ran(), PlayReport(), (), cut=False)
        shown = text(log_result(log, "again", only_failures=False))
        assert "No task failed." in shown
        assert "It wrote nothing." in shown

    def test_a_run_that_failed_without_a_failed_task(self) -> None:
        log = replace(LOG, report=PlayReport(), cut=False)
        shown = text(log_result(log, "again", only_failures=False))
        assert "Ansible itself gave up" in shown
        assert "All it wrote:" in shown


def test_logs_lie_where_the_record_says() -> None:
    result = log_result(LOG, "again", only_failures=True)
    assert Path(document(result)["log"]) == LOG.run.log
