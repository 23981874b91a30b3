"""What is taken is told by name, and what is the management network's own is not counted."""

from __future__ import annotations

import time

from octavia_wizard.core import ranges
from octavia_wizard.core.facts.model import AddressRange, CloudFacts, Facts, HostFacts, Inventory
from octavia_wizard.core.facts.resources import Network, Subnet
from octavia_wizard.core.occupied import (
    host_addresses,
    other_inventory_networks,
    other_subnets,
    own_subnets,
    subnet_ranges,
    used_ips,
)
from octavia_wizard.core.ranges import Range
from tests.core.emit.support import DEPLOY, effective_of
from tests.core.findings.support import cloud, inventory, network, subnet

WHOLE = ranges.of_network(ranges.network("172.29.232.0/22"))  # type: ignore[arg-type]
NETWORKS = (network(), network("n2", "tenant"))


def _facts(seen: CloudFacts | None = None, host: HostFacts | None = None) -> Facts:
    return Facts(host or HostFacts(DEPLOY), cloud=seen)


def test_the_own_entry_of_cidr_networks_is_not_in_its_own_way() -> None:
    known = {"lbaas": "172.29.232.0/22", "storage": "172.29.244.0/22", "v6": "fd00::/64"}
    facts = _facts(host=inventory(cidr_networks=known))
    found = list(other_inventory_networks(effective_of("33.0.1", facts), facts))
    assert [taken.what for taken in found] == ["storage of cidr_networks (172.29.244.0/22)"]


def test_subnets_of_other_networks_are_named_with_their_network() -> None:
    seen = cloud(
        networks=NETWORKS,
        subnets=(
            subnet("172.29.232.0/22"),
            subnet("172.29.234.0/24", "n2", name="red"),
            subnet("172.29.235.0/24", "gone"),
            subnet("10.0.0.0/8", "n2"),
        ),
    )
    facts = _facts(seen)
    found = list(other_subnets(effective_of("33.0.1", facts), facts, WHOLE))
    assert [taken.what for taken in found] == [
        "subnet red of network tenant (172.29.234.0/24)",
        "subnet s-172.29.235.0/24 of network gone (172.29.235.0/24)",
    ]


def test_without_a_cloud_there_are_no_subnets() -> None:
    facts = _facts()
    effective = effective_of("33.0.1", facts)
    assert not list(other_subnets(effective, facts, WHOLE))
    assert own_subnets(effective, None) == ()


def test_two_networks_of_the_wanted_name_have_no_subnets_of_their_own() -> None:
    seen = cloud(networks=(network(), network("n3")), subnets=(subnet("172.29.232.0/22"),))
    assert own_subnets(effective_of("33.0.1", _facts(seen)), seen) == ()


def test_entries_of_used_ips_bring_their_line() -> None:
    entries = (
        AddressRange("172.29.232.1", "172.29.232.50", "openstack_user_config.yml:12"),
        AddressRange("172.29.240.1", "172.29.240.50", "openstack_user_config.yml:13"),
    )
    facts = _facts(host=HostFacts(DEPLOY, inventory=Inventory(used_ips=entries)))
    assert [(one.range, one.source) for one in used_ips(facts, WHOLE)] == [
        (Range(WHOLE.first + 1, WHOLE.first + 50), "openstack_user_config.yml:12")
    ]


def test_hosts_of_answers_and_inventory_hold_addresses() -> None:
    host = inventory(host_groups={"compute_hosts": {"compute1": "172.29.232.9", "compute2": ""}})
    facts = _facts(host=host)
    hosts = {"infra1": "172.29.232.11", "infra2": "172.29.236.12"}
    effective = effective_of("33.0.1", facts, deployment__hosts=hosts)
    found = [taken.what for taken in host_addresses(effective, facts, WHOLE)]
    assert found == ["host compute1", "host infra1"]


def test_ten_thousand_subnets_are_read_once_for_many_keystrokes() -> None:
    subnets = tuple(
        Subnet(f"s{n}", "", f"n{n}", "p", f"10.{n // 250}.{n % 250}.0/24") for n in range(10_000)
    )
    networks = tuple(Network(f"n{n}", f"tenant-{n}", "p") for n in range(10_000))
    seen = cloud(networks=networks, subnets=subnets)
    facts = _facts(seen)
    effective = effective_of("33.0.1", facts)
    assert len(subnet_ranges(seen)) == 10_000
    begun = time.process_time()
    for _ in range(10):
        assert not list(other_subnets(effective, facts, WHOLE))
    assert time.process_time() - begun < 0.5


def test_subnets_read_later_are_not_taken_for_the_former_ones() -> None:
    first = cloud(networks=NETWORKS, subnets=(subnet("10.0.0.0/24", "n2"),))
    later = cloud(networks=NETWORKS, subnets=(subnet("10.9.0.0/24", "n2"),))
    for seen in (first, later, first):
        (found,) = subnet_ranges(seen)
        assert found[1] is seen.subnets[0]
