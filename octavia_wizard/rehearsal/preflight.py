"""What can be known to stand in the way before anything is started."""

from __future__ import annotations

import errno
import shutil
import socket
import sys
from pathlib import Path

from octavia_wizard.core.errors import RehearsalError
from octavia_wizard.rehearsal import processes
from octavia_wizard.rehearsal.layout import HOST, PORT_OFFSET_VARIABLE, Layout

OLDEST_PYTHON = (3, 11)
"""The versions in requirements.txt were resolved for it."""
INSTALLATION_MIB = 900
"""Virtual environment (400), downloads on their way (300) and some room."""
STATE_MIB = 150
"""Databases, logs and a few small images."""
EPHEMERAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
UNUSABLE_CHARACTERS = "$%?#"
"""Characters with a meaning in the services' configuration or in database addresses."""


def check_platform(layout: Layout) -> None:
    """Check what never changes: system, Python, the path."""
    if not sys.platform.startswith("linux"):
        raise RehearsalError("the rehearsal cloud runs on Linux only")
    if sys.version_info[:2] < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise RehearsalError(
            f"the rehearsal cloud needs Python {wanted} or newer, this is {sys.version.split()[0]}",
            hint=f"install octavia-wizard with Python {wanted} or newer",
        )
    unusable = sorted(set(str(layout.root)) & set(UNUSABLE_CHARACTERS))
    if unusable:
        raise RehearsalError(
            f"the path {layout.root} contains {' '.join(unusable)}, "
            "which the services' configuration cannot hold",
            hint="choose another cache directory with XDG_CACHE_HOME",
        )


def check_space(path: Path, needed_mib: int, purpose: str) -> None:
    """Check that the disk has room; raises RehearsalError when it has not."""
    free = free_mib(path)
    if free < needed_mib:
        raise RehearsalError(
            f"{purpose} needs {needed_mib} MiB in {path}, but only {free} MiB are free",
            hint="free some room, or choose another cache directory with XDG_CACHE_HOME",
        )


def free_mib(path: Path) -> int:
    """Return how many MiB are free where the path lies."""
    return shutil.disk_usage(path).free // 2**20


def check_ports(layout: Layout) -> None:
    """Check that the ports are free and outside the ephemeral range."""
    lowest = _lowest_ephemeral()
    for service, port in layout.ports.items():
        # a client that polls such a port while nobody listens can end up connected to itself
        if port >= lowest:
            raise RehearsalError(
                f"port {port} ({service}) is in the range the system gives to outgoing "
                f"connections (from {lowest})",
                hint=f"choose a smaller --port-offset (or {PORT_OFFSET_VARIABLE})",
            )
        if not _is_free(port):
            raise RehearsalError(
                f"port {port} on {HOST}, meant for {service}, is taken{_by_whom(port)}",
                hint=f"end that program, or move the rehearsal cloud with --port-offset "
                f"(or {PORT_OFFSET_VARIABLE}); the offset now is {layout.port_offset}",
            )


def _by_whom(port: int) -> str:
    found = processes.listener(port)
    return f" by process {found[0]} ({found[1]})" if found else ""


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as the services themselves do: connections that linger after a stop are no obstacle
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _lowest_ephemeral() -> int:
    try:
        return int(EPHEMERAL_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 65536
