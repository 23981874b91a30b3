"""used_ips must hold the pool, and nothing else may lie in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.facts.model import AddressRange
from tests.core.findings.support import Example, Given, each, inventory, provider

POOL = "172.29.232.10-172.29.232.60"
ENDS = ("172.29.232.10", "172.29.232.60")
SETTINGS = {
    "network.mode": "create",
    "network.cidr": "172.29.232.0/22",
    "network.pool": POOL,
    "network.inventory_name": "lbaas",
}
EDIT = {
    "network.edit_inventory": True,
    "network.bridge": "br-lbaas",
    "network.container_interface": "eth14",
}
CIDRS = {"lbaas": "172.29.232.0/22"}
RESERVED = Given(SETTINGS, host=inventory((ENDS,), cidr_networks=CIDRS))

EXAMPLES = (
    Example(
        "used-ips-inside-pool",
        Given(SETTINGS, host=inventory((("172.29.232.10", "172.29.232.49"),))),
        Given(SETTINGS, host=inventory((("172.29.232.1", "172.29.232.60"),))),
        says="openstack_user_config.yml:9",
    ),
    Example(
        "used-ips-overlap-pool",
        Given(SETTINGS, host=inventory((("172.29.232.1", "172.29.232.20"),))),
        Given(SETTINGS, host=inventory((("172.29.232.1", "172.29.232.9"),))),
        says="172.29.232.1-172.29.232.20",
    ),
    Example(
        "pool-not-reserved",
        Given(SETTINGS, host=inventory((), cidr_networks=CIDRS)),
        RESERVED,
        says=POOL,
    ),
    Example(
        "cidr-overlaps-inventory",
        Given(SETTINGS, host=inventory(cidr_networks={"storage": "172.29.234.0/23"})),
        Given(SETTINGS, host=inventory(cidr_networks={"storage": "172.29.244.0/22"})),
        says="storage",
    ),
    Example(
        "inventory-cidr-differs",
        Given(SETTINGS, host=inventory(cidr_networks={"lbaas": "172.29.252.0/22"})),
        RESERVED,
        says="172.29.252.0/22",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_the_pool_itself_in_used_ips_is_as_it_should_be() -> None:
    assert not [finding for finding in RESERVED.findings() if finding.section == "network"]


def test_two_entries_side_by_side_reserve_the_pool_but_may_mean_something_else() -> None:
    entries = (("172.29.232.1", "172.29.232.30"), ("172.29.232.31", "172.29.232.99"))
    case = Given(SETTINGS, host=inventory(entries, cidr_networks=CIDRS))
    assert not case.found("pool-not-reserved")
    assert len(case.found("used-ips-overlap-pool")) == 2


def test_a_wizard_that_edits_the_inventory_reserves_the_pool_itself() -> None:
    case = Given({**SETTINGS, **EDIT}, host=inventory((), cidr_networks=CIDRS))
    assert not case.found("pool-not-reserved")


@pytest.mark.parametrize(("files", "left"), [(("a",), False), (("a", "b"), True)])
def test_a_list_the_wizard_cannot_add_to_leaves_the_pool_unreserved(
    files: tuple[str, ...], left: bool
) -> None:
    elsewhere = (AddressRange("172.29.236.1", "172.29.236.9", "conf.d/a.yml:3"),)
    known = inventory(cidr_networks=CIDRS)
    texts = {f"conf.d/{name}.yml": "used_ips: ['172.29.236.1,172.29.236.9']\n" for name in files}
    known = replace(known, inventory=replace(known.inventory, used_ips=elsewhere), texts=texts)
    assert bool(Given({**SETTINGS, **EDIT}, host=known).found("pool-not-reserved")) is left


def test_an_inventory_that_does_not_know_the_network_hands_out_none_of_it() -> None:
    other = inventory((), cidr_networks={"container": "172.29.236.0/22"})
    assert not Given(SETTINGS, host=other).found("pool-not-reserved")


def test_the_entry_of_the_network_may_have_any_name() -> None:
    entry = provider("octavia", ip_from_q="octavia_net", group_binds=("octavia_worker",))
    known = inventory((ENDS,), (entry,), cidr_networks={"octavia_net": "172.29.232.0/22"})
    assert not Given(SETTINGS, host=known).found("cidr-overlaps-inventory")


def test_ipv6_networks_of_the_inventory_are_left_alone() -> None:
    known = inventory((ENDS,), cidr_networks={"container_v6": "fd00::/64"})
    assert not Given(SETTINGS, host=known).found("cidr-overlaps-inventory")
