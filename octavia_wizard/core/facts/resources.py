"""OpenStack resources as the wizard sees them: only the fields it compares or shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Network:
    """A Neutron network."""

    id: str
    name: str
    project_id: str
    provider_type: str | None = None
    physical_network: str | None = None
    segmentation_id: int | None = None
    mtu: int | None = None
    shared: bool = False
    external: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class NetworkUsage:
    """How many IPv4 addresses of a network its ports hold, of those in its pools."""

    used: int
    total: int


@dataclass(frozen=True, slots=True)
class Subnet:
    """A Neutron subnet."""

    id: str
    name: str
    network_id: str
    project_id: str
    cidr: str
    ip_version: int = 4
    pools: tuple[tuple[str, str], ...] = ()
    """Allocation pools as (first, last)."""
    gateway: str | None = None
    dhcp: bool = False
    dns_servers: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A security group rule; ``None`` means any."""

    direction: str
    protocol: str | None = None
    port_min: int | None = None
    port_max: int | None = None
    remote_cidr: str | None = None
    remote_group: str | None = None
    ethertype: str = "IPv4"
    id: str = field(default="", compare=False)
    description: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A Neutron security group with its rules."""

    id: str
    name: str
    project_id: str
    description: str = ""
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Flavor:
    """A Nova flavor."""

    id: str
    name: str
    vcpus: int
    ram_mib: int
    disk_gib: int
    is_public: bool = True
    extra_specs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keypair:
    """A Nova key pair; key pairs belong to a user, not to a project."""

    name: str
    user_id: str
    fingerprint: str = ""
    public_key: str = ""
    type: str = "ssh"


@dataclass(frozen=True, slots=True)
class Image:
    """A Glance image."""

    id: str
    name: str
    status: str
    owner: str
    tags: tuple[str, ...] = ()
    visibility: str = "private"
    disk_format: str = ""
    size: int | None = None
    """Bytes."""
    checksum: str | None = None
    """MD5 of the data."""
    hash_algo: str | None = None
    hash_value: str | None = None
    created_at: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amphora:
    """An amphora, as Octavia's amphora API tells of it."""

    id: str
    status: str
    """``ALLOCATED``, ``BOOTING``, ``READY`` (a spare), ``ERROR`` and others."""
    load_balancer_id: str | None = None
    """None for a spare one."""
    image_id: str | None = None
    """None where Octavia does not tell: while it is created, and before release Stein."""
    certificate_ends: datetime | None = None
    """When the certificate of its agent expires; None before it has one."""
    certificate_busy: bool = False
    """Whether the housekeeping manager took it up to renew its certificate."""
    created: datetime | None = None
    """When Octavia began to make it: what it boots with, such as the client CA, is as of then."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """Limits of a project by the services' own plural keys; -1 is unlimited."""

    compute: Mapping[str, int] = field(default_factory=dict)
    network: Mapping[str, int] = field(default_factory=dict)
    volume: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    """What the project uses now, by the same keys."""


@dataclass(frozen=True, slots=True)
class Compute:
    """A nova-compute service."""

    host: str
    zone: str
    up: bool
    enabled: bool


@dataclass(frozen=True, slots=True)
class AvailabilityZone:
    """A Nova availability zone."""

    name: str
    available: bool
