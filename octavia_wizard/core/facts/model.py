"""Facts: what is, on the deploy host and in the cloud; read-only, each with where it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from octavia_wizard.core.facts.checks import Checks
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.inventory import AddressRange as AddressRange
from octavia_wizard.core.facts.inventory import Inventory as Inventory
from octavia_wizard.core.facts.inventory import ManagedHost as ManagedHost
from octavia_wizard.core.facts.inventory import ProviderNetwork as ProviderNetwork
from octavia_wizard.core.facts.resources import (
    Amphora,
    AvailabilityZone,
    Compute,
    Flavor,
    Image,
    Keypair,
    Network,
    NetworkUsage,
    Quotas,
    SecurityGroup,
    Subnet,
)
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.facts.secret_faults import FaultySecret
from octavia_wizard.core.facts.verified import Verified
from octavia_wizard.core.playbooks.record import PlaybookRun
from octavia_wizard.core.vault import Vault

if TYPE_CHECKING:
    from octavia_wizard.core.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Evidence:
    """A detected value and where it was read."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A file or service that could not be read; shown as a finding, never a crash."""

    where: str
    """A path with its line, or the name of a service."""
    reason: str


@dataclass(frozen=True, slots=True)
class UserVariable:
    """A variable in one of the operator's ``user_*.yml`` files."""

    value: object
    """None for every variable of a secrets file: secret values are not kept in facts."""
    line: int


@dataclass(frozen=True, slots=True)
class UserFile:
    """One ``user_*.yml`` of the deploy directory, in the order the wrapper reads them."""

    path: Path
    variables: Mapping[str, UserVariable]
    secret: bool = False
    """Whether this is a secrets file, of which only the names are kept."""
    vaulted: bool = False
    """Whether the file as a whole is encrypted by ansible-vault."""
    opened: bool = False
    """Whether a vault password opened it; of what was encrypted only the names are kept."""
    unopened: str = ""
    """Why the vault password that was given did not open it."""
    ours: bool = False
    """Whether octavia-wizard emits this file."""

    @property
    def closed(self) -> bool:
        """Whether nothing is known of what is in it."""
        return self.vaulted and not self.opened

    @property
    def values_hidden(self) -> bool:
        """Whether no value in it is kept in the facts."""
        return self.secret or self.vaulted


@dataclass(frozen=True, slots=True)
class Tools:
    """What playbooks are run with, as found on the deploy host."""

    wrapper: Path | None = None
    """``openstack-ansible``; None where there is none."""
    ansible: Path | None = None
    """``ansible``, for single modules on many hosts; None where there is none."""
    clone: Path | None = None
    """The checkout of OpenStack-Ansible, with ``playbooks``; None where there is none."""
    config_dir: Evidence | None = None
    """The directory the wrapper takes ``user_*.yml`` from when it is called from here."""
    user_rc: Mapping[str, str] = field(default_factory=dict)
    """Variables that user.rc sets, each with file and line; never a value, it may be a secret."""
    vault_from: str = ""
    """What tells Ansible itself of a vault password: a variable or ansible.cfg; "" for none."""

    @property
    def playbooks(self) -> Path | None:
        """Where playbooks are run by file name, and where Ansible finds the inventory."""
        return self.clone / "playbooks" if self.clone else None


@dataclass(frozen=True, slots=True)
class DeployedRole:
    """The os_octavia role as it lies on the deploy host: what it reads beats any catalogue."""

    path: Path
    defaults: Mapping[str, object]
    """Variables of ``defaults/main.yml`` with their defaults as they are written."""
    mentions: frozenset[str] = frozenset()
    """Every variable its tasks, templates, handlers and vars mention."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """The deploy host."""

    deploy_dir: Path
    exists: bool = False
    release: Evidence | None = None
    releases: tuple[Evidence, ...] = ()
    """Every piece of evidence about the release, the best first."""
    user_files: tuple[UserFile, ...] = ()
    inventory: Inventory = field(default_factory=Inventory)
    secrets: Mapping[str, Path] = field(default_factory=dict)
    """Names that have a value in one of the secrets files, and which file."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Present text of the files the wizard emits or edits, by path relative to ``deploy_dir``."""
    collation: str = "C"
    """The operator's LC_COLLATE, which decides the order of ``user_*.yml`` under the wrapper."""
    problems: tuple[ReadProblem, ...] = ()
    secrets_with_dollar: tuple[str, ...] = ()
    """Names of secrets whose value holds a ``$``, which oslo.config would read as an option."""
    secrets_encrypted: tuple[str, ...] = ()
    """Names of secrets whose value is encrypted by itself (``!vault``)."""
    faulty_secrets: tuple[FaultySecret, ...] = ()
    """Secrets whose values are no good, judged while they were read."""
    secrets_mark: str = field(default="", repr=False, compare=False)
    """Tells whether a secret Octavia gets was changed since the playbook last ran; "" where some
    of them stay closed. It is a digest of all of them at once, salted for this deployment."""
    typed: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    """Secrets the operator typed and no file holds yet, by variable; in memory only."""
    vault: Vault | None = field(default=None, repr=False, compare=False)
    """Opens what ansible-vault encrypted, where a password for it was given."""
    bundle: Bundle | None = field(default=None, repr=False)
    """What the operator brought along from another host, for one run; in memory only."""
    tools: Tools = field(default_factory=Tools)
    role: DeployedRole | None = None
    """None where the role is not installed, or cannot be read."""
    playbook_runs: tuple[PlaybookRun, ...] = ()
    """Runs of playbooks the wizard started on this host, the newest first."""
    verified: Verified | None = None
    """The last verification that found nothing wrong."""
    home: Path = Path("/root")
    """Home of whoever runs this, taken for that of whoever runs the playbooks: below it the role
    keeps what it makes by itself."""


class Part(StrEnum):
    """The parts of the cloud facts that can be read on their own."""

    IDENTITY = "identity"
    NETWORKS = "networks"
    SUBNETS = "subnets"
    SECURITY_GROUPS = "security groups"
    FLAVORS = "flavors"
    KEYPAIRS = "keypairs"
    IMAGES = "images"
    QUOTAS = "quotas"
    COMPUTES = "computes"
    ZONES = "availability zones"
    VOLUME_TYPES = "volume types"
    PROJECTS = "names of projects"
    USAGE = "use of networks"
    AMPHORAE = "amphorae"


PARTS_TO_PLAN = frozenset(Part) - {Part.PROJECTS, Part.USAGE, Part.AMPHORAE}
"""Parts that answers are checked and planned by."""
PARTS_TO_ASK = frozenset(Part) - {Part.AMPHORAE}
"""Those, and what only helps an operator to choose among what was found."""


@dataclass(frozen=True, slots=True)
class CloudFacts:
    """The cloud, as seen by the operator's credentials."""

    name: str
    """Cloud name in clouds.yaml, or "environment" for OS_* variables."""
    region: str
    service_project: str
    """Name of the project that owns amphorae and their resources."""
    service_project_id: str | None = None
    octavia_user_id: str | None = None
    """None while the role has not created the user yet."""
    regions: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    """Those of the service project."""
    flavors: tuple[Flavor, ...] = ()
    keypairs: tuple[Keypair, ...] = ()
    """Those of the octavia user."""
    images: tuple[Image, ...] = ()
    quotas: Quotas = field(default_factory=Quotas)
    """Those of the service project."""
    computes: tuple[Compute, ...] = ()
    zones: tuple[AvailabilityZone, ...] = ()
    volume_types: tuple[str, ...] | None = None
    """None where the cloud has no volume service."""
    projects: Mapping[str, str] = field(default_factory=dict)
    """Names of projects by id."""
    usage: Mapping[str, NetworkUsage] = field(default_factory=dict)
    """How full the networks are, by id."""
    amphorae: tuple[Amphora, ...] = ()
    """Those Octavia has not deleted; they take the admin role, and Octavia itself, to be read."""
    unread: Mapping[Part, str] = field(default_factory=dict)
    """Parts that could not be read, and why."""
    admin: bool | None = None
    """Whether the credentials hold the role admin; None where that is not known."""
    clock_offset: float | None = field(default=None, compare=False)
    """Seconds the cloud's clock is ahead of this host's; None where no answer told."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known before the first change."""

    host: HostFacts
    clouds: tuple[Evidence, ...] = ()
    """Clouds that clouds.yaml files name, each with its file; nothing was contacted for this."""
    cloud_in_environment: bool = False
    """Whether OS_* variables of the environment, as an openrc file sets them, describe a cloud."""
    cloud: CloudFacts | None = None
    """None in "files only" mode, and while no cloud was chosen."""
    checks: Checks = field(default_factory=dict)
    """Whether each of the clouds lets the operator in, as far as that was asked."""
    controllers: Controllers | None = None
    """What Ansible found on the controllers; None while nobody asked for that."""
