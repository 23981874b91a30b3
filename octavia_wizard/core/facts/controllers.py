"""What Ansible found on the controllers; no secret is among it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileState:
    """Who may read a file on a controller."""

    mode: int
    owner: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Bridge:
    """The management bridge of a host."""

    up: bool
    """Whether an administrator has it up; whether anything answers behind it is not known."""
    mtu: int | None = None
    """Bytes."""
    ports: tuple[str, ...] = ()
    """Interfaces on it, where the kernel's bridge is one; Open vSwitch tells none here."""
    addresses: tuple[str, ...] = ()
    """IPv4 addresses."""

    @property
    def state(self) -> str:
        """Say it in a word."""
        return "up" if self.up else "down"


@dataclass(frozen=True, slots=True)
class Controller:
    """One host or container that runs services of Octavia."""

    name: str
    """As the inventory has it, e.g. ``infra1_octavia_server_container-3c0ffee1``."""
    problem: str = ""
    """Why it could not be asked; "" where it answered."""
    deployed: bool = True
    """Whether it has an octavia.conf."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of octavia.conf as ``section.name``; secrets only as in ``secrets``."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Options that hold secrets, each as a digest salted anew for every look: to be compared
    between controllers of one look, and with nothing else. "" where it could not be digested."""
    published: tuple[str, ...] = ()
    """Those of them whose value is one that anybody can read in Octavia's source or documents."""
    certificates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """File below /etc/octavia/certs to the SHA-256 fingerprints (colons) of what is in it."""
    files: Mapping[str, FileState] = field(default_factory=dict)
    """Files of octavia.conf and below /etc/octavia/certs that are there."""
    services: Mapping[str, str] = field(default_factory=dict)
    """Unit of systemd to its state, e.g. ``active``, or ``absent``; empty without systemd."""
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Interface to its IPv4 addresses."""
    listening: frozenset[str] | None = None
    """What is listened on, e.g. ``udp 5555`` and ``tcp 9876``; None where that is not known."""

    @property
    def answered(self) -> bool:
        """Whether it could be asked."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class Controllers:
    """One look at all controllers."""

    at: str
    """UTC, ISO 8601."""
    hosts: tuple[Controller, ...] = ()
    bridges: Mapping[str, Bridge | None] = field(default_factory=dict)
    """Host that carries containers to the management bridge there; None where it has none. A
    host that could not be asked is not among them."""
    unasked: Mapping[str, str] = field(default_factory=dict)
    """Hosts that carry containers and could not be asked, and why."""
    problem: str = ""
    """Why nobody could be asked at all, e.g. because there is no ansible."""

    @property
    def unreachable(self) -> tuple[Controller, ...]:
        """Return those that could not be asked."""
        return tuple(host for host in self.hosts if not host.answered)

    @property
    def deployed(self) -> tuple[Controller, ...]:
        """Return those that answered and have an octavia.conf."""
        return tuple(host for host in self.hosts if host.answered and host.deployed)
