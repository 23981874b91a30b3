"""Answers for a tree, as a preset: what an operator of that site would say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.osa.host import DeployHost

NETWORKS = {"openvswitch": "10.20.12"}
"""First three parts of the management network, by site."""
USUAL = "172.29.232"
ACCEPTED = (
    # Up to 18 the wrapper reads /etc/openstack_deploy only, but for that of a tree.
    "deploy-directory-not-read",
    "extra-variables-lose",
    "active-standby-on-one-host",
)
"""Warnings an operator of such a site knows about."""


def infrastructure(host: DeployHost) -> dict[str, str]:
    """Return the hosts that carry Octavia, with their addresses."""
    net = "10.20.0" if host.era.site == "openvswitch" else "172.29.236"
    return {f"infra{n}": f"{net}.1{n}" for n in (1, 2, 3)}


def answers(host: DeployHost) -> dict[str, Any]:
    """Return the answers in "files only" mode; the role makes the network."""
    net = NETWORKS.get(host.era.site, USUAL)
    return {
        "schema": 1,
        "cloud": {"mode": "files", "release": host.era.tag},
        "network": {
            "created_by": "role",
            "provider_type": "flat",
            "cidr": f"{net}.0/22",
            "pool": f"{net}.50-{net}.200",
            "edit_inventory": True,
        },
        "image": {"source": "existing"},
        "certificates": {"source": "generate", "key_type": "rsa-3072"},
        "ssh": {"enabled": False},
        "capacity": {"topology": "SINGLE", "anti_affinity": False, "load_balancers": 20},
        "deployment": {"hosts": infrastructure(host)},
        "accept": list(ACCEPTED),
    }


def write_preset(host: DeployHost, path: Path, **sections: Any) -> Path:
    """Write the answers, with some of other sections beside or instead of them."""
    document = answers(host)
    for section, values in sections.items():
        known = document.get(section)
        document[section] = {**known, **values} if isinstance(known, dict) else values
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path
