"""What a disagreement is: something on a controller that is not as the answers have it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OCTAVIA = "octavia"
"""Purpose of the playbook that configures the controllers."""


class Kind(StrEnum):
    """What sort of thing disagrees."""

    UNASKED = "unasked"
    """A controller, or all of them, could not be asked."""
    ABSENT = "absent"
    """A controller has no octavia.conf: nothing was deployed there yet."""
    OPTION = "option"
    """An option of octavia.conf is not what the answers lead to."""
    CERTIFICATE = "certificate"
    """A certificate is not the one the deploy host has."""
    EXPOSED = "exposed"
    """A file with a secret in it may be read by others."""
    PEERS = "peers"
    """Controllers differ from one another."""
    INSECURE = "insecure"
    """A secret has a value that Octavia publishes as its default."""
    SERVICE = "service"
    """A service does not run, or does not listen."""
    ADDRESS = "address"
    """A health manager is asked for at an address its controller does not have."""
    BRIDGE = "bridge"
    """A host has no management bridge, or one that is down."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing on one host that is not as it should be."""

    kind: Kind
    host: str
    """As the inventory has it; "" where it is about all of them."""
    subject: str
    """An option such as ``controller_worker.amp_flavor_id``, a file, a unit or a bridge."""
    expected: str
    found: str
    """What is there; never a secret."""
    cure: str
    """What to do, as a sentence."""
    mended_by: str = ""
    """Purpose of the playbook that mends it, e.g. ``octavia``; "" where none does."""
