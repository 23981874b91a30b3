"""The preset format, version 1: every key an operator may answer, with its type.

A key that is absent was not answered; a key that is null was answered with
"deliberately none", which only the keys typed ``… | None`` allow.  Secrets have
no key here.  The descriptions of the keys live with their questions.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from octavia_wizard.core.answers.values import (
    Address,
    BuildVariable,
    Checksum,
    Cidr,
    Count,
    Data,
    Days,
    Endpoint,
    Fingerprint,
    Identifier,
    Moment,
    Mtu,
    Name,
    PathText,
    Pool,
    Positive,
    SegmentationId,
    Text,
    Url,
)

SCHEMA_VERSION = 1

SectionName = Literal[
    "cloud",
    "network",
    "image",
    "certificates",
    "ssh",
    "capacity",
    "variables",
    "deployment",
]


def absent() -> Any:
    """Default of a key that was not answered; never read, since only set keys leave the model."""
    return Field(default=None, json_schema_extra=_drop_default)


def _drop_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class Section(BaseModel):
    """Base of all sections: unknown keys and silent conversions are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CloudSection(Section):
    """Which cloud, and which OpenStack-Ansible release deploys it."""

    mode: Literal["live", "files"] = absent()
    name: Name | None = absent()
    region: Name | None = absent()
    release: Name = absent()
    service_project: Name = absent()


class NetworkSection(Section):
    """The network between controllers and amphorae."""

    mode: Literal["create", "adopt"] = absent()
    created_by: Literal["wizard", "role"] = absent()
    existing: Name = absent()
    name: Name = absent()
    provider_type: Literal["flat", "vlan", "vxlan", "geneve"] = absent()
    physical_network: Identifier = absent()
    segmentation_id: SegmentationId | None = absent()
    mtu: Mtu = absent()
    cidr: Cidr = absent()
    pool: Pool = absent()
    gateway: Address | None = absent()
    dns_servers: list[Address] = absent()
    dhcp: bool = absent()
    security_group: Name = absent()
    allowed_cidr: Cidr | None = absent()
    edit_inventory: bool = absent()
    bridge: Identifier = absent()
    container_interface: Identifier = absent()
    host_interface: Identifier | None = absent()
    inventory_name: Identifier = absent()
    agent_group: Identifier = absent()


class ImageSection(Section):
    """The amphora image."""

    source: Literal["build", "file", "download", "existing", "role"] = absent()
    path: PathText = absent()
    url: Url = absent()
    checksum: Checksum | None = absent()
    existing: Name = absent()
    base_os: Literal[
        "ubuntu-minimal", "ubuntu", "rocky", "centos-minimal", "centos", "rhel", "fedora"
    ] = absent()
    base_release: Name = absent()
    size_gib: Positive = absent()
    octavia_repository: Text = absent()
    octavia_ref: Name = absent()
    install_packages: bool = absent()
    tune_build: bool = absent()
    kernel_package: Identifier = absent()
    sshd: bool = absent()
    fips: bool = absent()
    mandatory_access_control: bool = absent()
    cpu_pinning: bool = absent()
    agent_packages: bool = absent()
    tmpfs: bool = absent()
    trace: bool = absent()
    cache_directory: PathText = absent()
    work_directory: PathText = absent()
    mirror: Text | None = absent()
    elements_path: PathText | None = absent()
    elements: list[Identifier] = absent()
    library_repository: Text | None = absent()
    constraints: Text | None = absent()
    build_environment: dict[BuildVariable, Text] = absent()
    builder: Text = absent()
    name: Name = absent()
    tag: Name = absent()
    visibility: Literal["private", "shared"] = absent()
    replace: bool = absent()
    keep: Count = absent()
    not_before: Moment | None = absent()
    disk_format: Literal["qcow2", "raw", "vmdk", "vhd", "vdi"] = absent()
    architecture: Literal["x86_64", "aarch64", "ppc64le", "s390x"] = absent()
    properties: dict[Name, Text] = absent()


class CertificatesSection(Section):
    """The two authorities and the client certificate."""

    source: Literal["generate", "own"] = absent()
    directory: PathText = absent()
    key_type: Literal["rsa-3072", "rsa-4096", "ec-p256", "ec-p384"] = absent()
    server_ca_subject: Text = absent()
    client_ca_subject: Text = absent()
    client_subject: Text = absent()
    ca_days: Days = absent()
    client_ca_days: Days = absent()
    client_days: Days = absent()
    intermediates: bool = absent()
    root_days: Days = absent()
    server_ca_certificate: PathText = absent()
    server_ca_key: PathText = absent()
    client_ca_certificate: PathText = absent()
    client_certificate: PathText = absent()
    client_key: PathText = absent()
    client_ca_key: PathText | None = absent()
    approved: list[Fingerprint] = absent()
    not_before: Moment | None = absent()
    rollover: (
        Literal[
            "server-trust",
            "server-use",
            "server-drop",
            "server-distributed",
            "client-trust",
            "client-use",
            "client-drop",
            "client-distributed",
        ]
        | None
    ) = absent()


class SshSection(Section):
    """Access to amphorae for debugging."""

    enabled: bool = absent()
    source: Literal["generate", "import"] = absent()
    key_name: Identifier = absent()
    key_type: Literal["rsa-4096", "ed25519"] = absent()
    public_key: PathText = absent()
    private_key: PathText = absent()


class CapacitySection(Section):
    """Topology, sizes and quotas."""

    topology: Literal["SINGLE", "ACTIVE_STANDBY"] = absent()
    anti_affinity: bool = absent()
    spare_pool: Count = absent()
    load_balancers: Positive = absent()
    set_quotas: bool = absent()
    flavor_source: Literal["create", "adopt"] = absent()
    flavor_existing: Name = absent()
    flavor_name: Name = absent()
    vcpus: Positive = absent()
    ram_mib: Positive = absent()
    disk_gib: Count = absent()
    extra_specs: dict[Name, Text] = absent()
    availability_zone: Name | None = absent()
    volume_backed: bool = absent()
    volume_size_gib: Positive = absent()
    volume_type: Name = absent()
    active_retries: Positive = absent()
    api_workers: Positive | None = absent()


class DeploymentSection(Section):
    """Where the Octavia services run, and what has to be run to get them there."""

    hosts: dict[Identifier, Address] = absent()
    health_managers: dict[Identifier, Address] = absent()
    rename_groups: bool = absent()
    playbooks: list[Literal["containers", "octavia", "haproxy", "neutron", "horizon", "quotas"]] = (
        absent()
    )
    run_playbooks: bool = absent()
    ansible_options: list[Text] = absent()
    playbooks_not_before: Moment | None = absent()
    playbooks_from_start: bool = absent()
    verify: bool = absent()
    smoke_test: bool = absent()
    smoke_subnet: Name | None = absent()
    smoke_member: Endpoint | None = absent()


class Preset(Section):
    """A preset file as a whole."""

    schema_version: Literal[1] = Field(alias="schema")
    description: str = Field(default="", max_length=2000)
    interactive: list[SectionName] = Field(default_factory=list)
    accept: list[str] = Field(default_factory=list)
    cloud: CloudSection = Field(default_factory=CloudSection)
    network: NetworkSection = Field(default_factory=NetworkSection)
    image: ImageSection = Field(default_factory=ImageSection)
    certificates: CertificatesSection = Field(default_factory=CertificatesSection)
    ssh: SshSection = Field(default_factory=SshSection)
    capacity: CapacitySection = Field(default_factory=CapacitySection)
    variables: dict[str, Data] = Field(default_factory=dict)
    deployment: DeploymentSection = Field(default_factory=DeploymentSection)
