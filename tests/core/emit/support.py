"""Deployments to emit for: answers resolved by the real questions, on hosts read or made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from octavia_wizard.core.answers.answers import Answers, Provenance
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.model import CloudFacts, Facts, HostFacts
from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Network,
    Quotas,
    Subnet,
)
from octavia_wizard.core.questions.resolve import resolve

DATA = Path(__file__).parents[2] / "data"
DEPLOY = Path("/etc/openstack_deploy")
HOSTS = {"infra1": "172.29.236.11", "infra2": "172.29.236.12", "infra3": "172.29.236.13"}
NETWORK_ID = "5f0c6a0e-6a5e-4b5c-9a3a-0c7b2a1d9e10"
OVERRIDES = "octavia_octavia_conf_overrides"

BARE = Facts(HostFacts(deploy_dir=DEPLOY, exists=True))
"""A deploy host with an empty deploy directory, and no cloud."""

CLOUD = CloudFacts(
    name="site",
    region="RegionOne",
    service_project="service",
    service_project_id="project-service",
    networks=(
        Network(NETWORK_ID, "amphora-net", "project-service", "vlan", "physnet1", 400, 1500),
    ),
    subnets=(
        Subnet(
            "subnet-1",
            "amphora-subnet",
            NETWORK_ID,
            "project-service",
            "10.20.0.0/24",
            pools=(("10.20.0.50", "10.20.0.200"),),
            gateway="10.20.0.1",
            dhcp=True,
        ),
    ),
    flavors=(Flavor("flavor-7", "lb.small", 2, 2048, 10),),
    images=(Image("image-1", "amphora", "active", "project-images", ("octavia-amphora-image",)),),
    quotas=Quotas(
        compute={
            "instances": 10,
            "cores": -1,
            "ram": 51200,
            "server_groups": 10,
            "server_group_members": 10,
        },
        network={"ports": 5000, "security_groups": 10, "security_group_rules": 100},
    ),
)


def facts_of(deploy: Path, *, cloud: CloudFacts | None = None, **environ: str) -> Facts:
    """Read a deploy directory on a machine that has nothing else of OSA."""
    nowhere = Path("/nonexistent")
    host = read_host(
        deploy, wrapper=nowhere, roles_dir=nowhere, release_file=nowhere, environ=environ
    )
    return Facts(host, cloud=cloud)


def effective_of(
    release: str,
    facts: Facts = BARE,
    origin: Provenance = Provenance.OPERATOR,
    **answers: Any,
) -> Effective:
    """Resolve answers, given with ``__`` for the dot; without a cloud, in files only mode."""
    values: dict[str, object] = {
        "cloud.release": release,
        "cloud.mode": "live" if facts.cloud else "files",
        "deployment.hosts": HOSTS,
        **{key.replace("__", ".", 1): value for key, value in answers.items()},
    }
    return resolve(Answers(values, dict.fromkeys(values, origin)), facts)
