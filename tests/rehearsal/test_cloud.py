"""The services answer as those of any OpenStack cloud do, several callers at a time."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from octavia_wizard.rehearsal import configuration, control, private
from octavia_wizard.rehearsal.layout import Layout
from tests.conftest import RehearsalCloud

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

CALLERS = 6
ROUNDS = 18
IMAGE = os.urandom(2**20) * 8


@pytest.fixture(scope="module", autouse=True)
def _clouds_file(rehearsal_cloud: RehearsalCloud) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OS_CLIENT_CONFIG_FILE", str(rehearsal_cloud.clouds_file))
        yield


@contextmanager
def connected(cloud: str) -> Iterator[Any]:
    """Log in with one entry of the clouds.yaml."""
    import openstack

    connection = openstack.connect(cloud=cloud)
    with closing(connection):
        yield connection


def public_key() -> str:
    """Make the public half of an SSH key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    openssh = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return key.public_bytes(*openssh).decode()


@pytest.mark.parametrize(
    ("cloud", "user", "project"),
    [
        ("rehearsal", "admin", "admin"),
        ("rehearsal-octavia", "octavia", "service"),
        ("rehearsal-demo", "demo", "demo"),
    ],
)
def test_each_login_works(cloud: str, user: str, project: str) -> None:
    """And is who it says."""
    with connected(cloud) as connection:
        access = connection.session.auth.get_access(connection.session)
        assert (access.username, access.project_name) == (user, project)
        assert {entry["type"] for entry in connection.service_catalog} == {
            "identity",
            "image",
            "network",
            "compute",
            "placement",
            "load-balancer",
        }


def test_the_cloud_has_what_octavia_is_planned_against() -> None:
    """Two computes in zone nova, agents, roles, the amphora provider."""
    with connected("rehearsal") as admin:
        computes = [each for each in admin.compute.services() if each.binary == "nova-compute"]
        assert len({each.host for each in computes}) == 2
        assert {(each.state, each.availability_zone) for each in computes} == {("up", "nova")}
        assert len(list(admin.compute.hypervisors())) == 2
        assert all(agent.is_alive for agent in admin.network.agents())
        assert "amphora" in {provider.name for provider in admin.load_balancer.providers()}
        roles = {role.name for role in admin.identity.roles()}
        assert {f"load-balancer_{name}" for name in ("admin", "member", "observer")} <= roles


@pytest.mark.parametrize("network", ["physnet1", "physnet2", "provider", "lbaas", "vlan"])
def test_vlans_can_be_had_on_every_physical_network(network: str) -> None:
    """By number, as an operator asks for them."""
    with connected("rehearsal") as admin:
        made = admin.network.create_network(
            name="vlan",
            provider_network_type="vlan",
            provider_physical_network=network,
            provider_segmentation_id=4000,
        )
        assert made.provider_segmentation_id == 4000
        admin.network.delete_network(made)


def test_many_callers_at_a_time_are_served_without_a_fault(
    rehearsal_cloud: RehearsalCloud,
) -> None:
    """Everything the wizard does, by six at once; SQLite's lock never shows."""
    with ThreadPoolExecutor(CALLERS) as callers:
        rounds = [callers.submit(use_everything, number) for number in range(ROUNDS)]
        faults = [str(each.exception()) for each in rounds if each.exception()]
    assert faults == []


def use_everything(number: int) -> None:
    """Create, read, change and delete one of each."""
    unique = uuid.uuid4().hex[:8]
    with connected("rehearsal") as admin, connected("rehearsal-octavia") as octavia:
        project = admin.identity.find_project("service", ignore_missing=False).id
        use_networks(admin, octavia, unique, number)
        use_quotas(admin, project, number)
        use_compute(admin, octavia, unique, project)
        use_images(admin, octavia, unique, project)
        use_load_balancing(admin, unique, project, number)


def use_networks(admin: Any, octavia: Any, unique: str, number: int) -> None:
    """A flat and a tunnelled network, subnet, security group with rules, a port."""
    flat = admin.network.create_network(
        name=f"flat-{unique}",
        provider_network_type="flat",
        provider_physical_network=f"flat-{unique}",
        mtu=1450,
    )
    tunnel = octavia.network.create_network(name=f"tunnel-{unique}")
    prefix = f"10.{number}.0"
    subnet = admin.network.create_subnet(
        network_id=flat.id,
        name=f"subnet-{unique}",
        ip_version=4,
        cidr=f"{prefix}.0/24",
        gateway_ip=None,
        allocation_pools=[{"start": f"{prefix}.10", "end": f"{prefix}.99"}],
    )
    group = octavia.network.create_security_group(name=f"group-{unique}", description="trial")
    for port in (22, 9443):
        octavia.network.create_security_group_rule(
            security_group_id=group.id,
            direction="ingress",
            ethertype="IPv4",
            protocol="tcp",
            port_range_min=port,
            port_range_max=port,
        )
    assert len(octavia.network.get_security_group(group).security_group_rules) == 4
    port = octavia.network.create_port(network_id=flat.id, security_group_ids=[group.id])
    assert port.fixed_ips[0]["ip_address"].startswith(prefix)
    assert subnet.id in [each.id for each in admin.network.subnets()]
    octavia.network.delete_port(port)
    octavia.network.delete_security_group(group)
    admin.network.delete_subnet(subnet)
    admin.network.delete_network(flat)
    octavia.network.delete_network(tunnel)


def use_quotas(admin: Any, project: str, number: int) -> None:
    """nova's and neutron's, of one project, by all callers."""
    admin.network.update_quota(project, ports=6000 + number, security_groups=600)
    assert admin.network.get_quota(project).security_groups == 600
    admin.set_compute_quotas(project, cores=400 + number, instances=77)
    assert admin.get_compute_quotas(project).instances == 77


def use_compute(admin: Any, octavia: Any, unique: str, project: str) -> None:
    """A private flavor with extra specs and a key pair."""
    flavor = admin.compute.create_flavor(
        name=f"flavor-{unique}", ram=1024, vcpus=1, disk=3, is_public=False
    )
    admin.compute.create_flavor_extra_specs(flavor, {"hw_rng:allowed": "True"})
    admin.compute.flavor_add_tenant_access(flavor, project)
    assert flavor.id in [each.id for each in octavia.compute.flavors()]
    octavia.compute.create_keypair(name=f"key-{unique}", public_key=public_key())
    assert f"key-{unique}" in [each.name for each in octavia.compute.keypairs()]
    octavia.compute.delete_keypair(f"key-{unique}")
    admin.compute.delete_flavor(flavor)


def use_images(admin: Any, octavia: Any, unique: str, project: str) -> None:
    """Upload an image, find it again by tag and check its hash."""
    image = admin.image.create_image(
        f"image-{unique}",
        data=IMAGE,
        disk_format="raw",
        container_format="bare",
        visibility="shared",
        tags=[f"amphora-{unique}"],
        allow_duplicates=True,
    )
    found = list(admin.image.images(tag=f"amphora-{unique}"))
    assert [each.id for each in found] == [image.id]
    assert found[0].hash_value == hashlib.sha512(IMAGE).hexdigest()
    admin.image.add_member(found[0], member_id=project)
    octavia.image.update_member(project, image.id, status="accepted")
    assert image.id in [each.id for each in octavia.image.images()]
    admin.image.delete_image(found[0])


def use_load_balancing(admin: Any, unique: str, project: str, number: int) -> None:
    """octavia's providers, quota, flavors and list of load balancers."""
    assert "amphora" in [each.name for each in admin.load_balancer.providers()]
    admin.load_balancer.update_quota(project, load_balancers=50 + number)
    profile = admin.load_balancer.create_flavor_profile(
        name=f"profile-{unique}",
        provider_name="amphora",
        flavor_data='{"loadbalancer_topology": "SINGLE"}',
    )
    flavor = admin.load_balancer.create_flavor(
        name=f"flavor-{unique}", flavor_profile_id=profile.id, is_enabled=True
    )
    list(admin.load_balancer.load_balancers())
    admin.load_balancer.delete_flavor(flavor)
    admin.load_balancer.delete_flavor_profile(profile)


def test_a_load_balancer_becomes_active(rehearsal_cloud: RehearsalCloud) -> None:
    """With the amphora resources in octavia's configuration, across a stop and a start."""
    layout = rehearsal_cloud.layout
    with connected("rehearsal") as admin, connected("rehearsal-octavia") as octavia:
        network, subnet = give_octavia_its_resources(layout, admin, octavia)
    control.down(layout)
    control.up(layout, report=lambda progress: None)
    with connected("rehearsal-octavia") as octavia:
        assert octavia.network.find_network("lb-mgmt-net").id == network
        made = octavia.load_balancer.create_load_balancer(name="trial", vip_subnet_id=subnet)
        limit = time.monotonic() + 120
        while made.provisioning_status.startswith("PENDING") and time.monotonic() < limit:
            time.sleep(0.5)
            made = octavia.load_balancer.get_load_balancer(made.id)
        assert made.provisioning_status == "ACTIVE"
        servers = list(octavia.compute.servers())
        assert [server.status for server in servers] == ["ACTIVE"]


def give_octavia_its_resources(layout: Layout, admin: Any, octavia: Any) -> tuple[str, str]:
    """Make what amphorae need and tell octavia; returns the ids of network and subnet."""
    project = admin.identity.find_project("service").id
    network = octavia.network.create_network(name="lb-mgmt-net")
    subnet = octavia.network.create_subnet(
        network_id=network.id, name="lb-mgmt-subnet", ip_version=4, cidr="10.99.0.0/24"
    )
    group = octavia.network.create_security_group(name="lb-mgmt-sec-grp")
    octavia.compute.create_keypair(name="octavia_key", public_key=public_key())
    flavor = admin.compute.create_flavor(name="amphora", ram=512, vcpus=1, disk=1, is_public=False)
    octavia.image.create_image(
        "amphora", data=IMAGE, disk_format="raw", container_format="bare", tags=["amphora"]
    )
    private.write(
        configuration.octavia_overrides(layout) / "amphora.conf",
        "[controller_worker]\n"
        "amp_image_tag = amphora\n"
        f"amp_image_owner_id = {project}\n"
        f"amp_flavor_id = {flavor.id}\n"
        f"amp_boot_network_list = {network.id}\n"
        f"amp_secgroup_list = {group.id}\n"
        "amp_ssh_key_name = octavia_key\n",
    )
    return network.id, subnet.id


def test_the_databases_are_whole_and_all_files_private(rehearsal_cloud: RehearsalCloud) -> None:
    """After all that: SQLite's own check, and the mode of the files, images and logs among them."""
    for path in rehearsal_cloud.layout.state.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    databases = sorted(rehearsal_cloud.layout.data.glob("*.db"))
    assert len(databases) == 8
    for path in databases:
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
            assert database.execute("pragma journal_mode").fetchone() == ("wal",)
