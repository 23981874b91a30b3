"""Type, segment and MTU are compared with what Neutron and the wires allow."""

from __future__ import annotations

import pytest

from octavia_wizard.core.facts.resources import SecurityGroup
from tests.core.findings.support import SERVICE, Example, Given, cloud, each, network


def _create(**settings: object) -> dict[str, object]:
    known = {"mode": "create", "name": "lbaas-mgmt", "created_by": "wizard"}
    return {f"network.{name}": value for name, value in {**known, **settings}.items()}


def _flat(**settings: object) -> dict[str, object]:
    return _create(provider_type="flat", physical_network="lbaas", **settings)


def _vlan(segment: int | None = 400, **settings: object) -> dict[str, object]:
    shape = {"provider_type": "vlan", "physical_network": "vlan", "segmentation_id": segment}
    return _create(**{**shape, **settings})


TENANT = network("n2", "tenant", provider_type="vlan", physical_network="vlan", segmentation_id=7)
TENANT_1400 = network("n2", "tenant", provider_type="flat", physical_network="lbaas", mtu=1400)
GROUP = SecurityGroup("g1", "octavia_sec_grp", SERVICE)
SECOND = SecurityGroup("g2", "octavia_sec_grp", SERVICE)
GROUP_NAMED = {"network.security_group": "octavia_sec_grp"}

EXAMPLES = (
    Example("mtu-too-small", Given(_flat(mtu=575)), Given(_flat(mtu=576)), says="575"),
    Example("mtu-low", Given(_flat(mtu=1279)), Given(_flat(mtu=1280))),
    Example(
        "mtu-above-physical",
        Given(_flat(mtu=1500), cloud=cloud(networks=(TENANT_1400,))),
        Given(_flat(mtu=1400), cloud=cloud(networks=(TENANT_1400,))),
        says="1400",
    ),
    Example(
        "mtu-without-overhead",
        Given(_create(provider_type="vxlan", mtu=1500)),
        Given(_create(provider_type="vxlan", mtu=1450)),
        says="1450",
    ),
    Example("physical-network-missing", Given(_create(provider_type="flat")), Given(_flat())),
    Example("segmentation-id-missing", Given(_vlan(None)), Given(_vlan(1))),
    Example("segmentation-id-out-of-range", Given(_vlan(4095)), Given(_vlan(4094)), says="4095"),
    Example(
        "flat-network-taken",
        Given(_flat(), cloud=cloud(networks=(TENANT_1400,))),
        Given(
            _create(provider_type="flat", physical_network="other"),
            cloud=cloud(networks=(TENANT_1400,)),
        ),
        says="tenant",
    ),
    Example(
        "segmentation-id-taken",
        Given(_vlan(7), cloud=cloud(networks=(TENANT,))),
        Given(_vlan(7, physical_network="other"), cloud=cloud(networks=(TENANT,))),
        says="tenant",
    ),
    Example(
        "network-name-ambiguous",
        Given(_flat(), cloud=cloud(networks=(network("n1"), network("n2")))),
        Given(_flat(), cloud=cloud(networks=(network("n1"), network("n2", "other")))),
        says="n2",
    ),
    Example(
        "security-group-ambiguous",
        Given(GROUP_NAMED, cloud=cloud(security_groups=(GROUP, SECOND))),
        Given(GROUP_NAMED, cloud=cloud(security_groups=(GROUP,))),
        says="g2",
    ),
    Example(
        "role-cannot-create-tunnel",
        Given(_create(provider_type="geneve", created_by="role")),
        Given(_create(provider_type="geneve")),
        says="geneve",
    ),
    Example(
        "role-cannot-set",
        Given(_vlan(created_by="role"), release="16.0.4"),
        Given(_vlan(created_by="role"), release="16.0.5"),
        says="octavia_provider_segmentation_id",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_our_own_network_does_not_take_its_segment_from_itself() -> None:
    ours = network(provider_type="vlan", physical_network="vlan", segmentation_id=400, mtu=1400)
    case = Given(_vlan(mtu=1500), cloud=cloud(networks=(ours,)))
    ids = {finding.id for finding in case.findings()}
    assert ids.isdisjoint({"segmentation-id-taken", "mtu-above-physical"})


@pytest.mark.parametrize(("kind", "fits"), [("vxlan", 1450), ("geneve", 1442)])
def test_a_tunnel_needs_room_for_its_header(kind: str, fits: int) -> None:
    for mtu in (fits, fits + 1):
        case = Given(_create(provider_type=kind, mtu=mtu))
        assert bool(case.found("mtu-without-overhead")) is (mtu > fits)


def test_an_underlay_that_carries_more_is_seen_by_other_tunnels() -> None:
    jumbo = network("n2", "tenant", provider_type="vxlan", mtu=8950)
    settings = _create(provider_type="vxlan", mtu=8950)
    assert not Given(settings, cloud=cloud(networks=(jumbo,))).found("mtu-without-overhead")


def test_vxlan_ids_are_shared_by_the_whole_cloud() -> None:
    other = network("n2", "tenant", provider_type="vxlan", segmentation_id=70)
    settings = _create(provider_type="vxlan", segmentation_id=70)
    assert Given(settings, cloud=cloud(networks=(other,))).found("segmentation-id-taken")


def test_a_vlan_id_still_to_be_answered_is_reported_once() -> None:
    settings = {k: v for k, v in _vlan().items() if k != "network.segmentation_id"}
    case = Given(settings, missing=("network.segmentation_id",))
    told = [f.id for f in case.findings() if f.key == "network.segmentation_id"]
    assert told == ["answer-missing"]


def test_the_wizard_can_set_what_an_old_role_cannot() -> None:
    assert not Given(_vlan(), release="16.0.4").found("role-cannot-set")
