"""Laying one map over another: Ansible itself replaces a map of an earlier file as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

Path = tuple[str, ...]


def merged(base: object, top: object) -> object:
    """Lay ``top`` over ``base``: maps are merged, lists of named entries by name, else top wins."""
    if isinstance(base, Mapping) and isinstance(top, Mapping):
        both = dict(base)
        for key, value in top.items():
            both[key] = merged(base[key], value) if key in base else value
        return both
    if _named(base) and _named(top):
        return _by_name(base, top)
    return top


def leaves(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value that is not a map with something in it."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    else:
        yield path


def picked(value: object, paths: Iterable[Path]) -> dict[str, object]:
    """Return the part of a map these paths lead to; what is not there is left out."""
    found: object = {}
    for path in paths:
        here = value
        for key in path:
            here = here.get(key, _NOTHING) if isinstance(here, Mapping) else _NOTHING
        if here is _NOTHING:
            continue
        for key in reversed(path):
            here = {key: here}
        found = merged(found, here)
    return found if isinstance(found, dict) else {}


_NOTHING = object()


def _named(value: object) -> TypeGuard[list[dict[str, object]]]:
    return isinstance(value, list) and all(isinstance(i, dict) and "name" in i for i in value)


def _by_name(base: list[dict[str, object]], top: list[dict[str, object]]) -> list[object]:
    ours = {entry["name"]: entry for entry in top}
    kept = [merged(entry, ours.pop(entry["name"], {})) for entry in base]
    return [*kept, *ours.values()]
