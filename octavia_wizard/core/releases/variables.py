"""The catalogue of variables: what each release reads, with which default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from octavia_wizard.core.releases import shipped
from octavia_wizard.core.releases.choices import Choices, choices_at, outside
from octavia_wizard.core.releases.series import timeline


class VariableKind(StrEnum):
    """Where a release has a variable from."""

    DEFAULT = "default"
    """In the role's defaults, with a value."""
    COMMENTED_OUT = "commented_out"
    """In the role's defaults as an example only; unset."""
    ROLE_VAR = "role_var"
    """In the role's vars: only extra variables, so also user_*.yml, beat it."""
    OPTIONAL = "optional"
    """Has no default; read where it is set."""
    REQUIRED = "required"
    """Has no default; must come from secrets, group variables or facts."""


class VariableType(StrEnum):
    """The type a value of a variable has."""

    BOOL = "bool"
    INT = "int"
    STR = "str"
    LIST = "list"
    DICT = "dict"
    JINJA = "jinja"
    """Computed by the role; the type of the outcome is not recorded."""
    NULL = "null"
    """Empty or unset in the role; nothing says what a value should be."""


class Reader(StrEnum):
    """Who reads a variable."""

    ROLE = "os_octavia"
    INTEGRATED = "openstack-ansible"
    NEUTRON = "os_neutron"


_NAMES = {
    VariableType.BOOL: "a boolean, true or false without quotes",
    VariableType.INT: "a whole number, without quotes",
    VariableType.STR: "a text",
    VariableType.LIST: "a list",
    VariableType.DICT: "a map",
}
_PYTHON: dict[VariableType, type] = {
    VariableType.INT: int,
    VariableType.STR: str,
    VariableType.LIST: list,
    VariableType.DICT: dict,
}
_LAST_PORT = 65535
"""The largest port number, which has 16 bits in TCP (RFC 9293) and UDP (RFC 768)."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable as one release has it."""

    name: str
    kind: VariableKind
    type: VariableType
    """The type of the default, as the role writes it."""
    default: Any
    """The default as a value; None when unset or computed."""
    default_text: str
    """The default or example as the role writes it; "" when computed or absent."""
    computed: bool
    """The role computes the default from other variables."""
    since: str
    """The first release that has it, without a gap up to this one."""
    until: str | None
    """The last release that has it, or None when the newest still does."""
    description: str
    """What it does, in a few words; "" for the ones nobody tunes."""
    accepts: tuple[VariableType, ...]
    """What a value may be; empty when anything may stand there."""
    read_by: Reader = Reader.ROLE
    choices: Choices | None = None
    """The few values it may have, or usually has; None where there are more than a few."""
    source: str = ""
    """The deployed role it was read from, where that differs from the catalogue; else ""."""

    @property
    def commented_out(self) -> bool:
        """Say whether the role only shows it as an example."""
        return self.kind is VariableKind.COMMENTED_OUT

    def check_value(self, value: object) -> str | None:
        """Say why a value cannot stand for this variable, or None when it can."""
        return self.check_type(value) or self.check_choice(value) or self.check_port(value)

    def check_port(self, value: object) -> str | None:
        """Say why a value is no port of TCP or UDP, where the variable is one, or return None."""
        if not self.name.endswith("_port") or isinstance(value, bool):
            return None
        number = value if isinstance(value, int) else None
        if isinstance(value, str) and value.isdecimal():
            number = int(value)
        if number is None or 1 <= number <= _LAST_PORT:
            return None
        return f"{self.name} must be from 1 to {_LAST_PORT}, not {number}"

    def check_choice(self, value: object) -> str | None:
        """Say why a value is none of the few the variable may have, or return None."""
        if self._computes(value):
            return None
        return outside(self.name, self.choices, value)

    def check_type(self, value: object) -> str | None:
        """Say why a value has the wrong type for this variable, or return None."""
        if not self.accepts or any(_is(value, kind) for kind in self.accepts):
            return None
        if self._computes(value):
            return None
        expected = " or ".join(_NAMES[kind] for kind in self.accepts)
        return f"{self.name} must be {expected}, not {_shown(value, secret=self._secret)}"

    def _computes(self, value: object) -> bool:
        return self.computed and isinstance(value, str) and "{{" in value

    @property
    def _secret(self) -> bool:
        return any(part in self.name for part in ("password", "passphrase", "hmac"))


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the timeline with one and the same default."""

    first: int
    last: int
    kind: VariableKind
    type: VariableType
    text: str
    computed: bool
    read_by: Reader


def names() -> tuple[str, ...]:
    """Return the name of every variable any release ever had, sorted."""
    return tuple(_catalogue())


@cache
def segments(name: str) -> tuple[Segment, ...]:
    """Return the stretches of one variable, oldest first; empty for an unknown name."""
    return tuple(_segment(entry) for entry in _catalogue().get(name, ()))


@cache
def variable_at(name: str, point: int) -> Variable | None:
    """Return a variable as the release at this place of the timeline has it."""
    parts = segments(name)
    here = next((part for part in parts if part.first <= point <= part.last), None)
    if here is None:
        return None
    text, override = _described().get(name, ("", None))
    default = None
    if not here.computed and here.kind is not VariableKind.COMMENTED_OUT:
        default = _value(here)
    first, last = _presence(parts, here)
    line = timeline()
    return Variable(
        name=name,
        kind=here.kind,
        type=here.type,
        default=default,
        default_text=here.text,
        computed=here.computed,
        since=line.points[first],
        until=None if last == len(line.points) - 1 else line.points[last],
        description=text,
        accepts=_accepts(here) if override is None else override,
        read_by=here.read_by,
        choices=choices_at(name, point),
    )


@cache
def variables_at(point: int) -> Mapping[str, Variable]:
    """Return every variable of the release at this place, sorted by name."""
    found = ((name, variable_at(name, point)) for name in names())
    return MappingProxyType({name: variable for name, variable in found if variable is not None})


def description(name: str) -> str:
    """Return what a variable does, in a few words, or ""."""
    return _described().get(name, ("", None))[0]


@cache
def _catalogue() -> dict[str, list[dict[str, str]]]:
    loaded: dict[str, list[dict[str, str]]] = shipped.load("catalogue.yml")
    return loaded


@cache
def _described() -> dict[str, tuple[str, tuple[VariableType, ...] | None]]:
    return dict(_descriptions())


def _descriptions() -> Iterator[tuple[str, tuple[str, tuple[VariableType, ...] | None]]]:
    for name, entry in shipped.load("descriptions.yml").items():
        if isinstance(entry, str):
            yield name, (entry, None)
        else:
            accepts = tuple(VariableType(kind) for kind in entry["accepts"].split())
            yield name, (entry.get("text", ""), accepts)


def _segment(entry: dict[str, str]) -> Segment:
    first, last = timeline().bounds(entry["in"])
    base, _, rest = entry.get("type", VariableType.NULL).partition("+")
    return Segment(
        first=first,
        last=last,
        kind=VariableKind(entry.get("kind", VariableKind.DEFAULT)),
        type=VariableType(base),
        text=entry.get("text", ""),
        computed=base == VariableType.JINJA or rest == VariableType.JINJA,
        read_by=Reader(entry.get("by", Reader.ROLE)),
    )


def _presence(parts: tuple[Segment, ...], here: Segment) -> tuple[int, int]:
    """Widen a segment to the whole stretch over which the variable exists without a gap."""
    first, last = here.first, here.last
    for part in reversed(parts):
        if part.last + 1 == first:
            first = part.first
    for part in parts:
        if part.first == last + 1:
            last = part.last
    return first, last


def _accepts(segment: Segment) -> tuple[VariableType, ...]:
    return (segment.type,) if segment.type in _NAMES else ()


def _value(segment: Segment) -> Any:
    match segment.type:
        case VariableType.BOOL:
            return segment.text.lower() == "true"
        case VariableType.INT:
            return int(segment.text)
        case VariableType.STR:
            return _unquoted(segment.text)
        case VariableType.LIST | VariableType.DICT:
            return shipped.parse(segment.text)
        case _:
            return None


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if quoted else text


def _is(value: object, kind: VariableType) -> bool:
    # bool is a subclass of int, and true is not a number here.
    if isinstance(value, bool):
        return kind is VariableType.BOOL
    if value is None:
        return kind is VariableType.NULL
    return kind in _PYTHON and isinstance(value, _PYTHON[kind])


def _shown(value: object, *, secret: bool) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "a text" if secret else f'the text "{value}"'
    return "a list" if isinstance(value, list) else "a map"
