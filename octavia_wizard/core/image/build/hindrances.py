"""What a look at a build before it is begun deals in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from octavia_wizard.core.errors import WizardError
from octavia_wizard.core.image.build.builder import existing_command
from octavia_wizard.core.image.build.host import Host
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.image.build.request import BuildRequest

GIB = 1 << 30
_DEFAULT_TMPFS_GIB = 2
"""DIB_MIN_TMPFS of diskimage-builder 3.43; it takes a tmpfs at twice that memory."""


class Gravity(StrEnum):
    """How much a hindrance weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing in the way of a build."""

    id: str
    """That of the finding it is told as."""
    what: str
    fix: str = ""
    severity: Gravity = Gravity.ERROR
    key: str = ""
    """The answer that cures it, where that is not always the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a request, this host, and the builds that are known here."""

    request: BuildRequest
    host: Host
    records: tuple[BuildRecord, ...] = ()

    @property
    def needs_builder(self) -> bool:
        """Whether diskimage-builder is to be installed."""
        try:
            return existing_command(self.request.builder) is None
        except WizardError:
            return False

    @property
    def in_memory(self) -> bool:
        """Whether diskimage-builder will build in a tmpfs, by its own rule."""
        least = self.request.environment.get("DIB_MIN_TMPFS", "")
        gib = int(least) if least.isdecimal() else _DEFAULT_TMPFS_GIB
        off = self.request.environment.get("DIB_NO_TMPFS", "0") != "0"
        return self.request.tmpfs and not off and self.host.memory >= 2 * gib * GIB
