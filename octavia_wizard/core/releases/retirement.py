"""Names a release does not act on: gone, renamed, not there yet, or read by nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from octavia_wizard.core.releases import shipped, variables
from octavia_wizard.core.releases.series import timeline
from octavia_wizard.core.releases.variables import Segment


class Effect(StrEnum):
    """What setting such a name does."""

    UNREAD = "unread"
    """Nothing reads it: it is silently without effect."""
    RENAMED = "renamed"
    """Another name has taken its place, with the same meaning."""
    SUPERSEDED = "superseded"
    """Another way has taken its place."""
    NOT_YET = "not_yet"
    """Only newer releases read it."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """Why a name does nothing in one release, and what to do instead."""

    name: str
    effect: Effect
    replacement: str | None
    """The variable to use instead, if there is one."""
    since: str
    """The first release of which this is true; "" when the release never had the name."""
    what: str
    """What happens when it is set anyway."""
    fix: str
    source: str


@dataclass(frozen=True, slots=True)
class _Entry:
    first: int
    last: int
    retirement: Retirement


@cache
def retired_at(name: str, point: int) -> Retirement | None:
    """Return why a name does nothing at this place; None when it works or is unknown."""
    written = next((e for e in _written().get(name, ()) if e.first <= point <= e.last), None)
    if written is not None:
        return written.retirement
    # Other roles read their own names, whether or not Octavia's role has them in its defaults too.
    parts = variables.segments(name) if name.startswith("octavia_") else ()
    if not parts or variables.variable_at(name, point) is not None:
        return None
    before = [part for part in parts if part.last < point]
    after = [part for part in parts if part.first > point]
    return _gone(name, before[-1], after) if before else _not_yet(name, after[0])


@cache
def retirements_at(point: int) -> tuple[Retirement, ...]:
    """Return every known name that does nothing at this place, sorted by name."""
    found = (retired_at(name, point) for name in sorted({*variables.names(), *_written()}))
    return tuple(retirement for retirement in found if retirement is not None)


def retired_names() -> tuple[str, ...]:
    """Return the names that have a written entry, sorted."""
    return tuple(sorted(_written()))


@cache
def _written() -> dict[str, tuple[_Entry, ...]]:
    found: dict[str, list[_Entry]] = {}
    for raw in shipped.load("retired.yml"):
        names = raw["names"]
        for name in names:
            replacement = names[name] if isinstance(names, dict) else None
            found.setdefault(name, []).append(_entry(name, replacement, raw))
    return {name: tuple(entries) for name, entries in found.items()}


def _entry(name: str, replacement: str | None, raw: dict[str, Any]) -> _Entry:
    first, last = timeline().bounds(raw["in"])
    return _Entry(
        first,
        last,
        Retirement(
            name=name,
            effect=Effect(raw["effect"]),
            replacement=replacement,
            since=timeline().points[first],
            what=raw["what"].format(name=name, replacement=replacement),
            fix=raw["fix"].format(name=name, replacement=replacement),
            source=raw["source"],
        ),
    )


def _gone(name: str, last: Segment, after: list[Segment]) -> Retirement:
    points = timeline().points
    again = f", or upgrade to {points[after[0].first]} or later" if after else ""
    return Retirement(
        name=name,
        effect=Effect.UNREAD,
        replacement=None,
        since=points[last.last + 1],
        what=f"Nothing reads it: {points[last.last]} was the last release that did.",
        fix=f"Remove it{again}.",
        source=f"{last.read_by} as pinned by {points[last.last + 1]}",
    )


def _not_yet(name: str, first: Segment) -> Retirement:
    since = timeline().points[first.first]
    return Retirement(
        name=name,
        effect=Effect.NOT_YET,
        replacement=None,
        since="",
        what=f"Nothing reads it: {since} is the first release that does.",
        fix=f"Remove it, or upgrade to {since} or later.",
        source=f"{first.read_by} as pinned by {since}",
    )
