"""Renaming Octavia's groups in openstack_inventory.json, which OSA's generator wrote and reads."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from octavia_wizard.core.emit.insertion import CannotInsertError
from octavia_wizard.core.facts.octavia_groups import RENAMED

_OF_HOSTS = ("component", "physical_host_group")
"""Variables of a host that hold a group; the generator sets them for new hosts alone."""


@lru_cache(maxsize=4)
def renamed_inventory(text: str) -> str:
    """Return the generated inventory with the groups renamed, in the form the generator writes.

    Where the generator of 33.0.0 has added the new group beside the old one already, its hosts
    and children are brought together. Names and addresses of containers stay. Raises
    CannotInsertError where the text is no inventory.
    """
    if not any(f'"{old}"' in text for old in RENAMED):
        return text
    try:
        inventory = json.loads(text)
    except (ValueError, RecursionError):
        inventory = None
    if not isinstance(inventory, dict):
        raise CannotInsertError("it is no inventory", hint="restore it from OSA's backup of it")
    changed = _renamed(inventory)
    if changed == inventory:
        return text
    # osa_toolkit/generate.py; json escapes what is not ASCII, which the generator relies upon.
    dumped = json.dumps(changed, indent=4, separators=(",", ": "), sort_keys=True)
    return dumped + text[len(text.rstrip()) :]


def _renamed(inventory: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, group in copy.deepcopy(dict(inventory)).items():
        new = RENAMED.get(name, name)
        changed[new] = _together(changed[new], group) if new in changed else group
    for group in changed.values():
        if "children" in _mapping(group):
            group["children"] = _united(_new(child) for child in _listed(group["children"]))
    for host in _mapping(_mapping(changed.get("_meta")).get("hostvars")).values():
        for key in _mapping(host).keys() & set(_OF_HOSTS):
            host[key] = _new(host[key])
    return changed


def _new(name: object) -> object:
    return RENAMED.get(name, name) if isinstance(name, str) else name


def _together(one: Any, other: Any) -> Any:
    both = {**_mapping(other), **_mapping(one)}
    for key in both.keys() & {"hosts", "children"}:
        both[key] = _united([*_listed(_mapping(one).get(key)), *_listed(_mapping(other).get(key))])
    return both


def _united(items: Iterable[object]) -> list[object]:
    found: list[object] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
