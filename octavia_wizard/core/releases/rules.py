"""What a release does and expects beyond its variables, read from ``data/rules.yml``.

Each rule there is a list of stretches of the timeline, each with a value and the source of the
fact. Together they must cover every release exactly once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, get_args, get_origin, get_type_hints

from octavia_wizard.core.releases import shipped
from octavia_wizard.core.releases.series import timeline
from octavia_wizard.core.releases.variables import variable_at


class SparePool(StrEnum):
    """How a release lets an operator keep spare amphorae."""

    TUNED = "tuned"
    """By its own role variable."""
    OVERRIDE = "override"
    """Only through ``octavia_octavia_conf_overrides``; deprecated by Octavia."""
    GONE = "gone"
    """Not at all: Octavia no longer has the option."""


class Topology(StrEnum):
    """How many amphorae carry one load balancer."""

    SINGLE = "SINGLE"
    ACTIVE_STANDBY = "ACTIVE_STANDBY"


class CertificateEra(StrEnum):
    """How the controllers come to their certificates."""

    A = "A"
    """The operator makes them; the role only copies."""
    B = "B"
    """The role makes them with openssl, below its own directory."""
    C = "C"
    """The PKI role makes them; client certificate and key are two files."""


class CertificateRestart(StrEnum):
    """When the role restarts the services for certificates it brought to a controller."""

    NEVER = "never"
    CLIENT = "client"
    """Only for the client certificate."""
    ALWAYS = "always"


class ImageMechanism(StrEnum):
    """How a release brings the amphora image into Glance."""

    UPLOAD_FLAG = "upload_flag"
    """Uploads a local file, untagged, when told so by a flag."""
    DOWNLOAD = "download"
    """Downloads the project's test image and uploads it, tagged."""
    RESOURCE = "resource"
    """As a resource list for openstack.osa.openstack_resources."""


class QuotasBy(StrEnum):
    """Who raises the quotas of the service project."""

    OPERATOR = "operator"
    ROLE = "role"
    OPENSTACK_RESOURCES = "openstack_resources"
    """The operator, by ``openstack_user_identity`` and a playbook."""


class SshKeyBy(StrEnum):
    """Who makes the key pair for SSH to amphorae."""

    OPERATOR = "operator"
    ROLE_RECREATES = "role_recreates"
    """The role makes it in Nova, and deletes it while SSH access is off."""
    OPENSSH = "openssh"
    """The role makes it with ssh-keygen, or imports one that lies there."""


class PlaybookWhen(StrEnum):
    """When a playbook has to be run for Octavia."""

    ALWAYS = "always"
    IF_NETWORK_CHANGED = "if_network_changed"
    """When provider_networks got a new entry."""
    LBAAS_ERA = "lbaas_era"
    """For load balancing through Neutron's LBaaS v2."""
    NEVER = "never"


PLAYBOOKS_DIRECTORY = "/opt/openstack-ansible/playbooks"
"""Where OSA's documentation has the clone; releases before 2024.2 run playbooks by file name."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """One playbook run, and when it is due."""

    command: str
    """The playbook to hand to openstack-ansible; "" when the release has none."""
    when: PlaybookWhen
    run_from_playbooks_dir: bool = False
    """It is a file name: run it from the clone's playbooks directory."""
    limit: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    source: str = ""

    @property
    def directory(self) -> str:
        """Where to run it; "" for anywhere."""
        return PLAYBOOKS_DIRECTORY if self.run_from_playbooks_dir else ""

    def arguments(self) -> tuple[str, ...]:
        """Return the command line, program name first; empty when there is no playbook."""
        if not self.command:
            return ()
        limit = ("--limit", self.limit) if self.limit else ()
        tags = ("--tags", ",".join(self.tags)) if self.tags else ()
        return ("openstack-ansible", self.command, *limit, *tags)


@dataclass(frozen=True, slots=True)
class CertificateQuirks:
    """What bites with the certificates of a release, beyond its era."""

    equal_passphrases_needed: bool
    """Generation fails unless both CA keys have the same passphrase."""
    combined_client_file: bool
    """octavia_client_cert is certificate then key, in one file."""
    generate_certs_must_stay_true: bool
    """octavia_generate_certs false would also keep own files from being distributed."""
    key_length_enforced: bool
    """A key at a path of the role is made anew unless it has the length the role is told."""
    wrong_secret_name: bool
    """The role reads a password under another name than OSA's secrets file has."""
    client_cert_false_stops_backend: bool
    """octavia_generate_client_cert false also stops the API and OVN certificates."""
    open_on_controllers: tuple[str, ...]
    """Files with keys, below /etc/octavia/certs, that every user of a controller may read."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything about one release that is not a variable."""

    octavia_version: str
    """The Octavia service it deploys, as major.minor."""
    spare_pool: SparePool
    topology_default: Topology
    anti_affinity_default: bool
    certificate_era: CertificateEra
    certificate_quirks: CertificateQuirks
    certificate_tags: tuple[str, ...]
    """Tags that narrow the Octavia playbook down to its configuration, certificates included."""
    certificate_restart: CertificateRestart
    infra_hosts_group: str
    """The host group in openstack_user_config.yml or conf.d/octavia.yml."""
    service_groups: tuple[str, ...]
    """The inventory groups bound to the management network."""
    neutron_group_binds: tuple[str, ...]
    """The Neutron groups bound to it, one of which applies; the usual one first."""
    physical_binding_key: str
    """The key of a provider network entry that names the interface on the hosts."""
    management_cidr_key: str
    """The key of the management network of the containers in cidr_networks."""
    separate_inventory_net_name: bool
    """The inventory's net_name may differ from the physical network."""
    group_names_underscored: bool
    """Group names are written with underscores."""
    playbooks: Mapping[str, Playbook]
    """By purpose: containers, octavia, haproxy, neutron, horizon, quotas."""
    haproxy_inside_octavia_playbook: bool
    image_mechanism: ImageMechanism
    image_owner_is_service_project: bool
    """An empty owner id means the service project, so an image of another project is not found."""
    amphora_script_options: str
    """The letters diskimage-create.sh of the release's Octavia takes as options."""
    amphora_systems: Mapping[str, str]
    """Base systems that script builds, each with the release it takes by default; usual first."""
    default_image_url: str | None
    """Where the role has the project's test image from; None when it downloads none."""
    quotas_by: QuotasBy
    ssh_key_by: SshKeyBy
    ssh_key_name_always_set: bool
    """octavia.conf names the key pair even when SSH access is off."""
    security_group_rule_cidr_is_management_cidr: bool
    dhcp_default: bool
    required_secrets: tuple[str, ...]
    """The entries of OSA's secrets file that the role needs."""
    lbaas_v2_era: bool
    """Load balancers may still be managed by Neutron's LBaaS v2."""
    user_files_beat_command_line: bool
    """The wrapper puts user_*.yml after the operator's own -e."""
    config_dir_from_environment: bool
    """OSA_CONFIG_DIR is honoured; before, /etc/openstack_deploy is fixed."""
    user_rc: bool
    """The wrapper sources user.rc of the configuration directory."""
    wrapper_has_version: bool
    """The wrapper carries OSA_VERSION."""
    locale_default_c_utf8: bool
    """The wrapper sorts user_*.yml in C order unless LC_ALL says otherwise."""
    server_certs_key_passphrase_supported: bool
    """Octavia has [certificates] server_certs_key_passphrase."""
    server_certs_key_passphrase_is_list: bool
    """That option takes several keys: the first encrypts, all decrypt."""


@cache
def rules_at(point: int) -> Rules:
    """Return the rules of the release at this place of the timeline."""
    hints = get_type_hints(Rules)
    known = _from_catalogue(point)
    for rule, stretches in _raw().items():
        known[rule] = _convert(_pick(stretches, point), hints[rule])
    return Rules(**known)


def _from_catalogue(point: int) -> dict[str, Any]:
    """Answer the rules that follow from the variables of a release."""
    owner = timeline().owner(point) or timeline().series[-1]
    image = variable_at("octavia_artefact_url", point)
    return {
        "octavia_version": owner.octavia_version,
        "topology_default": Topology(_default("octavia_loadbalancer_topology", point)),
        "anti_affinity_default": _default("octavia_enable_anti_affinity", point),
        "default_image_url": image.default if image else None,
        # The role writes the default as a text, "True" or "False".
        "dhcp_default": _default("octavia_management_net_dhcp", point) == "True",
        "separate_inventory_net_name": bool(
            variable_at("octavia_provider_inventory_net_name", point)
        ),
    }


def _default(name: str, point: int) -> Any:
    variable = variable_at(name, point)
    return variable.default if variable else None


def source_of(rule: str, point: int) -> str:
    """Return where the fact behind a rule is to be found; "" when it follows from a variable.

    A rule with parts is named with a dot, for example ``playbooks.octavia``.
    """
    part: Any = _raw()
    for key in rule.split("."):
        part = part.get(key, ()) if isinstance(part, dict) else ()
    entry = _entry(part, point) if isinstance(part, list) else None
    return str(entry["source"]) if entry else ""


@cache
def every_required_secret() -> frozenset[str]:
    """Return the names of the secrets that any release has required of its operators."""
    return frozenset(name for entry in _raw()["required_secrets"] for name in entry["value"])


@cache
def _raw() -> dict[str, Any]:
    loaded: dict[str, Any] = shipped.load("rules.yml")
    return loaded


def _entry(stretches: list[dict[str, Any]], point: int) -> dict[str, Any] | None:
    line = timeline()
    for stretch in stretches:
        first, last = line.bounds(stretch["in"])
        if first <= point <= last:
            return stretch
    return None


def _pick(raw: Any, point: int) -> Any:
    """Choose the stretch at a place; a map holds one list of stretches for each of its keys."""
    if isinstance(raw, dict):
        return {key: _pick(part, point) for key, part in raw.items()}
    entry = _entry(raw, point)
    if entry is None:
        raise LookupError(f"rules.yml says nothing about {timeline().points[point]}")
    return entry.get("value", entry)


def _convert(value: Any, hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(value)
    if get_origin(hint) is Mapping:
        kind = get_args(hint)[1]
        return MappingProxyType({k: _convert(v, kind) for k, v in value.items()})
    if is_dataclass(hint) and isinstance(hint, type):
        inner = get_type_hints(hint)
        return hint(**{k: _convert(v, inner[k]) for k, v in value.items() if k in inner})
    return hint(value)
