"""Lists of the inventory that OSA would not read as they were meant are found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.facts.model import HostFacts, ProviderNetwork
from tests.core.findings.support import DEPLOY, Example, Given, each, inventory, provider

NAMED = {"network.inventory_name": "lbaas"}
NEW = {
    **NAMED,
    "network.bridge": "br-lbaas",
    "network.container_interface": "eth14",
    "network.edit_inventory": True,
}
CIDRS = {"management": "172.29.236.0/22", "lbaas": "172.29.232.0/22"}
MANAGEMENT = provider(
    "", bridge="br-mgmt", container_interface="eth1", ip_from_q="management",
    group_binds=("all_containers", "hosts"),
)  # fmt: skip
LIST = "used_ips: [10.0.0.1]\n"


def _texts(*names: str, text: str = LIST) -> HostFacts:
    return HostFacts(DEPLOY, texts=dict.fromkeys(names, text))


EXAMPLES = (
    Example(
        "inventory-list-undecided",
        Given(host=_texts("conf.d/a.yml", "conf.d/b.yml")),
        Given(host=_texts("openstack_user_config.yml", "conf.d/a.yml", "conf.d/site/b.yml")),
        says="conf.d/a.yml and conf.d/b.yml",
    ),
    Example(
        "address-pool-unknown",
        Given(host=inventory(networks=(MANAGEMENT, provider()), cidr_networks={"lbaas": "x"})),
        Given(host=inventory(networks=(MANAGEMENT, provider()), cidr_networks=CIDRS)),
        says="management",
    ),
    Example(
        "container-interface-taken",
        Given({**NEW, "network.container_interface": "eth1"}, host=inventory((), (MANAGEMENT,))),
        Given(NEW, host=inventory((), (MANAGEMENT,))),
        says="br-mgmt",
    ),
    Example(
        "bridge-has-other-addresses",
        Given({**NEW, "network.bridge": "br-mgmt"}, host=inventory((), (MANAGEMENT,))),
        Given(NEW, host=inventory((), (MANAGEMENT,))),
        says="management",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_networks_given_twice_are_found_too() -> None:
    text = "global_overrides: {provider_networks: []}\n"
    found = Given(host=_texts("conf.d/a.yml", "conf.d/b.yml", text=text))
    assert "provider_networks" in found.found("inventory-list-undecided")[0].what


def test_the_present_entry_counts_not_the_proposal() -> None:
    present = provider(container_interface="eth1", group_binds=("octavia_worker",))
    host = inventory((), (MANAGEMENT, present), cidr_networks=CIDRS)
    assert Given(NEW, host=host).found("container-interface-taken")


@pytest.mark.parametrize(
    "other",
    [
        provider("dbaas", bridge="br-dbaas", ip_from_q="dbaas", group_binds=("rabbitmq",)),
        provider("vlan", bridge="br-lbaas", ip_from_q=None, group_binds=("octavia_worker",)),
    ],
)
def test_what_meets_in_no_container_is_no_clash(other: ProviderNetwork) -> None:
    host = inventory()
    host = replace(host, inventory=replace(host.inventory, provider_networks=(other,)))
    case = Given(NEW, host=host)
    assert not case.found("container-interface-taken")
    assert not case.found("bridge-has-other-addresses")


def test_without_containers_their_interface_does_not_matter() -> None:
    hosts = {"infra1": "172.29.236.11"}
    host = inventory(
        (),
        (MANAGEMENT,),
        host_groups={"shared_infra_hosts": hosts},
        no_containers={"shared_infra_hosts": frozenset(hosts)},
    )
    settings = {**NEW, "network.container_interface": "eth1", "deployment.hosts": hosts}
    assert not Given(settings, host=host).found("container-interface-taken")


def test_a_pool_the_wizard_adds_is_known() -> None:
    settings = {**NEW, "network.cidr": "172.29.232.0/22"}
    host = inventory(networks=(provider(),), cidr_networks={"management": "172.29.236.0/22"})
    assert not Given(settings, host=host).found("address-pool-unknown")
    left = Given({**settings, "network.edit_inventory": False}, host=host)
    assert left.found("address-pool-unknown")
