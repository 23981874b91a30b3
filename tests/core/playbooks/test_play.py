"""Playbooks are run by real Ansible, followed, and told of."""

from __future__ import annotations

import json
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.playbooks.failures import told
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.playbooks.runs import find_run, new_id, read_runs
from octavia_wizard.core.playbooks.standing import PlayStanding
from octavia_wizard.core.stopping import Stop
from tests.core.playbooks.support import Deployment

TWO_PLAYS = """\
    - name: Gather
      hosts: octavia_all
      gather_facts: false
      tasks:
        - name: Look
          command: "true"
    - name: Install octavia server
      hosts: octavia_all
      gather_facts: false
      tasks:
        - name: Prepare
          debug: msg=prepared
        - name: Configure
          command: "{command}"
        - name: Finish
          command: "true"
    """


def test_a_run_that_succeeds_is_followed_to_its_end(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="true"))
    run, report = deployment.play(deployment.call(inputs={"hosts": "1"}))
    assert (run.state, run.code, run.purpose) == (PlayState.DONE, 0, "octavia")
    assert sorted(report.hosts) == ["infra1", "infra2", "infra3"]
    assert (report.failures, report.changed, report.ok, report.tasks) == ((), 9, 3, 4)
    assert any("EXIT NOTICE [Playbook execution success]" in line for line in deployment.lines)
    assert "PLAY [Gather]" in run.log.read_text()
    assert "\x1b" not in run.log.read_text()
    assert read_runs(deployment.runs) == (run,)
    assert run.inputs == {"hosts": "1"}


def test_how_it_stands_is_told_and_never_goes_back(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="sleep 0.6"))
    deployment.play()
    shares = [standing.share for standing in deployment.standings]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [share for share in shares[:-1] if share >= 1.0] == []
    last = deployment.standings[-1]
    assert (last.tasks_done, last.tasks_total, last.number, last.failed) == (4, 4, 2, 0)
    slow = [s for s in deployment.standings if s.task == "Configure"]
    assert slow[0].play == "Install octavia server"
    assert (slow[0].hosts, slow[0].tasks_total) == (3, 4)


def test_standings_are_told_at_most_four_times_a_second(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="sleep 1"))
    moments: list[float] = []
    deployment.on_standing = lambda standing: moments.append(time.monotonic())
    deployment.play()
    # The first stands for the list of tasks, the last for the end; both come when they come.
    gaps = [b - a for a, b in pairwise(moments[1:-1])]
    assert gaps
    assert min(gaps) > 0.2


def test_the_time_left_is_known_from_earlier_runs(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="sleep 1.5"))
    deployment.play()
    assert all(standing.left is None for standing in deployment.standings[:-1])
    deployment.standings.clear()
    deployment.play()
    slow = [s for s in deployment.standings if s.task == "Configure" and s.left]
    assert slow
    low, high = slow[0].left or (0.0, 0.0)
    assert 0.0 < low < high < 15.0
    assert 0.0 < slow[0].share < 1.0


def test_a_task_that_fails_is_told_with_host_message_and_file(deployment: Deployment) -> None:
    deployment.playbook(
        TWO_PLAYS.format(
            command="sh -c 'echo no such bridge >&2; test {{ inventory_hostname }} = infra2'"
        )
    )
    run, report = deployment.play()
    assert (run.state, run.code) == (PlayState.FAILED, 2)
    assert {failure.host for failure in report.failures} == {"infra1", "infra3"}
    failure = report.failures[0]
    assert (failure.play, failure.task) == ("Install octavia server", "Configure")
    assert failure.message == "non-zero return code: no such bridge"
    assert failure.file == f"{deployment.root}/site.yml:13"
    assert (report.failed_play, report.failed_play_start) == ("Install octavia server", "Prepare")
    message, hint = told(run, report)
    assert "site.yml failed on " in message
    assert "at task Configure (play Install octavia server)" in message
    assert f"see {failure.file}" in message
    assert str(run.log) in hint


def test_it_can_be_started_again_at_the_play_that_failed(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="test -e {{ playbook_dir }}/mended"))
    run, _ = deployment.play()
    assert run.start_again == "Prepare"
    again = deployment.call(
        "site.yml", "--start-at-task", run.start_again, start_at=run.start_again
    )
    failed, _ = deployment.play(again)
    assert (failed.state, failed.start_again) == (PlayState.FAILED, "Prepare")
    (deployment.root / "mended").touch()
    done, report = deployment.play(again)
    assert done.state is PlayState.DONE
    assert "TASK [Look]" not in done.log.read_text()
    assert report.tasks == 3


def test_it_is_not_started_at_a_task_whose_name_is_not_its_own(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="false").replace("Prepare", "Look"))
    run, _ = deployment.play()
    assert (run.state, run.start_again) == (PlayState.FAILED, "")


def test_a_failure_in_the_first_play_starts_at_the_beginning(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - hosts: octavia_all
          tasks: [{name: Fail, fail: {msg: no}}]
        """
    )
    run, report = deployment.play()
    assert (run.start_again, report.failed_play) == ("", "octavia_all")


def test_a_task_that_is_not_there_any_more_is_told(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="true"))
    run, report = deployment.play(
        deployment.call("site.yml", "--start-at-task", "Gone", start_at="Gone")
    )
    assert (run.state, run.start_again) == (PlayState.FAILED, "")
    message, hint = told(run, report)
    assert "the task to start at was not found: Gone" in message
    assert "run it again" in hint


def test_a_host_that_cannot_be_reached_is_told_apart(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - name: Reach
          hosts: octavia_all:away
          gather_facts: false
          tasks: [{name: Try, command: "true"}]
        """
    )
    run, report = deployment.play()
    assert run.state is PlayState.FAILED
    (failure,) = report.failures
    assert (failure.host, failure.unreachable) == ("gone", True)
    assert len(report.hosts) == 4
    message, hint = told(run, report)
    assert "gone cannot be reached" in message
    assert "ssh gone" in hint


def test_what_is_rescued_or_ignored_is_no_failure(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - name: Careful
          hosts: octavia_all
          gather_facts: false
          tasks:
            - block: [{name: Try, command: "false"}]
              rescue: [{name: Mend, command: "true"}]
            - {name: Never mind, command: "false", ignore_errors: true}
            - name: Some
              command: "test {{ item }} = 1"
              loop: [1, 2]
              ignore_errors: true
        """
    )
    run, report = deployment.play()
    assert run.state is PlayState.DONE
    assert (report.failures, report.failed_play) == ((), "")
    assert all(standing.failed == 0 for standing in deployment.standings)


def test_a_rescue_that_fails_is_a_failure(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - hosts: infra1
          gather_facts: false
          tasks:
            - block: [{name: Try, command: "false"}]
              rescue: [{name: Mend, fail: {msg: cannot mend}}]
        """
    )
    _, report = deployment.play()
    assert [(f.task, f.message) for f in report.failures] == [("Mend", "cannot mend")]


def test_a_failing_loop_tells_the_item_that_failed(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - hosts: infra1
          gather_facts: false
          tasks:
            - name: Loop
              shell: "echo item {{ item }} is bad >&2; exit {{ item }}"
              loop: [0, 3]
        """
    )
    _, report = deployment.play()
    assert report.failures[0].message == "non-zero return code: item 3 is bad"


def test_batches_handlers_includes_and_roles_are_followed(deployment: Deployment) -> None:
    deployment.write(
        "roles/os_octavia/tasks/main.yml",
        """\
        - name: Role's own
          command: "true"
          notify: Restart
        - include_tasks: more.yml
        """,
    )
    deployment.write("roles/os_octavia/tasks/more.yml", "- {name: Found late, debug: {msg: hi}}\n")
    deployment.write("roles/os_octavia/handlers/main.yml", '- {name: Restart, command: "true"}\n')
    deployment.playbook(
        """\
        - name: Install
          hosts: octavia_all
          gather_facts: true
          serial: ["1", "100%"]
          roles: [os_octavia]
        """
    )
    run, report = deployment.play()
    assert run.state is PlayState.DONE
    shares = [standing.share for standing in deployment.standings]
    assert shares == sorted(shares)
    events = [
        json.loads(line) for line in (run.directory / "events.jsonl").read_text().splitlines()
    ]
    names = [event["name"] for event in events if event["e"] == "task"]
    assert names.count("os_octavia : Found late") == 2
    assert next(e["name"] for e in events if e.get("handler")).endswith("Restart")
    # Two batches are one play.
    assert deployment.standings[-1].number == 1
    assert report.failed_play == ""


def test_a_play_without_hosts_is_no_success(deployment: Deployment) -> None:
    """Ansible ends with 0 where no host matches; nothing was deployed then."""
    deployment.playbook(
        """\
        - {name: Install, hosts: empty, tasks: [{debug: {msg: hi}}]}
        """
    )
    run, report = deployment.play()
    assert (run.state, run.code) == (PlayState.FAILED, 0)
    assert read_runs(deployment.runs)[0].state is PlayState.FAILED
    message, hint = told(run, report)
    assert "did nothing: no host took part" in message
    assert "inventory" in hint


def test_hosts_of_other_groups_do_not_stand_for_those_it_is_for(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - {name: Before, hosts: localhost, gather_facts: false, tasks: [{debug: {msg: hi}}]}
        - {name: Install, hosts: empty, gather_facts: false, tasks: [{debug: {msg: hi}}]}
        """
    )
    run, report = deployment.play(deployment.call(group="empty"))
    assert (run.state, run.code) == (PlayState.FAILED, 0)
    assert "no host of empty took part" in told(run, report)[0]
    assert deployment.play(deployment.call(group="localhost"))[0].state is PlayState.DONE


def test_secrets_of_a_task_that_fails_are_nowhere(deployment: Deployment) -> None:
    deployment.playbook(
        """\
        - hosts: infra1:infra2
          gather_facts: false
          tasks:
            - name: Hidden
              command: "grep . {{ playbook_dir }}/hidden none"
              no_log: true
              when: inventory_hostname == 'infra1'
            - name: Careless
              fail: {msg: "login with password: {{ lookup('file', 'hidden2') }} failed"}
        """
    )
    deployment.write("hidden", "hunter1\n")
    deployment.write("hidden2", "hunter2\n")
    run, report = deployment.play()
    assert [(f.host, f.message) for f in report.failures] == [
        ("infra1", ""),
        ("infra2", "login with password: *** failed"),
    ]
    assert "hunter" not in "".join(deployment.lines)
    assert "hunter" not in (run.directory / "events.jsonl").read_text()
    assert "kept secret (no_log)" in told(run, report)[0]


def test_all_of_it_is_private(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="true"))
    run, _ = deployment.play()
    for path in (run.directory, *run.directory.rglob("*")):
        if "__pycache__" not in path.parts:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_playbook_that_is_not_there_is_told(deployment: Deployment) -> None:
    run, report = deployment.play(deployment.call("os-octavia-install.yml"))
    assert run.state is PlayState.FAILED
    message, hint = told(run, report)
    assert "there is no playbook os-octavia-install.yml" in message
    assert "bootstrap-ansible.sh" in hint


def test_a_wrapper_that_is_not_there_is_told(deployment: Deployment) -> None:
    run, report = deployment.play(deployment.call(program=deployment.root / "openstack-ansible-x"))
    assert (run.state, run.code) == (PlayState.FAILED, 127)
    assert "openstack-ansible-x" in told(run, report)[0]


def test_progress_is_read_off_the_output_where_the_plugin_is_not_loaded(
    deployment: Deployment,
) -> None:
    deployment.set_up("export ANSIBLE_CALLBACK_PLUGINS=/nonexistent")
    deployment.playbook(TWO_PLAYS.format(command="sh -c 'echo bad >&2; sleep 0.6; exit 1'"))
    run, report = deployment.play(deployment.call(group="octavia_all"))
    assert (run.directory / "events.jsonl").read_text() == ""
    assert run.state is PlayState.FAILED
    assert {f.host for f in report.failures} == {"infra1", "infra2", "infra3"}
    assert (report.failures[0].task, report.failed_play) == ("Configure", "Install octavia server")
    assert "bad" in report.failures[0].message
    assert any(s.task == "Configure" and s.share > 0 for s in deployment.standings)
    deployment.playbook(TWO_PLAYS.format(command="true"))
    assert deployment.play(deployment.call(group="octavia_all"))[0].state is PlayState.DONE


def test_a_cancelled_playbook_ends_in_an_orderly_way(deployment: Deployment) -> None:
    deployment.playbook(TWO_PLAYS.format(command="sleep 60"))
    deployment.on_standing = _at("Configure", deployment.cancel.set)
    before = time.monotonic()
    with pytest.raises(Interrupted, match="cancelled at task Configure") as caught:
        deployment.play()
    assert "may be half done" in caught.value.message
    assert time.monotonic() - before < 40.0
    (run,) = read_runs(deployment.runs)
    assert (run.state, run.start_again) == (PlayState.FAILED, "Prepare")
    assert run.code not in (0, None)
    assert "EXIT NOTICE [Playbook execution failure]" in run.log.read_text()


def test_a_lost_terminal_leaves_it_running_and_it_is_followed_later(
    deployment: Deployment,
) -> None:
    deployment.playbook(TWO_PLAYS.format(command="sleep 3"))
    stop = Stop()
    deployment.cancel = stop
    deployment.on_standing = _at("Configure", stop.set)
    name = new_id("octavia")
    with pytest.raises(Interrupted, match="goes on"):
        deployment.play(id=name)
    going_on = find_run(deployment.runs, name)
    assert going_on is not None
    assert (going_on.state, going_on.ended, going_on.code) == (PlayState.RUNNING, None, None)
    with pytest.raises(StepError, match=r"the playbook for octavia, started .* is still at work"):
        deployment.play(deployment.call("other.yml", purpose="haproxy"))
    deployment.cancel = threading.Event()
    deployment.on_standing = lambda standing: None
    deployment.lines.clear()
    # Whoever asks for the same under another name follows it as well.
    run, report = deployment.play()
    assert (run.id, run.state, report.tasks) == (name, PlayState.DONE, 4)
    assert any("PLAY [Gather]" in line for line in deployment.lines)
    assert len(read_runs(deployment.runs)) == 1


def test_it_is_not_started_when_stopped_before(deployment: Deployment, tmp_path: Path) -> None:
    deployment.playbook(TWO_PLAYS.format(command=f"touch {tmp_path}/ran"))
    deployment.cancel.set()
    with pytest.raises(Interrupted, match="before the playbook was started"):
        deployment.play()
    assert not (tmp_path / "ran").exists()
    assert [run.state for run in read_runs(deployment.runs)] in ([], [PlayState.LOST])


def test_the_environment_is_the_operators_without_a_cloud(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_PASSWORD", "hunter2")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", "/etc/clouds.yaml")
    monkeypatch.setenv("SITE_OWN", "kept")
    names = "OS_PASSWORD|OS_CLIENT|OSA_CONFIG|SITE_OWN|OCTAVIA_WIZARD"
    deployment.playbook(
        f"""\
        - hosts: infra1
          gather_facts: false
          tasks:
            - name: Show
              shell: "env | grep -E '^({names})' | sort > env.txt; umask >> env.txt"
        """
    )
    call = deployment.call(config_dir=deployment.root / "deploy")
    run, _ = deployment.play(replace(call))
    assert run.state is PlayState.DONE
    assert (deployment.root / "env.txt").read_text().splitlines() == [
        "OSA_CONFIG_DIR=" + str(deployment.root / "deploy"),
        "OS_CLIENT_CONFIG_FILE=/etc/clouds.yaml",
        "SITE_OWN=kept",
        "0022",
    ]


def _at(task: str, act: Callable[[], None]) -> Callable[[PlayStanding], None]:
    def on_standing(standing: PlayStanding) -> None:
        if standing.task == task:
            act()

    return on_standing
