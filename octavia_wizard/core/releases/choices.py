"""The variables whose value is one of a few, and the few, read from ``data/choices.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from octavia_wizard.core.releases import shipped
from octavia_wizard.core.releases.series import timeline

OVERRIDES = "octavia_octavia_conf_overrides"
"""The map of the role that ends in octavia.conf as it is: section, then option."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of one variable in one release."""

    values: tuple[str, ...] = ()
    """The usual one first; empty for a map, whose options have choices instead."""
    closed: bool = True
    """Whether nothing else can stand there; else further packages may bring more."""
    source: str = ""
    options: tuple[tuple[str, Choices], ...] = ()
    """For a map of octavia.conf: the choices of its options, by section and name with a dot."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    first: int
    last: int
    choices: Choices


@cache
def choices_at(name: str, point: int) -> Choices | None:
    """Return the values a variable may have at this place of the timeline; None for any."""
    if name == OVERRIDES:
        options = ((key, _at(key, point)) for key in _stretches() if "." in key)
        return Choices(options=tuple((key, found) for key, found in options if found))
    return _at(name, point)


def choice_names() -> tuple[str, ...]:
    """Return the variables and options that have choices in some release, sorted."""
    return tuple(sorted(_stretches()))


def outside(name: str, choices: Choices | None, value: object) -> str | None:
    """Say that a value is none of the choices, and which there are; None where it is fine."""
    if choices is None:
        return None
    if choices.options and isinstance(value, Mapping):
        found = (_option(name, key, known, value) for key, known in choices.options)
        return next((reason for reason in found if reason), None)
    if not choices.closed or not choices.values or not isinstance(value, str):
        return None
    return None if value in choices.values else _refusal(name, choices, value)


def _option(name: str, key: str, choices: Choices, value: Mapping[Any, Any]) -> str | None:
    section, _, option = key.partition(".")
    inside = value.get(section)
    if not isinstance(inside, Mapping) or not isinstance(inside.get(option), str):
        return None
    return outside(f"{section}.{option} in {name}", choices, inside[option])


def _refusal(name: str, choices: Choices, value: str) -> str:
    *others, last = choices.values
    legal = f"{', '.join(others)} or {last}" if others else last
    return f'{name} must be {legal}, not "{value}"'


def _at(name: str, point: int) -> Choices | None:
    found = _stretches().get(name, ())
    return next((part.choices for part in found if part.first <= point <= part.last), None)


@cache
def _stretches() -> dict[str, tuple[_Stretch, ...]]:
    loaded = shipped.load("choices.yml")
    return {name: tuple(map(_stretch, entries)) for name, entries in loaded.items()}


def _stretch(entry: dict[str, Any]) -> _Stretch:
    first, last = timeline().bounds(entry["in"])
    values = tuple(map(str, entry["values"]))
    return _Stretch(first, last, Choices(values, not entry.get("open", False), entry["source"]))
