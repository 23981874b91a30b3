"""Every address of the network is for one thing, and what two would use is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.facts.model import AddressRange, CloudFacts, Facts, HostFacts, Inventory
from octavia_wizard.core.views.address_plan import AddressMap, AreaKind, address_map
from tests.core.emit.support import DEPLOY, effective_of
from tests.core.findings.support import cloud, inventory, network, subnet

POOL = "172.29.232.50-172.29.235.200"
NETWORKS = (network("own"), network("n2", "tenant"))


def _map(
    host: HostFacts | None = None, seen: CloudFacts | None = None, **answers: Any
) -> AddressMap:
    facts = Facts(host or HostFacts(DEPLOY), cloud=seen)
    found = address_map(effective_of("33.0.1", facts, **answers), facts)
    assert found is not None
    return found


def _said(found: AddressMap) -> list[str]:
    return [conflict.what for conflict in found.conflicts]


def _stretches(found: AddressMap, kind: AreaKind) -> list[str]:
    return [str(one) for one in found.stretches(kind)]


class TestAreas:
    """Containers get what used_ips and the pool leave."""

    def test_of_the_role_s_own_network(self) -> None:
        used = (("172.29.232.1", "172.29.232.20"),)
        found = _map(inventory(used), network__pool=POOL)
        assert _stretches(found, AreaKind.RESERVED) == ["172.29.232.1-172.29.232.20"]
        assert _stretches(found, AreaKind.POOL) == [POOL]
        assert _stretches(found, AreaKind.CONTROL) == [
            "172.29.232.21-172.29.232.49",
            "172.29.235.201-172.29.235.254",
        ]
        counts = [found.count(kind) for kind in AreaKind]
        assert counts == [919, 20, 83, 0]
        assert sum(counts) == 1022

    def test_an_entry_for_the_pool_is_drawn_as_the_pool(self) -> None:
        found = _map(inventory((("172.29.232.50", "172.29.235.200"),)), network__pool=POOL)
        assert found.count(AreaKind.RESERVED) == 0
        assert found.conflicts == ()

    def test_entries_that_overlap_are_counted_once(self) -> None:
        used = (("172.29.232.1", "172.29.232.20"), ("172.29.232.10", "172.29.232.30"))
        found = _map(inventory(used), network__pool=POOL)
        assert found.count(AreaKind.RESERVED) == 30

    def test_what_the_inventory_does_not_hand_out_is_nobody_s(self) -> None:
        host = inventory(cidr_networks={"lbaas": "172.29.232.0/24"})
        found = _map(host, network__cidr="172.29.232.0/22", network__pool=POOL)
        assert _stretches(found, AreaKind.CONTROL) == ["172.29.232.1-172.29.232.49"]
        assert _stretches(found, AreaKind.FREE) == ["172.29.235.201-172.29.235.254"]

    def test_a_network_to_adopt_has_the_pools_of_its_subnet(self) -> None:
        pools = (("10.20.0.50", "10.20.0.99"), ("10.20.0.150", "10.20.0.199"))
        known = subnet("10.20.0.0/24", "own", pools=pools, gateway="10.20.0.1")
        found = _map(
            seen=cloud(networks=NETWORKS, subnets=(known,)),
            network__mode="adopt",
            network__existing="own",
        )
        assert _stretches(found, AreaKind.POOL) == [
            "10.20.0.50-10.20.0.99",
            "10.20.0.150-10.20.0.199",
        ]
        assert found.amphorae == 100
        assert found.gateway is not None
        assert found.conflicts == ()

    def test_there_is_no_map_without_a_network(self) -> None:
        facts = Facts(HostFacts(DEPLOY))
        answers: dict[str, Any] = {"network__mode": "adopt", "network__existing": "x"}
        assert address_map(effective_of("33.0.1", facts, **answers), facts) is None


class TestConflicts:
    """Each is named with what it is in conflict with, and points at the addresses."""

    def test_used_ips_name_their_line(self) -> None:
        entries = (
            AddressRange("172.29.233.5", "172.29.233.5", "openstack_user_config.yml:14"),
            AddressRange("172.29.232.1", "172.29.232.60", "conf.d/net.yml:15"),
        )
        host = HostFacts(DEPLOY, inventory=Inventory(used_ips=entries))
        assert _said(_map(host, network__pool=POOL)) == [
            "used_ips 172.29.233.5 (line 14) is in the pool",
            "used_ips 172.29.232.1-172.29.232.60 (conf.d/net.yml:15) reaches into the pool",
        ]

    def test_subnets_and_inventory_networks_that_overlap(self) -> None:
        seen = cloud(networks=NETWORKS, subnets=(subnet("172.29.234.0/24", "n2", name="red"),))
        host = inventory(cidr_networks={"storage": "172.29.232.0/21"})
        found = _map(host, seen, network__cidr="172.29.232.0/22")
        assert _said(found) == [
            "also in storage of cidr_networks (172.29.232.0/21)",
            "also in subnet red of network tenant (172.29.234.0/24)",
        ]
        assert all(found.network.covers(conflict.range) for conflict in found.conflicts)

    def test_another_subnet_of_the_network_itself(self) -> None:
        seen = cloud(networks=NETWORKS, subnets=(subnet("172.29.232.0/24", "own", name="old"),))
        found = _map(seen=seen, network__cidr="172.29.232.0/22")
        assert _said(found) == ["also in subnet old of this network (172.29.232.0/24)"]

    @pytest.mark.parametrize(
        ("answers", "said"),
        [
            ({"network__gateway": "172.29.232.60"}, "gateway 172.29.232.60 is in the pool"),
            ({"network__gateway": "10.0.0.1"}, "gateway 10.0.0.1 is outside the network"),
            (
                {"network__pool": "172.29.235.0-172.29.236.9"},
                "the pool 172.29.235.0-172.29.236.9 leaves the network",
            ),
            (
                {"network__pool": "172.29.232.0-172.29.235.9"},
                "the network address is in the pool",
            ),
            (
                {"network__pool": "172.29.232.9-172.29.235.255"},
                "the broadcast address is in the pool",
            ),
            (
                {"deployment__hosts": {"infra1": "172.29.232.77"}},
                "host infra1 (172.29.232.77) is in the pool",
            ),
        ],
    )
    def test_within_the_network(self, answers: dict[str, Any], said: str) -> None:
        assert _said(_map(**{"network__pool": POOL, **answers})) == [said]


OFFSET = st.integers(0, 2**24 - 1)


@given(
    prefix=st.integers(8, 32),
    pool=st.tuples(OFFSET, OFFSET),
    used=st.lists(st.tuples(OFFSET, OFFSET), max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_the_areas_are_the_network_without_gaps_or_overlaps(
    prefix: int, pool: tuple[int, int], used: list[tuple[int, int]]
) -> None:
    def ends(pair: tuple[int, int]) -> tuple[str, str]:
        first, last = (number % 2 ** (34 - prefix) for number in sorted(pair))
        low, high = sorted((first, last))
        return _address(low), _address(high)

    host = inventory(tuple(ends(pair) for pair in used))
    found = _map(host, network__cidr=f"10.0.0.0/{prefix}", network__pool="-".join(ends(pool)))
    place = found.network.first
    for area in found.areas:
        assert area.range.first == place
        place = area.range.last + 1
    assert place == found.network.last + 1
    usable = len(found.network) - (2 if prefix < 31 else 0)
    assert sum(found.count(kind) for kind in AreaKind) == usable


def _address(offset: int) -> str:
    return f"10.{offset >> 16 & 255}.{offset >> 8 & 255}.{offset & 255}"
