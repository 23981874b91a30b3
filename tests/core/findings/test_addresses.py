"""Addresses that would collide or that nobody could use are found before Neutron refuses them."""

from __future__ import annotations

from octavia_wizard.core.answers.answers import Provenance
from tests.core.findings.support import (
    Example,
    Given,
    cloud,
    each,
    inventory,
    network,
    subnet,
)

CIDR = "172.29.232.0/22"


def _create(**settings: object) -> dict[str, object]:
    known = {"network.mode": "create", "network.name": "lbaas-mgmt", "network.cidr": CIDR}
    return {**known, **{f"network.{name}": value for name, value in settings.items()}}


def _with(pool: str | None = "172.29.232.50-172.29.235.200", **settings: object) -> Given:
    return Given(_create(pool=pool, **settings))


GOOD = _with(gateway="172.29.232.1")
NETWORKS = (network(), network("n2", "tenant"))

EXAMPLES = (
    Example(
        "pool-outside-cidr",
        _with("172.29.235.0-172.29.236.10"),
        _with("172.29.232.1-172.29.235.254"),
        says="172.29.236.10",
    ),
    Example(
        "pool-takes-reserved-address",
        _with("172.29.232.1-172.29.235.255"),
        _with("172.29.232.1-172.29.235.254"),
        says="broadcast",
    ),
    Example("pool-not-set", _with(None), _with()),
    Example("gateway-outside-cidr", _with(gateway="172.29.236.1"), GOOD, says="172.29.236.1"),
    Example("gateway-is-reserved-address", _with(gateway="172.29.232.0"), GOOD),
    Example("gateway-inside-pool", _with(gateway="172.29.232.50"), _with(gateway="172.29.232.49")),
    Example(
        "controller-inside-pool",
        Given(
            _create(pool="172.29.232.10-172.29.235.200"),
            host=inventory(host_groups={"shared-infra_hosts": {"infra1": "172.29.232.11"}}),
        ),
        Given(
            _create(pool="172.29.232.10-172.29.235.200"),
            host=inventory(host_groups={"shared-infra_hosts": {"infra1": "172.29.232.9"}}),
        ),
        says="infra1",
    ),
    Example(
        "cidr-overlaps-own-subnet",
        Given(_create(), cloud=cloud(networks=NETWORKS, subnets=(subnet("172.29.232.0/24"),))),
        Given(_create(), cloud=cloud(networks=NETWORKS, subnets=(subnet(CIDR),))),
        says="172.29.232.0/24",
    ),
    Example(
        "cidr-overlaps-subnet",
        Given(
            _create(), cloud=cloud(networks=NETWORKS, subnets=(subnet("172.29.233.0/24", "n2"),))
        ),
        Given(
            _create(), cloud=cloud(networks=NETWORKS, subnets=(subnet("172.29.236.0/24", "n2"),))
        ),
        says="tenant",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_a_pool_outside_the_cidr_is_one_finding_not_several() -> None:
    found = _with("10.0.0.1-10.0.0.9").findings()
    assert [finding.id for finding in found if finding.key == "network.pool"] == [
        "pool-outside-cidr"
    ]


def test_an_answered_host_inside_the_pool_is_found_too() -> None:
    settings = _create(pool="172.29.232.50-172.29.235.200") | {
        "deployment.hosts": {"infra1": "172.29.233.1"}
    }
    assert "infra1" in Given(settings).found("controller-inside-pool")[0].what


def test_an_address_of_octavia_hm_hosts_inside_the_pool_is_found_too() -> None:
    settings = _create(pool="172.29.232.50-172.29.235.200") | {
        "variables.octavia_hm_hosts": "172.29.232.9, 172.29.232.60"
    }
    found = Given(settings).found("controller-inside-pool")
    assert "172.29.232.60" in found[0].what
    assert "172.29.232.9 " not in found[0].what


def test_the_role_of_the_first_releases_cannot_be_told_a_pool() -> None:
    settings = _create(pool="172.29.232.50-172.29.235.200", created_by="role")
    for release, warned in (("16.0.4", True), ("16.0.5", False)):
        case = Given(settings, release=release, provenance=Provenance.COMPUTED)
        assert bool(case.found("pool-not-set")) is warned


def test_a_pool_still_to_be_answered_is_not_warned_about() -> None:
    settings = {k: v for k, v in _create().items() if k != "network.pool"}
    assert not Given(settings, missing=("network.pool",)).found("pool-not-set")


def test_subnets_that_could_not_be_read_are_not_compared() -> None:
    from octavia_wizard.core.facts.model import Part

    known = cloud(networks=NETWORKS, unread={Part.SUBNETS: "503"})
    assert not Given(_create(), cloud=known).found("cidr-overlaps-subnet")
