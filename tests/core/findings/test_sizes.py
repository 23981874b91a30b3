"""Addresses, quotas and flavor suffice for the planned load balancers."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.resources import Quotas
from octavia_wizard.core.findings import Inspected
from octavia_wizard.core.image.inspect import ImageFile
from tests.core.findings.support import Example, Given, cloud, each, flavor, network, subnet

GIB = 1024**3
PLAN = {
    "capacity.topology": "ACTIVE_STANDBY",
    "capacity.anti_affinity": True,
    "capacity.load_balancers": 100,
    "capacity.set_quotas": False,
}


def _pool(last: int) -> Given:
    return Given({**PLAN, "network.pool": f"10.0.0.1-10.0.0.{last}"})


def _quota(instances: int, **settings: object) -> Given:
    more = {f"capacity.{name}": value for name, value in settings.items()}
    known = cloud(quotas=Quotas(compute={"instances": instances, "cores": -1}))
    return Given({**PLAN, **more}, cloud=known)


def _new(**settings: object) -> Given:
    known = {"flavor_source": "create", "ram_mib": 1024, "disk_gib": 2, "volume_backed": False}
    both = {f"capacity.{name}": value for name, value in {**known, **settings}.items()}
    file = ImageFile(Path("amphora.qcow2"), 1, "qcow2", 2 * GIB + 1)
    return Given(both, inspected=Inspected(image=file))


def _adopted(wanted: str, **parts: object) -> Given:
    settings = {"capacity.flavor_source": "adopt", "capacity.flavor_existing": wanted}
    return Given(settings, cloud=cloud(flavors=(flavor(**parts),)))


EXAMPLES = (
    Example("pool-too-small", _pool(199), _pool(200), says="199 addresses"),
    Example("pool-without-failover-room", _pool(209), _pool(210), says="209 addresses"),
    Example("quota-short", _quota(10), _quota(10, set_quotas=True), says="10 of 210"),
    Example("flavor-not-found", _adopted("f2"), _adopted("amphora"), says="amphora"),
    Example("flavor-ram-small", _new(ram_mib=511), _new(ram_mib=512), says="511"),
    Example("flavor-disk-too-small", _new(disk_gib=2), _new(disk_gib=3), says="2.0 GiB"),
    Example(
        "flavor-disk-beside-volume",
        _new(disk_gib=20, volume_backed=True, volume_size_gib=20),
        _new(disk_gib=0, volume_backed=True, volume_size_gib=20),
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


@pytest.mark.parametrize("limit", [-1, 210])
def test_an_unlimited_or_ample_quota_is_not_short(limit: int) -> None:
    assert not _quota(limit).found("quota-short")


def test_quotas_that_the_role_raises_itself_are_left_to_it() -> None:
    quotas = Quotas(compute={"instances": 10}, network={"ports": 10})
    for release, told in (("28.4.2", ""), ("30.1.5", "ports"), ("32.2.0", "virtual machines")):
        found = Given(PLAN, release=release, cloud=cloud(quotas=quotas)).found("quota-short")
        assert bool(found) is bool(told)
        assert not found or told in found[0].what


def test_a_disk_of_zero_is_as_large_as_the_image() -> None:
    assert not _new(disk_gib=0).found("flavor-disk-too-small")


def test_an_image_that_is_yet_to_be_built_is_as_large_as_asked_for() -> None:
    built = {**_new(disk_gib=2).settings, "image.source": "build", "image.size_gib": 3}
    assert "needs 3.0 GiB" in Given(built).found("flavor-disk-too-small")[0].what
    assert not Given({**built, "image.size_gib": 2}).found("flavor-disk-too-small")


def test_a_volume_is_compared_with_the_image_in_place_of_the_disk() -> None:
    case = _new(disk_gib=0, volume_backed=True, volume_size_gib=2)
    assert case.found("flavor-disk-too-small")[0].key == "capacity.volume_size_gib"


def test_an_adopted_flavor_is_judged_by_its_own_sizes() -> None:
    found = _adopted("f1", ram_mib=256).found("flavor-ram-small")
    assert found[0].key == "capacity.flavor_existing"
    assert not _adopted("f1").found("flavor-ram-small")


def test_the_pools_of_an_adopted_network_are_counted() -> None:
    small = subnet("10.0.0.0/24", pools=(("10.0.0.10", "10.0.0.19"), ("10.0.0.30", "10.0.0.39")))
    known = cloud(networks=(network(),), subnets=(small,))
    settings = {**PLAN, "network.mode": "adopt", "network.existing": "lbaas-mgmt"}
    assert "20 addresses" in Given(settings, cloud=known).found("pool-too-small")[0].what


def test_single_needs_half_the_addresses() -> None:
    settings = {**PLAN, "capacity.topology": "SINGLE", "network.pool": "10.0.0.1-10.0.0.110"}
    assert not [f for f in Given(settings).findings() if f.id.startswith("pool-")]
