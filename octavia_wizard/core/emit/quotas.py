"""Quotas of the service project: as the wizard leaves them, so that nothing changes them after."""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.capacity import capacity_needs
from octavia_wizard.core.emit.entries import Entry, View, acts_on, origin
from octavia_wizard.core.facts.cloud import limits_of
from octavia_wizard.core.releases import QuotasBy

_KEY = "capacity.load_balancers"
_VARIABLES = {
    "instances": "octavia_num_instances",
    "cores": "octavia_num_cores",
    "ram": "octavia_ram",
    "server_groups": "octavia_num_server_groups",
    "server_group_members": "octavia_num_server_group_members",
    "ports": "octavia_num_ports",
    "security_groups": "octavia_num_secgroups",
    "security_group_rules": "octavia_num_security_group_rules",
    "volumes": "octavia_num_volumes",
    "gigabytes": "octavia_gigabytes",
}
"""By the services' own keys, the role's variables (17.1.0 to 31)."""
QUOTA_VARIABLES = frozenset(_VARIABLES.values())

_AT_FIRST = {
    "instances": 10,
    "cores": 20,
    "ram": 51200,
    "server_groups": 10,
    "server_group_members": 10,
    "ports": 500,
    "security_groups": 10,
    "security_group_rules": 100,
    "volumes": 10,
    "gigabytes": 1000,
}
"""The quotas Nova, Neutron and Cinder give every project by default."""

_WHY = {
    "octavia_num_instances": "Quotas of the service project. The role sets them on every run, to "
    "10000 instances unless told otherwise.",
    "octavia_ram": "MiB.",
    "octavia_gigabytes": "GiB.",
}


def wanted_limits(view: View) -> dict[str, int]:
    """Return by plural key the limits the planned load balancers need; empty where not wanted.

    A limit that is higher, or unlimited, stays as it is; one the service does not
    report is left out where its others are known.
    """
    effective, cloud = view.effective, view.facts.cloud
    planned = effective.maybe_number("capacity.load_balancers")
    if not effective.is_on("capacity.set_quotas") or planned is None:
        return {}
    limits: dict[str, int] = {}
    for need in capacity_needs(effective, cloud):
        if need.now is not None and need.after is not None:
            limits[need.key] = need.after
        elif need.key and (cloud is None or not limits_of(cloud, need.service)):
            # What is there cannot be seen, and a quota must not fall below what it starts at.
            limits[need.key] = max(need.needed, _AT_FIRST[need.key])
    return limits


def quota_entries(view: View) -> Iterator[Entry]:
    """Yield the role's quota variables, where the role sets quotas (17.1.0 to 31)."""
    limits = wanted_limits(view)
    if not limits or view.release.rules.quotas_by is not QuotasBy.ROLE:
        return
    if view.facts.cloud is not None:
        # The role also sets quotas nobody needs; told the present ones, it changes nothing.
        present = limits_of(view.facts.cloud, "compute")
        limits |= {
            key: present[key]
            for key in ("server_groups", "server_group_members")
            if key in present and key not in limits
        }
    source = origin(view.effective.settings[_KEY])
    for key, name in _VARIABLES.items():
        if key in limits and acts_on(view.release, name):
            yield Entry(name, limits[key], _WHY.get(name, ""), source, _KEY)
