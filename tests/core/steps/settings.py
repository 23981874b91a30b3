"""Effective values for tests of the cloud steps: a flat network and one flavor, to be varied."""

from __future__ import annotations

from typing import Any

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.releases import find_release

RELEASES = ("16.0.29", "22.4.4", "28.4.2", "29.2.4", "33.0.1")

_VALUES: dict[str, object] = {
    "cloud.mode": "live",
    "cloud.service_project": "service",
    "network.mode": "create",
    "network.created_by": "wizard",
    "network.name": "lbaas-mgmt",
    "network.provider_type": "flat",
    "network.physical_network": "lbaas",
    "network.mtu": 1500,
    "network.cidr": "172.29.232.0/22",
    "network.pool": "172.29.232.50-172.29.235.200",
    "network.gateway": None,
    "network.dns_servers": [],
    "network.dhcp": False,
    "network.security_group": "octavia_sec_grp",
    "network.allowed_cidr": "172.29.232.0/22",
    "ssh.enabled": False,
    "capacity.topology": "ACTIVE_STANDBY",
    "capacity.anti_affinity": True,
    "capacity.load_balancers": 100,
    "capacity.set_quotas": True,
    "capacity.flavor_source": "create",
    "capacity.flavor_name": "m1.amphora",
    "capacity.vcpus": 1,
    "capacity.ram_mib": 1024,
    "capacity.disk_gib": 20,
    "capacity.extra_specs": {},
    "capacity.volume_backed": False,
}


def answered(release: str = "33.0.1", **changed: Any) -> Effective:
    """Return effective values; ``network__pool=…`` is a key the operator set, ``...`` drops one."""
    settings = {key: Setting(key, value, Provenance.COMPUTED) for key, value in _VALUES.items()}
    for name, value in changed.items():
        key = name.replace("__", ".")
        if value is ...:
            del settings[key]
        else:
            settings[key] = Setting(key, value, Provenance.OPERATOR)
    return Effective(release=find_release(release), settings=settings)
