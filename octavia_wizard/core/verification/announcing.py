"""The checks of a smoke test by name, and how what it makes is announced before it is made."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from octavia_wizard.core.verification.clearing import REMOVED

NETWORK = "smoke-network"
ACTIVE = "smoke-active"
AMPHORAE = "smoke-amphorae"
LISTENER = "smoke-listener"
REQUESTS = "smoke-requests"
CHECKS = {
    NETWORK: "Network for the smoke test",
    ACTIVE: "Load balancer becomes active",
    AMPHORAE: "Its amphorae",
    LISTENER: "Listener, pool and heartbeats",
    REQUESTS: "Requests through it",
    REMOVED: "Everything removed again",
}
"""The checks of a smoke test by id, in their order."""
KIND_BALANCER = "smoke load balancer"
KIND_NETWORK = "smoke network"


class Closing(Protocol):
    """An announced change, as far as a smoke test closes it."""

    def removed(self, id: str) -> None:
        """Record that the thing is gone for good."""

    def dropped(self, reason: str) -> None:
        """Record that nothing came of it."""


class Announce(Protocol):
    """Writes down what is about to be made."""

    def __call__(self, kind: str, name: str, **lookup: object) -> AbstractContextManager[Closing]:
        """Announce it; the block is left with an exception where it may still be there."""
