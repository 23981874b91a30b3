"""What a playbook works on, as digests: a run is stale once one of them differs.

Of a change of the answers, and of a file or certificate somebody changed by hand, only those
playbooks are run again that read what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from octavia_wizard.core.canonical import canonical
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View
from octavia_wizard.core.emit.inventory import inventory_note
from octavia_wizard.core.emit.lookup import address_pool_name, inventory_entry
from octavia_wizard.core.emit.reservations import reservation
from octavia_wizard.core.facts.cloud import flavors_called, networks_called
from octavia_wizard.core.facts.managed import underscored
from octavia_wizard.core.facts.model import Facts, Part
from octavia_wizard.core.facts.octavia_groups import named_hosts
from octavia_wizard.core.facts.resources import Flavor, Network
from octavia_wizard.core.facts.secrets_mark import SECRETS, same_salt
from octavia_wizard.core.files import digest, file_digest
from octavia_wizard.core.pki.layout import layout_of
from octavia_wizard.core.pki.pem import CERTIFICATES
from octavia_wizard.core.steps.playbook_variables import variables_read

_NETWORK = "management network"
_FLAVOR = "flavor"
_NONE = "none"
"""Stands for what the cloud does not have: the role makes it then."""
_IF_KNOWN = frozenset({SECRETS, _NETWORK, _FLAVOR})
"""What is not always known: without the password of a vault, or without a cloud."""
_SHORT = 16
"""Hexadecimal digits that tell values apart."""
_ENTRY = {
    # What containers are attached by; their addresses are those of ip_from_q.
    "containers": ("bridge", "ip_from_q", "container_interface"),
    # The filter plugin provider_networks of OSA, from which os_neutron takes its mappings.
    "neutron": ("net_name", "type", "bridge", "container_interface", "range", "host_interface"),
    # octavia_provider_network in the role's defaults.
    "octavia": ("net_name", "ip_from_q", "container_interface"),
}
"""What each playbook reads of the network's entry in provider_networks."""


def inputs_of(purpose: str, effective: Effective, facts: Facts) -> Mapping[str, str]:
    """Return what the playbook of a purpose works on once all files are written; name to digest.

    The names are fit to be shown: ``octavia_loadbalancer_topology``, ``hosts``, ``server CA``.
    """
    found = {"release": _digest(effective.release.name)}
    if purpose in ("containers", "octavia", "haproxy"):
        found |= _hosts(effective, facts)
    if purpose in _ENTRY:
        found |= _network(purpose, effective, facts)
    if purpose == "octavia":
        found |= dict(_certificates(effective)) | dict(_in_cloud(effective, facts))
        found |= {SECRETS: facts.host.secrets_mark} if facts.host.secrets_mark else {}
    read = variables_read(purpose, effective, facts)
    return found | {name: _digest(value) for name, value in read.items()}


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Tell what differs in what a playbook works on, as lines of a diff."""
    lines = []
    for name in sorted(before.keys() | now.keys()):
        if name in _IF_KNOWN and not _comparable(name, before, now):
            continue
        if name not in before:
            lines.append(f"+ {name}")
        elif name not in now:
            lines.append(f"- {name}")
        elif before[name] != now[name]:
            lines.append(f"~ {name}")
    return tuple(lines)


def _comparable(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    if name not in before or name not in now:
        return False
    return same_salt(before[name], now[name]) if name == SECRETS else before[name] != _NONE


def _digest(value: object) -> str:
    return digest(canonical(value))[:_SHORT]


def _hosts(effective: Effective, facts: Facts) -> dict[str, str]:
    hosts = effective.mapping("deployment.hosts")
    if inventory_note(effective, facts):
        # A file of the operator's names the hosts, and that is what OSA deploys.
        hosts = named_hosts(facts.host.inventory, effective.release)
    return {"hosts": _digest(hosts)}


def _network(purpose: str, effective: Effective, facts: Facts) -> dict[str, str]:
    if effective.maybe_text("network.inventory_name") is None:
        return {}
    view = View(effective, facts)
    wanted, entry = reservation(view), inventory_entry(view)
    known = _as_added(wanted.network) if wanted.network else asdict(entry) if entry else {}
    groups = _groups(purpose, known.get("group_binds"), effective.release.rules.service_groups)
    read = [*(known.get(key) for key in _ENTRY[purpose]), *groups]
    found = {"provider network": _digest(read)}
    if purpose != "neutron":
        pool = address_pool_name(view)
        cidr = wanted.cidr[1] if wanted.cidr else facts.host.inventory.cidr_networks.get(pool)
        found["addresses"] = _digest(cidr)
    return found


def _as_added(entry: Mapping[str, object]) -> dict[str, object]:
    """Return an entry that is to be added by the names facts have for what is in it."""
    network = entry["network"]
    assert isinstance(network, dict)  # noqa: S101 - reservation() makes nothing else
    interface = network.get("network_interface") or network.get("host_bind_override")
    return {**network, "bridge": network["container_bridge"], "host_interface": interface}


def _groups(purpose: str, binds: object, octavias: Iterable[str]) -> list[str]:
    """Return those of the groups the network is bound to that a playbook is about."""
    if purpose == "octavia" or not isinstance(binds, list | tuple):
        return []
    # Renamed from hyphens to underscores, a group is the same to the hosts in it.
    own = set(map(underscored, octavias))
    bound = set(map(underscored, binds))
    return sorted(bound & own if purpose == "containers" else bound - own)


def _certificates(effective: Effective) -> Iterator[tuple[str, str]]:
    layout = layout_of(effective)
    if layout is None:
        return
    for pem in CERTIFICATES:
        path = layout.files.get(pem)
        found = file_digest(path) if path is not None else None
        if found is not None:
            yield str(pem), found[:_SHORT]


def _in_cloud(effective: Effective, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what octavia.conf names by an id the role looks up: made anew, it has another."""
    cloud = facts.cloud
    if cloud is None or effective.chosen("cloud.mode", "files"):
        return
    network = effective.maybe_text("network.existing") or effective.maybe_text("network.name")
    if network is not None and Part.NETWORKS not in cloud.unread:
        yield from _named(_NETWORK, networks_called(cloud, network))
    flavor = effective.maybe_text("capacity.flavor_existing") or effective.maybe_text(
        "capacity.flavor_name"
    )
    if flavor is not None and Part.FLAVORS not in cloud.unread:
        yield from _named(_FLAVOR, flavors_called(cloud, flavor))


def _named(name: str, found: Iterable[Network | Flavor]) -> Iterator[tuple[str, str]]:
    ids = [one.id for one in found]
    if len(ids) <= 1:
        yield name, _digest(ids[0]) if ids else _NONE
