"""Data as bytes that are the same for the same data, whatever the order and the types of keys."""

from __future__ import annotations

import json
from collections.abc import Mapping


def canonical(value: object) -> bytes:
    """Return what a digest of data from YAML or JSON is made of; it is not to be read back."""
    return json.dumps(_plain(value), default=str).encode()


def _plain(value: object) -> object:
    # A key of YAML may be a number, a date or nothing at all, none of which json takes.
    if isinstance(value, Mapping):
        pairs = ((repr(key), value[key]) for key in value)
        return {key: _plain(inner) for key, inner in sorted(pairs, key=lambda pair: pair[0])}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    return value
