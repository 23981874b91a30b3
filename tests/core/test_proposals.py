"""What is proposed overlaps nothing known, and stays the same after it has been applied."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core import ranges
from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.model import AddressRange, Facts, HostFacts, Inventory
from octavia_wizard.core.proposals import Proposal, propose_network
from octavia_wizard.core.ranges import Range
from tests.core.emit.support import DEPLOY, effective_of
from tests.core.findings.support import cloud, inventory, network, subnet

NETWORKS = (network("own"), network("n2", "tenant"))
OSA = {
    "management": "172.29.236.0/22",
    "tunnel": "172.29.240.0/22",
    "storage": "172.29.244.0/22",
}


def _proposal(facts: Facts, **answers: Any) -> Proposal:
    found = propose_network(effective_of("33.0.1", facts, **answers), facts)
    assert found is not None
    return found


def _host(
    cidrs: dict[str, str] | None = None, used: tuple[tuple[str, str], ...] = (), **parts: Any
) -> Facts:
    return Facts(inventory(used, cidr_networks=cidrs or {}, **parts))


class TestCidr:
    """Where the role's own CIDR is taken, the nearest free one is proposed."""

    def test_the_role_s_own_is_kept_where_it_is_free(self) -> None:
        found = _proposal(_host(OSA))
        assert (found.cidr, found.pool) == ("172.29.232.0/22", "172.29.232.50-172.29.235.200")
        assert "overlaps nothing known" in found.reason

    def test_beside_the_networks_of_osa_s_examples(self) -> None:
        """Also where the inventory is not known: the hosts most likely have them."""
        for known in ({**OSA, "other": "172.29.232.0/22"}, {"other": "172.29.232.0/22"}):
            found = _proposal(_host(known), network__cidr="172.29.232.0/22")
            assert found.cidr == "172.29.248.0/22"
            assert found.reason.startswith("172.29.232.0/22 overlaps other of cidr_networks")

    def test_a_tenant_s_subnet_is_named(self) -> None:
        seen = cloud(networks=NETWORKS, subnets=(subnet("172.29.0.0/16", "n2", name="wide"),))
        found = _proposal(Facts(HostFacts(DEPLOY), cloud=seen), network__cidr="172.29.232.0/22")
        assert found.cidr == "172.30.0.0/22"
        assert "subnet wide of network tenant" in found.reason

    def test_more_amphorae_get_a_wider_network(self) -> None:
        found = _proposal(_host(OSA), capacity__load_balancers=2000)
        plan = IPv4Network(found.cidr)
        pool = ranges.pool(found.pool)
        assert plan.prefixlen == 19
        assert pool is not None
        assert len(pool) >= 2000
        assert "too small" in found.reason

    def test_an_answered_cidr_that_is_free_is_kept_and_only_gets_a_pool(self) -> None:
        found = _proposal(
            _host(OSA), network__cidr="10.20.0.0/25", network__pool="10.9.9.1-10.9.9.9"
        )
        assert (found.cidr, found.pool) == ("10.20.0.0/25", "10.20.0.32-10.20.0.111")

    def test_what_the_inventory_has_for_the_network_comes_before_a_search(self) -> None:
        known = {**OSA, "lbaas": "10.5.0.0/22"}
        found = _proposal(_host(known), network__cidr="172.29.236.0/22")
        assert found.cidr == "10.5.0.0/22"

    def test_only_narrow_gaps_are_left(self) -> None:
        """Then the network is as narrow as the amphorae allow."""
        taken = {
            "a": "10.0.0.0/8",
            "b": "172.16.0.0/12",
            "c": "192.168.0.0/17",
            "d": "192.168.128.0/18",
            "e": "192.168.192.0/19",
            "f": "192.168.224.0/20",
            "g": "192.168.240.0/21",
            "h": "192.168.248.0/22",
            "i": "192.168.252.0/23",
        }
        holding: dict[str, Any] = {"network__cidr": "10.0.0.0/24"}
        found = _proposal(_host(taken), capacity__load_balancers=50, **holding)
        assert found.cidr == "192.168.254.0/23"
        everything = _host({**taken, "j": "192.168.254.0/23"})
        assert propose_network(effective_of("33.0.1", everything, **holding), everything) is None

    def test_the_addresses_of_a_network_to_adopt_are_given(self) -> None:
        facts = _host(OSA)
        answers: dict[str, Any] = {"network__mode": "adopt", "network__existing": "x"}
        assert propose_network(effective_of("33.0.1", facts, **answers), facts) is None


class TestPool:
    """Within the CIDR, the pool keeps clear of what is in use."""

    def test_of_used_ips_hosts_and_the_gateway(self) -> None:
        facts = _host(
            OSA,
            (("172.29.232.1", "172.29.232.60"), ("172.29.235.150", "172.29.235.254")),
            host_groups={"compute_hosts": {"compute1": "172.29.232.70"}},
        )
        assert _proposal(facts).pool == "172.29.232.71-172.29.235.149"
        found = _proposal(facts, network__gateway="172.29.235.149")
        assert found.pool == "172.29.232.71-172.29.235.148"

    def test_an_entry_written_for_the_pool_is_no_obstacle(self) -> None:
        """As it is once it was applied."""
        pool = ("172.29.232.50", "172.29.235.200")
        assert _proposal(_host(OSA, (pool,))).pool == "-".join(pool)

    @pytest.mark.parametrize("release", ["16.0.29", "33.0.1"])
    def test_the_default_is_what_used_ips_leaves_and_goes_into_the_preset(
        self, release: str
    ) -> None:
        facts = _host(OSA, (("172.29.232.1", "172.29.232.50"),))
        setting = effective_of(release, facts).settings["network.pool"]
        assert setting.value == "172.29.232.51-172.29.235.200"
        assert setting.provenance is Provenance.DETECTED


class TestDefault:
    """The question's default gives way where the role's own would collide."""

    def test_nothing_in_the_way_leaves_the_role_s_own(self) -> None:
        setting = effective_of("33.0.1", _host(OSA)).settings["network.cidr"]
        assert (setting.value, setting.provenance) == ("172.29.232.0/22", Provenance.ROLE_DEFAULT)

    def test_a_collision_is_the_reason_given(self) -> None:
        setting = effective_of("33.0.1", _host({**OSA, "x": "172.29.232.0/24"})).settings[
            "network.cidr"
        ]
        assert setting.value == "172.29.248.0/22"
        assert setting.detail == "172.29.232.0/22 overlaps x of cidr_networks (172.29.232.0/24)"
        assert setting.provenance is Provenance.DETECTED

    def test_a_tenant_that_comes_later_changes_nothing_of_what_was_made(self) -> None:
        seen = cloud(
            networks=NETWORKS,
            subnets=(subnet("172.29.232.0/22", "own"), subnet("172.29.232.0/22", "n2")),
        )
        setting = effective_of("33.0.1", Facts(HostFacts(DEPLOY), cloud=seen)).settings[
            "network.cidr"
        ]
        assert (setting.value, setting.provenance) == ("172.29.232.0/22", Provenance.ROLE_DEFAULT)

    def test_what_was_proposed_and_made_is_the_default_from_then_on(self) -> None:
        tenant = subnet("172.29.232.0/22", "n2")
        before = Facts(HostFacts(DEPLOY), cloud=cloud(networks=NETWORKS, subnets=(tenant,)))
        first = effective_of("33.0.1", before).text("network.cidr")
        made = cloud(networks=NETWORKS, subnets=(tenant, subnet(first, "own")))
        assert effective_of("33.0.1", replace(before, cloud=made)).text("network.cidr") == first


def _entry(bounds: tuple[int, int]) -> tuple[str, str]:
    base = int(IPv4Address("172.29.232.0"))
    first, last = sorted(bounds)
    return str(IPv4Address(base + first)), str(IPv4Address(base + last))


OFFSETS = st.tuples(st.integers(0, 1023), st.integers(0, 1023))


@given(entries=st.lists(OFFSETS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_the_pool_is_clear_of_all_entries_and_stays_as_it_is_once_it_is_one(
    entries: list[tuple[int, int]],
) -> None:
    used = tuple(_entry(entry) for entry in entries)
    found = effective_of("33.0.1", _host(OSA, used)).text("network.pool")
    pool = ranges.pool(found)
    assert pool is not None
    first, last = str(IPv4Address(pool.first)), str(IPv4Address(pool.last))
    after = effective_of("33.0.1", _host(OSA, (*used, (first, last)))).text("network.pool")
    assert after == found
    clear = all(
        not one.overlaps(pool) or one.covers(pool)
        for one in (ranges.between(*e) for e in used)
        if one
    )
    # Where nothing is left, the usual pool stands, and a finding says what is wrong with it.
    assert clear or found == "172.29.232.50-172.29.235.200"


CIDRS = st.builds(
    lambda prefix, number: IPv4Network(((number >> (32 - prefix)) << (32 - prefix), prefix)),
    st.integers(9, 28),
    st.one_of(
        st.integers(int(IPv4Address("172.16.0.0")), int(IPv4Address("172.31.255.255"))),
        st.integers(int(IPv4Address("10.0.0.0")), int(IPv4Address("10.255.255.255"))),
    ),
)


@given(inventory_cidrs=st.lists(CIDRS, max_size=6), tenants=st.lists(CIDRS, max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_proposal_overlaps_nothing_known(
    inventory_cidrs: list[IPv4Network], tenants: list[IPv4Network]
) -> None:
    known = {f"net{n}": str(cidr) for n, cidr in enumerate(inventory_cidrs)}
    used = AddressRange("172.29.232.1", "172.29.232.9", "openstack_user_config.yml:9")
    host = HostFacts(DEPLOY, inventory=Inventory(cidr_networks=known, used_ips=(used,)))
    subnets = tuple(subnet(str(cidr), "n2") for cidr in tenants)
    facts = Facts(host, cloud=cloud(networks=NETWORKS, subnets=subnets))
    found = propose_network(effective_of("33.0.1", facts), facts)
    assert found is not None
    cidr, pool = IPv4Network(found.cidr), ranges.pool(found.pool)
    assert not any(cidr.overlaps(other) for other in (*inventory_cidrs, *tenants))
    assert pool is not None
    assert ranges.of_network(cidr).covers(pool)
    used_range = ranges.between(used.first, used.last)
    assert isinstance(used_range, Range)
    assert not used_range.overlaps(pool)
    # What holds without an answer is free as well, so that Enter is enough.
    default = IPv4Network(effective_of("33.0.1", facts).text("network.cidr"))
    assert not any(default.overlaps(other) for other in (*inventory_cidrs, *tenants))


def test_the_entry_of_the_pool_is_told_from_a_hole_beside_it() -> None:
    first = effective_of("33.0.1", _host(OSA, (_entry((50, 50)),))).text("network.pool")
    assert first == "172.29.232.51-172.29.235.200"
    written = (_entry((50, 50)), ("172.29.232.51", "172.29.235.200"))
    assert effective_of("33.0.1", _host(OSA, written)).text("network.pool") == first
