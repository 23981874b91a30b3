"""A site that is the same on every machine: what pictures of the screens are taken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.facts.checks import CheckState, CloudCheck
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import (
    AddressRange,
    CloudFacts,
    Evidence,
    Facts,
    HostFacts,
    Inventory,
    ProviderNetwork,
)
from octavia_wizard.core.facts.resources import (
    AvailabilityZone,
    Compute,
    Flavor,
    Image,
    Network,
    Quotas,
    Subnet,
)
from octavia_wizard.core.session import Options, Session

DEPLOY_DIR = Path("/etc/openstack_deploy")
CLOUDS_FILE = "/root/.config/openstack/clouds.yaml"
_CONFIG = str(DEPLOY_DIR / USER_CONFIG)

_USER_CONFIG_TEXT = """\
---
cidr_networks:
  management: 172.29.236.0/22
  tunnel: 172.29.240.0/22
  storage: 172.29.244.0/22

used_ips:
  - "172.29.236.1,172.29.236.50"
  - "172.29.232.1,172.29.232.29"

global_overrides:
  internal_lb_vip_address: 172.29.236.9
  provider_networks:
    - network:
        container_bridge: br-vlan
        container_type: veth
        type: vlan
        range: 101:200
        net_name: physnet1
        group_binds:
          - neutron_ovn_controller
"""

HOST = HostFacts(
    DEPLOY_DIR,
    exists=True,
    release=Evidence("33.0.1", "the wrapper /usr/local/bin/openstack-ansible"),
    releases=(
        Evidence("33.0.1", "the wrapper /usr/local/bin/openstack-ansible"),
        Evidence("33.0.1", "git in /opt/openstack-ansible"),
    ),
    inventory=Inventory(
        cidr_networks={
            "management": "172.29.236.0/22",
            "tunnel": "172.29.240.0/22",
            "storage": "172.29.244.0/22",
        },
        used_ips=(
            AddressRange("172.29.236.1", "172.29.236.50", f"{_CONFIG}:8"),
            AddressRange("172.29.232.1", "172.29.232.29", f"{_CONFIG}:9"),
        ),
        provider_networks=(
            ProviderNetwork(
                "physnet1",
                "vlan",
                "br-vlan",
                None,
                ("neutron_ovn_controller",),
                None,
                "101:200",
                f"{_CONFIG}:15",
            ),
        ),
        host_groups={
            "shared-infra_hosts": {
                "infra1": "172.29.236.11",
                "infra2": "172.29.236.12",
                "infra3": "172.29.236.13",
            }
        },
        group_sources={"shared-infra_hosts": _CONFIG},
    ),
    texts={USER_CONFIG: _USER_CONFIG_TEXT},
)


def _network(number: int, name: str, kind: str, segment: int | None, mtu: int = 1500) -> Network:
    physical = "physnet1" if kind in ("flat", "vlan") else None
    return Network(f"{number:08x}-0000-4000-8000-000000000000", name, "p1", kind, physical, segment,
                   mtu, external=name == "public")  # fmt: skip


def _subnet(network: Network, cidr: str, *, dhcp: bool = True) -> Subnet:
    head = cidr.rpartition(".")[0]
    return Subnet(
        network.id.replace("4000", "5000"),
        f"{network.name}-subnet",
        network.id,
        "p1",
        cidr,
        pools=((f"{head}.10", f"{head}.200"),),
        gateway=f"{head}.1",
        dhcp=dhcp,
    )


_NETWORKS = (
    _network(1, "public", "flat", None),
    _network(2, "lb-mgmt", "vlan", 410),
    _network(3, "tenant-web", "geneve", 1201, 1442),
    _network(4, "tenant-db", "geneve", 1202, 1442),
)
CLOUD = CloudFacts(
    "prod",
    "RegionOne",
    "service",
    service_project_id="a1b2c3d4e5f60718293a4b5c6d7e8f90",
    octavia_user_id="c0ffee00c0ffee00c0ffee00c0ffee00",
    regions=("RegionOne",),
    networks=_NETWORKS,
    subnets=(
        _subnet(_NETWORKS[0], "203.0.113.0/24", dhcp=False),
        _subnet(_NETWORKS[1], "172.29.248.0/24"),
        _subnet(_NETWORKS[2], "10.1.0.0/24"),
        _subnet(_NETWORKS[3], "10.2.0.0/24"),
    ),
    flavors=(
        Flavor("1", "m1.small", 1, 2048, 20),
        Flavor("2", "m1.medium", 2, 4096, 40),
    ),
    images=(
        Image(
            "0000000a-0000-4000-8000-000000000000",
            "ubuntu-24.04",
            "active",
            "p1",
            disk_format="qcow2",
            size=629145600,
            created_at="2026-05-04T10:00:00Z",
        ),
    ),
    quotas=Quotas(
        compute={
            "instances": 10,
            "cores": 20,
            "ram": 51200,
            "server_groups": 10,
            "server_group_members": 10,
        },
        network={"ports": 500, "security_groups": 10, "security_group_rules": 100},
        used={"instances": 0, "cores": 0, "ram": 0, "ports": 2, "security_groups": 1},
    ),
    computes=tuple(Compute(f"compute{number}", "nova", True, number != 3) for number in (1, 2, 3)),
    zones=(AvailabilityZone("nova", True),),
    admin=True,
)
CHECKS = {
    "prod": CloudCheck(
        "prod",
        CheckState.OK,
        ("RegionOne",),
        "keystone.example.org:5000",
        user="admin",
        project="admin",
        admin=True,
        seconds=0.2,
        at=1.0,
    ),
    "lab": CloudCheck(
        "lab",
        CheckState.REFUSED,
        ("lab-1",),
        "lab.example.org:5000",
        message="lab refused the user or the password (401)",
        hint="check the password in clouds.yaml",
        seconds=0.3,
        at=1.0,
    ),
}
ANSWERS: Mapping[str, str] = {
    "cloud.name": "prod",
    "network.provider_type": "vlan",
    "network.segmentation_id": "400",
    "image.source": "role",
    "capacity.load_balancers": "200",
}


def site_session(answers: Mapping[str, str] = ANSWERS) -> Session:
    """Return a session that has looked at the site and holds these answers."""
    session = Session(Options(DEPLOY_DIR, environ={}))
    clouds = (Evidence("prod", CLOUDS_FILE), Evidence("lab", CLOUDS_FILE))
    session.facts = Facts(HOST, clouds=clouds, cloud=CLOUD, checks=CHECKS)
    for key, text in answers.items():
        session.give_text(key, text)
    return session


def look_at_site(session: Session) -> WizardError | None:
    """Read the site's cloud, as the screens do after an answer that concerns it."""
    session.facts = replace(session.facts, cloud=CLOUD)
    return None
