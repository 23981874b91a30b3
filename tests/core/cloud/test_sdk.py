"""The cloud steps on real services: what they make is read back by a separate connection."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openstack
import pytest

from octavia_wizard.core.cloud import sdk_read
from octavia_wizard.core.cloud.sdk import SdkCloud, connect
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.errors import CloudError, CredentialsError, Interrupted
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Network,
    NetworkUsage,
    Rule,
    SecurityGroup,
    Subnet,
)
from octavia_wizard.core.steps.base import Action, Step, UndoResult
from octavia_wizard.core.steps.flavor import FlavorStep
from octavia_wizard.core.steps.network import NetworkStep
from octavia_wizard.core.steps.quotas import QuotasStep
from octavia_wizard.core.steps.security_group import SecurityGroupStep
from octavia_wizard.core.steps.subnet import SubnetStep
from tests.conftest import RehearsalCloud
from tests.core.steps.settings import answered
from tests.fake_work import FakeWork

pytestmark = pytest.mark.integration

STEPS: tuple[Step, ...] = (
    NetworkStep(),
    SubnetStep(),
    SecurityGroupStep(),
    FlavorStep(),
    QuotasStep(),
)
NAMES: dict[str, Any] = {
    "network__name": "sdk-mgmt",
    "network__security_group": "sdk-group",
    "capacity__flavor_name": "sdk.amphora",
}


@pytest.fixture
def cloud(rehearsal_cloud: RehearsalCloud) -> Iterator[SdkCloud]:
    """The rehearsal cloud as administrator."""
    with connect("rehearsal", extra_files=[rehearsal_cloud.clouds_file]) as cloud:
        yield cloud


@pytest.fixture
def witness(
    rehearsal_cloud: RehearsalCloud, cloud: SdkCloud, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """A connection that shares nothing with the wizard's; it also cleans up."""
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(rehearsal_cloud.clouds_file))
    with openstack.connect("rehearsal") as connection:
        _clean(connection)
        yield connection
        _clean(connection)


def _clean(connection: Any) -> None:
    for network in list(connection.network.networks()):
        if network.name.startswith("sdk-"):
            connection.network.delete_network(network)
    for group in list(connection.network.security_groups()):
        if group.name.startswith("sdk-"):
            connection.network.delete_security_group(group)
    for flavor in list(connection.compute.flavors(is_public="None")):
        if flavor.name.startswith("sdk."):
            connection.compute.delete_flavor(flavor)
    for image in list(connection.image.images()):
        if image.name.startswith("sdk-"):
            connection.image.delete_image(image)


def carry_out(cloud: SdkCloud, effective: Effective) -> list[tuple[Step, FakeWork]]:
    """Apply all steps, and check after each that nothing is left to do."""
    works = []
    for step in STEPS:
        facts = Facts(HostFacts(Path("/nonexistent")), cloud=cloud.read(step.reads))
        work = FakeWork(effective, facts, cloud, step.id)  # type: ignore[arg-type]
        step.apply(work, step.decide(effective, facts))
        afterwards = Facts(facts.host, cloud=cloud.read(step.reads))
        assert step.decide(effective, afterwards).action is Action.KEEP
        works.append((step, work))
    return works


def take_back(works: list[tuple[Step, FakeWork]]) -> list[UndoResult]:
    """Undo everything in reverse."""
    return [
        step.undo(work, record).result
        for step, work in reversed(works)
        for record in reversed(work.records)
    ]


def test_a_whole_deployment_is_there_for_others_to_see_and_undo_removes_it(
    cloud: SdkCloud, witness: Any
) -> None:
    """Network, subnet, rules, flavor and quotas as planned, all of the service project."""
    project = witness.identity.find_project("service").id
    quotas = witness.compute.get_quota_set(project)
    works = carry_out(
        cloud,
        answered(
            **NAMES,
            network__provider_type="vlan",
            network__physical_network="vlan",
            network__segmentation_id=412,
            network__mtu=1450,
            network__dns_servers=["10.0.0.53"],
            ssh__enabled=True,
            capacity__extra_specs={"hw_rng:allowed": "True"},
        ),
    )
    network = witness.network.find_network("sdk-mgmt")
    assert (network.project_id, network.mtu, network.is_shared) == (project, 1450, False)
    assert (network.provider_network_type, network.provider_segmentation_id) == ("vlan", 412)
    subnet = witness.network.find_subnet("sdk-mgmt-subnet")
    assert (subnet.project_id, subnet.network_id) == (project, network.id)
    assert (subnet.cidr, subnet.gateway_ip) == ("172.29.232.0/22", None)
    assert (subnet.is_dhcp_enabled, subnet.dns_nameservers) == (False, ["10.0.0.53"])
    assert subnet.allocation_pools == [{"start": "172.29.232.50", "end": "172.29.235.200"}]
    group = witness.network.find_security_group("sdk-group", project_id=project)
    assert group.description == "security group for octavia amphora"
    assert sorted(
        (rule["direction"], rule["protocol"], rule["port_range_min"], rule["remote_ip_prefix"])
        for rule in group.security_group_rules
    ) == [
        ("egress", "udp", 5555, "172.29.232.0/22"),
        ("ingress", "tcp", 22, "172.29.232.0/22"),
        ("ingress", "tcp", 9443, "172.29.232.0/22"),
    ]
    # The role looks for rules of the group's own project and would make others anew.
    assert {rule["project_id"] for rule in group.security_group_rules} == {project}
    flavor = witness.compute.find_flavor("sdk.amphora", get_extra_specs=True)
    assert (flavor.vcpus, flavor.ram, flavor.disk, flavor.is_public) == (1, 1024, 20, False)
    assert flavor.extra_specs == {"hw_rng:allowed": "True"}
    assert witness.compute.get_quota_set(project).instances == 210
    assert witness.network.get_quota(project).security_group_rules >= 30100

    assert set(take_back(works)) == {UndoResult.REMOVED, UndoResult.RESTORED}
    assert witness.network.find_network("sdk-mgmt") is None
    assert witness.network.find_security_group("sdk-group") is None
    assert witness.compute.find_flavor("sdk.amphora") is None
    assert witness.compute.get_quota_set(project).instances == quotas.instances


def test_a_release_that_keeps_neutron_s_own_rules_has_them_beside_its_own(
    cloud: SdkCloud, witness: Any
) -> None:
    """Pike adds one rule to the two for egress."""
    works = carry_out(cloud, answered("16.0.29", **NAMES, network__allowed_cidr=...))
    group = witness.network.find_security_group("sdk-group")
    assert len(group.security_group_rules) == 3
    assert set(take_back(works)) == {UndoResult.REMOVED, UndoResult.RESTORED}


def test_drift_made_by_others_is_seen_and_mended(cloud: SdkCloud, witness: Any) -> None:
    """A deleted rule and subnet, a changed pool and MTU."""
    effective = answered(**NAMES)
    carry_out(cloud, effective)
    group = witness.network.find_security_group("sdk-group")
    witness.network.delete_security_group_rule(group.security_group_rules[0]["id"])
    witness.network.create_security_group_rule(
        security_group_id=group.id, direction="ingress", protocol="tcp", project_id=group.project_id
    )
    subnet = witness.network.find_subnet("sdk-mgmt-subnet")
    pool = [{"start": "172.29.233.1", "end": "172.29.233.9"}]
    witness.network.update_subnet(subnet, allocation_pools=pool, gateway_ip="172.29.232.9")
    witness.network.update_network(subnet.network_id, mtu=1300)
    works = carry_out(cloud, effective)
    kinds = [record.kind for _, work in works for record in work.records]
    assert sorted(kinds) == ["network MTU", "rule", "rule removal", "subnet settings"]
    take_back(works)
    assert witness.network.get_subnet(subnet.id).allocation_pools == pool
    assert witness.network.get_network(subnet.network_id).mtu == 1300


def test_undo_leaves_a_network_that_is_in_use(cloud: SdkCloud, witness: Any) -> None:
    """Neutron refuses, its words are reported, and the rest is undone."""
    works = carry_out(cloud, answered(**NAMES))
    network = witness.network.find_network("sdk-mgmt")
    port = witness.network.create_port(network_id=network.id)
    results = take_back(works)
    assert results.count(UndoResult.CHANGED_SINCE) == 2
    assert witness.network.find_network("sdk-mgmt") is not None
    witness.network.delete_port(port)
    assert take_back(works[:2]) == [UndoResult.REMOVED, UndoResult.REMOVED]


def test_all_parts_are_read_and_laid_over_what_is_known(cloud: SdkCloud, witness: Any) -> None:
    """Quotas by plural keys with usage; no volume service is no fault."""
    facts = cloud.read(frozenset(Part))
    assert dict(facts.unread) == {}
    assert (facts.name, facts.region, facts.admin) == ("rehearsal", "RegionOne", True)
    assert facts.service_project_id == witness.identity.find_project("service").id
    assert facts.octavia_user_id == witness.identity.find_user("octavia").id
    assert {"instances", "cores", "ram", "server_groups"} <= set(facts.quotas.compute)
    assert {"ports", "security_groups", "security_group_rules"} <= set(facts.quotas.network)
    assert facts.quotas.used["security_groups"] >= 1
    assert (facts.quotas.volume, facts.volume_types) == ({}, None)
    assert facts.computes
    assert [zone.name for zone in facts.zones] == ["nova"]
    known = replace(facts, networks=(), name="kept")
    assert cloud.read(frozenset({Part.IDENTITY}), known) == known


def test_names_of_projects_and_the_use_of_networks_help_to_choose(
    cloud: SdkCloud, witness: Any
) -> None:
    """Of two subnets only the IPv4 one counts: a pool of three addresses, two of them held."""
    project = witness.identity.find_project("service")
    network = witness.network.create_network(name="sdk-used", project_id=project.id)
    pool = [{"start": "10.99.0.10", "end": "10.99.0.12"}]
    common = {"network_id": network.id, "is_dhcp_enabled": False, "project_id": project.id}
    four = witness.network.create_subnet(
        ip_version=4, cidr="10.99.0.0/24", allocation_pools=pool, **common
    )
    witness.network.create_subnet(ip_version=6, cidr="fd00:99::/64", **common)
    ports = [
        witness.network.create_port(network_id=network.id, fixed_ips=[{"subnet_id": four.id}])
        for _ in range(2)
    ]
    try:
        facts = cloud.read(frozenset({Part.PROJECTS, Part.USAGE}))
    finally:
        for port in ports:
            witness.network.delete_port(port)
    assert dict(facts.unread) == {}
    assert facts.projects[project.id] == "service"
    assert facts.usage[network.id] == NetworkUsage(used=2, total=3)


def test_another_service_project_is_looked_up_by_its_name(cloud: SdkCloud) -> None:
    """As the answers call it."""
    known = CloudFacts("rehearsal", "RegionOne", "nowhere")
    facts = cloud.read(frozenset({Part.IDENTITY, Part.SECURITY_GROUPS, Part.QUOTAS}), known)
    assert (facts.service_project_id, facts.security_groups) == (None, ())
    assert dict(facts.unread) == {}


def test_pages_of_a_real_neutron_are_followed_to_the_end(
    cloud: SdkCloud, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five networks, two at a time."""
    project = cloud.read(frozenset({Part.IDENTITY})).service_project_id
    for number in range(5):
        witness.network.create_network(name=f"sdk-{number}", project_id=project)
    monkeypatch.setattr(sdk_read, "PAGE", 2)
    found = [one.name for one in cloud.read(frozenset({Part.NETWORKS})).networks]
    assert sorted(name for name in found if name.startswith("sdk-")) == [
        f"sdk-{number}" for number in range(5)
    ]


def test_a_member_sees_what_a_member_may_and_is_told_the_rest(
    rehearsal_cloud: RehearsalCloud,
) -> None:
    """Reading goes on; writing says which role it takes."""
    with connect("rehearsal-demo", extra_files=[rehearsal_cloud.clouds_file]) as demo:
        facts = demo.read(frozenset(Part))
        assert facts.admin is False
        assert "project service" in facts.unread[Part.IDENTITY]
        assert {Part.QUOTAS, Part.SECURITY_GROUPS, Part.COMPUTES} <= set(facts.unread)
        assert Part.PROJECTS in facts.unread
        assert facts.usage == {}
        with pytest.raises(CredentialsError, match="creating the flavor"):
            demo.create_flavor(Flavor("", "sdk.mine", 1, 1, 1))


def test_the_octavia_user_s_key_pair_is_uploaded_by_the_administrator(
    cloud: SdkCloud, witness: Any
) -> None:
    """Nova API 2.10; the role then finds it as that user."""
    user = cloud.read(frozenset({Part.IDENTITY})).octavia_user_id
    assert user is not None
    public = (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4Ms8QBJwqTnxNvGkRFBTP2zsFXSiXhYTAR0Q7BHq1M "
        "Generated-by-Nova"
    )
    cloud.delete_keypair("sdk_key", user)
    made = cloud.import_keypair("sdk_key", public, user)
    assert (made.public_key, made.user_id) == (public, user)
    (seen,) = (k for k in cloud.read(frozenset({Part.KEYPAIRS})).keypairs if k.name == "sdk_key")
    assert (seen.fingerprint, seen.public_key) == (made.fingerprint, public)
    assert witness.compute.get_keypair("sdk_key", user_id=user).fingerprint == made.fingerprint
    with pytest.raises(CloudError, match="already exists"):
        cloud.import_keypair("sdk_key", public, user)
    cloud.delete_keypair("sdk_key", user)
    cloud.delete_keypair("sdk_key", user)


def test_an_image_is_streamed_with_its_hashes_and_found_again(
    cloud: SdkCloud, witness: Any, tmp_path: Path
) -> None:
    """Owner, tag, visibility and properties as asked; progress ends at the size."""
    project = cloud.read(frozenset({Part.IDENTITY})).service_project_id or ""
    path, told = tmp_path / "image.raw", []
    path.write_bytes(bytes(range(256)) * 40_000)
    wanted = Image(
        "", "sdk-amphora", "", project, ("sdk-tag",), disk_format="raw", properties={"os_x": "y"}
    )
    made = cloud.create_image(wanted)
    assert (made.status, made.owner) == ("queued", project)
    digests = cloud.upload_image(
        made.id, path, lambda done, total: told.append((done, total)), threading.Event()
    )
    data = path.read_bytes()
    assert digests == {"sha512": hashlib.sha512(data).hexdigest()}
    assert told[-1] == (len(data), len(data))
    image = cloud.get_image(made.id)
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert (image.status, image.checksum, image.size) == ("active", md5, len(data))
    assert (image.hash_algo, image.hash_value) == ("sha512", digests["sha512"])
    assert (image.tags, image.properties["os_x"]) == (("sdk-tag",), "y")
    assert image in cloud.read(frozenset({Part.IMAGES})).images
    changed = cloud.update_image(
        made.id, {"tags": ("a", "b"), "properties": {"os_x": None, "os_z": "1"}}
    )
    assert (changed.tags, "os_x" in changed.properties) == (("a", "b"), False)
    assert sorted(witness.image.get_image(made.id).tags) == ["a", "b"]
    cloud.delete_image(made.id)
    with pytest.raises(CloudError, match="HTTP 404"):
        cloud.get_image(made.id)


def test_an_upload_stops_when_told_to_and_the_cloud_is_usable_afterwards(
    cloud: SdkCloud, witness: Any, tmp_path: Path
) -> None:
    """The image stays queued for another try or removal."""
    path, cancel = tmp_path / "image.raw", threading.Event()
    path.write_bytes(b"x" * (9 * 1024 * 1024))
    made = cloud.create_image(Image("", "sdk-amphora", "", "", disk_format="raw"))
    with pytest.raises(Interrupted):
        cloud.upload_image(made.id, path, lambda done, total: cancel.set(), cancel)
    assert cloud.get_image(made.id).status in ("queued", "saving")
    cloud.delete_image(made.id)


def test_deleting_what_is_gone_is_no_fault(cloud: SdkCloud) -> None:
    """Undo may be run again after a lost answer."""
    nothing = "00000000-0000-4000-8000-000000000000"
    for delete in (
        cloud.delete_network,
        cloud.delete_subnet,
        cloud.delete_security_group,
        cloud.delete_rule,
        cloud.delete_flavor,
        cloud.delete_image,
    ):
        delete(nothing)


def test_refusals_carry_neutron_s_words(cloud: SdkCloud, witness: Any) -> None:
    """A duplicate rule, an overlapping subnet, a taken VLAN id."""
    project = cloud.read(frozenset({Part.IDENTITY})).service_project_id or ""
    group = cloud.create_security_group(SecurityGroup("", "sdk-group", project))
    rule = Rule("ingress", "tcp", 80, 80)
    assert cloud.create_rule(group.id, rule) == rule
    with pytest.raises(CloudError, match="already exists"):
        cloud.create_rule(group.id, rule)
    network = cloud.create_network(Network("", "sdk-mgmt", project, "vlan", "vlan", 413))
    with pytest.raises(CloudError, match=r"413.*HTTP 409"):
        cloud.create_network(Network("", "sdk-other", project, "vlan", "vlan", 413))
    subnet = Subnet("", "sdk-subnet", network.id, project, "10.9.0.0/24")
    made = cloud.create_subnet(subnet)
    with pytest.raises(CloudError, match="overlap"):
        cloud.create_subnet(replace(subnet, name="sdk-2"))
    changed = cloud.update_subnet(made.id, {"pools": (("10.9.0.10", "10.9.0.20"),), "dhcp": True})
    assert (changed.pools, changed.dhcp) == ((("10.9.0.10", "10.9.0.20"),), True)
