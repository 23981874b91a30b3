"""What can be said of a rehearsal cloud without changing it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from octavia_wizard.rehearsal import installation, preflight, processes, supervisor
from octavia_wizard.rehearsal.layout import Layout, Service


class Condition(StrEnum):
    """Whether the cloud is there."""

    RUNNING = "running"
    PARTIAL = "partial"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service."""

    name: Service
    url: str
    version: str
    """Version of the service's distribution, as pinned."""
    pid: int | None
    """None while it is not running."""
    memory_mib: float
    """Proportional set size in MiB."""


@dataclass(frozen=True, slots=True)
class Status:
    """The cloud as a whole."""

    condition: Condition
    services: tuple[ServiceStatus, ...]
    supervisor_pid: int | None
    memory_mib: float
    """Proportional set size of all processes in MiB."""
    uptime: float
    """Seconds since the supervisor was started, 0 when it is not running."""
    reason: str
    """Why it is not running although it was not stopped, or ""."""
    free_mib: int
    """Free space where the state lies, in MiB."""
    installed: bool
    clouds_file: Path
    state: Path


def status(layout: Layout) -> Status:
    """Look at the processes of the cloud."""
    alive = {process.name: process for process in supervisor.alive(layout)}
    pins = installation.pins()
    services = tuple(
        ServiceStatus(
            name=service,
            url=layout.url(service),
            version=pins.get(DISTRIBUTIONS.get(service, service), ""),
            pid=alive[service].pid if service in alive else None,
            memory_mib=processes.memory_mib(alive[service].pid) if service in alive else 0.0,
        )
        for service in Service
    )
    leader = alive.get("supervisor")
    return Status(
        condition=_condition(len(alive)),
        services=services,
        supervisor_pid=leader.pid if leader else None,
        memory_mib=sum(processes.memory_mib(process.pid) for process in alive.values()),
        uptime=processes.seconds_running(leader) if leader else 0.0,
        reason="" if leader else supervisor.last_words(layout),
        free_mib=_free_mib(layout),
        installed=installation.is_complete(layout),
        clouds_file=layout.clouds_file,
        state=layout.state,
    )


DISTRIBUTIONS = {Service.PLACEMENT: "openstack-placement"}
"""Services whose distribution has another name."""


def _free_mib(layout: Layout) -> int:
    """Look at the nearest directory that exists; the cache may not be there yet."""
    nearest = next(path for path in (layout.root, *layout.root.parents) if path.exists())
    return preflight.free_mib(nearest)


def _condition(alive: int) -> Condition:
    if alive == 0:
        return Condition.STOPPED
    return Condition.RUNNING if alive == len(Service) + 1 else Condition.PARTIAL
