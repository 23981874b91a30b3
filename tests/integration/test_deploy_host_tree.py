"""From answers to a deployed Octavia on deploy hosts of all eras, run by the real Ansible.

No cloud is needed: the files are written, and the playbooks make the rest. Of OpenStack-Ansible
only the role is not the real one, and the hosts are directories.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from octavia_wizard.core.errors import Interrupted, StepError
from octavia_wizard.core.playbooks.record import PlayState
from tests.integration.deploy_hosts import (
    CONFIGURATION,
    Operator,
    changes,
    done,
    shown_changes,
)
from tests.osa import RELEASES, Switch, build_tree
from tests.osa.presets import infrastructure, write_preset

FIRST = ("containers", "octavia")
"""All a failure needs; the others only take time."""
SLOW = "120"
"""Seconds a host takes that nobody waits for."""

Arriving = Callable[..., Operator]


@pytest.fixture
def operator_of(tmp_path: Path) -> Iterator[Arriving]:
    """Let an operator arrive at the deploy host of a release; nothing they started stays."""
    there: list[Operator] = []

    def arrive(release: str, **deployment: object) -> Operator:
        host = build_tree(tmp_path / "tree", release)
        path = write_preset(host, tmp_path / "preset.yml", deployment=deployment)
        there.append(Operator(host, path))
        return there[-1]

    yield arrive
    for operator in there:
        _end(operator)


def _end(operator: Operator) -> None:
    for process in psutil.process_iter():
        try:
            if str(operator.host.root) in " ".join(process.cmdline()):
                process.kill()
        except psutil.Error:
            continue


def _until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.1)


@pytest.mark.parametrize("release", RELEASES)
def test_a_replay_deploys_octavia_and_leaves_the_rest_as_it_was(
    release: str, operator_of: Arriving
) -> None:
    operator = operator_of(release)
    before = operator.host.contents()
    planned = operator.plan()
    replayed = operator.replay()
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr

    # Every byte the operator had is as it was, but for what the plan showed.
    after = operator.host.contents()
    assert {name for name in before if after[name] != before[name]} == {CONFIGURATION}
    shown = shown_changes(planned["files"], CONFIGURATION)
    assert changes(before[CONFIGURATION], after[CONFIGURATION]) == shown
    windows = after[CONFIGURATION].count(b"\r\n")
    assert windows == (after[CONFIGURATION].count(b"\n") if operator.host.era.crlf else 0)
    ours = {name for name in set(after) - set(before) if not name.startswith("octavia/")}
    written = {"user_variables_octavia.yml", "user_secrets_octavia.yml", "conf.d/octavia.yml"}
    assert ours == written

    # All controllers have what was asked for, in a file the last user file had its word in too.
    assert {"containers", "octavia", "neutron"} <= done(operator.playbook_runs())
    found = operator.configurations()
    assert set(found) == set(infrastructure(operator.host))
    assert len({str(one) for one in found.values()}) == 1
    one = found["infra1"]
    assert one["controller_worker"]["loadbalancer_topology"] == "SINGLE"
    assert len(one["health_manager"]["controller_ip_port_list"].split(",")) == 3
    _certificates_are_there(operator)

    again = operator.replay()
    assert again.returncode == 0
    assert "othing to do" in again.stdout + again.stderr


def _certificates_are_there(operator: Operator) -> None:
    mine = operator.host.deploy_dir / "octavia"
    for root in operator.host.octavia().values():
        certs = root / "etc/octavia/certs"
        assert (certs / "server_ca.pem").read_bytes() == (mine / "ca_server_01.pem").read_bytes()
        assert (certs / "client_ca.pem").read_bytes() == (mine / "ca_01.pem").read_bytes()
        assert b"PRIVATE KEY" in (certs / "client.pem").read_bytes()


@pytest.mark.parametrize("release", ["16.0.29", "33.0.1"])
def test_the_last_file_wins_and_options_only_where_the_wrapper_lets_them(
    release: str, operator_of: Arriving
) -> None:
    options = ["-e", "site_banner=mine"]
    operator = operator_of(release, playbooks=list(FIRST), ansible_options=options)
    assert operator.replay().returncode == 0
    (root, *_) = operator.host.octavia().values()
    banner = (root / "etc/octavia/octavia.conf").read_text().splitlines()[0]
    early = operator.host.era.arguments_first
    assert banner == ("# from user_zz_site.yml" if early else "# mine")


@pytest.mark.parametrize("release", ["21.2.12", "33.0.1"])
def test_a_failure_on_one_host_is_told_and_mended(release: str, operator_of: Arriving) -> None:
    operator = operator_of(release, playbooks=list(FIRST))
    operator.host.turn_on(Switch.FAIL, "infra2")
    failed = operator.replay()
    said = failed.stdout + failed.stderr
    assert failed.returncode == StepError.exit_code, said
    assert "failed on infra2" in said
    assert "os_octavia : Start the services" in said
    assert f"{operator.host.roles / 'os_octavia/tasks/main.yml'}:" in said
    assert "octavia-api" in said
    (run,) = operator.playbook_runs("octavia")
    assert run.state is PlayState.FAILED
    assert "Job for octavia-api failed" in run.log.read_text()
    assert done(operator.playbook_runs()) == {"containers"}

    operator.host.turn_off(Switch.FAIL, "infra2")
    mended = operator.run("resume", "--yes", "--no-input")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert done(operator.playbook_runs()) == set(FIRST)
    # What had succeeded was not run again.
    assert len(operator.playbook_runs("containers")) == 1
    assert set(operator.configurations()) == {"infra1", "infra2", "infra3"}


def test_a_host_that_cannot_be_reached_is_told(operator_of: Arriving) -> None:
    operator = operator_of("29.2.4", playbooks=list(FIRST))
    operator.host.turn_on(Switch.UNREACHABLE, "infra3")
    failed = operator.replay()
    said = failed.stdout + failed.stderr
    assert failed.returncode == StepError.exit_code, said
    assert "infra3" in said
    assert "No route to host" in said
    assert operator.playbook_runs("octavia") == ()

    operator.host.turn_off(Switch.UNREACHABLE, "infra3")
    assert operator.replay().returncode == 0
    assert done(operator.playbook_runs()) == set(FIRST)


@pytest.mark.parametrize("release", ["25.6.0", "31.3.0"])
def test_an_operator_who_stops_it_ends_the_playbook(release: str, operator_of: Arriving) -> None:
    operator = operator_of(release, playbooks=list(FIRST))
    for name in infrastructure(operator.host):
        operator.host.turn_on(Switch.SLOW, name, SLOW)
    wizard = operator.start("replay", str(operator.preset), "--yes", "--no-input")
    _until(lambda: _installing(operator), "the packages are installed", 120)
    wizard.send_signal(signal.SIGINT)
    assert wizard.wait(60) == Interrupted.exit_code
    _until(lambda: operator.processes() == [], "every process of the playbook ended", 30)
    (run,) = operator.playbook_runs("octavia")
    assert run.state is not PlayState.RUNNING
    assert run.state is not PlayState.DONE

    for name in infrastructure(operator.host):
        operator.host.turn_off(Switch.SLOW, name)
    assert operator.run("resume", "--yes", "--no-input").returncode == 0
    assert done(operator.playbook_runs()) == set(FIRST)


def test_a_lost_terminal_ends_the_wizard_and_not_the_playbook(operator_of: Arriving) -> None:
    operator = operator_of("33.0.1", playbooks=list(FIRST))
    operator.host.turn_on(Switch.SLOW, "infra1", "15")
    wizard = operator.start("replay", str(operator.preset), "--yes", "--no-input")
    _until(lambda: _installing(operator), "the packages are installed", 120)
    os.killpg(wizard.pid, signal.SIGKILL)
    wizard.wait(30)
    (run,) = operator.playbook_runs("octavia")
    assert run.state is PlayState.RUNNING

    resumed = operator.run("resume", "--yes", "--no-input")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    (followed,) = operator.playbook_runs("octavia")
    assert followed.id == run.id
    assert followed.state is PlayState.DONE
    assert set(operator.configurations()) == {"infra1", "infra2", "infra3"}


def _installing(operator: Operator) -> bool:
    return any("sleep" in line and "switches/slow" in line for line in operator.processes())


def test_a_day_two_change_runs_what_reads_it_and_undo_gives_all_files_back(
    operator_of: Arriving,
) -> None:
    operator = operator_of("29.2.4")
    before = operator.host.fingerprints()
    assert operator.replay().returncode == 0
    operator.changing(capacity={"topology": "ACTIVE_STANDBY"})
    planned = operator.plan()
    due = {name for name, step in planned.items() if step["action"] not in ("keep", "skip")}
    assert due == {"files", "octavia_playbook"}
    assert operator.replay().returncode == 0
    topology = {
        one["controller_worker"]["loadbalancer_topology"]
        for one in operator.configurations().values()
    }
    assert topology == {"ACTIVE_STANDBY"}

    undone = operator.run("undo", "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    left = operator.host.fingerprints()
    assert {name: left.get(name) for name in before} == before
