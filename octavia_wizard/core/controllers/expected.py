"""What octavia.conf on the controllers should say, as far as it follows from answers and files.

What only Ansible could tell is left out: a template, a value in an encrypted file, a default the
role computes.  The options are those of the role's templates/octavia.conf.j2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address

from octavia_wizard.core.effective import Effective
from octavia_wizard.core.emit.entries import View, acts_on
from octavia_wizard.core.emit.lookup import address_pool_name
from octavia_wizard.core.emit.maps import CONF_OVERRIDES
from octavia_wizard.core.emit.user_variables import variable_values
from octavia_wizard.core.facts.cloud import flavors_called, groups_called, networks_called
from octavia_wizard.core.facts.deploy_host_files import OUR_VARIABLES, in_wrapper_order
from octavia_wizard.core.facts.managed import members
from octavia_wizard.core.facts.model import CloudFacts, Facts, Part
from octavia_wizard.core.releases import CertificateEra, Release

CERTS = "/etc/octavia/certs"
_UNKNOWN = object()
"""Stands for a value only Ansible could tell."""
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What one option should be."""

    option: str
    """``section.name``."""
    values: tuple[str, ...]
    """Any of these is right; the first is what is told. "" stands for an option that is not set."""
    source: str
    """What it follows from: a variable, or a resource of the cloud."""
    is_list: bool = False
    """Whether the order of what stands between commas means nothing."""

    def fits(self, found: str | None) -> bool:
        """Say whether a value, None for none, is right."""
        return any(_same(found or "", value, self.is_list) for value in self.values)


@dataclass(frozen=True, slots=True)
class _Option:
    variable: str
    option: str
    value: Callable[[object], str] = lambda value: "" if value is None else str(value)
    since: tuple[int, int, int] = (16, 0, 0)
    """The release whose template has the option there for the first time."""


def _volume_driver(value: object) -> str:
    return "volume_cinder_driver" if _is_true(value) else "volume_noop_driver"


_TABLE = (
    _Option("octavia_loadbalancer_topology", "controller_worker.loadbalancer_topology"),
    _Option("octavia_enable_anti_affinity", "nova.enable_anti_affinity"),
    _Option("octavia_amp_availability_zone", "nova.availability_zone"),
    _Option("octavia_spare_amphora_pool_size", "house_keeping.spare_amphora_pool_size"),
    _Option("octavia_glance_image_tag", "controller_worker.amp_image_tag"),
    _Option("octavia_amp_active_retries", "controller_worker.amp_active_retries"),
    _Option("octavia_health_manager_port", "health_manager.bind_port"),
    _Option("octavia_agent_port", "haproxy_amphora.bind_port"),
    _Option("octavia_service_port", "api_settings.bind_port", since=(16, 0, 4)),
    _Option("octavia_tls_listener_enabled", "api_settings.allow_tls_terminated_listeners"),
    _Option("octavia_default_provider_driver", "api_settings.default_provider_driver"),
    _Option("octavia_task_flow_max_workers", "task_flow.max_workers"),
    _Option("octavia_cinder_enabled", "controller_worker.volume_driver", _volume_driver),
)
_CINDER = (
    _Option("octavia_cinder_volume_size", "cinder.volume_size"),
    _Option("octavia_cinder_volume_type", "cinder.volume_type"),
)
_PATHS = {
    "haproxy_amphora.client_cert": f"{CERTS}/client.pem",
    "haproxy_amphora.server_ca": f"{CERTS}/server_ca.pem",
    "controller_worker.client_ca": f"{CERTS}/client_ca.pem",
    "certificates.ca_private_key": f"{CERTS}/ca_key.pem",
}


class Variables:
    """The variables of a deployment as Ansible will see them once all files are written."""

    def __init__(self, effective: Effective, facts: Facts) -> None:
        self._release: Release = effective.release
        names = {file.path.name for file in facts.host.user_files if not file.ours}
        ordered = in_wrapper_order({*names, OUR_VARIABLES}, facts.host.collation)
        later = set(ordered[ordered.index(OUR_VARIABLES) + 1 :])
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        for file in facts.host.user_files:
            if not file.ours:
                known = after if file.path.name in later else before
                for name, variable in file.variables.items():
                    known[name] = _UNKNOWN if file.values_hidden else variable.value
        self._set = before | variable_values(effective, facts) | after

    def of(self, name: str) -> object:
        """Return a variable, by default the role's own; ``_UNKNOWN`` where only Ansible knows."""
        if name in self._set:
            value = self._set[name]
        else:
            variable = self._release.variable(name)
            if variable is None or variable.computed:
                return _UNKNOWN
            value = variable.default
        return _UNKNOWN if is_template(value) else value

    def is_set(self, name: str) -> bool:
        """Say whether a user file sets a variable, whatever to."""
        return name in self._set

    def text(self, name: str) -> str | None:
        """Return a variable that is known and not empty as a text; None for any other."""
        value = self.of(name)
        return None if value is _UNKNOWN or value in (None, "") else str(value)


def expected_options(effective: Effective, facts: Facts) -> tuple[Expected, ...]:
    """Return what each option should be, by name."""
    variables = Variables(effective, facts)
    found = {one.option: one for one in _by_variables(effective, variables)}
    found |= {one.option: one for one in _by_cloud(effective, facts, variables)}
    found |= {one.option: one for one in _health_managers(effective, facts, variables)}
    found |= {option: Expected(option, (path,), "the role") for option, path in _PATHS.items()}
    era = effective.release.rules.certificate_era
    authority = "server_ca.pem" if era is CertificateEra.C else "ca.pem"
    option = "certificates.ca_certificate"
    found[option] = Expected(option, (f"{CERTS}/{authority}",), "the role")
    found = _overridden(found, variables)
    return tuple(found[name] for name in sorted(found))


def is_template(value: object) -> bool:
    """Say whether only Ansible could tell what a value comes to."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def _by_variables(effective: Effective, variables: Variables) -> Iterator[Expected]:
    volumes = _is_true(variables.of("octavia_cinder_enabled"))
    for row in (*_TABLE, *(_CINDER if volumes else ())):
        if row.since <= effective.release.version and acts_on(effective.release, row.variable):
            value = variables.of(row.variable)
            if value is not _UNKNOWN:
                yield Expected(row.option, (row.value(value),), row.variable)
    enabled = variables.of("octavia_ssh_enabled")
    name = variables.text("octavia_ssh_key_name")
    if enabled is not _UNKNOWN and name is not None:
        always = effective.release.rules.ssh_key_name_always_set
        told = name if always or _is_true(enabled) else ""
        yield Expected("controller_worker.amp_ssh_key_name", (told,), "octavia_ssh_key_name")


def _by_cloud(effective: Effective, facts: Facts, variables: Variables) -> Iterator[Expected]:
    cloud = facts.cloud
    worker = "controller_worker."
    network = variables.text("octavia_neutron_management_network_uuid") or _network(
        cloud, variables.text("octavia_neutron_management_network_name")
    )
    if network:
        yield Expected(f"{worker}amp_boot_network_list", (network,), "the management network", True)
    flavor = variables.text("octavia_nova_flavor_uuid") or _flavor(
        cloud, variables.text("octavia_amp_flavor_name")
    )
    if flavor:
        yield Expected(f"{worker}amp_flavor_id", (flavor,), "the flavor")
    group = variables.text("octavia_security_group_name")
    if group:
        ids = (one.id for one in groups_called(cloud, group)) if cloud else ()
        yield Expected(f"{worker}amp_secgroup_list", (group, *ids), "the security group", True)
    owner = variables.of("octavia_amp_image_owner_id")
    if owner is not _UNKNOWN and acts_on(effective.release, "octavia_amp_image_owner_id"):
        told = str(owner or "")
        # What a user file says, even nothing, outranks the id the role looks up.
        given = variables.is_set("octavia_amp_image_owner_id")
        if not told and not given and effective.release.rules.image_owner_is_service_project:
            told = (cloud.service_project_id or "") if cloud else ""
            if not told:
                return
        yield Expected(f"{worker}amp_image_owner_id", (told,), "octavia_amp_image_owner_id")


def _health_managers(
    effective: Effective, facts: Facts, variables: Variables
) -> Iterator[Expected]:
    port = variables.text("octavia_health_manager_port")
    told, source = variables.of("octavia_hm_hosts"), "octavia_hm_hosts"
    addresses = tuple(_parts(told)) if isinstance(told, str) else ()
    if not addresses:
        addresses, source = _in_inventory(effective, facts, variables), "the inventory"
    if port and addresses:
        value = ",".join(f"{address}:{port}" for address in sorted(addresses, key=_numbers))
        yield Expected("health_manager.controller_ip_port_list", (value,), source, True)


def _in_inventory(effective: Effective, facts: Facts, variables: Variables) -> tuple[str, ...]:
    """Return the addresses the role takes from OSA's inventory; () where one is not there."""
    if variables.of("octavia_container_network_name") is _UNKNOWN:
        if effective.maybe_text("network.inventory_name") is None:
            return ()
        key = f"{address_pool_name(View(effective, facts))}_address"
    else:
        key = variables.text("octavia_container_network_name") or ""
    inventory = facts.host.inventory
    names = members(inventory, "octavia_health_manager")
    found = [inventory.managed[name].networks.get(key, "") for name in names]
    return tuple(found) if all(found) else ()


def _numbers(address: str) -> tuple[int, str]:
    try:
        return int(ip_address(address)), address
    except ValueError:
        return 0, address


def _network(cloud: CloudFacts | None, name: str | None) -> str | None:
    if cloud is None or name is None or Part.NETWORKS in cloud.unread:
        return None
    found = networks_called(cloud, name)
    return found[0].id if len(found) == 1 else None


def _flavor(cloud: CloudFacts | None, name: str | None) -> str | None:
    if cloud is None or name is None or Part.FLAVORS in cloud.unread:
        return None
    found = flavors_called(cloud, name)
    return found[0].id if len(found) == 1 else None


def _overridden(found: dict[str, Expected], variables: Variables) -> dict[str, Expected]:
    """Lay the overrides of octavia.conf over what follows from variables."""
    sections = variables.of(CONF_OVERRIDES)
    if sections is _UNKNOWN:
        return {}
    for section, options in sections.items() if isinstance(sections, Mapping) else ():
        for name, value in options.items() if isinstance(options, Mapping) else ():
            option = f"{section}.{name}"
            if option not in found:
                continue
            if is_template(value) or isinstance(value, list | Mapping):
                del found[option]
            else:
                told = "" if value is None else str(value)
                found[option] = replace(found[option], values=(told,), source=CONF_OVERRIDES)
    return found


def _is_true(value: object) -> bool:
    return str(value).lower() in _TRUE


def _same(found: str, wanted: str, is_list: bool) -> bool:
    if is_list:
        return _parts(found) == _parts(wanted)
    one, other = found.strip(), wanted.strip()
    if one.lower() in _TRUE | _FALSE and other.lower() in _TRUE | _FALSE:
        return (one.lower() in _TRUE) == (other.lower() in _TRUE)
    return one == other


def _parts(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())
