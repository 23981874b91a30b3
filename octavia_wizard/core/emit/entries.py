"""From answers to variables: one row of data a variable, and the one loop that reads the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.releases import Release

_ANSWERED = (Provenance.OPERATOR, Provenance.PRESET)


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable to write."""

    name: str
    value: object
    why: str
    origin: str
    """Where the value came from, in words."""
    key: str = ""
    """The question it follows from; "" where it follows from several."""


@dataclass(frozen=True, slots=True)
class Group:
    """Variables that belong together, under one heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What a row may look at."""

    effective: Effective
    facts: Facts

    @property
    def release(self) -> Release:
        """The release the files are for."""
        return self.effective.release


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one variable follows from one answer."""

    variable: str
    key: str
    """The question; where it does not apply or was answered with none, ``none`` is taken."""
    why: str
    value: Callable[[View], object] | None = None
    """None takes the answer as it is; a value of None writes nothing."""
    when: Callable[[View], bool] = lambda _: True
    none: object = None
    """What stands for an answer of "deliberately none"; None writes nothing."""
    default: Callable[[View], object] | None = None
    """What the role does by itself; None takes the default of its variable."""
    always: bool = False
    """Write it even where it restates the role's default, because that is a trap."""


def entries(rows: Iterable[Row], view: View) -> Iterator[Entry]:
    """Yield the variables the rows lead to, in their order, of those the release acts on."""
    for row in rows:
        if not acts_on(view.release, row.variable) or row.key not in view.effective:
            continue
        if not row.when(view):
            continue
        setting = view.effective.settings[row.key]
        value = _value(row, view, setting)
        if value is not None and _worth(row, view, setting, value):
            yield Entry(row.variable, value, row.why, origin(setting), row.key)


def acts_on(release: Release, variable: str) -> bool:
    """Say whether the release has a variable and does something with it."""
    return release.has(variable) and release.retired(variable) is None


def origin(setting: Setting) -> str:
    """Say where a value came from, in words that stay the same when a preset is replayed."""
    if setting.provenance in _ANSWERED:
        return f"answer to {setting.key}"
    detail = f", {setting.detail}" if setting.detail else ""
    return f"{setting.key}, {setting.provenance}{detail}"


def _value(row: Row, view: View, setting: Setting) -> object:
    if setting.value is None:
        return row.none
    return setting.value if row.value is None else row.value(view)


def _told_otherwise(view: View, name: str, value: object) -> bool:
    """Say whether another of the operator's files sets something else, so that ours must say so."""
    return any(
        name in file.variables and file.variables[name].value != value
        for file in view.facts.host.user_files
        if file.path.name != OUR_VARIABLES
    )


def _worth(row: Row, view: View, setting: Setting, value: object) -> bool:
    # What was detected is an answer in the preset of this run, which must lead to the same file.
    given = setting.provenance in (*_ANSWERED, Provenance.DETECTED)
    if row.always or given or _told_otherwise(view, row.variable, value):
        return True
    if row.default is not None:
        return value != row.default(view)
    variable = view.release.variable(row.variable)
    if variable is None or variable.computed:
        # What the role computes cannot be compared; a default taken from it is not restated.
        return setting.provenance is not Provenance.ROLE_DEFAULT
    # An optional variable has no default to differ from, and an empty value says nothing.
    return value != variable.default and value not in ({}, [], "")
