"""Stands in for OSA's generator: reads the operator's configuration, keeps what it made before.

It makes the part of the inventory the tests need, in the shape OSA's own has, and writes it to
openstack_inventory.json as that does.  Addresses are the first free ones, where OSA takes any.
"""

from __future__ import annotations

import copy
import ipaddress
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

CONFIG_DIR = "@CONFIG_DIR@"
"""Used where the environment names none; a release before 19 has nothing else."""
CONFIGURABLE = "@CONFIGURABLE@".startswith("T")
UNDERSCORED = "@UNDERSCORED@".startswith("T")
SEPARATOR = "@SEPARATOR@"

# Host group to the containers on its hosts, each with its groups; "" is the host itself.
SERVICES: dict[str, dict[str, tuple[str, ...]]] = {
    "shared-infra_hosts": {"utility_container": ("utility_all",)},
    "network_hosts": {
        "neutron_server_container": ("neutron_server",),
        "": ("neutron_linuxbridge_agent", "neutron_agent"),
    },
    "network-infra_hosts": {"neutron_server_container": ("neutron_server",)},
    "network-agent_hosts": {"": ("neutron_openvswitch_agent", "neutron_agent")},
    "network-gateway_hosts": {"": ("neutron_ovn_gateway",)},
    "haproxy_hosts": {"": ("haproxy",)},
    "load_balancer_hosts": {"": ("haproxy",)},
    "dashboard_hosts": {"horizon_container": ("horizon_all",)},
    "compute_hosts": {"": ("nova_compute", "@AGENT@")},
    "octavia-infra_hosts": {
        "octavia_server_container": (
            "octavia-api",
            "octavia-worker",
            "octavia-housekeeping",
            "octavia-health-manager",
        )
    },
}
FAMILIES = {
    "octavia_all": (
        "octavia-api",
        "octavia-worker",
        "octavia-housekeeping",
        "octavia-health-manager",
    ),
    "neutron_all": (
        "neutron_server",
        "neutron_agent",
        "neutron_linuxbridge_agent",
        "neutron_openvswitch_agent",
        "neutron_ovn_gateway",
    ),
    "nova_all": ("nova_compute",),
    "haproxy_all": ("haproxy",),
}
"""Groups that have others as children."""


def spelled(name: str) -> str:
    """Write a group the way the release does."""
    return name.replace("-", "_") if UNDERSCORED else name


def underscored(name: str) -> str:
    """Write a group so that it can be compared."""
    return name.replace("-", "_")


def merged(first: Any, second: Any) -> Any:
    """Merge two documents: mappings into one another, anything else is replaced."""
    if not (isinstance(first, dict) and isinstance(second, dict)):
        return second
    return {
        key: merged(first[key], second[key]) if key in first and key in second else value
        for key, value in {**first, **second}.items()
    }


def configuration(root: Path) -> dict[str, Any]:
    """Read openstack_user_config.yml and conf.d."""
    found: Any = {}
    parts = sorted((root / "conf.d").glob("*.yml"))
    for path in [root / "openstack_user_config.yml", *parts]:
        found = merged(found, yaml.safe_load(path.read_text()) or {})
    return dict(found)


class Addresses:
    """Gives out what is free of every network."""

    def __init__(self, site: Mapping[str, Any], taken: set[str]) -> None:
        self.networks = {
            name: ipaddress.IPv4Network(cidr) for name, cidr in site["cidr_networks"].items()
        }
        self.taken = taken
        self.used = [
            tuple(ipaddress.IPv4Address(part.strip()) for part in str(entry).split(","))
            for entry in site.get("used_ips", [])
        ]

    def free(self, network: str) -> str:
        """Return the next free address, and take it."""
        for address in self.networks[network].hosts():
            ours = str(address)
            # A single address is a range of one.
            if ours in self.taken or any(span[0] <= address <= span[-1] for span in self.used):
                continue
            self.taken.add(ours)
            return ours
        raise SystemExit(f"no address is left in {network}")


class Inventory:
    """The inventory as it grows."""

    def __init__(self, site: dict[str, Any], before: dict[str, Any]) -> None:
        self.site = site
        self.groups: dict[str, dict[str, list[str]]] = {}
        self.hosts: dict[str, Any] = copy.deepcopy(before.get("_meta", {}).get("hostvars", {}))
        taken = {
            network["address"]
            for host in self.hosts.values()
            for network in host["container_networks"].values()
            if "address" in network
        }
        self.addresses = Addresses(site, taken)
        self.overrides = site["global_overrides"]

    def add(self) -> None:
        """Take up every host of the configuration, and what runs on it."""
        for group, services in SERVICES.items():
            names = [name for name in self.site if underscored(name) == underscored(group)]
            self.groups.setdefault(spelled(group), {"hosts": []})
            for name, host in [pair for n in names for pair in self.site[n].items()]:
                self._host(name, spelled(group), str(host["ip"]))
                for container, components in services.items():
                    self._service(name, spelled(group), container, components)
        for family, children in FAMILIES.items():
            self.groups[family] = {"children": [spelled(c) for c in children], "hosts": []}
            for child in children:
                self.groups.setdefault(spelled(child), {"hosts": []})
        for name in list(self.hosts):
            self._networks(name)

    def _host(self, name: str, group: str, address: str) -> None:
        self._join(group, name)
        self._join("hosts", name)
        self.hosts.setdefault(name, self._new(name, name, group, address, metal=True))

    def _service(self, host: str, group: str, container: str, components: tuple[str, ...]) -> None:
        name = host if not container else self._container(host, group, container)
        if container:
            self._join("lxc_hosts", host)
            self._join("all_containers", name)
            self._join(container, name)
            self._join(f"{host}{SEPARATOR if SEPARATOR == '_' else '-'}host_containers", name)
        for component in components:
            self._join(spelled(component), name)
            self.hosts[name]["component"] = spelled(component)

    def _container(self, host: str, group: str, container: str) -> str:
        start = f"{host}{SEPARATOR}{container.replace('_', SEPARATOR)}"
        known = next((name for name in self.hosts if name.startswith(start)), None)
        if known is not None:
            return known
        name = f"{start}-{uuid.uuid4().hex[:8]}"
        address = self.addresses.free(self._management)
        self.hosts[name] = self._new(name, host, group, address, metal=False)
        return name

    def _new(self, name: str, host: str, group: str, address: str, *, metal: bool) -> Any:
        self.addresses.taken.add(address)
        facts: dict[str, Any] = {
            "ansible_host": address,
            f"{self._management}_address": address,
            "component": "",
            "container_name": name,
            "container_networks": {},
            "container_tech": "lxc",
            "physical_host": host,
            "physical_host_group": group,
            "properties": {"is_metal": True} if metal else {},
        }
        if metal:
            facts |= {"container_types": f"{name}-host_containers", "is_metal": True}
        return facts

    @property
    def _management(self) -> str:
        return next(
            str(network["ip_from_q"])
            for network in self._provided()
            if network.get("is_management_address") or network.get("is_container_address")
        )

    def _provided(self) -> Iterator[dict[str, Any]]:
        for entry in self.overrides.get("provider_networks", []):
            yield entry["network"]

    def _networks(self, name: str) -> None:
        mine = {underscored(group) for group in self.groups if name in self._members(group)}
        host = self.hosts[name]
        for network in self._provided():
            binds = {underscored(bind) for bind in network["group_binds"]}
            pool = network.get("ip_from_q")
            if pool is None or not binds & mine:
                continue
            known = host["container_networks"].setdefault(f"{pool}_address", {})
            cidr = self.addresses.networks[pool]
            known |= {"bridge": network["container_bridge"], "netmask": str(cidr.netmask)}
            known["type"] = network["container_type"]
            if pool == self._management:
                known["address"] = host["ansible_host"]
            elif "address" not in known and not host.get("is_metal"):
                known["address"] = self.addresses.free(pool)
            if not host.get("is_metal"):
                known["interface"] = network["container_interface"]

    def _members(self, group: str) -> list[str]:
        found = self.groups.get(group, {})
        return [
            *found.get("hosts", []),
            *(name for child in found.get("children", []) for name in self._members(child)),
        ]

    def _join(self, group: str, name: str) -> None:
        hosts = self.groups.setdefault(group, {"hosts": []})["hosts"]
        if name not in hosts:
            hosts.append(name)

    def document(self) -> dict[str, Any]:
        """Return what Ansible gets."""
        variables = {k: v for k, v in self.overrides.items() if k != "cidr_networks"}
        variables["container_cidr"] = str(self.addresses.networks[self._management])
        return {
            "_meta": {"hostvars": self.hosts},
            "all": {"vars": variables},
            **self.groups,
        }


def main() -> None:
    """Write and print the inventory."""
    given = os.environ.get("OSA_CONFIG_DIR") if CONFIGURABLE else None
    root = Path(given or CONFIG_DIR)
    path = root / "openstack_inventory.json"
    before = json.loads(path.read_text()) if path.exists() else {}
    inventory = Inventory(configuration(root), before)
    inventory.add()
    text = json.dumps(inventory.document(), indent=4, separators=(",", ": "), sort_keys=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    print(text)  # noqa: T201 - Ansible reads it


if __name__ == "__main__":
    main()
