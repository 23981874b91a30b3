"""The network to adopt is shown as it is, the one to create as it will be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import Network, NetworkUsage
from octavia_wizard.core.findings import check_all
from octavia_wizard.core.findings.inspected import Inspected
from octavia_wizard.core.questions import find_section
from octavia_wizard.core.views import view_beside
from octavia_wizard.core.views.model import Subject, plain_text, width_of
from octavia_wizard.core.views.network import VIEWS, draw_network
from tests.core.emit.support import DEPLOY, effective_of
from tests.core.findings.support import cloud, subnet

SEEN = cloud(
    networks=(
        Network("n1", "octavia-net", "demo-id", "vlan", "physnet1", 400, 1500),
        Network("n2", "a-tenant", "demo-id", "vxlan", None, 17, 1450),
        Network("n3", "public", "demo-id", "flat", "ext", external=True),
    ),
    subnets=(
        subnet("10.20.0.0/24", "n1", name="lb", pools=(("10.20.0.50", "10.20.0.199"),), dhcp=True),
        subnet("fd00::/64", "n1", ip_version=6),
    ),
    projects={"demo-id": "demo"},
    usage={"n1": NetworkUsage(12, 150)},
)
ADOPT: dict[str, Any] = {"network__mode": "adopt"}


def _draw(seen: CloudFacts | None = SEEN, width: int = 78, **answers: Any) -> str:
    facts = Facts(HostFacts(DEPLOY), cloud=seen)
    effective = effective_of("33.0.1", facts, **answers)
    findings = check_all(effective, facts, Inspected())
    picture = draw_network(Subject(effective, facts, findings), width)
    assert all(width_of(row) <= width for row in picture)
    assert len(picture) <= 8
    return plain_text(picture)


def test_an_adopted_network_with_its_subnet_use_and_findings() -> None:
    drawn = _draw(network__existing="octavia-net", **ADOPT)
    assert "octavia-net" in drawn
    assert "vlan 400 on physnet1, MTU 1500, project demo, 12 of 150 addresses used" in drawn
    assert "subnet lb: 10.20.0.0/24, DHCP on, no gateway" in drawn
    assert "Neutron hands out 10.20.0.50-10.20.0.199" in drawn
    assert "fd00" not in drawn
    assert "! octavia-net belongs to project demo, not to the service project" in drawn


def test_what_could_not_be_read_is_a_question_mark() -> None:
    gap = {Part.PROJECTS: "403", Part.USAGE: "404"}
    seen = replace(SEEN, projects={}, usage={}, unread=gap)
    drawn = _draw(seen, network__existing="octavia-net", **ADOPT)
    assert "project ?, ? addresses used" in drawn


def test_a_network_that_is_not_there_is_an_error() -> None:
    assert _draw(network__existing="nowhere", **ADOPT) == (
        "✗ No network has the id or name nowhere."
    )


def test_while_none_is_chosen_the_likely_ones_are_named() -> None:
    lines = _draw(**ADOPT).splitlines()
    assert lines[0] == "3 networks found; the most likely ones:"
    assert lines[1] == "  octavia-net: vlan 400 on physnet1, 10.20.0.0/24, MTU 1500"


def test_without_a_cloud_nothing_is_known() -> None:
    for seen in (None, replace(SEEN, unread={Part.NETWORKS: "503"})):
        assert "not known" in _draw(seen, network__existing="x", **ADOPT)


@pytest.mark.parametrize(
    ("answers", "carried", "way"),
    [
        ({}, "flat on lbaas", "br-lbaas ── flat on lbaas ── amphorae"),
        (
            {
                "network__provider_type": "vlan",
                "network__physical_network": "physnet1",
                "network__segmentation_id": 400,
            },
            "vlan 400 on physnet1",
            "br-lbaas ── vlan 400 on physnet1 ── amphorae",
        ),
        ({"network__provider_type": "geneve"}, "geneve", "your own way into geneve ── amphorae"),
    ],
)
def test_a_network_to_create_is_summed_up(answers: dict[str, Any], carried: str, way: str) -> None:
    drawn = _draw(network__gateway="172.29.232.1", **answers)
    assert f"Network lbaas-mgmt: {carried}, MTU" in drawn
    assert "made when you apply" in drawn
    assert "172.29.232.0/22, pool 172.29.232.50-172.29.235.200," in drawn
    assert "gateway 172.29.232.1, no DHCP" in " ".join(drawn.split())
    assert "octavia_sec_grp: lets 172.29.232.0/22 reach" in drawn
    assert way in drawn


def test_who_makes_it_and_whether_it_is_there() -> None:
    assert "made by the role" in _draw(network__created_by="role")
    assert "octavia-net: flat on lbaas, MTU 1500, there already" in _draw(
        network__name="octavia-net"
    )


@pytest.mark.parametrize("width", [30, 40, 60, 100])
def test_other_widths(width: int) -> None:
    _draw(width=width)
    _draw(width=width, network__existing="n1", **ADOPT)


def test_every_question_of_the_section_has_a_picture() -> None:
    for question in find_section("network").questions:
        assert view_beside(question.key) in VIEWS, question.key
