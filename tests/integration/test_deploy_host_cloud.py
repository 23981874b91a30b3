"""From nothing to a verified Octavia, on a deploy host and real OpenStack services.

All steps are real but the role: the files, the network, the image, the playbooks run by the real
Ansible, what is asked of the controllers, and a load balancer at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.facts.verified import read_verified
from tests.conftest import RehearsalCloud
from tests.core.image.support import qcow2
from tests.integration.deploy_hosts import (
    CONFIGURATION,
    Operator,
    changes,
    done,
    shown_changes,
)
from tests.integration.serving import program
from tests.osa import DeployHost, build_tree
from tests.osa.presets import write_preset
from tests.screens.test_end_to_end import CTRL_Q, DOWN, ENTER, ESC, Terminal

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

MINUTES = 600
"""Seconds a whole run may take: playbooks, two starts of the cloud, and a load balancer."""


def _host(root: Path, release: str, cloud: RehearsalCloud) -> DeployHost:
    host = build_tree(root / "tree", release)
    host.give_cloud(cloud.clouds_file, program(cloud.layout))
    qcow2(host.home / "amphora.qcow2")
    return host


def _sections(name: str) -> dict[str, Any]:
    return {
        "cloud": {"name": "rehearsal", "mode": "live"},
        "network": {
            "created_by": "wizard",
            "name": f"{name}-mgmt",
            "physical_network": "lbaas",
            "security_group": f"{name}-group",
        },
        "image": {
            "source": "file",
            "path": "amphora.qcow2",
            "name": f"{name}-amphora",
            "tag": f"{name}-tag",
        },
        "ssh": {"enabled": True, "key_name": f"{name}-key"},
        "capacity": {"flavor_name": f"{name}-flavor", "load_balancers": 5, "disk_gib": 1},
    }


@pytest.fixture
def operator(tmp_path: Path, rehearsal_cloud: RehearsalCloud) -> Iterator[Operator]:
    """The operator of a site with 25.6.0, whose secrets are encrypted."""
    host = _host(tmp_path, "25.6.0", rehearsal_cloud)
    there = Operator(host, write_preset(host, host.home / "site.yml", **_sections("osa")))
    yield there
    there.run("undo", "--yes", "--cloud", "rehearsal")


def test_a_replay_goes_from_nothing_to_verified_and_back(operator: Operator) -> None:
    before = operator.host.contents()
    planned = operator.plan()
    replayed = operator.run("replay", str(operator.preset), "--yes", "--no-input", seconds=MINUTES)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    _is_as_shown(operator, before, planned)
    _is_verified(operator)

    # There is nothing left to do.
    due = {name for name, step in operator.plan().items() if step["action"] not in ("keep", "skip")}
    assert due == set()

    # Of another answer only that is done again which reads it.
    changed = _sections("osa")
    changed["capacity"]["topology"] = "ACTIVE_STANDBY"
    operator.changing(**changed)
    due = {name for name, step in operator.plan().items() if step["action"] not in ("keep", "skip")}
    # Two amphorae for each load balancer need room.
    assert due == {"quotas", "files", "octavia_playbook", "verification"}
    again = operator.run("replay", str(operator.preset), "--yes", "--no-input", seconds=MINUTES)
    assert again.returncode == 0, again.stdout + again.stderr
    topologies = {
        one["controller_worker"]["loadbalancer_topology"]
        for one in operator.configurations().values()
    }
    assert topologies == {"ACTIVE_STANDBY"}

    undone = operator.run("undo", "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    after = operator.host.contents()
    assert {name: after.get(name) for name in before} == before


def test_a_guided_run_goes_from_nothing_to_verified(
    tmp_path: Path, rehearsal_cloud: RehearsalCloud
) -> None:
    host = _host(tmp_path, "33.0.1", rehearsal_cloud)
    operator = Operator(host, host.home / "none.yml")
    before = host.contents()
    terminal = Terminal(["--deploy-dir", str(host.deploy_dir)], operator.environment)
    try:
        _answer_what_is_missing(terminal, host.home / "amphora.qcow2")
        terminal.keys("9")
        terminal.until("A applies")
        terminal.keys("a")
        terminal.until("Apply now?")
        terminal.keys("y")
        terminal.until("done: everything is as planned", MINUTES)
        terminal.keys(CTRL_Q)
        assert terminal.ended() == 0
        _is_verified(operator)

        # The answers replay to nothing, and the plan of one who begins again is the same.
        there = Operator(host, operator.place.preset)
        replayed = there.replay()
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        assert "othing to do" in replayed.stdout + replayed.stderr
    finally:
        undone = operator.run("undo", "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    after = host.contents()
    assert {name: after.get(name) for name in before} == before


def _answer_what_is_missing(terminal: Terminal, image: Path) -> None:
    """Take what the wizard found and proposes; only cloud, image and keys are chosen."""
    terminal.until("Review and apply")
    terminal.keys("1", DOWN, "rehearsal", ENTER)
    terminal.until("rehearsal · RegionOne · OSA 33.0.1")
    terminal.keys(ESC)
    terminal.until("octavia-wizard  ")
    terminal.keys("3")
    terminal.until("Amphora image ▸")
    terminal.keys("f", ENTER, str(image), ENTER, "osa-image", ENTER, "osa-tag", ENTER)
    terminal.keys(ESC)
    terminal.until("octavia-wizard  ")
    terminal.keys("4", DOWN, DOWN, "e", ESC)
    terminal.until("9  Review and apply")


def _is_as_shown(operator: Operator, before: dict[str, bytes], planned: dict[str, Any]) -> None:
    after = operator.host.contents()
    assert {name for name in before if after[name] != before[name]} == {CONFIGURATION}
    shown = shown_changes(planned["files"], CONFIGURATION)
    assert changes(before[CONFIGURATION], after[CONFIGURATION]) == shown


def _is_verified(operator: Operator) -> None:
    assert {"containers", "neutron", "octavia"} <= done(operator.playbook_runs())
    verified = read_verified(operator.place.verified)
    assert verified is not None
    assert verified.smoke
    assert len(operator.configurations()) == 3
