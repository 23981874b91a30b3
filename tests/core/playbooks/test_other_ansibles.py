"""The same with the Ansibles of older and newer releases, where these are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.playbooks.record import PlayState
from octavia_wizard.core.vault import Vault
from tests.core.playbooks.support import OTHERS, Deployment
from tests.core.playbooks.test_vault import encrypted

FOUND = sorted(path.parent for path in OTHERS.glob("*/venv/bin/ansible-playbook"))

pytestmark = pytest.mark.skipif(not FOUND, reason="OCTAVIA_WIZARD_TEST_ANSIBLES names none")

PLAYBOOK = """\
    - name: Before
      hosts: octavia_all
      gather_facts: false
      tasks: [{name: Look, command: "true"}]
    - name: Install
      hosts: octavia_all:away
      gather_facts: false
      serial: ["1", "100%"]
      tasks:
        - {name: First, assert: {that: octavia_service_password == "inside"}}
        - block: [{name: Try, command: "false"}]
          rescue: [{name: Mend, command: "true"}]
        - {name: Hidden, command: "grep . {{ playbook_dir }}/hidden none", no_log: true}
    """


@pytest.mark.parametrize("place", FOUND, ids=lambda place: place.parent.parent.name)
def test_every_ansible_is_understood(deployment: Deployment, place: Path) -> None:
    deployment.ansible = place
    deployment.set_up()
    encrypted(deployment, "typed")
    deployment.playbook(PLAYBOOK)
    deployment.write("hidden", "hunter1\n")
    run, report = deployment.play(vault=Vault(Secret("typed"), os.environ))
    assert run.state is PlayState.FAILED
    assert (report.failed_play, run.start_again) == ("Install", "First")
    # The first batch is one host, and as that fails the play ends.
    assert [(f.task, f.message, f.unreachable) for f in report.failures] == [("Hidden", "", False)]
    assert report.failures[0].file.endswith("site.yml:13")
    assert deployment.standings[-1].tasks_done == len([1, 2, 3, 4, 5])
    assert "hunter1" not in "".join(deployment.lines)
    again, _ = deployment.play(
        deployment.call("site.yml", "--start-at-task", "First", start_at="First"),
        vault=Vault(Secret("typed"), os.environ),
    )
    assert "TASK [Look]" not in again.log.read_text()
