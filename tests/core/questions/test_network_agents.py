"""The network is bound to the agents that are there, and with OVN to every compute."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import Context, find_question
from octavia_wizard.core.questions.network_agents import agent_group
from tests.core.emit.support import effective_of, facts_of

GATEWAYS = "network-gateway_hosts: {n1: {ip: 172.29.236.31}, n2: {ip: 172.29.236.32}}\n"
COMPUTES = "compute_hosts: {c1: {ip: 172.29.236.21}}\n"
ON_GATEWAYS = "compute_hosts: {n1: {ip: 172.29.236.31}}\n"


def network(*agents: str) -> str:
    """Describe a VLAN network bound to agents."""
    return (
        "global_overrides:\n  provider_networks:\n    - network:\n        type: vlan\n"
        f"        net_name: physnet1\n        group_binds: [{', '.join(agents)}]\n"
    )


def proposed(
    tmp_path: Path, release: str, text: str = "---\n", plugin: str = ""
) -> tuple[str, str]:
    """Return the proposal for a site, and its grounds."""
    (tmp_path / "openstack_user_config.yml").write_text(text)
    if plugin:
        (tmp_path / "user_variables.yml").write_text(f"neutron_plugin_type: {plugin}\n")
    facts = facts_of(tmp_path)
    effective = effective_of(release, facts)
    default = agent_group(Context(effective.release, facts, effective))
    question = find_question("network.agent_group")
    assert question is not None
    assert question.choices is not None
    offered = question.choices(Context(effective.release, facts, effective))
    assert default.value in [choice.value for choice in offered]
    if default.provenance is Provenance.COMPUTED:
        assert default.detail == "what this release deploys by default"
    return str(default.value), default.detail


@pytest.mark.parametrize(
    ("release", "plugin", "group"),
    [
        ("16.0.29", "", "neutron_linuxbridge_agent"),
        ("21.2.12", "ml2.ovs", "neutron_openvswitch_agent"),
        ("25.6.0", "ml2.ovs.dvr", "neutron_openvswitch_agent"),
        ("25.6.0", "ml2.ovn", "neutron_ovn_controller"),
        ("26.5.3", "", "neutron_ovn_gateway"),
        ("29.2.4", "ml2.lxb", "neutron_linuxbridge_agent"),
        ("33.0.1", "ml2.ovs", "neutron_openvswitch_agent"),
        ("33.0.1", "ml2.ovn", "neutron_ovn_gateway"),
        ("33.0.1", "ml2.elsewhere", "neutron_ovn_gateway"),
    ],
)
def test_the_plug_in_decides_where_no_network_is_there(
    release: str, plugin: str, group: str, tmp_path: Path
) -> None:
    found, why = proposed(tmp_path, release, plugin=plugin)
    assert found == group
    if plugin and plugin != "ml2.elsewhere":
        assert why == f"{plugin} in user_variables.yml:1"


def test_the_last_user_file_wins(tmp_path: Path) -> None:
    (tmp_path / "user_zz.yml").write_text("neutron_plugin_type: ml2.ovs\n")
    assert proposed(tmp_path, "33.0.1", plugin="ml2.ovn")[0] == "neutron_openvswitch_agent"


def test_what_other_networks_have_comes_first(tmp_path: Path) -> None:
    text = network("octavia_worker", "neutron_openvswitch_agent")
    found, why = proposed(tmp_path, "33.0.1", text, plugin="ml2.ovn")
    assert (found, why) == ("neutron_openvswitch_agent", "as physnet1 has it")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        (GATEWAYS + ON_GATEWAYS, "neutron_ovn_gateway"),
        (GATEWAYS + COMPUTES, "neutron_ovn_controller"),
        (COMPUTES, "neutron_ovn_controller"),
        (GATEWAYS, "neutron_ovn_gateway"),
        (network("neutron_ovn_gateway") + GATEWAYS + COMPUTES, "neutron_ovn_controller"),
        (network("neutron_ovn_gateway") + GATEWAYS + ON_GATEWAYS, "neutron_ovn_gateway"),
        (network("neutron_ovn_gateway", "neutron_ovn_controller"), "neutron_ovn_controller"),
        (GATEWAYS.replace("-", "_") + ON_GATEWAYS, "neutron_ovn_gateway"),
    ],
)
def test_with_ovn_every_compute_has_the_network(text: str, group: str, tmp_path: Path) -> None:
    found, why = proposed(tmp_path, "33.0.1", text)
    assert found == group
    if "c1" in text:
        assert "c1" in why
