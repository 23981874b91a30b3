"""The OSA series and their tags, laid on one line so that any two refs can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from octavia_wizard.core.releases import shipped

Version = tuple[int, int, int]

MASTER = "master"


@dataclass(frozen=True, slots=True)
class Series:
    """One OSA series, from its first tag to the last one known here."""

    name: str
    """As OpenStack names it: ``pike`` to ``zed``, then ``2023.1`` and on."""
    codename: str
    major: int
    octavia_version: str
    """The Octavia service this series deploys, as major.minor."""
    tags: tuple[str, ...]
    """Every tag, oldest first."""
    later_ref: str
    """A ref after the last tag whose role differs from that tag's, or ""."""

    @property
    def first(self) -> str:
        """The first tag of the series."""
        return self.tags[0]

    @property
    def last(self) -> str:
        """The newest tag of the series known here."""
        return self.tags[-1]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every known ref in order: the tags of each series, then master."""

    series: tuple[Series, ...]
    points: tuple[str, ...]
    index: dict[str, int]

    def bounds(self, span: str) -> tuple[int, int]:
        """Resolve ``FIRST..LAST`` (both included) to places on the line.

        A series name stands for its first tag on the left and its very end on the right;
        nothing on the right means up to master.
        """
        first, _, last = span.partition("..")
        start = self._edge(first, 0)
        end = len(self.points) - 1 if not last else self._edge(last, -1)
        if start > end:
            raise ValueError(f"{span}: ends before it starts")
        return start, end

    def _edge(self, ref: str, which: int) -> int:
        for series in self.series:
            if ref == series.name:
                last = series.later_ref or series.last
                return self.index[series.first if which == 0 else last]
        return self.index[ref]

    def owner(self, point: int) -> Series | None:
        """Return the series a place belongs to; none for master."""
        name = self.points[point]
        return next((s for s in self.series if name in s.tags or name == s.later_ref), None)


@cache
def timeline() -> Timeline:
    """Build the line of refs from the shipped data."""
    series = tuple(_series(entry) for entry in shipped.load("series.yml"))
    points: list[str] = []
    for one in series:
        points += one.tags
        if one.later_ref:
            points.append(one.later_ref)
    points.append(MASTER)
    return Timeline(series, tuple(points), {name: place for place, name in enumerate(points)})


def version_of(tag: str) -> Version:
    """Turn ``33.0.1`` into numbers."""
    major, minor, patch = tag.split(".")
    return int(major), int(minor), int(patch)


def _series(entry: dict[str, object]) -> Series:
    patches = entry["patches"]
    if not isinstance(patches, list):
        raise TypeError(f"{entry['name']}: patches is not a list")
    tags = tuple(
        f"{entry['major']}.{minor}.{patch}"
        for minor, last in enumerate(patches)
        for patch in range(last + 1)
    )
    return Series(
        name=str(entry["name"]),
        codename=str(entry["codename"]),
        major=int(str(entry["major"])),
        octavia_version=str(entry["octavia"]),
        tags=tags,
        later_ref=str(entry.get("later", "")),
    )
