"""Which variables each playbook acts on, with their values as Ansible will see them.

Of a variable by which the role would only make in the cloud what the wizard made there already,
no playbook has to be run: the role would find it as it wants it.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.quotas import QUOTA_VARIABLES
from octavia_wizard.core.emit.user_variables import variable_values
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES, in_wrapper_order
from octavia_wizard.core.facts.model import Facts, HostFacts
from octavia_wizard.core.releases import Reader, Release

_IDENTITY = "openstack_user_identity"
"""Read by the playbook openstack_resources alone."""
_HAPROXY = "haproxy_octavia_"
"""Of the service in OSA's group_vars: haproxy_octavia_service_overrides and the like."""
_PROVIDER_NETWORKS = "neutron_provider_networks"
"""Set, it counts in place of provider_networks (os_neutron tasks/main.yml, all releases)."""
_LBAAS = ("neutron_lbaas", "neutron_octavia_")
_BASE_URL = ("octavia_service_url", "octavia_service_internaluri")
"""What os_neutron's neutron.conf.j2 gives LBaaS v2 for Octavia's API (16 to 19)."""
_HORIZON = ("horizon_enable_octavia_ui", "horizon_enable_neutron_lbaas")

_FLAVOR = ("octavia_amp_ram", "octavia_amp_vcpu", "octavia_amp_disk", "octavia_amp_extra_specs")
_SUBNET = (
    "octavia_management_net_subnet_allocation_pools",
    "octavia_management_net_subnet_gateway",
    "octavia_management_net_dhcp",
    "octavia_provider_network_mtu",
)
_RULES = ("octavia_security_group_rule_cidr",)
_IMAGE = ("octavia_download_artefact",)


def variables_read(purpose: str, effective: Effective, facts: Facts) -> dict[str, object]:
    """Return what the playbook of a purpose acts on; of two files that set one, the later wins."""
    before, after = _of_others(facts.host)
    ours = variable_values(effective, facts)
    values = before | ours | after
    made = frozenset(_made(effective, facts)) if purpose == "octavia" else frozenset()
    return {
        name: value
        for name, value in values.items()
        if _is_read(purpose, effective.release, name)
        # Where another file has the last word, the role would make something else.
        and not (name in made and name in ours and value == ours[name])
    }


def _is_read(purpose: str, release: Release, name: str) -> bool:
    match purpose:
        case "octavia":
            return _by_octavia(release, name)
        case "haproxy":
            return name.startswith(_HAPROXY)
        case "neutron":
            return name == _PROVIDER_NETWORKS
        case "lbaas":
            known = release.variable(name)
            by_neutron = known is not None and known.read_by is Reader.NEUTRON
            return by_neutron or name.startswith(_LBAAS) or name in _BASE_URL
        case "horizon":
            return name in _HORIZON
        case "quotas":
            return name == _IDENTITY
    return False


def _by_octavia(release: Release, name: str) -> bool:
    if name == _IDENTITY or release.retired(name) is not None:
        return False
    if name.startswith(_HAPROXY):
        return release.rules.haproxy_inside_octavia_playbook
    known = release.variable(name)
    if known is not None:
        return known.read_by is not Reader.NEUTRON
    return name.startswith("octavia_")


def _made(effective: Effective, facts: Facts) -> Iterator[str]:
    """Yield what tells the role only how to make what steps of the wizard's own make."""
    if facts.cloud is None or effective.chosen("cloud.mode", "files"):
        return
    yield from _RULES
    if effective.is_on("capacity.set_quotas"):
        yield from QUOTA_VARIABLES
    if not effective.chosen("capacity.flavor_source", "adopt"):
        yield from _FLAVOR
    if effective.chosen("network.created_by", "wizard"):
        yield from _SUBNET
    if not effective.chosen("image.source", "role"):
        yield from _IMAGE


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
