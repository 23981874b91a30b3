"""The variables of a role as it lies on a deploy host, laid over what is known of its release.

A role may be patched, forked, or between two tags: what it reads counts, not what the catalogue
of its release says. Variables that others read than the role are the catalogue's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType

from octavia_wizard.core.releases import retirement, variables
from octavia_wizard.core.releases.retirement import Effect, Retirement
from octavia_wizard.core.releases.series import timeline
from octavia_wizard.core.releases.variables import Reader, Variable, VariableKind, VariableType

_TYPES: tuple[tuple[type, VariableType], ...] = (
    # bool is a subclass of int.
    (bool, VariableType.BOOL),
    (int, VariableType.INT),
    (str, VariableType.STR),
    (list, VariableType.LIST),
    (dict, VariableType.DICT),
)


@dataclass(frozen=True, slots=True)
class RoleVariables:
    """What a deployed role has defaults for and mentions; equal to another of the same content."""

    source: str
    """Where it lies."""
    defaults: Mapping[str, object] = field(compare=False, repr=False)
    """Variables of ``defaults/main.yml`` with their defaults as they are written."""
    mentions: frozenset[str] = field(compare=False, repr=False)
    """Every name its defaults, vars, tasks, handlers and templates mention."""
    digest: str
    """Tells contents apart."""

    @classmethod
    def of(
        cls, source: str, defaults: Mapping[str, object], mentions: frozenset[str]
    ) -> RoleVariables:
        """Take what was read of a role."""
        content = json.dumps([dict(defaults), sorted(mentions)], default=str)
        return cls(source, defaults, mentions, sha256(content.encode()).hexdigest())


def variable_of(name: str, point: int, role: RoleVariables) -> Variable | None:
    """Return a variable as the deployed role of the release at this place has it."""
    return variables_of(point, role).get(name)


@lru_cache(maxsize=8)
def variables_of(point: int, role: RoleVariables) -> Mapping[str, Variable]:
    """Return every variable of the release at this place with the deployed role, sorted."""
    known = variables.variables_at(point)
    found: dict[str, Variable] = {}
    for name in sorted({*known, *role.defaults}):
        variable = _laid_over(known.get(name), name, point, role)
        if variable is not None:
            found[name] = variable
    return MappingProxyType(found)


def retired_of(name: str, point: int, role: RoleVariables) -> Retirement | None:
    """Return why a name does nothing in the deployed role; None when it works or is unknown."""
    known, here = variables.variable_at(name, point), variable_of(name, point, role)
    if here is not None and known is None:
        return None
    if here is None and known is not None:
        return Retirement(
            name=name,
            effect=Effect.UNREAD,
            replacement=None,
            since="",
            what=f"Nothing reads it: the role in {role.source} does not mention it.",
            fix="Remove it.",
            source=role.source,
        )
    return retirement.retired_at(name, point)


@lru_cache(maxsize=8)
def retirements_of(point: int, role: RoleVariables) -> tuple[Retirement, ...]:
    """Return every known name that does nothing in the deployed role, sorted by name."""
    names = sorted({*variables.names(), *retirement.retired_names()})
    found = (retired_of(name, point, role) for name in names)
    return tuple(retirement for retirement in found if retirement is not None)


def _laid_over(
    known: Variable | None, name: str, point: int, role: RoleVariables
) -> Variable | None:
    if known is None:
        return _of_role(name, point, role)
    if known.read_by is not Reader.ROLE:
        return known
    if name in role.defaults:
        return _with_default(known, role)
    if name not in role.mentions:
        return None
    if known.kind is not VariableKind.DEFAULT:
        return known
    return replace(
        known,
        kind=VariableKind.OPTIONAL,
        default=None,
        default_text="",
        computed=False,
        source=role.source,
    )


def _with_default(known: Variable, role: RoleVariables) -> Variable:
    value = role.defaults[known.name]
    computed = _is_computed(value)
    if known.kind is VariableKind.DEFAULT and known.computed == computed:
        same = known.default == value and isinstance(known.default, bool) == isinstance(value, bool)
        if computed or same:
            return known
    return replace(
        known,
        kind=VariableKind.DEFAULT,
        type=_type_of(value),
        default=None if computed else value,
        default_text="" if computed else _text(value),
        computed=computed,
        source=role.source,
    )


def _of_role(name: str, point: int, role: RoleVariables) -> Variable:
    """Describe a variable the catalogue does not know in this release."""
    value = role.defaults[name]
    computed, kind = _is_computed(value), _type_of(value)
    said = variables.description(name)
    found = f"read from the role in {role.source}; the catalogue of this release has none such"
    any_value = kind in (VariableType.JINJA, VariableType.NULL) or value == ""
    return Variable(
        name=name,
        kind=VariableKind.DEFAULT,
        type=kind,
        default=None if computed else value,
        default_text="" if computed else _text(value),
        computed=computed,
        since=timeline().points[point],
        until=None,
        description=f"{said} ({found})" if said else f"{found[0].upper()}{found[1:]}.",
        accepts=() if any_value else (kind,),
        source=role.source,
    )


def _is_computed(value: object) -> bool:
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, Mapping):
        return any(map(_is_computed, value.values()))
    return isinstance(value, list) and any(map(_is_computed, value))


def _type_of(value: object) -> VariableType:
    if isinstance(value, str) and _is_computed(value):
        return VariableType.JINJA
    # A number with a point, a date and the like are none of the types that are checked.
    return next((kind for type_, kind in _TYPES if isinstance(value, type_)), VariableType.NULL)


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, default=str)
