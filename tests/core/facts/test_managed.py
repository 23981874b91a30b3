"""Who runs what: by the generated inventory, and by the configuration before there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.facts.inventory import Inventory, ManagedHost
from octavia_wizard.core.facts.managed import (
    agent_groups,
    computes,
    members,
    octavia_containers,
    on_metal,
)
from octavia_wizard.core.facts.model import HostFacts
from octavia_wizard.core.releases import find_release

OLD, NEW = find_release("31.3.0"), find_release("33.0.1")


def host(**parts: Any) -> HostFacts:
    """Make a deploy host with this inventory."""
    return HostFacts(Path("/etc/openstack_deploy"), inventory=Inventory(**parts))


def managed(*hosts: ManagedHost, **groups: tuple[str, ...]) -> dict[str, Any]:
    """Describe a generated inventory; of groups "__" stands for a hyphen."""
    named = {name.replace("__", "-"): names for name, names in groups.items()}
    return {"managed": {one.name: one for one in hosts}, "managed_groups": named}


def container(name: str, on: str = "infra1") -> ManagedHost:
    """Make a container on a host."""
    return ManagedHost(name, frozenset(), "172.29.236.50", on)


def metal(name: str) -> ManagedHost:
    """Make a host whose services run on itself."""
    return ManagedHost(name, frozenset(), "172.29.236.11", is_metal=True)


class TestOctavia:
    """Where Octavia's services run."""

    def test_containers_are_found_by_name_in_order(self) -> None:
        known = managed(container("b"), container("a"), container("other"), octavia_all=("b", "a"))
        assert [one.name for one in octavia_containers(host(**known), OLD)] == ["a", "b"]

    @pytest.mark.parametrize("release", [OLD, NEW], ids=["31", "33"])
    def test_the_service_groups_are_found_in_either_spelling(self, release: Any) -> None:
        known = managed(
            container("a"), container("b"), octavia__worker=("a",), octavia_housekeeping=("b",)
        )
        assert [one.name for one in octavia_containers(host(**known), release)] == ["a", "b"]

    def test_before_osa_made_its_inventory_there_are_none(self) -> None:
        assert octavia_containers(host(), NEW) == ()

    def test_a_group_may_name_a_host_the_inventory_does_not_have(self) -> None:
        known = managed(container("a"), octavia_all=("a", "gone"))
        assert [one.name for one in octavia_containers(host(**known), OLD)] == ["a"]


class TestComputes:
    """Where instances run."""

    def test_they_are_those_of_nova_compute(self) -> None:
        known = managed(metal("c2"), metal("c1"), metal("infra1"), nova_compute=("c2", "c1"))
        assert [one.name for one in computes(host(**known))] == ["c1", "c2"]

    def test_before_the_inventory_the_configuration_tells(self) -> None:
        groups = {
            "compute_hosts": {"c1": "172.29.236.21"},
            "kvm-compute_hosts": {"c2": "172.29.236.22"},
            "compute-infra_hosts": {"infra1": "172.29.236.11"},
        }
        found = computes(host(host_groups=groups))
        assert [(one.name, one.address) for one in found] == [
            ("c1", "172.29.236.21"),
            ("c2", "172.29.236.22"),
        ]

    def test_no_inventory_at_all_is_no_compute(self) -> None:
        assert computes(host()) == ()


class TestAgents:
    """Which of Neutron's agents have a host."""

    def test_the_newest_comes_first_and_empty_groups_do_not_count(self) -> None:
        known = managed(
            metal("n1"),
            neutron_linuxbridge_agent=("n1",),
            neutron_openvswitch_agent=(),
            neutron_ovn_gateway=("n1",),
        )
        found = agent_groups(host(**known))
        assert found == ("neutron_ovn_gateway", "neutron_linuxbridge_agent")

    def test_they_are_spelled_as_the_inventory_does(self) -> None:
        known = managed(metal("n1"), neutron_ovn__gateway=("n1",))
        assert agent_groups(host(**known)) == ("neutron_ovn-gateway",)


class TestMetal:
    """Which hosts run Octavia without a container."""

    def test_the_inventory_tells_it_of_hosts_it_has(self) -> None:
        known = managed(metal("infra1"), container("x", "infra2"), octavia_all=("infra1", "x"))
        assert on_metal(host(**known), OLD) == ("infra1",)

    def test_a_host_with_a_container_is_not_metal_whatever_the_configuration_says(self) -> None:
        known = managed(container("x", "infra1"), octavia_all=("x",))
        group = "octavia-infra_hosts"
        found = host(
            **known,
            host_groups={group: {"infra1": "10.0.0.1", "infra2": "10.0.0.2"}},
            no_containers={group: frozenset(("infra1", "infra2"))},
        )
        assert on_metal(found, OLD) == ("infra2",)

    def test_env_d_turns_every_host_of_the_group(self) -> None:
        found = host(
            host_groups={"octavia_infra_hosts": {"infra1": "10.0.0.1", "infra2": "10.0.0.2"}},
            metal_skeletons=frozenset(("octavia_server_container",)),
        )
        assert on_metal(found, NEW) == ("infra1", "infra2")

    def test_without_a_group_of_its_own_the_controllers_are_looked_at(self) -> None:
        group = "shared-infra_hosts"
        found = host(
            host_groups={group: {"infra1": "10.0.0.1", "infra2": "10.0.0.2"}},
            no_containers={group: frozenset(("infra2",))},
        )
        assert on_metal(found, OLD) == ("infra2",)

    def test_hosts_to_come_are_as_their_other_groups_are_or_as_all_are(self) -> None:
        groups = {
            "octavia_infra_hosts": {"infra1": "10.0.0.1"},
            "shared_infra_hosts": {"infra2": "10.0.0.2", "infra3": "10.0.0.3"},
        }
        free = {"shared_infra_hosts": frozenset(("infra2",))}
        wanted = ("infra1", "infra2", "infra3", "infra4")
        found = host(host_groups=groups, no_containers=free)
        assert on_metal(found, NEW, wanted) == ("infra2",)
        found = host(host_groups=groups, no_containers=free, all_without_containers=True)
        assert on_metal(found, NEW, wanted) == ("infra2", "infra4")

    def test_containers_are_the_rule(self) -> None:
        found = host(host_groups={"octavia-infra_hosts": {"infra1": "10.0.0.1"}})
        assert on_metal(found, OLD) == ()


def test_members_of_both_spellings_are_taken_together_once() -> None:
    known = Inventory(**managed(metal("a"), metal("b"), x__y=("a",), x_y=("b", "a")))
    assert sorted(members(known, "x-y")) == ["a", "b"]
