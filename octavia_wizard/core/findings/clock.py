"""Checks of this host's clock, by which the certificates made here are dated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from octavia_wizard.core.finding import Finding
from octavia_wizard.core.findings.base import Check, Situation, warning

APART = 60
"""Seconds two clocks may differ; those kept by NTP differ by far less than one."""
MADE_IN = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time to this software."""

DIFFERS = warning(
    "clock-differs",
    "certificates",
    "The clocks of this host and of the cloud differ",
    "Certificates made here get the dates of this host's clock. Where it is ahead by more than an "
    "hour, controllers and amphorae refuse them as not valid yet.",
    "Have both clocks kept by NTP (chronyc tracking tells how they stand), then read the cloud "
    "again.",
)
WRONG = warning(
    "clock-wrong",
    "certificates",
    "The clock of this host cannot be right",
    "Certificates made now would be dated back, and expire too early or have expired already.",
    "Set the clock, or have it kept by NTP, before certificates are made.",
)


def check_difference(case: Situation) -> Iterator[Finding]:
    """Compare the clock of this host with that of the cloud."""
    cloud = case.cloud()
    offset = cloud.clock_offset if cloud is not None else None
    if cloud is None or offset is None or abs(offset) <= APART:
        return
    # Of the host's clock it is told how it stands to the cloud's, not the other way round.
    way = "behind" if offset > 0 else "ahead of"
    yield DIFFERS.found(
        f"The clock of this host is {duration(abs(offset))} {way} that of {cloud.name}.",
        where=cloud.name,
    )


def check_host(case: Situation) -> Iterator[Finding]:
    """Look for a clock that was never set."""
    now = case.inspected.now
    if now is not None and now < MADE_IN:
        yield WRONG.found(f"It shows {now:%Y-%m-%d %H:%M} UTC.")


def duration(seconds: float) -> str:
    """Write seconds in the largest unit of which there are at least two."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


CHECKS: tuple[Check, ...] = (check_difference, check_host)
