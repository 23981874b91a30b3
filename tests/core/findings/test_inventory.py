"""Hosts, groups and provider networks are what the release's inventory generator expects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.core.findings.support import Example, Given, cloud, each, inventory, network, provider

HOSTS = {"infra1": "172.29.236.11"}
ANSWERED = {"deployment.hosts": HOSTS}
NAMED = {"network.inventory_name": "lbaas"}
ON_VLAN = {"network.physical_network": "vlan"}
VLAN = provider("vlan", type="vlan")
HYPHENS = ("octavia-worker", "octavia-housekeeping", "octavia-health-manager")
UNDERSCORES = tuple(name.replace("-", "_") for name in HYPHENS)


def _groups(groups: dict[str, dict[str, str]], source: str = "conf.d/other.yml") -> dict[str, Any]:
    return {"host_groups": groups, "group_sources": dict.fromkeys(groups, source)}


EXAMPLES = (
    Example(
        "inventory-name-unknown",
        Given(NAMED, host=inventory(networks=(provider("octavia"),))),
        Given(NAMED, host=inventory(networks=(provider("lbaas"),))),
        says="octavia",
    ),
    Example(
        "physical-network-unknown",
        Given(ON_VLAN, host=inventory(networks=(provider("physnet1", type="vlan"),))),
        Given(ON_VLAN, host=inventory(networks=(VLAN,))),
        says="physnet1",
    ),
    Example("no-octavia-hosts", Given({"deployment.hosts": {}}), Given(ANSWERED)),
    Example(
        "host-group-elsewhere",
        Given(ANSWERED, host=inventory(**_groups({"octavia_infra_hosts": {"infra9": "10.0.0.9"}}))),
        Given(ANSWERED, host=inventory(**_groups({"octavia_infra_hosts": HOSTS}))),
        says="conf.d/other.yml",
    ),
    Example(
        "host-address-differs",
        Given(ANSWERED, host=inventory(host_groups={"shared-infra_hosts": {"infra1": "10.0.0.1"}})),
        Given(ANSWERED, host=inventory(host_groups={"shared-infra_hosts": HOSTS})),
        says="10.0.0.1",
    ),
    Example(
        "host-address-shared",
        Given({"deployment.hosts": {"infra1": "10.0.0.1", "infra2": "10.0.0.1"}}),
        Given({"deployment.hosts": {"infra1": "10.0.0.1", "infra2": "10.0.0.2"}}),
        says="infra2",
    ),
    Example(
        "host-not-in-inventory",
        Given(ANSWERED, host=inventory(host_groups={"shared-infra_hosts": {"infra2": "10.0.0.2"}})),
        Given(ANSWERED, host=inventory(host_groups={"shared-infra_hosts": HOSTS})),
        says="infra1",
    ),
    Example(
        "group-names-of-other-release",
        Given(ANSWERED, host=inventory(**_groups({"octavia-infra_hosts": HOSTS}))),
        Given(
            ANSWERED, release="32.2.0", host=inventory(**_groups({"octavia-infra_hosts": HOSTS}))
        ),
        says="conf.d/other.yml",
    ),
    Example(
        "group-names-too-new",
        Given(
            ANSWERED, release="32.2.0", host=inventory(**_groups({"octavia_infra_hosts": HOSTS}))
        ),
        Given(ANSWERED, host=inventory(**_groups({"octavia_infra_hosts": HOSTS}))),
        says="octavia-infra_hosts",
    ),
    Example(
        "group-binds-too-new",
        Given(release="31.3.0", host=inventory(networks=(provider(group_binds=UNDERSCORES),))),
        Given(release="31.3.0", host=inventory(networks=(provider(group_binds=HYPHENS),))),
        says="octavia_worker",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_an_entry_the_wizard_will_add_may_be_missing() -> None:
    settings = {
        **NAMED,
        "network.mode": "create",
        "network.provider_type": "flat",
        "network.physical_network": "lbaas",
        "network.edit_inventory": True,
        "network.bridge": "br-lbaas",
        "network.container_interface": "eth14",
    }
    case = Given(settings, host=inventory(networks=(VLAN,)))
    assert not case.found("inventory-name-unknown")
    assert not case.found("physical-network-unknown")


def test_without_an_inventory_there_is_nothing_to_compare() -> None:
    assert not Given({**NAMED, **ON_VLAN}).findings()


def test_a_physical_network_that_the_cloud_uses_is_known() -> None:
    known = cloud(networks=(network("n2", "tenant", physical_network="vlan"),))
    case = Given(ON_VLAN, host=inventory(networks=(provider(),)), cloud=known)
    assert not case.found("physical-network-unknown")


def test_the_wizards_own_file_may_have_other_hosts() -> None:
    groups = _groups({"octavia_infra_hosts": {"infra9": "10.0.0.9"}}, "conf.d/octavia.yml")
    known = inventory(**groups)
    ours = replace(known, texts={"conf.d/octavia.yml": "---\n# Written by octavia-wizard\n"})
    assert not Given(ANSWERED, host=ours).found("host-group-elsewhere")
    assert Given(ANSWERED, host=known).found("host-group-elsewhere")


def test_a_group_in_a_file_of_the_operator_is_enough() -> None:
    known = inventory(**_groups({"octavia_infra_hosts": HOSTS}))
    assert not Given({"deployment.hosts": {}}, host=known).found("no-octavia-hosts")


def test_binds_to_both_spellings_serve_an_old_release() -> None:
    both = inventory(networks=(provider(group_binds=(*HYPHENS, *UNDERSCORES)),))
    assert not Given(release="31.3.0", host=both).found("group-binds-too-new")


def test_old_names_are_told_file_by_file_and_lead_to_the_offer() -> None:
    entry = provider(group_binds=HYPHENS, source="conf.d/net.yml:7")
    known = inventory(
        networks=(entry,),
        managed_groups={"octavia-worker": (), "octavia_worker": ()},
        **_groups({"octavia-infra_hosts": HOSTS}),
    )
    found = Given(ANSWERED, host=known).found("group-names-of-other-release")
    assert [finding.where for finding in found] == [
        "conf.d/net.yml",
        "conf.d/other.yml",
        "openstack_inventory.json",
    ]
    assert {finding.key for finding in found} == {"deployment.rename_groups"}


def test_since_33_hosts_of_the_old_group_are_hosts_of_octavia() -> None:
    known = inventory(**_groups({"octavia-infra_hosts": {"infra9": "10.0.0.9"}}))
    assert not Given({"deployment.hosts": {}}, host=known).found("no-octavia-hosts")
    assert Given(ANSWERED, host=known).found("host-group-elsewhere")


def test_hosts_without_containers_need_no_entry_of_the_inventory() -> None:
    managers = {"deployment.health_managers": {"infra1": "172.29.232.11"}}
    case = Given({**NAMED, **ANSWERED, **managers}, host=inventory(networks=(provider("x"),)))
    assert not case.found("inventory-name-unknown")
