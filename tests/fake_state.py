"""What the fake cloud has and how it is read; what changes it is in ``tests.fakes``."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from types import MappingProxyType

from octavia_wizard.core.errors import TransientError, WizardError
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import (
    Amphora,
    AvailabilityZone,
    Compute,
    Flavor,
    Image,
    Keypair,
    Network,
    NetworkUsage,
    Quotas,
    SecurityGroup,
    Subnet,
)

SERVICE = "project-service"
OCTAVIA = "user-octavia"

DEFAULT_QUOTAS = Quotas(
    compute={
        "instances": 10,
        "cores": 20,
        "ram": 51200,
        "server_groups": 10,
        "server_group_members": 10,
        "key_pairs": 100,
    },
    network={
        "networks": 100,
        "subnets": 100,
        "ports": 500,
        "security_groups": 10,
        "security_group_rules": 100,
    },
    volume={"volumes": 10, "gigabytes": 1000},
    used={},
)


@dataclass
class FakeState:
    """The part of ``core.cloud.api.Cloud`` that reads, and the faults of all of it.

    ``fail`` maps the number of a call (from 1, in ``calls``) to the error it raises
    before anything happens; ``lose`` is the numbers of calls that are carried out
    and whose answer is then lost (a TransientError).
    """

    cancel = threading.Event()
    name: str = "fake"
    region: str = "RegionOne"
    service_project: str = "service"
    service_project_id: str | None = SERVICE
    octavia_user_id: str | None = OCTAVIA
    networks: dict[str, Network] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    security_groups: dict[str, SecurityGroup] = field(default_factory=dict)
    flavors: dict[str, Flavor] = field(default_factory=dict)
    keypairs: dict[tuple[str, str], Keypair] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)
    image_data: dict[str, bytes] = field(default_factory=dict)
    quotas: Quotas = DEFAULT_QUOTAS
    ports: dict[str, str] = field(default_factory=dict)
    """Port of somebody else to the network or security group that it keeps in use."""
    computes: tuple[Compute, ...] = (Compute("compute1", "nova", True, True),)
    zones: tuple[AvailabilityZone, ...] = (AvailabilityZone("nova", True),)
    volume_types: tuple[str, ...] | None = ("volumes-hdd",)
    projects: dict[str, str] = field(default_factory=lambda: {SERVICE: "service"})
    amphorae: tuple[Amphora, ...] = ()
    unread: dict[Part, str] = field(default_factory=dict)
    fail: dict[int, WizardError] = field(default_factory=dict)
    lose: set[int] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._ids = itertools.count(1)

    @property
    def writes(self) -> list[str]:
        """Return the calls that change something."""
        return [call for call in self.calls if not call.startswith(("read", "get_"))]

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        with self._lock:
            self.calls.append(name)
            number = len(self.calls)
            if number in self.fail:
                raise self.fail[number]
            yield
            if number in self.lose:
                raise TransientError(f"{name}: the connection was reset")

    def _id(self, kind: str) -> str:
        return f"{kind}-{next(self._ids)}"

    def read(self, parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
        """Lay the asked parts of what is in memory over ``known``."""
        with self._call(f"read {', '.join(sorted(parts))}"):
            facts = known or CloudFacts(self.name, self.region, self.service_project)
            readable = [part for part in parts if part not in self.unread]
            for part in readable:
                facts = self._lay_over(part, facts)
            unread = {part: why for part, why in facts.unread.items() if part not in parts}
            unread |= {part: why for part, why in self.unread.items() if part in parts}
            return replace(
                facts,
                service_project_id=self.service_project_id,
                octavia_user_id=self.octavia_user_id,
                regions=(self.region,),
                unread=MappingProxyType(unread),
            )

    def _lay_over(self, part: Part, facts: CloudFacts) -> CloudFacts:
        owned = tuple(
            g for g in self.security_groups.values() if g.project_id == self.service_project_id
        )
        keys = tuple(k for k in self.keypairs.values() if k.user_id == self.octavia_user_id)
        match part:
            case Part.NETWORKS:
                return replace(facts, networks=tuple(self.networks.values()))
            case Part.SUBNETS:
                return replace(facts, subnets=tuple(self.subnets.values()))
            case Part.SECURITY_GROUPS:
                return replace(facts, security_groups=owned)
            case Part.FLAVORS:
                return replace(facts, flavors=tuple(self.flavors.values()))
            case Part.KEYPAIRS:
                return replace(facts, keypairs=keys)
            case Part.IMAGES:
                return replace(facts, images=tuple(self.images.values()))
            case Part.QUOTAS:
                return replace(facts, quotas=self.quotas)
            case Part.COMPUTES:
                return replace(facts, computes=self.computes)
            case Part.ZONES:
                return replace(facts, zones=self.zones)
            case Part.VOLUME_TYPES:
                return replace(facts, volume_types=self.volume_types)
            case Part.PROJECTS:
                return replace(facts, projects=dict(self.projects))
            case Part.AMPHORAE:
                return replace(facts, amphorae=self.amphorae)
            case Part.USAGE:
                return replace(facts, usage=self._usage())
            case _:
                return facts

    def _usage(self) -> dict[str, NetworkUsage]:
        """Count addresses as Neutron does: those of the ports, of those in the pools."""
        users = list(self.ports.values())
        total = dict.fromkeys(self.networks, 0)
        for subnet in self.subnets.values():
            ends = [(IPv4Address(first), IPv4Address(last)) for first, last in subnet.pools]
            size = sum(int(last) - int(first) + 1 for first, last in ends)
            total[subnet.network_id] = total.get(subnet.network_id, 0) + size
        return {one: NetworkUsage(users.count(one), total[one]) for one in self.networks}
