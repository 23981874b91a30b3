"""What a playbook works on, as digests: a run is stale once one of them differs.

Of a change of the answers, and of a file or certificate somebody changed by hand, only those
playbooks are run again that read what changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.inventory import inventory_note
from octavia_wizard.core.emit.lookup import address_pool_name, inventory_entry
from octavia_wizard.core.emit.reservations import reservation
from octavia_wizard.core.emit.user_variables import variable_values
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES, in_wrapper_order
from octavia_wizard.core.facts.managed import underscored
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.facts.octavia_groups import named_hosts
from octavia_wizard.core.files import digest, file_digest
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.pki.pem import CERTIFICATES
from octavia_wizard.core.releases import Release

_SHORT = 16
"""Hexadecimal digits that tell values apart."""
_IDENTITY = "openstack_user_identity"
"""Read by the playbook openstack_resources alone."""
_NEUTRON = ("neutron_",)
_HORIZON = ("horizon_",)


def inputs_of(purpose: str, effective: Effective, facts: Facts) -> Mapping[str, str]:
    """Return what the playbook of a purpose works on once all files are written; name to digest.

    The names are fit to be shown: ``octavia_loadbalancer_topology``, ``hosts``, ``server CA``.
    """
    found = {"release": _digest(effective.release.name)}
    match purpose:
        case "containers":
            found |= _hosts(effective, facts) | _network(effective, facts)
        case "neutron":
            found |= _network(effective, facts) | _variables(effective, facts, _NEUTRON)
        case "lbaas":
            found |= _hosts(effective, facts) | _variables(effective, facts, _NEUTRON)
        case "octavia":
            found |= _hosts(effective, facts) | _network(effective, facts)
            found |= _variables(effective, facts) | dict(_certificates(effective))
        case "haproxy":
            found |= _hosts(effective, facts)
        case "horizon":
            found |= _variables(effective, facts, _HORIZON)
        case "quotas":
            found |= _variables(effective, facts, (_IDENTITY,))
    return found


def _digest(value: object) -> str:
    return digest(json.dumps(value, sort_keys=True, default=str).encode())[:_SHORT]


def _hosts(effective: Effective, facts: Facts) -> dict[str, str]:
    hosts = effective.mapping("deployment.hosts")
    if inventory_note(effective, facts):
        # A file of the operator's names the hosts, and that is what OSA deploys.
        hosts = named_hosts(facts.host.inventory, effective.release)
    return {"hosts": _digest(hosts)}


def _network(effective: Effective, facts: Facts) -> dict[str, str]:
    if effective.maybe_text("network.inventory_name") is None:
        return {}
    view = View(effective, facts)
    wanted, entry = reservation(view), inventory_entry(view)
    pool = address_pool_name(view)
    cidr = wanted.cidr[1] if wanted.cidr else facts.host.inventory.cidr_networks.get(pool)
    network = _as_added(wanted.network) if wanted.network else _as_present(entry)
    return {"provider network": _digest(network), "addresses": _digest(cidr)}


def _as_added(entry: Mapping[str, object]) -> object:
    network = entry["network"]
    assert isinstance(network, dict)  # noqa: S101 - reservation() makes nothing else
    keys = ("net_name", "type", "container_bridge", "ip_from_q", "container_interface", "range")
    return [network.get(key) for key in keys] + [_groups(network.get("group_binds", ()))]


def _as_present(entry: object) -> object:
    if entry is None:
        return None
    known = asdict(entry)  # type: ignore[call-overload]
    keys = ("net_name", "type", "bridge", "ip_from_q", "container_interface", "range")
    return [known[key] for key in keys] + [_groups(known["group_binds"])]


def _groups(names: Iterable[str]) -> list[str]:
    # Renamed from hyphens to underscores, a group is the same to the hosts in it.
    return sorted(map(underscored, names))


def _variables(effective: Effective, facts: Facts, only: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the variables as Ansible will see them: of two files that set one, the later wins."""
    before, after = _of_others(facts.host)
    values = before | variable_values(effective, facts) | after
    return {
        name: _digest(value)
        for name, value in values.items()
        if (name.startswith(only) if only else _is_octavias(effective.release, name))
    }


def _of_others(host: HostFacts) -> tuple[dict[str, object], dict[str, object]]:
    """Return what the files set that the wrapper reads before ours, and after it."""
    names = [*(file.path.name for file in host.user_files if not file.ours), OUR_VARIABLES]
    ordered = in_wrapper_order(set(names), host.collation)
    later = set(ordered[ordered.index(OUR_VARIABLES) + 1 :])
    found: tuple[dict[str, object], dict[str, object]] = ({}, {})
    for file in host.user_files:
        if not file.ours and not file.values_hidden:
            values = {name: variable.value for name, variable in file.variables.items()}
            found[file.path.name in later].update(values)
    return found


def _is_octavias(release: Release, name: str) -> bool:
    if name == _IDENTITY or name.startswith((*_NEUTRON, *_HORIZON)):
        return False
    return name.startswith("octavia_") or release.has(name)


def _certificates(effective: Effective) -> Iterator[tuple[str, str]]:
    layout = layout_of(effective)
    for pem in CERTIFICATES if layout is not None else ():
        found = file_digest(layout.files[pem]) if layout and pem in layout.files else None
        if found is not None:
            yield str(pem), found[:_SHORT]
