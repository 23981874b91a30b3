"""What OSA's configuration says about hosts and networks, and what its inventory made of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AddressRange:
    """A range of IPv4 addresses, ends included."""

    first: str
    last: str
    source: str


@dataclass(frozen=True, slots=True)
class ProviderNetwork:
    """An entry of ``provider_networks`` in openstack_user_config.yml."""

    net_name: str
    type: str
    bridge: str
    ip_from_q: str | None
    group_binds: tuple[str, ...]
    container_interface: str | None
    range: str | None
    source: str
    host_interface: str | None = None
    """What Neutron binds to on the hosts: network_interface, or host_bind_override."""


@dataclass(frozen=True, slots=True)
class ManagedHost:
    """One host or container as OSA's generated inventory has it."""

    name: str
    groups: frozenset[str]
    """Groups it is in itself."""
    address: str = ""
    """What Ansible connects to (``ansible_host``, before 2.0 ``ansible_ssh_host``)."""
    physical_host: str = ""
    is_metal: bool = False
    """Whether the services run on the host itself, without a container."""
    networks: Mapping[str, str] = field(default_factory=dict)
    """Address by the key of ``container_networks``, e.g. ``lbaas_address``."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What openstack_user_config.yml and conf.d say about hosts and networks."""

    cidr_networks: Mapping[str, str] = field(default_factory=dict)
    used_ips: tuple[AddressRange, ...] = ()
    provider_networks: tuple[ProviderNetwork, ...] = ()
    host_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Host group (e.g. ``shared-infra_hosts``) to host name to management address."""
    group_sources: Mapping[str, str] = field(default_factory=dict)
    """Host group to the file that names it."""
    no_containers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Host group to those of its hosts that get no containers, told by ``no_containers``."""
    all_without_containers: bool = False
    """``no_containers`` of global_overrides, which holds for hosts that say nothing of it."""
    metal_skeletons: frozenset[str] = frozenset()
    """Kinds of containers env.d turns into services of the host itself, by ``is_metal``."""
    managed: Mapping[str, ManagedHost] = field(default_factory=dict)
    """Hosts and containers of openstack_inventory.json, by name; empty before OSA made it."""
    managed_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Groups of openstack_inventory.json to the hosts in them, those of child groups included."""
