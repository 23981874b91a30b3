"""What load balancers need: amphorae, quotas, and the table an operator sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.capacity import (
    capacity_needs,
    needed_quotas,
    planned_amphorae,
    raised_quotas,
)
from octavia_wizard.core.facts.model import Part
from octavia_wizard.core.facts.resources import Flavor
from tests.core.steps.settings import answered
from tests.fakes import DEFAULT_QUOTAS, FakeCloud, seen


def test_a_pair_needs_two_of_everything_and_a_group() -> None:
    """Ten more amphorae for as many failovers as Octavia does at once."""
    needed = needed_quotas(answered(capacity__load_balancers=100, capacity__vcpus=2))
    assert needed.compute == {
        "instances": 210,
        "cores": 420,
        "ram": 210 * 1024,
        "server_groups": 100,
        "server_group_members": 3,
    }
    assert needed.network == {"ports": 2100, "security_groups": 301, "security_group_rules": 30100}
    assert needed.volume == {}


def test_single_needs_half_and_no_server_group() -> None:
    """Whatever is said of anti-affinity; spare amphorae count."""
    needed = needed_quotas(answered(capacity__topology="SINGLE", capacity__spare_pool=5))
    assert needed.compute["instances"] == 115
    assert "server_groups" not in needed.compute


def test_pairs_without_anti_affinity_need_no_server_group() -> None:
    """Nova then places them freely."""
    assert "server_groups" not in needed_quotas(answered(capacity__anti_affinity=False)).compute


def test_no_more_are_replaced_at_once_than_there_are() -> None:
    """One load balancer does not need eleven machines."""
    plan = planned_amphorae(answered(capacity__topology="SINGLE", capacity__load_balancers=1))
    assert (plan.steady, plan.most) == (1, 2)


def test_volumes_count_where_amphorae_boot_from_them() -> None:
    """The role's size where none is answered."""
    needed = needed_quotas(answered(capacity__volume_backed=True))
    assert needed.volume == {"volumes": 210, "gigabytes": 4200}


def test_an_adopted_flavor_brings_its_own_sizes() -> None:
    """The answers have none then."""
    needed = needed_quotas(
        answered(capacity__vcpus=..., capacity__ram_mib=...), Flavor("f", "big", 4, 8192, 10)
    )
    assert (needed.compute["cores"], needed.compute["ram"]) == (840, 210 * 8192)


def test_a_limit_the_service_does_not_report_is_not_set() -> None:
    """Old clouds have no quota of server groups."""
    quotas = replace(DEFAULT_QUOTAS, compute={"instances": 10, "cores": 20, "ram": 51200})
    facts = seen(FakeCloud(quotas=quotas), frozenset({Part.QUOTAS})).cloud
    assert facts is not None
    assert "server_groups" not in raised_quotas(answered(), facts)["compute"]


@pytest.mark.parametrize("wanted", [True, False])
def test_the_table_says_what_is_now_needed_and_afterwards(wanted: bool) -> None:
    """Without raising them, the limits stay, and what is short is known."""
    facts = seen(FakeCloud(), frozenset({Part.QUOTAS})).cloud
    rows = {row.name: row for row in capacity_needs(answered(capacity__set_quotas=wanted), facts)}
    memory, members, disk = (
        rows[name] for name in ("memory", "server group members", "local disk")
    )
    assert (memory.now, memory.needed, memory.unit) == (51200, 215040, "MiB")
    assert memory.short
    assert memory.after == (215040 if wanted else 51200)
    assert (members.now, members.after, members.short) == (10, 10, False)
    assert (disk.needed, disk.unit, disk.now) == (4200, "GiB", None)


def test_the_table_needs_no_cloud() -> None:
    """Files only still shows what will be needed."""
    rows = capacity_needs(answered(), None)
    assert all(row.now is None and not row.short for row in rows)
    assert rows[0].needed == 210


def test_the_table_says_what_one_load_balancer_takes_and_what_is_in_use() -> None:
    """A pair takes two of everything, three security groups and one server group."""
    quotas = replace(DEFAULT_QUOTAS, used={"instances": 3, "ram": 2048})
    facts = seen(FakeCloud(quotas=quotas), frozenset({Part.QUOTAS})).cloud
    rows = {row.name: row for row in capacity_needs(answered(), facts)}
    assert {name: row.each for name, row in rows.items()} == {
        "virtual machines": 2,
        "vCPUs": 2,
        "memory": 2048,
        "local disk": 40,
        "server groups": 1,
        "server group members": None,
        "ports": 20,
        "security groups": 3,
        "security group rules": 300,
    }
    assert (rows["virtual machines"].used, rows["memory"].used) == (3, 2048)
    assert rows["vCPUs"].used is None


def test_a_spare_amphora_costs_what_an_amphora_costs() -> None:
    """With volumes also their space."""
    plan = planned_amphorae(answered(capacity__volume_backed=True, capacity__disk_gib=0))
    assert plan.cost(3) == {
        "instances": 3,
        "cores": 3,
        "ram": 3072,
        "ports": 30,
        "volumes": 3,
        "gigabytes": 60,
    }
