"""Builds situations to be checked: a release, some effective values, and what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.effective import Effective, Setting
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.model import (
    AddressRange,
    CloudFacts,
    Facts,
    HostFacts,
    Inventory,
    ProviderNetwork,
    UserFile,
    UserVariable,
)
from octavia_wizard.core.facts.resources import Compute, Flavor, Image, Network, Subnet
from octavia_wizard.core.findings import Finding, Inspected, check_all
from octavia_wizard.core.releases import find_release

DEPLOY = Path("/etc/openstack_deploy")
SERVICE = "service-id"
NO_HOST = HostFacts(DEPLOY)
NO_FILES = Inspected()


@dataclass(frozen=True, slots=True)
class Given:
    """Everything a check may look at."""

    settings: Mapping[str, object] = field(default_factory=dict)
    release: str = "33.0.1"
    cloud: CloudFacts | None = None
    controllers: Controllers | None = None
    host: HostFacts = NO_HOST
    inspected: Inspected = NO_FILES
    missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    provenance: Provenance = Provenance.OPERATOR

    def findings(self) -> tuple[Finding, ...]:
        """Run all checks."""
        settings = {k: Setting(k, v, self.provenance) for k, v in self.settings.items()}
        effective = Effective(
            find_release(self.release), settings, self.missing, self.unused, self.accept
        )
        facts = Facts(self.host, cloud=self.cloud, controllers=self.controllers)
        return check_all(effective, facts, self.inspected)

    def found(self, id: str) -> list[Finding]:
        """Return the findings of one kind."""
        return [finding for finding in self.findings() if finding.id == id]


@dataclass(frozen=True, slots=True)
class Example:
    """A finding, a situation that has it, and a neighbouring one that has not."""

    id: str
    bad: Given
    good: Given
    says: str = ""
    """What an operator must be able to read in it."""

    def verify(self) -> None:
        """Show that the finding is there in the one situation, and not in the other."""
        found = self.bad.found(self.id)
        assert found, f"not found; there is {[f.id for f in self.bad.findings()]}"
        assert self.says in found[0].what + found[0].where
        assert not self.good.found(self.id)


def each(examples: tuple[Example, ...]) -> pytest.MarkDecorator:
    """Run a test for each example."""
    names = [example.id for example in examples]
    return pytest.mark.parametrize("example", examples, ids=names)


def cloud(**parts: Any) -> CloudFacts:
    """Make a healthy cloud with three computes."""
    known: dict[str, Any] = {
        "name": "here",
        "region": "RegionOne",
        "service_project": "service",
        "service_project_id": SERVICE,
        "octavia_user_id": "octavia-id",
        "computes": computes(3),
    }
    return CloudFacts(**{**known, **parts})


def computes(count: int, zone: str = "nova") -> tuple[Compute, ...]:
    """Make computes that are up and enabled."""
    return tuple(Compute(f"compute{n}", zone, True, True) for n in range(1, count + 1))


def network(id: str = "n1", name: str = "lbaas-mgmt", **parts: Any) -> Network:
    """Make a network of the service project."""
    return Network(**{"id": id, "name": name, "project_id": SERVICE, **parts})


def subnet(cidr: str, network_id: str = "n1", **parts: Any) -> Subnet:
    """Make a subnet of a network."""
    known = {"id": f"s-{cidr}", "name": "", "project_id": SERVICE}
    return Subnet(**{**known, "cidr": cidr, "network_id": network_id, **parts})


def image(id: str = "i1", name: str = "amphora", **parts: Any) -> Image:
    """Make an active, tagged image of the service project."""
    known = {"status": "active", "owner": SERVICE, "tags": ("octavia-amphora-image",)}
    return Image(**{"id": id, "name": name, **known, **parts})


def flavor(**parts: Any) -> Flavor:
    """Make a flavor of a usual size."""
    known = {"id": "f1", "name": "amphora", "vcpus": 1, "ram_mib": 1024, "disk_gib": 20}
    return Flavor(**{**known, **parts})


def user_file(name: str, variables: Mapping[str, object], **parts: Any) -> UserFile:
    """Make a user file whose variables stand in lines 3, 4 and so on."""
    known = {
        key: UserVariable(value, line) for line, (key, value) in enumerate(variables.items(), 3)
    }
    return UserFile(DEPLOY / name, known, **parts)


def host(*files: UserFile, **parts: Any) -> HostFacts:
    """Make a deploy host with these user files."""
    return HostFacts(**{"deploy_dir": DEPLOY, "exists": True, "user_files": files, **parts})


def inventory(
    used_ips: tuple[tuple[str, str], ...] = (),
    networks: tuple[ProviderNetwork, ...] = (),
    **parts: Any,
) -> HostFacts:
    """Make a deploy host with an inventory."""
    source = "openstack_user_config.yml:9"
    ranges = tuple(AddressRange(first, last, source) for first, last in used_ips)
    known = Inventory(used_ips=ranges, provider_networks=networks, **parts)
    return HostFacts(DEPLOY, exists=True, inventory=known)


def provider(net_name: str = "lbaas", **parts: Any) -> ProviderNetwork:
    """Make an entry of provider_networks."""
    known: dict[str, Any] = {
        "type": "flat",
        "bridge": "br-lbaas",
        "ip_from_q": net_name,
        "group_binds": (),
        "container_interface": "eth14",
        "range": None,
        "source": "openstack_user_config.yml",
    }
    return ProviderNetwork(net_name=net_name, **{**known, **parts})
