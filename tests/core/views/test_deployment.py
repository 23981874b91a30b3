"""The hosts and the commands, in the order in which they have to be run."""

from __future__ import annotations

import pytest

from octavia_wizard.core.facts.deploy_host import OUR_INVENTORY
from octavia_wizard.core.handover import next_commands
from octavia_wizard.core.views.deployment import VIEWS
from tests.core.findings.support import inventory
from tests.core.views.support import RELEASES, WIDTHS, subject, text

HOSTS, COMMANDS, *_ = VIEWS
THREE = {f"infra{n}": f"172.29.236.1{n}" for n in (1, 2, 3)}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("width", WIDTHS[1:])
def test_every_host_and_every_command_is_there(release: str, width: int) -> None:
    what = subject(release, deployment__hosts=THREE)
    shown = text(HOSTS, what, width)
    assert all(f"{name}  {address}" in shown for name, address in THREE.items())
    told = " ".join(text(COMMANDS, what, width).split())
    for place, command in enumerate(next_commands(what.effective), 1):
        assert f"{place} {command.command}" in told


def test_hosts_stand_in_columns() -> None:
    assert len(text(HOSTS, subject(deployment__hosts=THREE)).splitlines()) == 2


def test_it_is_said_which_file_names_the_hosts() -> None:
    assert f"to be written to {OUR_INVENTORY}" in text(HOSTS, subject(deployment__hosts=THREE))
    named = inventory(
        host_groups={"octavia_infra_hosts": THREE},
        group_sources={"octavia_infra_hosts": "conf.d/lb.yml"},
    )
    assert "as conf.d/lb.yml names them" in text(HOSTS, subject(host=named))


def test_nothing_chosen_is_said() -> None:
    assert "no hosts yet for the group octavia_infra_hosts" in text(HOSTS, subject())
    assert "no playbook is chosen" in text(COMMANDS, subject(deployment__playbooks=[]))


def test_where_file_names_are_run_from_is_said() -> None:
    assert "/opt/openstack-ansible/playbooks" in text(COMMANDS, subject("16.0.29"))
