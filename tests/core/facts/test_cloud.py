"""Look-ups in cloud facts: what a name or an id means."""

from __future__ import annotations

from octavia_wizard.core.facts import cloud as lookup
from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Keypair,
    Network,
    Quotas,
    SecurityGroup,
    Subnet,
)

FACTS = CloudFacts(
    "prod",
    "RegionOne",
    "service",
    service_project_id="p",
    networks=(
        Network("1", "a", "p"),
        Network("2", "a", "q"),
        Network("a", "three", "p"),
    ),
    subnets=(
        Subnet("s1", "x", "1", "p", "172.29.232.0/22"),
        Subnet("s2", "y", "1", "p", "fd00::/64", ip_version=6),
        Subnet("s3", "z", "2", "p", "172.29.232.0/22"),
    ),
    security_groups=(SecurityGroup("g", "octavia", "p"), SecurityGroup("h", "octavia", "q")),
    flavors=(Flavor("f", "small", 1, 1, 1), Flavor("small", "big", 2, 2, 2)),
    images=(Image("i", "amphora", "active", "p"), Image("j", "amphora", "active", "p")),
    keypairs=(Keypair("key", "u"),),
    quotas=Quotas(compute={"cores": 20}, network={"ports": 500}),
)


def test_an_id_wins_over_a_name_and_a_name_may_mean_several() -> None:
    """An operator may give either; nothing is chosen silently among several."""
    assert [network.id for network in lookup.networks_called(FACTS, "a")] == ["a"]
    assert [network.id for network in lookup.networks_called(FACTS, "three")] == ["a"]
    assert lookup.networks_called(FACTS, "none") == ()
    assert [flavor.name for flavor in lookup.flavors_called(FACTS, "small")] == ["big"]
    assert [image.id for image in lookup.images_called(FACTS, "amphora")] == ["i", "j"]


def test_overlap_is_looked_for_on_one_network_and_in_one_family() -> None:
    """Another network may use the same addresses."""
    found = lookup.overlapping(FACTS, "1", "172.29.235.0/24")
    assert [subnet.id for subnet in found] == ["s1"]
    assert lookup.overlapping(FACTS, "1", "10.0.0.0/8") == ()


def test_only_the_service_project_s_groups_count() -> None:
    """Octavia would not find one of another project."""
    assert [group.id for group in lookup.groups_called(FACTS, "octavia")] == ["g"]


def test_single_things_are_found_or_none() -> None:
    assert lookup.network_with(FACTS, "2") == FACTS.networks[1]
    assert lookup.subnet_with(FACTS, "s3") == FACTS.subnets[2]
    assert lookup.group_with(FACTS, "g") == FACTS.security_groups[0]
    assert lookup.flavor_with(FACTS, "f") == FACTS.flavors[0]
    assert lookup.network_with(FACTS, "9") is None


def test_limits_are_by_service() -> None:
    """A service that was not read has none."""
    assert lookup.limits_of(FACTS, "compute") == {"cores": 20}
    assert lookup.limits_of(FACTS, "volume") == {}
