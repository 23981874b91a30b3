"""What Octavia tells of load balancers and of what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer; without an id, what one is created with."""

    id: str
    name: str
    subnet_id: str
    """Where its address is."""
    address: str = ""
    port_id: str = ""
    provisioning: str = ""
    """``PENDING_CREATE``, ``ACTIVE``, ``PENDING_UPDATE``, ``PENDING_DELETE``, ``ERROR``."""
    operating: str = ""
    """``ONLINE``, ``OFFLINE``, ``DEGRADED``, ``ERROR``, ``NO_MONITOR``."""
    provider: str = ""
    description: str = ""
    project_id: str = ""

    @property
    def is_busy(self) -> bool:
        """Whether Octavia works on it; it can neither be changed nor deleted meanwhile."""
        return self.provisioning.startswith("PENDING_")


@dataclass(frozen=True, slots=True)
class BalancerAmphora:
    """An amphora of a load balancer, with what tells how far it came."""

    id: str
    status: str
    """``PENDING_CREATE``, ``BOOTING``, ``ALLOCATED``, ``ERROR`` and others."""
    role: str = ""
    address: str = ""
    """On the management network; "" before Nova told it."""
    compute_id: str = ""
    """Id of its virtual machine; "" before there is one."""


@dataclass(frozen=True, slots=True)
class Server:
    """A virtual machine, as far as it tells why it does not run."""

    id: str
    name: str
    status: str
    fault: str = ""
    """What Nova says went wrong; "" for nothing."""


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Something a load balancer that is gone has left behind."""

    kind: str
    """``port``, ``server``, ``server group``, ``security group`` or ``amphora``."""
    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Remains:
    """What was found of a load balancer after its end."""

    found: tuple[LeftOver, ...] = ()
    unread: tuple[str, ...] = field(default=())
    """Kinds that could not be looked for, each with the reason."""
