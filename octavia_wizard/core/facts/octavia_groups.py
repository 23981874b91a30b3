"""Octavia's groups in OSA's inventory, which 33.0.0 renamed from hyphens to underscores.

The generator of 33.0.0 reads host groups and ``group_binds`` in either spelling
(``_normalize_user_config`` in osa_toolkit/generate.py), earlier ones in their own alone. What it
has put into openstack_inventory.json before stays there under the old names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from octavia_wizard.core.facts.deploy_host_managed import GENERATED
from octavia_wizard.core.facts.inventory import Inventory
from octavia_wizard.core.facts.managed import underscored
from octavia_wizard.core.releases import Release

_BEFORE_33 = (
    "octavia-api",
    "octavia-worker",
    "octavia-housekeeping",
    "octavia-health-manager",
    "octavia-infra_containers",
    "octavia-infra_hosts",
    "octavia-infra_all",
)
RENAMED: Mapping[str, str] = MappingProxyType({name: underscored(name) for name in _BEFORE_33})
"""Groups of env.d/octavia.yml before 33.0.0, and what they are called since; the last of them
the generator derives from the one before."""


def host_group_sources(inventory: Inventory, release: Release) -> dict[str, str]:
    """Return the host groups this release takes for Octavia's own, each with its file."""
    return {
        name: inventory.group_sources.get(name, "")
        for name in inventory.host_groups
        if _is(name, release)
    }


def named_hosts(inventory: Inventory, release: Release) -> dict[str, str]:
    """Return the hosts the configuration names for Octavia, with their addresses."""
    hosts: dict[str, str] = {}
    for name in host_group_sources(inventory, release):
        hosts.update(inventory.host_groups[name])
    return hosts


def outdated_groups(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """Return the files that use names from before 33.0.0, each with those names."""
    found: dict[str, set[str]] = {}
    for group in RENAMED.keys() & inventory.host_groups.keys():
        found.setdefault(inventory.group_sources.get(group, ""), set()).add(group)
    for entry in inventory.provider_networks:
        _note(found, entry.source.partition(":")[0], entry.group_binds)
    _note(found, GENERATED, inventory.managed_groups)
    return {name: tuple(sorted(groups)) for name, groups in sorted(found.items())}


def _note(found: dict[str, set[str]], name: str, groups: Iterable[str]) -> None:
    outdated = RENAMED.keys() & set(groups)
    if outdated:
        found.setdefault(name, set()).update(outdated)


def _is(name: str, release: Release) -> bool:
    ours = release.rules.infra_hosts_group
    if release.rules.group_names_underscored:
        return underscored(name) == ours
    return name == ours
