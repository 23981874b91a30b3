"""Networks to choose from: the likely ones first, and all that tells one from another."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Inventory, Part
from octavia_wizard.core.facts.resources import (
    AvailabilityZone,
    Compute,
    Flavor,
    Image,
    Network,
    NetworkUsage,
    Subnet,
)
from octavia_wizard.core.questions import Choice, Context, find_question
from octavia_wizard.core.questions.resolve import resolve
from tests.core.emit.support import DEPLOY, effective_of
from tests.core.findings.support import SERVICE, cloud, subnet

SEEN = cloud(
    networks=(
        Network("n1", "zebra", SERVICE, "vlan", "physnet1", 12, 1500),
        Network("n2", "lbaas-mgmt", "demo-id", "vlan", "physnet1", 400, 9000),
        Network("n3", "alpha", "demo-id", "geneve", None, 77, 1442),
        Network("n4", "octavia-public", SERVICE, "flat", "ext", None, 1500, external=True),
        Network("n5", "", "gone-id"),
    ),
    subnets=(
        subnet("10.20.0.0/24", "n2", dhcp=True),
        subnet("10.21.0.0/24", "n2"),
        subnet("fd00::/64", "n2", ip_version=6),
    ),
    projects={SERVICE: "service", "demo-id": "demo"},
    usage={"n2": NetworkUsage(12, 1021)},
)


def _choices(key: str, seen: CloudFacts | None) -> tuple[Choice, ...]:
    question = find_question(key)
    assert question is not None
    assert question.choices is not None
    facts = Facts(HostFacts(DEPLOY), cloud=seen)
    effective = effective_of("33.0.1", facts)
    found = question.choices(Context(effective.release, facts, effective))
    for choice in found:
        assert len(choice.cells) == len(question.columns)
    return found


def _cells(key: str, seen: CloudFacts) -> list[tuple[str, ...]]:
    return [choice.cells for choice in _choices(key, seen)]


def test_networks_in_a_table() -> None:
    assert _cells("network.existing", SEEN) == [
        ("lbaas-mgmt", "demo", "vlan 400 on physnet1", "10.20.0.0/24 10.21.0.0/24", "on off",
         "9000", "12/1021"),
        ("zebra", "service", "vlan 12 on physnet1", "none", "", "1500", "?"),
        ("n5", "?", "?", "none", "", "?", "?"),
        ("alpha", "demo", "geneve 77", "none", "", "1442", "?"),
        ("octavia-public", "service", "flat on ext", "none", "", "1500", "?"),
    ]  # fmt: skip


def test_what_may_not_be_read_is_a_question_mark_and_the_service_project_has_its_name() -> None:
    unread = {Part.PROJECTS: "403", Part.USAGE: "404", Part.SUBNETS: "503"}
    seen = replace(SEEN, projects={}, usage={}, subnets=(), unread=unread)
    rows = _cells("network.existing", seen)
    assert rows[0] == ("lbaas-mgmt", "?", "vlan 400 on physnet1", "?", "?", "9000", "?")
    assert rows[1][1] == "service"


def test_each_network_has_one_readable_line_too() -> None:
    choice = _choices("network.existing", SEEN)[0]
    assert (choice.value, choice.label) == ("n2", "lbaas-mgmt")
    assert choice.detail == "vlan 400 on physnet1, 10.20.0.0/24 10.21.0.0/24, MTU 9000"


def test_no_cloud_offers_nothing() -> None:
    for key in ("network.existing", "image.existing", "capacity.flavor_existing"):
        assert _choices(key, None) == ()


def test_ten_thousand_networks_are_a_matter_of_a_moment() -> None:
    networks = tuple(
        Network(f"n{n}", f"tenant-{n}", f"p{n % 99}", "geneve", None, n, 1442)
        for n in range(10_000)
    )
    subnets = tuple(
        Subnet(f"s{n}", "", f"n{n}", "p", f"10.{n // 250}.{n % 250}.0/24") for n in range(10_000)
    )
    seen = replace(
        SEEN,
        networks=networks,
        subnets=subnets,
        usage={f"n{n}": NetworkUsage(n, 2 * n) for n in range(10_000)},
    )
    begun = time.process_time()
    assert len(_choices("network.existing", seen)) == 10_000
    assert time.process_time() - begun < 0.8


def test_images_in_a_table_the_tagged_one_first() -> None:
    tag = "octavia-amphora-image"
    seen = replace(
        SEEN,
        images=(
            Image("i1", "cirros", "active", "demo-id", disk_format="raw", size=2**24),
            Image("i2", "zz-amphora", "active", SERVICE, (tag,), created_at="2026-03-04T05:06:07Z"),
        ),
    )
    assert _cells("image.existing", seen) == [
        ("zz-amphora", "active", "service", tag, "no data", "", "2026-03-04"),
        ("cirros", "active", "demo", "", "16 MiB", "raw", ""),
    ]


def test_flavors_and_zones_in_a_table() -> None:
    seen = replace(
        SEEN,
        flavors=(Flavor("f1", "m1.amphora", 1, 1024, 20, False),),
        zones=(AvailabilityZone("nova", True), AvailabilityZone("edge", False)),
        computes=(
            Compute("c1", "nova", True, True),
            Compute("c2", "nova", True, False),
            Compute("c3", "nova", False, True),
        ),
    )
    assert _cells("capacity.flavor_existing", seen) == [
        ("m1.amphora", "1", "1024 MiB", "20 GiB", "no")
    ]
    zone = "capacity.availability_zone"
    assert _cells(zone, seen) == [
        ("nova", "available", "1 of 3"),
        ("edge", "not available", "0 of 0"),
    ]
    blind = replace(seen, computes=(), unread={Part.COMPUTES: "403"})
    assert _cells(zone, blind)[0] == ("nova", "available", "?")


@pytest.mark.parametrize(
    ("kind", "title"), [("vlan", "VLAN id"), ("vxlan", "VNI"), ("geneve", "VNI")]
)
def test_a_segment_is_called_what_it_is(kind: str, title: str) -> None:
    question = find_question("network.segmentation_id")
    assert question is not None
    facts = Facts(HostFacts(DEPLOY))
    effective = effective_of("33.0.1", facts, network__provider_type=kind)
    assert question.title_in(Context(effective.release, facts, effective)) == title


def test_a_question_of_one_name_keeps_it() -> None:
    question = find_question("network.mtu")
    assert question is not None
    facts = Facts(HostFacts(DEPLOY))
    effective = effective_of("33.0.1", facts)
    assert question.title_in(Context(effective.release, facts, effective)) == question.title


def test_a_management_network_of_ipv6_is_no_proposal() -> None:
    inventory = Inventory(cidr_networks={"lbaas": "fd00:29::/64"})
    facts = Facts(HostFacts(DEPLOY, exists=True, inventory=inventory))
    given = Answers().with_value("cloud.release", "33.0.1", Provenance.PRESET)
    assert resolve(given, facts).text("network.cidr") == "172.29.232.0/22"
