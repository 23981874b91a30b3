"""Everything known about one variable, over all releases."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.releases import retirement, variables
from octavia_wizard.core.releases.release import Release
from octavia_wizard.core.releases.retirement import Effect, Retirement
from octavia_wizard.core.releases.series import timeline
from octavia_wizard.core.releases.variables import Reader, VariableKind, VariableType


@dataclass(frozen=True, slots=True)
class DefaultRange:
    """A stretch of releases with one and the same default."""

    since: str
    until: str | None
    """The last release of the stretch, or None when the newest still has it."""
    kind: VariableKind
    type: VariableType
    default_text: str
    computed: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One variable over all releases."""

    name: str
    description: str
    ranges: tuple[DefaultRange, ...]
    """Oldest first; empty when no supported release has it."""
    since: str
    """The first release that has it, or ""."""
    until: str | None
    """The last release that has it, or None when the newest still does."""
    read_by: Reader | None
    retirements: tuple[Retirement, ...]
    """Each way in which some release does not act on it, oldest first."""


def explain(name: str, release: Release | None = None) -> Explanation:
    """Tell what a variable is, its default by release, and where it does nothing.

    ``release`` may have variables of a deployed role that no catalogue knows.  Raises UsageError
    for a name no release ever had, nor this one has.
    """
    parts = variables.segments(name)
    retired = _retirements(name)
    if not parts and not retired:
        if release is None or not release.has(name):
            raise _unknown(name)
        return _of_role(name, release)
    points = timeline().points
    newest = len(points) - 1
    ranges = tuple(
        DefaultRange(
            since=points[part.first],
            until=None if part.last == newest else points[part.last],
            kind=part.kind,
            type=part.type,
            default_text=part.text,
            computed=part.computed,
        )
        for part in parts
    )
    return Explanation(
        name=name,
        description=variables.description(name),
        ranges=ranges,
        since=ranges[0].since if ranges else "",
        until=ranges[-1].until if ranges else None,
        read_by=parts[-1].read_by if parts else None,
        retirements=retired,
    )


def _of_role(name: str, release: Release) -> Explanation:
    """Tell of a variable that only the deployed role of this release has."""
    known = release.variables()[name]
    here = DefaultRange(
        since=known.since,
        until=known.since,
        kind=known.kind,
        type=known.type,
        default_text=known.default_text,
        computed=known.computed,
    )
    return Explanation(
        name=name,
        description=known.description,
        ranges=(here,),
        since=known.since,
        until=known.since,
        read_by=known.read_by,
        retirements=(),
    )


def _retirements(name: str) -> tuple[Retirement, ...]:
    """Collect the different retirements; ``since`` already says from when it exists."""
    found: dict[Retirement, None] = {}
    for point in range(len(timeline().points)):
        here = retirement.retired_at(name, point)
        if here is not None and here.effect is not Effect.NOT_YET:
            found[here] = None
    return tuple(found)


def _unknown(name: str) -> UsageError:
    known = sorted({*variables.names(), *retirement.retired_names()})
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "names start with octavia_"
    return UsageError(f'no release has a variable "{name}"', hint=hint)
