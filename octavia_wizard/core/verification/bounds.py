"""How long a verification waits for what, in seconds: derived from what Octavia itself waits."""

from __future__ import annotations

from dataclasses import dataclass

from octavia_wizard.core.effective import Effective

_BOOT_RETRIES = 30
"""Octavia's own amp_active_retries, where the answers have none (octavia/common/config.py)."""
_BOOT_WAIT = 10.0
"""amp_active_wait_sec, which os_octavia does not change."""
_CONNECT = 120 * 5.0
"""connection_max_retries times connection_retry_interval: how long a worker tries port 9443."""
_MARGIN = 120.0
_CHANGE = 15 * 2.0
"""active_connection_max_retries times active_connection_retry_interval, of each amphora."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds after which each wait of the smoke test gives up."""

    active: float
    """From the creation of a load balancer to ACTIVE."""
    change: float
    """For each change of one that is active."""
    allocated: float = 60.0
    """For Octavia to tell of the amphorae what it tells of their load balancer."""
    online: float = 45.0
    """For heartbeats, of which each amphora sends one every 10 s (heartbeat_interval)."""
    gone: float = 300.0
    """For a load balancer to be gone after it was told to."""
    remains: float = 60.0
    """For what it had elsewhere to be gone after it."""
    requests: int = 12
    """Requests that are sent through it at most."""
    between: float = 10.0
    """Between two requests."""
    stopped: float = 30.0
    """For cleaning up after the operator asked to stop; what is left then is named."""


def amphorae_each(effective: Effective) -> int:
    """Return how many amphorae a load balancer has by the answers."""
    return 2 if effective.chosen("capacity.topology", "ACTIVE_STANDBY") else 1


def bounds_of(effective: Effective) -> Bounds:
    """Return the bounds that follow from the answers; Octavia itself always gives up before."""
    retries = effective.maybe_number("capacity.active_retries") or _BOOT_RETRIES
    amphorae = amphorae_each(effective)
    return Bounds(
        active=amphorae * (retries * _BOOT_WAIT + _CONNECT) + _MARGIN,
        change=amphorae * _CHANGE + _MARGIN,
    )
