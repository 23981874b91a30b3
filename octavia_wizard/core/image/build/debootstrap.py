"""What debootstrap of this host knows of the releases of Ubuntu."""

from __future__ import annotations

import os
from pathlib import Path

SUITES = Path("/usr/share/debootstrap/scripts")
STAND_IN = "gutsy"
"""The script all later releases of Ubuntu share: in debootstrap theirs are links to it."""


def suites() -> frozenset[str] | None:
    """Return the releases it has a script for; None without debootstrap."""
    try:
        return frozenset(os.listdir(SUITES))
    except OSError:
        return None


def stand_in_for(release: str) -> Path | None:
    """Return the script to take for a release it does not know, as on an older Debian."""
    known = suites()
    if known is None or release in known or STAND_IN not in known:
        return None
    return SUITES / STAND_IN
