"""A network to adopt must exist, be usable by amphorae, and match the answers."""

from __future__ import annotations

from typing import Any

from tests.core.findings.support import Example, Given, cloud, each, network, subnet

CIDR = "10.9.0.0/24"


def _adopt(existing: str = "lbaas-mgmt", **settings: object) -> dict[str, object]:
    known = {"mode": "adopt", "existing": existing, "cidr": CIDR}
    return {f"network.{name}": value for name, value in {**known, **settings}.items()}


def _seen(*subnets: str, dhcp: bool = False, **parts: Any) -> Given:
    known = cloud(
        networks=(network(**parts),), subnets=tuple(subnet(cidr, dhcp=dhcp) for cidr in subnets)
    )
    return Given(_adopt(), cloud=known)


GOOD = _seen(CIDR)

EXAMPLES = (
    Example("adopt-network-not-found", Given(_adopt("nowhere"), cloud=cloud()), GOOD, "nowhere"),
    Example(
        "adopt-network-ambiguous",
        Given(_adopt(), cloud=cloud(networks=(network("n1"), network("n2")))),
        Given(_adopt("n2"), cloud=cloud(networks=(network("n1"), network("n2")))),
        says="n2",
    ),
    Example(
        "adopt-network-foreign",
        _seen(CIDR, project_id="other"),
        _seen(CIDR, project_id="other", shared=True),
        says="other",
    ),
    Example("adopt-network-external", _seen(CIDR, external=True), GOOD),
    Example("adopt-network-without-subnet", _seen(), GOOD),
    Example("adopt-network-several-subnets", _seen(CIDR, "10.9.1.0/24"), GOOD, "10.9.1.0/24"),
    Example("adopt-cidr-differs", _seen("10.9.1.0/24"), GOOD, says="10.9.1.0/24"),
    Example(
        "adopt-dhcp-differs",
        Given(_adopt(dhcp=False), cloud=_seen(CIDR, dhcp=True).cloud),
        Given(_adopt(dhcp=True), cloud=_seen(CIDR, dhcp=True).cloud),
    ),
    Example(
        "allowed-cidr-excludes-network",
        Given({"network.cidr": CIDR, "network.allowed_cidr": "10.8.0.0/24"}),
        Given({"network.cidr": CIDR, "network.allowed_cidr": "10.0.0.0/8"}),
        says="10.8.0.0/24",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_before_27_the_role_does_not_limit_the_security_group_to_the_cidr() -> None:
    known = _seen("10.9.1.0/24").cloud
    assert not Given(_adopt(), release="26.5.3", cloud=known).found("adopt-cidr-differs")
    assert Given(_adopt(), release="27.0.0", cloud=known).found("adopt-cidr-differs")


def test_an_ipv6_subnet_alone_gives_amphorae_no_address() -> None:
    six = cloud(networks=(network(),), subnets=(subnet("fd00::/64", ip_version=6),))
    assert Given(_adopt(), cloud=six).found("adopt-network-without-subnet")


def test_the_security_group_is_compared_with_what_was_adopted() -> None:
    case = Given(_adopt(allowed_cidr=CIDR), cloud=_seen("10.9.1.0/24").cloud)
    assert "10.9.1.0/24" in case.found("allowed-cidr-excludes-network")[0].what


def test_without_a_cloud_nothing_is_said_about_the_network() -> None:
    assert not [f for f in Given(_adopt()).findings() if f.id.startswith("adopt-")]
