"""Effective values follow from answers and facts, each with the grounds it stands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import PresetError
from octavia_wizard.core.facts.model import (
    CloudFacts,
    DeployedRole,
    Evidence,
    Facts,
    HostFacts,
    Inventory,
    ProviderNetwork,
)
from octavia_wizard.core.facts.resources import Compute, Image, Network, Subnet
from octavia_wizard.core.questions.resolve import resolve

HOST = HostFacts(Path("/etc/openstack_deploy"))


def effective(facts: Facts | None = None, **answers: object) -> Effective:
    """Resolve answers given as section__key."""
    values = {key.replace("__", "."): value for key, value in answers.items()}
    return resolve(Answers(values=values), facts or Facts(HOST))


def test_an_answer_beats_what_was_detected() -> None:
    facts = Facts(HostFacts(Path("/d"), release=Evidence("29.2.4", "the wrapper")))
    assert effective(facts).release.name == "29.2.4"
    assert effective(facts).settings["cloud.release"].detail == "the wrapper"
    assert effective(facts, cloud__release="33.0.1").release.name == "33.0.1"


ROLE = DeployedRole(
    Path("/etc/ansible/roles/os_octavia"),
    {"octavia_site_setting": 3, "octavia_amp_ram": 4096},
    frozenset(("octavia_site_setting", "octavia_amp_ram")),
)


def with_role(detected: str | None) -> Facts:
    """Describe a deploy host with a role of its own."""
    evidence = Evidence(detected, "the wrapper") if detected else None
    return Facts(HostFacts(Path("/d"), release=evidence, role=ROLE))


@pytest.mark.parametrize("answered", [None, "31.3.0", "2025.1"])
def test_the_deployed_role_tells_what_its_release_reads(answered: str | None) -> None:
    facts = with_role("31.3.0")
    found = effective(facts, cloud__release=answered) if answered else effective(facts)
    assert found.release.has("octavia_site_setting")
    assert found.value("capacity.ram_mib") == 4096


@pytest.mark.parametrize(("detected", "answered"), [("31.3.0", "33.0.1"), (None, "31.3.0")])
def test_for_another_release_the_catalogue_tells(detected: str | None, answered: str) -> None:
    release = effective(with_role(detected), cloud__release=answered).release
    assert not release.has("octavia_site_setting")
    assert release.role is None


def test_the_role_is_looked_at_once_a_reading() -> None:
    facts = with_role("31.3.0")
    assert effective(facts).release is effective(facts).release


def test_without_a_release_it_is_missing() -> None:
    assert "cloud.release" in effective().missing


def test_a_release_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PresetError, match=r"cloud\.release"):
        effective(cloud__release="15.1.28")


@pytest.mark.parametrize(
    ("release", "topology", "anti_affinity", "spare_pool"),
    [
        ("16.0.29", "SINGLE", False, 1),
        ("21.2.12", "SINGLE", False, 1),
        ("22.4.4", "SINGLE", False, 0),
        ("26.5.3", "SINGLE", False, None),
        ("27.0.0", "ACTIVE_STANDBY", True, None),
        ("33.0.1", "ACTIVE_STANDBY", True, None),
    ],
)
def test_defaults_are_those_of_the_release(
    release: str, topology: str, anti_affinity: bool, spare_pool: int | None
) -> None:
    found = effective(cloud__release=release)
    assert found.text("capacity.topology") == topology
    assert found.flag("capacity.anti_affinity") is anti_affinity
    assert found.maybe_number("capacity.spare_pool") == spare_pool


def test_one_compute_makes_a_single_topology_the_proposal() -> None:
    cloud = CloudFacts("c", "r", "service", computes=(Compute("c1", "nova", True, True),))
    found = effective(Facts(HOST, cloud=cloud), cloud__release="33.0.1")
    assert found.text("capacity.topology") == "SINGLE"
    assert found.settings["capacity.topology"].provenance is Provenance.DETECTED


def test_questions_that_do_not_apply_have_no_value_and_their_answers_are_named() -> None:
    found = effective(cloud__mode="files", cloud__release="33.0.1", cloud__name="c")
    assert "cloud.name" not in found
    assert "image.path" not in found
    assert found.unused == ("cloud.name",)


def test_a_vlan_needs_its_id_and_an_overlay_does_not() -> None:
    assert "network.segmentation_id" in effective(network__provider_type="vlan").missing
    assert effective(network__provider_type="geneve").maybe_number("network.mtu") == 1442
    assert "network.segmentation_id" not in effective(network__provider_type="geneve").missing
    assert "network.segmentation_id" not in effective(network__provider_type="flat")


def test_the_inventory_names_the_vlan_network() -> None:
    entry = ProviderNetwork(
        "physnet1", "vlan", "br-vlan", None, ("neutron_ovn_gateway",), None, None, "line 40"
    )
    facts = Facts(HostFacts(Path("/d"), inventory=Inventory(provider_networks=(entry,))))
    found = effective(facts, network__provider_type="vlan", cloud__release="33.0.1")
    assert found.text("network.physical_network") == "physnet1"
    assert found.settings["network.physical_network"].detail == "line 40"
    assert found.text("network.agent_group") == "neutron_ovn_gateway"


def test_an_adopted_network_gives_its_cidr() -> None:
    cloud = CloudFacts(
        "c",
        "r",
        "service",
        networks=(Network("n1", "octavia", "p"),),
        subnets=(Subnet("s1", "sub", "n1", "p", "10.9.0.0/24"),),
    )
    found = effective(Facts(HOST, cloud=cloud), network__mode="adopt", network__existing="octavia")
    assert found.text("network.cidr") == "10.9.0.0/24"
    assert "network.pool" not in found


def test_hosts_come_from_the_inventory() -> None:
    inventory = Inventory(
        host_groups={"shared-infra_hosts": {"infra1": "172.29.236.11"}},
        group_sources={"shared-infra_hosts": "openstack_user_config.yml"},
    )
    found = effective(Facts(HostFacts(Path("/d"), inventory=inventory)))
    assert found.mapping("deployment.hosts") == {"infra1": "172.29.236.11"}


def test_an_image_with_the_tag_is_proposed() -> None:
    image = Image("i1", "amphora", "active", "p", tags=("octavia-amphora-image",))
    cloud = CloudFacts("c", "r", "service", images=(image,))
    found = effective(Facts(HOST, cloud=cloud))
    assert found.text("image.source") == "existing"
    assert found.text("image.existing") == "i1"


def test_a_named_file_is_meant_even_when_its_image_is_in_the_cloud_already() -> None:
    image = Image("i1", "amphora", "active", "p", tags=("octavia-amphora-image",))
    cloud = CloudFacts("c", "r", "service", images=(image,))
    found = effective(Facts(HOST, cloud=cloud), image__path="/srv/amphora.qcow2")
    assert found.text("image.source") == "file"
    assert found.unused == ()


def test_the_environment_is_proposed_as_long_as_it_describes_a_cloud() -> None:
    cloud = CloudFacts("environment", "r", "service")
    found = effective(Facts(HOST, cloud_in_environment=True, cloud=cloud))
    assert found.settings["cloud.name"].value is None


def test_readers_refuse_the_wrong_type() -> None:
    found = effective(cloud__release="33.0.1")
    with pytest.raises(TypeError):
        found.number("network.cidr")
    with pytest.raises(KeyError):
        found.text("image.url")
    assert found.maybe_text("image.url") is None
    assert found.texts("network.dns_servers") == ()
