"""A deployment is verified on real services: Octavia creates a load balancer, and it goes again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openstack
import pytest
from click.testing import CliRunner, Result

from octavia_wizard.cli import cli
from octavia_wizard.core.facts.verified import read_verified
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.verification import verify as verify_module
from octavia_wizard.core.verification.bounds import bounds_of
from octavia_wizard.core.verification.smoke_names import PREFIX
from octavia_wizard.rehearsal import configuration, control, private
from octavia_wizard.rehearsal.deploy_dir import ensure_deploy_dir
from octavia_wizard.rehearsal.layout import Layout
from tests.conftest import RehearsalCloud
from tests.core.image.support import qcow2

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::PendingDeprecationWarning:openstack"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:openstack"),
]

PRESET = """\
schema: 1
description: the test of verifications
cloud: {name: rehearsal, release: 33.0.1}
network: {name: verify-mgmt, provider_type: vlan, physical_network: physnet1, segmentation_id: 391,
          cidr: 10.91.0.0/24, pool: 10.91.0.50-10.91.0.200, security_group: verify-group}
image: {source: file, path: ../amphora.qcow2, name: verify-amphora, tag: verify-tag}
certificates: {key_type: ec-p256}
ssh: {enabled: false}
capacity: {load_balancers: 5, flavor_name: verify-flavor, topology: SINGLE, disk_gib: 1}
"""
STEPS = "network,subnet,security_group,flavor,image,quotas"
Connection = Any


@dataclass(frozen=True, slots=True)
class Site:
    """A deployment on the rehearsal cloud whose Octavia knows what amphorae are made of."""

    root: Path
    deploy_dir: Path
    cloud: Connection

    @property
    def place(self) -> DeploymentPlace:
        """Where its state is."""
        return DeploymentPlace.of(self.deploy_dir)

    @property
    def words(self) -> list[str]:
        """The options of every call."""
        return ["--deploy-dir", str(self.deploy_dir), "--cloud", "rehearsal"]

    @property
    def preset(self) -> str:
        """The preset."""
        return str(self.root / "work" / "site.yml")

    def run(self, *arguments: str) -> Result:
        """Call octavia-wizard in this process."""
        return CliRunner().invoke(cli, [*self.words, *arguments])

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Call octavia-wizard in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "octavia_wizard", *self.words, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def balancers(self) -> list[Any]:
        """Return the load balancers there are."""
        return list(self.cloud.load_balancer.load_balancers())

    def wait_for_one(self) -> None:
        """Wait until a load balancer is being created."""
        limit = time.monotonic() + 90
        while not any(one.provisioning_status == "PENDING_CREATE" for one in self.balancers()):
            assert time.monotonic() < limit, "no load balancer was begun"
            time.sleep(0.3)

    def traces(self) -> list[str]:
        """Return what a smoke test has left anywhere."""
        network, compute = self.cloud.network, self.cloud.compute
        named = [*network.networks(), *network.subnets()]
        found = [one.name for one in named if one.name.startswith(PREFIX)]
        found += [one.name for one in self.balancers()]
        found += [one.name for one in network.ports() if one.name.startswith("octavia-lb")]
        found += [one.name for one in network.security_groups() if one.name.startswith("lb-")]
        found += [one.name for one in compute.server_groups(all_projects=True)]
        return found + [one.name for one in compute.servers(all_projects=True)]


@pytest.fixture(scope="module")
def site(
    rehearsal_cloud: RehearsalCloud, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Make all that amphorae need, tell Octavia, and start it anew."""
    root = tmp_path_factory.mktemp("site")
    (root / "work").mkdir()
    (root / "work" / "site.yml").write_text(PRESET)
    layout = Layout.default(16000, root=root / "rehearsal")
    layout.state.mkdir(parents=True)
    deploy_dir = ensure_deploy_dir(layout)
    qcow2(root / "amphora.qcow2")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OS_")]:
            patch.delenv(name)
        for name in ("STATE", "CACHE", "CONFIG"):
            patch.setenv(f"XDG_{name}_HOME", str(root / name.lower()))
        patch.setenv("OS_CLIENT_CONFIG_FILE", str(rehearsal_cloud.clouds_file))
        config = openstack.config.OpenStackConfig(config_files=[str(rehearsal_cloud.clouds_file)])
        cloud = openstack.connection.Connection(config=config.get_one("rehearsal"))
        made = Site(root, deploy_dir, cloud)
        done = made.run("replay", made.preset, "--yes", "--only", STEPS)
        assert done.exit_code == 0, done.output
        tell_octavia(rehearsal_cloud, cloud)
        yield made
        cloud.close()


def tell_octavia(rehearsal: RehearsalCloud, cloud: Connection) -> None:
    """Do what the os_octavia role does with what the wizard made."""
    layout = rehearsal.layout
    flavor = cloud.compute.find_flavor("verify-flavor").id
    network = cloud.network.find_network("verify-mgmt").id
    group = cloud.network.find_security_group("verify-group").id
    project = cloud.identity.find_project("service").id
    private.write(
        configuration.octavia_overrides(layout) / "verify.conf",
        "[controller_worker]\n"
        "amp_image_tag = verify-tag\n"
        f"amp_image_owner_id = {project}\n"
        f"amp_flavor_id = {flavor}\n"
        f"amp_boot_network_list = {network}\n"
        f"amp_secgroup_list = {group}\n"
        "amp_ssh_key_name =\n",
    )
    control.down(layout)
    control.up(layout, report=lambda progress: None)
    limit = time.monotonic() + 30
    # The first list a neutron answers after its start can lack what it will list from then on.
    while not list(cloud.network.networks(name="verify-mgmt")):
        assert time.monotonic() < limit


def checks_of(result: Result) -> dict[str, Mapping[str, Any]]:
    """Return what each check of a verification in JSON came to."""
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {
        line["check"]: line
        for line in lines
        if line["kind"] == "verification" and line["of"] == "check"
    }


def test_looking_alone_changes_nothing_and_needs_no_run(site: Site) -> None:
    runs = sorted(site.place.journals.glob("*"))
    result = site.run("verify", site.preset, "--no-smoke", "--format", "json")
    assert result.exit_code == 0, result.output
    found = checks_of(result)
    assert found["api"]["status"] == "passed"
    assert found["providers"]["detail"] == ["providers: amphora, octavia"]
    assert found["image"]["status"] == "passed"
    assert found["resources"]["status"] == "passed"
    assert found["controllers"]["status"] == "skipped"
    assert found["quotas"]["status"] == "passed"
    assert not any(name.startswith("smoke") for name in found)
    assert sorted(site.place.journals.glob("*")) == runs
    assert site.traces() == []


def test_a_real_load_balancer_comes_and_goes(site: Site) -> None:
    result = site.run("verify", site.preset, "--format", "json")
    assert result.exit_code == 0, result.output
    found = checks_of(result)
    assert found["smoke-active"]["status"] == "passed", found
    assert found["smoke-amphorae"]["status"] == "passed", found
    # Nobody runs in the amphorae of a rehearsal cloud, so nobody sends heartbeats.
    assert found["smoke-listener"]["status"] == "warned"
    assert "heartbeats" in found["smoke-listener"]["title"]
    assert found["smoke-removed"]["status"] == "passed", found
    assert site.traces() == []
    kept = read_verified(site.place.verified)
    assert kept is not None
    assert kept.smoke
    told = [json.loads(line) for line in result.stdout.splitlines()]
    waits = [line["text"] for line in told if line.get("event") == "step-progress"]
    assert any("amphora BOOTING" in text or "PENDING_CREATE" in text for text in waits)


def test_on_a_subnet_of_the_operator_which_stays(site: Site) -> None:
    network = site.cloud.network.create_network(name="verify-own")
    subnet = site.cloud.network.create_subnet(
        network_id=network.id, name="verify-own", ip_version=4, cidr="10.92.0.0/24"
    )
    try:
        result = site.run("verify", site.preset, "--subnet", "verify-own")
        assert result.exit_code == 0, result.output
        assert "✓ Everything removed again" in result.stdout
        assert site.cloud.network.get_subnet(subnet.id).name == "verify-own"
    finally:
        site.cloud.network.delete_network(network)
    assert site.traces() == []


def test_a_missing_image_is_found_before_anything_is_created(site: Site) -> None:
    image = site.cloud.image.find_image("verify-amphora")
    site.cloud.image.deactivate_image(image.id)
    try:
        result = site.run("verify", site.preset)
    finally:
        site.cloud.image.reactivate_image(image.id)
    assert result.exit_code == 5, result.output
    assert "✗ Amphora image" in result.stdout
    assert "Octavia finds no active image with its tag and owner." in result.stdout
    assert read_verified(site.place.verified) is None
    assert site.traces() == []


def test_killed_while_it_waits_and_resumed(site: Site) -> None:
    process = site.begin("verify", site.preset)
    try:
        site.wait_for_one()
    finally:
        process.kill()
        process.communicate()
    assert site.balancers()
    result = site.run("resume", "--yes")
    assert result.exit_code == 0, result.output
    assert site.traces() == []
    assert "smoke" in result.output or "Load balancer becomes active" in result.output
    assert "Nothing to resume" in site.run("resume").output


def test_stopped_by_the_operator(site: Site) -> None:
    process = site.begin("verify", site.preset)
    try:
        site.wait_for_one()
        process.send_signal(signal.SIGINT)
        output, talk = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130, output + talk
    if "nothing is left behind" not in talk:
        assert "octavia-wizard resume" in talk
        assert site.run("resume", "--yes").exit_code == 0
    assert site.traces() == []


def test_what_takes_too_long_is_named_and_removed_later(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = bounds_of
    with monkeypatch.context() as patch:
        patch.setattr(
            verify_module,
            "bounds_of",
            lambda effective: replace(usual(effective), active=1.0, stopped=1.0),
        )
        result = site.run("verify", site.preset)
    assert result.exit_code == 5, result.output
    (balancer,) = site.balancers()
    assert "after 1 s: load balancer PENDING_CREATE" in result.stdout
    assert f"openstack loadbalancer show {balancer.id}" in result.stdout
    assert site.run("verify", site.preset).exit_code == 0
    assert site.traces() == []
