"""openstack_inventory.json: the hosts and containers OSA's inventory generator has made."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.inventory import ManagedHost
from octavia_wizard.core.facts.model import ReadProblem
from octavia_wizard.core.files import read_text

GENERATED = "openstack_inventory.json"
MAX_BYTES = 100_000_000
"""Largest inventory that is read, in bytes; one of a thousand hosts has some 30 million."""

_ADDRESSES = ("ansible_host", "ansible_ssh_host", "management_address", "container_address")
"""Host variables that hold what Ansible connects to, the one that counts first."""

Read = tuple[dict[str, ManagedHost], dict[str, tuple[str, ...]], tuple[ReadProblem, ...]]


def read_managed(deploy_dir: Path) -> Read:
    """Return hosts by name, groups with all hosts in them, and what could not be read."""
    path = deploy_dir / GENERATED
    try:
        text = read_text(path, limit=MAX_BYTES)
        if text is None:
            return {}, {}, ()
        document = json.loads(text)
    except FileError as error:
        return {}, {}, (ReadProblem(str(path), error.message),)
    except json.JSONDecodeError as error:
        reason = f"not valid JSON: {error.msg}; bring it back from {_backup(deploy_dir)}"
        return {}, {}, (ReadProblem(f"{path}:{error.lineno}", reason),)
    except (RecursionError, ValueError):
        return {}, {}, (ReadProblem(str(path), "not valid JSON: nested too deeply"),)
    if not isinstance(document, dict):
        return {}, {}, (ReadProblem(str(path), "not an inventory: it must be a mapping"),)
    return _taken(document)


def _backup(deploy_dir: Path) -> str:
    """Name the archive OSA keeps earlier inventories in."""
    name = "backup_openstack_inventory.tar"
    return name if os.path.exists(deploy_dir / name) else "a backup"


def _taken(document: Mapping[str, object]) -> Read:
    groups = {
        str(name): entry
        for name, entry in document.items()
        if isinstance(entry, dict) and name != "_meta"
    }
    own: dict[str, set[str]] = {}
    for name, group in groups.items():
        for host in _names(group.get("hosts")):
            own.setdefault(host, set()).add(name)
    known = _mapping(_mapping(document.get("_meta")).get("hostvars"))
    hosts = {
        name: _host(name, frozenset(own.get(name, ())), _mapping(known.get(name)))
        for name in dict.fromkeys((*map(str, known), *own))
    }
    members = {name: tuple(_members(name, groups)) for name in groups}
    return hosts, members, ()


def _members(group: str, groups: Mapping[str, Mapping[object, object]]) -> Iterable[str]:
    """Return the hosts of a group and of all below it, each once; a circle ends where it began."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    open_ones = [group]
    while open_ones:
        name = open_ones.pop()
        if name in seen or name not in groups:
            continue
        seen.add(name)
        found.update(dict.fromkeys(_names(groups[name].get("hosts"))))
        open_ones.extend(_names(groups[name].get("children")))
    return found


def _host(name: str, groups: frozenset[str], known: Mapping[object, object]) -> ManagedHost:
    properties = _mapping(known.get("properties"))
    networks = _mapping(known.get("container_networks"))
    addresses = (known.get(key) for key in _ADDRESSES)
    return ManagedHost(
        name=name,
        groups=groups,
        address=next((str(address) for address in addresses if address), ""),
        physical_host=str(known.get("physical_host") or ""),
        is_metal=known.get("is_metal") is True or properties.get("is_metal") is True,
        networks={
            str(key): str(network["address"])
            for key, network in networks.items()
            if isinstance(network, dict) and network.get("address")
        },
    )


def _names(value: object) -> Iterable[str]:
    # A group's hosts are a list, and in a hand-made inventory a mapping of host to variables.
    return map(str, value) if isinstance(value, (list, dict)) else ()


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, dict) else {}
