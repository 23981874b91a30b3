"""A whole deployment: the real steps, a deploy directory with files, and a cloud in memory."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from octavia_wizard.core import steps as registry
from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import Rule
from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.questions.resolve import resolve
from octavia_wizard.core.steps.base import Step
from tests.core.engine.support import Bench

ANSWERS = {
    "cloud.mode": "live",
    "cloud.name": "fake",
    "cloud.release": "33.0.1",
    "network.mode": "create",
    "network.created_by": "wizard",
    "network.provider_type": "flat",
    "network.physical_network": "lbaas",
    "network.cidr": "172.29.232.0/22",
    "network.pool": "172.29.232.50-172.29.235.200",
    "image.source": "file",
    "image.disk_format": "raw",
    "certificates.source": "generate",
    "certificates.key_type": "ec-p256",
    "ssh.enabled": True,
    "ssh.source": "generate",
    "ssh.key_type": "ed25519",
    "capacity.topology": "SINGLE",
    "capacity.load_balancers": 50,
    "capacity.set_quotas": True,
    "capacity.flavor_source": "create",
    "capacity.extra_specs": {"hw:mem_page_size": "any"},
    "deployment.hosts": {"infra1": "172.29.236.11"},
}

USER_CONFIG = """---
# The comments of the operator stay.
cidr_networks:
  container: 172.29.236.0/22
used_ips:
  - "172.29.236.1,172.29.236.50"
global_overrides:
  provider_networks:
    - network:
        container_bridge: "br-mgmt"
        container_type: "veth"
        container_interface: "eth1"
        ip_from_q: "container"
        type: "raw"
        group_binds: [all_containers, hosts]
        is_container_address: true
shared-infra_hosts:
  infra1:
    ip: 172.29.236.11
"""

USER_SECRETS = """---
octavia_container_mysql_password: {database}
octavia_service_password: {service}
"""


class Deployment(Bench):
    """The real steps, on a host of which only a directory is theirs."""

    def __init__(self, root: Path) -> None:
        """Take up the deployment in ``root``, or begin it."""
        os.environ["HOME"] = str(root / "home")
        os.environ["XDG_CACHE_HOME"] = str(root / "cache")
        self.deploy_dir = root / "openstack_deploy"
        if not self.deploy_dir.exists():
            _begin(root, self.deploy_dir)
        answers = {
            **ANSWERS,
            "image.path": str(root / "amphora.raw"),
            "certificates.directory": str(self.deploy_dir / "octavia-certs"),
            "ssh.private_key": str(root / "home" / ".ssh" / "octavia_key"),
        }
        self.answers = Answers(values=MappingProxyType(answers))
        steps: tuple[Step, ...] = registry.ALL
        super().__init__(root, steps, more_parts=frozenset(Part))

    def read_host(self) -> HostFacts:
        """Read the deploy directory."""
        return read_host(self.deploy_dir, environ={})

    def values(self, facts: Facts) -> Effective:
        """Resolve the answers, as a command would in each process."""
        return resolve(self.answers, facts)

    def files(self) -> dict[str, bytes]:
        """Return the content of every file of the host that could have been touched."""
        places = (self.deploy_dir, self.root / "home")
        return {
            str(path.relative_to(self.root)): path.read_bytes() if path.is_file() else b""
            for place in places
            for path in sorted(place.rglob("*"))
        }


def _begin(root: Path, deploy_dir: Path) -> None:
    deploy_dir.mkdir(parents=True)
    (root / "home").mkdir()
    (root / "amphora.raw").write_bytes(bytes(range(256)) * 800)
    (deploy_dir / "openstack_user_config.yml").write_text(USER_CONFIG)
    (deploy_dir / "user_variables.yml").write_text("---\ndebug: false\n")
    secrets = USER_SECRETS.format(database="db" * 16, service="sv" * 16)
    (deploy_dir / "user_secrets.yml").write_text(secrets)


def cheapen_keys() -> tuple[int, ...]:
    """Encrypt keys with few iterations, which saves half a second a run; return what it was."""
    former: tuple[int, ...] = encrypted_pem.__defaults__ or ()
    encrypted_pem.__defaults__ = (1000,)
    return former


def drift(root: Path) -> None:
    """Change by hand what a run has made, and forget the run: everything there is an operator's."""
    done = Deployment(root)
    cloud = done.cloud
    for network in cloud.networks.values():
        cloud.networks[network.id] = replace(network, mtu=9000)
    for subnet in cloud.subnets.values():
        pools = (("172.29.232.60", "172.29.232.70"),)
        cloud.subnets[subnet.id] = replace(subnet, dhcp=not subnet.dhcp, pools=pools)
    for group in cloud.security_groups.values():
        alien = Rule("ingress", "tcp", 80, 80, "0.0.0.0/0", id="rule-alien")
        rules = (*group.rules[1:], alien)
        cloud.security_groups[group.id] = replace(group, description="mine", rules=rules)
    for flavor in cloud.flavors.values():
        cloud.flavors[flavor.id] = replace(flavor, extra_specs={"hw:mem_page_size": "large"})
    for image in cloud.images.values():
        cloud.images[image.id] = replace(image, tags=())
    cloud.set_quotas("compute", "", {"cores": 21, "ram": 1})
    for name in ("user_variables_octavia.yml", "conf.d/octavia.yml"):
        (done.deploy_dir / name).write_text("---\n# emptied\n")
    (done.deploy_dir / "user_secrets_octavia.yml").write_text("---\n")
    shutil.rmtree(done.deploy_dir / "octavia-certs")
    shutil.rmtree(root / "state")
