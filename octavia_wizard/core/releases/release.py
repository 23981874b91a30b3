"""A release of OpenStack-Ansible, and how to find it by what an operator calls it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from octavia_wizard.core.errors import UsageError
from octavia_wizard.core.releases import deployed, retirement, rules, variables
from octavia_wizard.core.releases.deployed import RoleVariables
from octavia_wizard.core.releases.retirement import Retirement
from octavia_wizard.core.releases.rules import Rules
from octavia_wizard.core.releases.series import MASTER, Series, Version, timeline, version_of
from octavia_wizard.core.releases.variables import Variable, VariableKind

_TUNABLE = (VariableKind.DEFAULT, VariableKind.COMMENTED_OUT, VariableKind.OPTIONAL)

# What pbr and git describe append to a tag: 33.0.0.0rc1, 33.0.2.dev7, 33.0.1-5-gabc1234.
_NUMBERED = re.compile(
    r"v?(?P<major>\d{1,4})(?:\.(?P<minor>\d{1,4})(?:\.(?P<patch>\d{1,4}))?)?"
    r"(?P<suffix>\.0?(?:a|b|rc|dev)\d+[\w.+-]*|-\d+-g[0-9a-f]+)?",
    re.ASCII,
)
_REF = re.compile(r"(?:stable|unmaintained)/(?P<branch>.+)|(?P<tag>.+)-(?:em|eom|eol)")


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """One OSA release: its variables, its rules, and the names it does not act on.

    Ordered by version; master comes after every tag and has the version after the newest major.
    One with the variables of a deployed role has the same place, and is not equal to it without.
    """

    version: Version
    _point: int = field(repr=False)
    """Its place on the timeline; a tag newer than the newest known shares that one's place."""
    name: str = field(compare=False)
    """As OSA tags it, for example ``33.0.1``; ``master`` for master."""
    series: str = field(compare=False)
    """The series, for example ``2026.1``; ``master`` for master."""
    role: RoleVariables | None = field(default=None, repr=False, compare=False)
    """The role as it was deployed, whose variables count; None for what the catalogue says."""

    def __eq__(self, other: object) -> bool:
        """Say whether this is the same release, with the same variables."""
        if not isinstance(other, Release):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self) -> int:
        """Return a number that equal releases share."""
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.version, self._point, self.role

    def with_role(
        self, source: str, defaults: Mapping[str, object], mentions: frozenset[str]
    ) -> Release:
        """Return this release with the variables of a role as it lies on a deploy host."""
        return replace(self, role=RoleVariables.of(source, defaults, mentions))

    @property
    def major(self) -> int:
        """The first number of the version."""
        return self.version[0]

    @property
    def codename(self) -> str:
        """The code name of the series, for example ``gazpacho``."""
        owner = timeline().owner(self._point)
        return owner.codename if owner else MASTER

    @property
    def rules(self) -> Rules:
        """Everything about the release that is not a variable."""
        return rules.rules_at(self._point)

    def rule_source(self, rule: str) -> str:
        """Return where the fact behind a rule is to be found."""
        return rules.source_of(rule, self._point)

    def has(self, name: str) -> bool:
        """Say whether the release has a variable of this name."""
        return self.variable(name) is not None

    def variable(self, name: str) -> Variable | None:
        """Return a variable as this release has it."""
        if self.role is not None:
            return deployed.variable_of(name, self._point, self.role)
        return variables.variable_at(name, self._point)

    def variables(self) -> Mapping[str, Variable]:
        """Return every variable of the release, sorted by name."""
        if self.role is not None:
            return deployed.variables_of(self._point, self.role)
        return variables.variables_at(self._point)

    def tunables(self) -> Mapping[str, Variable]:
        """Return the variables an operator may set in user_*.yml, without the retired ones."""
        return MappingProxyType(
            {
                name: variable
                for name, variable in self.variables().items()
                if variable.kind in _TUNABLE and self.retired(name) is None
            }
        )

    def retired(self, name: str) -> Retirement | None:
        """Return why a name does nothing in this release; None when it does, or is unknown."""
        if self.role is not None:
            return deployed.retired_of(name, self._point, self.role)
        return retirement.retired_at(name, self._point)

    def retirements(self) -> tuple[Retirement, ...]:
        """Return every known name that does nothing in this release, sorted by name."""
        if self.role is not None:
            return deployed.retirements_of(self._point, self.role)
        return retirement.retirements_at(self._point)


def all_series() -> tuple[Series, ...]:
    """Return the series that support Octavia, oldest first."""
    return timeline().series


def latest() -> Release:
    """Return the newest release known here."""
    return _of_tag(all_series()[-1], all_series()[-1].last)


def find_release(text: str) -> Release:
    """Find a release by tag, version prefix, series, code name, branch or end-of-life tag.

    A tag newer than the newest known one of a known series is taken and treated like that one.
    Raises UsageError for anything unknown or without Octavia.
    """
    wanted = text.strip().lower()
    if wanted == MASTER:
        return _master()
    numbered = _NUMBERED.fullmatch(wanted)
    # 2026.1 looks like a version prefix, but is the name of a series.
    by_name = _series_named(wanted)
    if by_name is not None:
        return _of_tag(by_name, by_name.last)
    if numbered is not None and int(numbered["major"]) < 2000:
        return _by_number(text, numbered)
    ref = _REF.fullmatch(wanted)
    if ref is not None:
        named = _series_named(ref["branch"] or ref["tag"])
        if named is not None:
            return _end_of(named, wanted)
        if ref["branch"] == MASTER:
            return _master()
    raise _unknown(text, wanted)


def _series_named(name: str) -> Series | None:
    return next((s for s in all_series() if name in (s.name, s.codename)), None)


def _of_tag(series: Series, tag: str) -> Release:
    return Release(version_of(tag), timeline().index[tag], tag, series.name)


def _end_of(series: Series, ref: str) -> Release:
    """Return the end of a series: its last tag, unless the role moved on after that."""
    if not series.later_ref or ref.endswith("-em"):
        return _of_tag(series, series.last)
    place = timeline().index[series.later_ref]
    return Release(version_of(series.last), place, series.later_ref, series.name)


def _master() -> Release:
    place = timeline().index[MASTER]
    return Release((all_series()[-1].major + 1, 0, 0), place, MASTER, MASTER)


def _by_number(text: str, match: re.Match[str]) -> Release:
    major = int(match["major"])
    series = next((s for s in all_series() if s.major == major), None)
    if series is None:
        if match["suffix"] and major == all_series()[-1].major + 1:
            return _master()
        raise _unknown(text, str(major))
    if match["minor"] is None:
        return _of_tag(series, series.last)
    minor = int(match["minor"])
    if match["patch"] is None:
        inside = [tag for tag in series.tags if version_of(tag)[1] == minor]
        if inside:
            return _of_tag(series, inside[-1])
        if minor > version_of(series.last)[1]:
            return _newer(series, (major, minor, 0))
        raise _no_such_tag(text, series, (major, minor, 0))
    return _by_version(text, series, (major, minor, int(match["patch"])), bool(match["suffix"]))


def _by_version(text: str, series: Series, version: Version, between: bool) -> Release:
    tag = ".".join(map(str, version))
    if tag in series.tags:
        return _of_tag(series, tag)
    if version > version_of(series.last):
        return _newer(series, version)
    if between:
        # A checkout between two tags; pbr counts up the patch even when a minor came next.
        return _of_tag(series, [t for t in series.tags if version_of(t) <= version][-1])
    raise _no_such_tag(text, series, version)


def _newer(series: Series, version: Version) -> Release:
    name = ".".join(map(str, version))
    return Release(version, timeline().index[series.last], name, series.name)


def _no_such_tag(text: str, series: Series, version: Version) -> UsageError:
    before = [tag for tag in series.tags if version_of(tag) < version][-1:]
    after = [tag for tag in series.tags if version_of(tag) > version][:1]
    return UsageError(
        f"{_quoted(text)} is not a tag of OpenStack-Ansible {series.name}",
        hint=f"the nearest tags are {' and '.join(before + after)}",
    )


def _unknown(text: str, wanted: str) -> UsageError:
    first, last = all_series()[0], all_series()[-1]
    known = f"{first.name} ({first.first}) to {last.name} ({last.last}), and master"
    if _is_too_old(wanted):
        return UsageError(
            f"OpenStack-Ansible {_quoted(text)} cannot deploy Octavia: {first.first} is the first "
            "release with the os_octavia role",
            hint=f"known are {known}",
        )
    names = [name for series in all_series() for name in (series.name, series.codename)]
    near = difflib.get_close_matches(wanted, [*names, MASTER], n=1)
    hint = f"did you mean {near[0]}? Known are {known}" if near else f"known are {known}"
    return UsageError(f"unknown OpenStack-Ansible release {_quoted(text)}", hint=hint)


def _quoted(text: str) -> str:
    """Show what was typed, with anything unprintable made visible and no more than a line of it."""
    return repr(text if len(text) <= 40 else text[:40] + "...")


_BEFORE_OCTAVIA = ("icehouse", "juno", "kilo", "liberty", "mitaka", "newton", "ocata")


def _is_too_old(wanted: str) -> bool:
    if re.fullmatch("[0-9]{1,4}", wanted):
        return int(wanted) < all_series()[0].major
    return any(name in wanted for name in _BEFORE_OCTAVIA)
