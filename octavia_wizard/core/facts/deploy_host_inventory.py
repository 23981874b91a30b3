"""What openstack_user_config.yml and conf.d say about hosts and networks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, ip_network
from pathlib import Path

from octavia_wizard.core.errors import FileError
from octavia_wizard.core.facts.deploy_host_managed import read_managed
from octavia_wizard.core.facts.deploy_host_yaml import Document, DocumentError, parse_document
from octavia_wizard.core.facts.model import (
    AddressRange,
    Inventory,
    ProviderNetwork,
    ReadProblem,
)
from octavia_wizard.core.files import read_text

USER_CONFIG = "openstack_user_config.yml"


@dataclass(slots=True)
class _Gathered:
    """What the files say together: mappings are merged, of lists the last file's wins whole."""

    cidrs: dict[str, str] = field(default_factory=dict)
    used: tuple[AddressRange, ...] = ()
    networks: tuple[ProviderNetwork, ...] = ()
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    without: dict[str, dict[str, object]] = field(default_factory=dict)
    """Host group to those of its hosts that say something of ``no_containers``, and what."""
    all_without: object = False
    problems: list[ReadProblem] = field(default_factory=list)


def read_inventory(deploy_dir: Path) -> tuple[Inventory, tuple[ReadProblem, ...]]:
    """Read the inventory the way OSA's generator does, and what that has made of it."""
    gathered = _Gathered()
    for path in configuration_files(deploy_dir):
        document = _read(path, gathered.problems)
        if document is not None:
            _take(gathered, path.relative_to(deploy_dir).as_posix(), document)
    skeletons = _metal_skeletons(deploy_dir, gathered.problems)
    managed, members, problems = read_managed(deploy_dir)
    inventory = Inventory(
        cidr_networks=gathered.cidrs,
        used_ips=gathered.used,
        provider_networks=gathered.networks,
        host_groups=gathered.groups,
        group_sources=gathered.sources,
        no_containers=_no_containers(gathered),
        all_without_containers=bool(gathered.all_without),
        metal_skeletons=skeletons,
        managed=managed,
        managed_groups=members,
    )
    return inventory, (*gathered.problems, *problems)


def configuration_files(deploy_dir: Path) -> tuple[Path, ...]:
    """Return the files OSA's generator merges, whether the first of them is there or not."""
    return (deploy_dir / USER_CONFIG, *_below(deploy_dir / "conf.d"))


def _no_containers(gathered: _Gathered) -> dict[str, frozenset[str]]:
    """Lay what hosts say of ``no_containers`` over what holds for all (generate.py of OSA)."""
    found = {
        group: frozenset(
            host
            for host in hosts
            if gathered.without.get(group, {}).get(host, gathered.all_without)
        )
        for group, hosts in gathered.groups.items()
    }
    return {group: hosts for group, hosts in found.items() if hosts}


def _metal_skeletons(deploy_dir: Path, problems: list[ReadProblem]) -> frozenset[str]:
    """Return the kinds of containers that env.d of the deploy directory puts on the hosts."""
    metal: dict[str, bool] = {}
    for path in _below(deploy_dir / "env.d"):
        document = _read(path, problems)
        skeletons = document.values.get("container_skel") if document is not None else None
        for name, entry in skeletons.items() if isinstance(skeletons, dict) else ():
            properties = entry.get("properties") if isinstance(entry, dict) else None
            if isinstance(properties, dict) and "is_metal" in properties:
                metal[str(name)] = properties["is_metal"] is True
    return frozenset(name for name, is_metal in metal.items() if is_metal)


def _below(root: Path) -> list[Path]:
    # OSA's generator walks the directory in no fixed order; sorted is as good, and repeatable.
    return sorted(
        Path(place) / name
        for place, _, names in os.walk(root)
        for name in names
        if name.endswith((".yml", ".yaml"))
    )


def _read(path: Path, problems: list[ReadProblem]) -> Document | None:
    try:
        text = read_text(path)
        if text is None:
            return None
        document = parse_document(text)
    except DocumentError as error:
        problems.append(ReadProblem(f"{path}:{error.line}", error.reason))
        return None
    except FileError as error:
        problems.append(ReadProblem(str(path), error.message))
        return None
    problems.extend(ReadProblem(f"{path}:{c.line}", c.reason) for c in document.complaints)
    return document


def _take(gathered: _Gathered, name: str, document: Document) -> None:
    for key, value in document.values.items():
        where = f"{name}:{document.lines.get(key, 1)}"
        if key == "cidr_networks" and isinstance(value, dict):
            gathered.cidrs.update(_cidrs(value, where, gathered.problems))
        elif key == "used_ips" and isinstance(value, list):
            # What a merge key brings in has no lines of its own.
            lines = document.items.get(key, ())
            places = [f"{name}:{line}" for line in lines] or [where] * len(value)
            gathered.used = tuple(_ranges(value, places, gathered.problems))
        elif key == "global_overrides" and isinstance(value, dict):
            networks = value.get("provider_networks")
            if isinstance(networks, list):
                gathered.networks = tuple(_networks(networks, name))
            gathered.all_without = value.get("no_containers", gathered.all_without)
        elif key.endswith("_hosts") and isinstance(value, dict):
            gathered.groups.setdefault(key, {}).update(_hosts(value))
            gathered.without.setdefault(key, {}).update(_without(value))
            gathered.sources[key] = name


def _cidrs(
    entries: Mapping[object, object], where: str, problems: list[ReadProblem]
) -> Iterator[tuple[str, str]]:
    """Yield networks by name; the generator does not mind an address inside one in its place."""
    for name, cidr in entries.items():
        if not cidr:
            continue
        try:
            yield str(name), str(ip_network(str(cidr).strip(), strict=False))
        except ValueError:
            problems.append(ReadProblem(where, f'cidr_networks: {name} is "{cidr}", no network'))


def _ranges(
    entries: list[object], places: list[str], problems: list[ReadProblem]
) -> Iterator[AddressRange]:
    for entry, where in zip(entries, places, strict=True):
        parts = [part.strip() for part in str(entry).split(",")]
        try:
            first, last = IPv4Address(parts[0]), IPv4Address(parts[-1])
        except AddressValueError:
            reason = f'used_ips entry "{entry}" is neither an address nor "first,last"'
            problems.append(ReadProblem(where, reason))
            continue
        yield AddressRange(str(first), str(last), where)


def _networks(entries: list[object], source: str) -> Iterator[ProviderNetwork]:
    for entry in entries:
        network = entry.get("network") if isinstance(entry, dict) else None
        if isinstance(network, dict):
            yield _network(network, source)


def _network(entry: Mapping[object, object], source: str) -> ProviderNetwork:
    binds = entry.get("group_binds")
    return ProviderNetwork(
        net_name=_string(entry, "net_name") or "",
        type=_string(entry, "type") or "",
        bridge=_string(entry, "container_bridge") or "",
        ip_from_q=_string(entry, "ip_from_q"),
        group_binds=tuple(str(bind) for bind in binds) if isinstance(binds, list) else (),
        container_interface=_string(entry, "container_interface"),
        range=_string(entry, "range"),
        source=source,
        host_interface=_string(entry, "network_interface") or _string(entry, "host_bind_override"),
    )


def _hosts(entries: Mapping[object, object]) -> dict[str, str]:
    """Return host to address; a host without one is kept with an empty address."""
    return {
        str(name): str(entry.get("ip") or "") if isinstance(entry, dict) else ""
        for name, entry in entries.items()
    }


def _without(entries: Mapping[object, object]) -> dict[str, object]:
    return {
        str(name): entry["no_containers"]
        for name, entry in entries.items()
        if isinstance(entry, dict) and "no_containers" in entry
    }


def _string(entry: Mapping[object, object], key: str) -> str | None:
    value = entry.get(key)
    return None if value is None else str(value)
