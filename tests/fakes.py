"""An in-memory cloud for unit tests, which can refuse calls or lose their answers.

It does what the steps rely on real services doing (default rules, quota defaults,
refusing to delete what is in use) and nothing more: shapes are proved against the
real services of the rehearsal cloud, faults are injected here.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import TypeVar

from octavia_wizard.core.errors import CloudError, Interrupted
from octavia_wizard.core.facts.model import Facts, HostFacts, Part
from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Keypair,
    Network,
    Rule,
    SecurityGroup,
    Subnet,
)
from tests.fake_balancing import FakeBalancing
from tests.fake_state import DEFAULT_QUOTAS, OCTAVIA, SERVICE

T = TypeVar("T")

__all__ = ["DEFAULT_QUOTAS", "OCTAVIA", "SERVICE", "FakeCloud", "seen"]


@dataclass
class FakeCloud(FakeBalancing):
    """A cloud in memory that follows ``core.cloud.api.Cloud``; see ``FakeState`` for its faults."""

    def create_network(self, network: Network) -> Network:
        """Create a network; its MTU is 1500 unless given, a segment is chosen for overlays."""
        with self._call("create_network"):
            segment = network.segmentation_id
            if segment is None and network.provider_type not in ("flat", None):
                segment = 77
            made = replace(
                network,
                id=self._id("net"),
                mtu=network.mtu or 1500,
                segmentation_id=segment,
            )
            self.networks[made.id] = made
            return made

    def update_network(self, id: str, changes: Mapping[str, object]) -> Network:
        """Change fields of a network."""
        with self._call("update_network"):
            self.networks[id] = replace(_known(self.networks, id), **changes)  # type: ignore[arg-type]
            return self.networks[id]

    # As with the real services by openstacksdk, deleting what is gone already is no fault.

    def delete_network(self, id: str) -> None:
        """Delete a network and its subnets, unless a port of others is on it."""
        with self._call("delete_network"):
            self._refuse_in_use(id)
            self.networks.pop(id, None)
            self.subnets = {k: s for k, s in self.subnets.items() if s.network_id != id}

    def _refuse_in_use(self, id: str) -> None:
        users = [port for port, used in self.ports.items() if used == id]
        if users:
            raise CloudError(f"{id} is in use by {', '.join(users)} (request req-fake)")

    def create_subnet(self, subnet: Subnet) -> Subnet:
        """Create a subnet; without pools Neutron takes all addresses but the gateway's."""
        with self._call("create_subnet"):
            hosts = IPv4Network(subnet.cidr)
            pools = subnet.pools or ((str(hosts[1]), str(hosts[-2])),)
            made = replace(subnet, id=self._id("subnet"), pools=pools)
            self.subnets[made.id] = made
            return made

    def update_subnet(self, id: str, changes: Mapping[str, object]) -> Subnet:
        """Change fields of a subnet."""
        with self._call("update_subnet"):
            self.subnets[id] = replace(_known(self.subnets, id), **changes)  # type: ignore[arg-type]
            return self.subnets[id]

    def delete_subnet(self, id: str) -> None:
        """Delete a subnet, unless a port of others is on its network."""
        with self._call("delete_subnet"):
            if id in self.subnets:
                self._refuse_in_use(self.subnets[id].network_id)
                del self.subnets[id]

    def create_security_group(self, group: SecurityGroup) -> SecurityGroup:
        """Create a security group with the two egress rules Neutron gives each."""
        with self._call("create_security_group"):
            rules = tuple(
                Rule("egress", ethertype=family, id=self._id("rule")) for family in ("IPv4", "IPv6")
            )
            made = replace(group, id=self._id("sg"), rules=rules)
            self.security_groups[made.id] = made
            return made

    def update_security_group(self, id: str, changes: Mapping[str, object]) -> SecurityGroup:
        """Change fields of a security group."""
        with self._call("update_security_group"):
            group = _known(self.security_groups, id)
            self.security_groups[id] = replace(group, **changes)  # type: ignore[arg-type]
            return self.security_groups[id]

    def delete_security_group(self, id: str) -> None:
        """Delete a security group, unless a port of others has it."""
        with self._call("delete_security_group"):
            self._refuse_in_use(id)
            self.security_groups.pop(id, None)

    def create_rule(self, group_id: str, rule: Rule) -> Rule:
        """Add a rule, unless the group has it."""
        with self._call("create_rule"):
            group = _known(self.security_groups, group_id)
            if rule in group.rules:
                raise CloudError("Security group rule already exists (request req-fake)")
            made = replace(rule, id=self._id("rule"))
            self.security_groups[group_id] = replace(group, rules=(*group.rules, made))
            return made

    def delete_rule(self, id: str) -> None:
        """Remove a rule."""
        with self._call("delete_rule"):
            for group in list(self.security_groups.values()):
                kept = tuple(rule for rule in group.rules if rule.id != id)
                self.security_groups[group.id] = replace(group, rules=kept)

    def create_flavor(self, flavor: Flavor) -> Flavor:
        """Create a flavor without extra specs, unless one has its name."""
        with self._call("create_flavor"):
            if any(known.name == flavor.name for known in self.flavors.values()):
                raise CloudError(
                    f"Flavor with name {flavor.name} already exists (request req-fake)"
                )
            made = replace(flavor, id=self._id("flavor"), extra_specs={})
            self.flavors[made.id] = made
            return made

    def set_flavor_extra_specs(self, id: str, specs: Mapping[str, str | None]) -> None:
        """Set extra specs, and remove those set to None."""
        with self._call("set_flavor_extra_specs"):
            flavor = _known(self.flavors, id)
            merged = {**flavor.extra_specs, **specs}
            kept = {key: value for key, value in merged.items() if value is not None}
            self.flavors[id] = replace(flavor, extra_specs=kept)

    def delete_flavor(self, id: str) -> None:
        """Delete a flavor."""
        with self._call("delete_flavor"):
            self.flavors.pop(id, None)

    def import_keypair(self, name: str, public_key: str, user_id: str) -> Keypair:
        """Upload a public key for a user, unless it has one of that name."""
        with self._call("import_keypair"):
            if (user_id, name) in self.keypairs:
                raise CloudError(f"Key pair '{name}' already exists (request req-fake)")
            digest = hashlib.md5(public_key.encode(), usedforsecurity=False).hexdigest()
            made = Keypair(name, user_id, ":".join(_pairs(digest)), public_key)
            self.keypairs[user_id, name] = made
            return made

    def delete_keypair(self, name: str, user_id: str) -> None:
        """Delete a user's key pair."""
        with self._call("delete_keypair"):
            self.keypairs.pop((user_id, name), None)

    def create_image(self, image: Image) -> Image:
        """Create an image record in state ``queued``."""
        with self._call("create_image"):
            now = datetime.now(UTC).isoformat()
            made = replace(image, id=self._id("image"), status="queued", created_at=now)
            self.images[made.id] = made
            return made

    def upload_image(
        self,
        id: str,
        path: Path,
        progress: Callable[[int, int], None],
        cancel: threading.Event,
        *,
        hashing: bool = True,
    ) -> Mapping[str, str]:
        """Take a file in, in chunks of 64 KiB, and make the image active."""
        with self._call("upload_image"):
            image, total, taken = _known(self.images, id), path.stat().st_size, bytearray()
            with path.open("rb") as file:
                while chunk := file.read(65536):
                    if cancel.is_set():
                        raise Interrupted("stopped during the upload")
                    taken += chunk
                    progress(len(taken), total)
            md5 = hashlib.md5(taken, usedforsecurity=False).hexdigest()
            sha512 = hashlib.sha512(taken).hexdigest()
            self.image_data[id] = bytes(taken)
            self.images[id] = replace(
                image,
                status="active",
                size=total,
                checksum=md5,
                hash_algo="sha512",
                hash_value=sha512,
            )
            return {"sha512": sha512} if hashing else {}

    def get_image(self, id: str) -> Image:
        """Read one image afresh."""
        with self._call("get_image"):
            return _known(self.images, id)

    def update_image(self, id: str, changes: Mapping[str, object]) -> Image:
        """Change fields of an image; a property set to None is removed."""
        with self._call("update_image"):
            image, fields = _known(self.images, id), dict(changes)
            if isinstance(fields.get("tags"), list | tuple):
                fields["tags"] = tuple(sorted(fields["tags"]))  # type: ignore[call-overload]
            properties = fields.pop("properties", None)
            if isinstance(properties, Mapping):
                merged = {**image.properties, **properties}
                fields["properties"] = {k: v for k, v in merged.items() if v is not None}
            self.images[id] = replace(image, **fields)  # type: ignore[arg-type]
            return self.images[id]

    def delete_image(self, id: str) -> None:
        """Delete an image."""
        with self._call("delete_image"):
            self.images.pop(id, None)

    def set_quotas(self, service: str, project_id: str, limits: Mapping[str, int]) -> None:
        """Set limits of the service project."""
        with self._call(f"set_quotas {service}"):
            merged = {**getattr(self.quotas, service), **limits}
            self.quotas = replace(self.quotas, **{service: merged})


def seen(cloud: FakeCloud, parts: frozenset[Part]) -> Facts:
    """Read parts of a fake cloud as the engine would before it asks a step."""
    return Facts(HostFacts(Path("/nonexistent")), cloud=cloud.read(parts))


def _pairs(digest: str) -> list[str]:
    return [digest[at : at + 2] for at in range(0, len(digest), 2)]


def _known(things: Mapping[str, T], id: str) -> T:
    if id not in things:
        raise CloudError(f"{id} could not be found (request req-fake)")
    return things[id]
