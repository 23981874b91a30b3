"""What the steps need from a cloud: a narrow, typed seam in front of openstacksdk.

Every method raises CredentialsError when the cloud refuses the credentials or the
right is missing, TransientError for faults that may pass (broken connections, 429,
502 to 504), and CloudError with the service's own words and the request id else.
Reads are retried within their deadline; writes never are: the engine first looks
for what a lost answer may have made.  Deleting what is gone already is no fault.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from octavia_wizard.core.facts.balancing import BalancerAmphora, LoadBalancer, Remains, Server
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Keypair,
    Network,
    Rule,
    SecurityGroup,
    Subnet,
)


class Cloud(Protocol):
    """One cloud, region and set of credentials; safe to use from several threads."""

    name: str
    region: str
    cancel: threading.Event
    """Ends reads that wait to be tried again; a run puts its own in here."""

    def read(self, parts: frozenset[Part], known: CloudFacts | None = None) -> CloudFacts:
        """Read parts of the cloud side by side and lay them over ``known``."""

    def create_network(self, network: Network) -> Network:
        """Create a network; ids and None fields are left to the cloud."""

    def update_network(self, id: str, changes: Mapping[str, object]) -> Network:
        """Change fields of a network, by the field names of ``Network``; only its MTU can be."""

    def delete_network(self, id: str) -> None:
        """Delete a network."""

    def create_subnet(self, subnet: Subnet) -> Subnet:
        """Create a subnet; a gateway of None means no gateway."""

    def update_subnet(self, id: str, changes: Mapping[str, object]) -> Subnet:
        """Change fields of a subnet, by the field names of ``Subnet``."""

    def delete_subnet(self, id: str) -> None:
        """Delete a subnet."""

    def create_security_group(self, group: SecurityGroup) -> SecurityGroup:
        """Create a security group; the cloud adds its default egress rules."""

    def update_security_group(self, id: str, changes: Mapping[str, object]) -> SecurityGroup:
        """Change the name or description of a security group."""

    def delete_security_group(self, id: str) -> None:
        """Delete a security group."""

    def create_rule(self, group_id: str, rule: Rule) -> Rule:
        """Add a rule to a security group."""

    def delete_rule(self, id: str) -> None:
        """Remove a rule."""

    def create_flavor(self, flavor: Flavor) -> Flavor:
        """Create a flavor without its extra specs."""

    def set_flavor_extra_specs(self, id: str, specs: Mapping[str, str | None]) -> None:
        """Set extra specs of a flavor; None removes one."""

    def delete_flavor(self, id: str) -> None:
        """Delete a flavor."""

    def import_keypair(self, name: str, public_key: str, user_id: str) -> Keypair:
        """Upload a public key for a user (needs admin, compute API 2.10)."""

    def delete_keypair(self, name: str, user_id: str) -> None:
        """Delete a user's key pair."""

    def create_image(self, image: Image) -> Image:
        """Create an image record in state ``queued``."""

    def upload_image(
        self,
        id: str,
        path: Path,
        progress: Callable[[int, int], None],
        cancel: threading.Event,
        *,
        hashing: bool = True,
    ) -> Mapping[str, str]:
        """Stream a file into a queued image; return the sha512 of what was sent.

        Without ``hashing``, for a file whose hash is known, nothing is returned.
        """

    def get_image(self, id: str) -> Image:
        """Read one image afresh."""

    def update_image(self, id: str, changes: Mapping[str, object]) -> Image:
        """Change tags or properties of an image."""

    def delete_image(self, id: str) -> None:
        """Delete an image."""

    def set_quotas(self, service: str, project_id: str, limits: Mapping[str, int]) -> None:
        """Set limits of a project; ``service`` is compute, network or volume."""

    def load_balancer_versions(self) -> tuple[str, ...]:
        """Ask the load-balancer endpoint of the catalogue which versions it speaks."""

    def load_balancer_providers(self) -> tuple[str, ...]:
        """Return the names of the providers a load balancer can have."""

    def load_balancers(self, name: str | None = None) -> tuple[LoadBalancer, ...]:
        """Return the load balancers of this name, or all."""

    def get_load_balancer(self, id: str) -> LoadBalancer | None:
        """Read one load balancer afresh; None once it is gone."""

    def create_load_balancer(self, wanted: LoadBalancer) -> LoadBalancer:
        """Begin to create a load balancer of the default provider, in the caller's project."""

    def delete_load_balancer(self, id: str) -> None:
        """Begin to delete a load balancer with all it has."""

    def create_listener(self, balancer_id: str, name: str, port: int) -> str:
        """Begin to create a listener for HTTP; return its id."""

    def create_pool(self, listener_id: str, name: str) -> str:
        """Begin to create the pool of a listener, HTTP and round robin; return its id."""

    def create_member(self, pool_id: str, name: str, address: str, port: int) -> str:
        """Begin to add a server to a pool; return the member's id."""

    def amphorae_of(self, balancer_id: str) -> tuple[BalancerAmphora, ...]:
        """Return the amphorae of a load balancer; that takes the admin role."""

    def get_server(self, id: str) -> Server | None:
        """Read a virtual machine; None where it is gone."""

    def remains_of(
        self, balancer_id: str, amphorae: Sequence[str], network_id: str = ""
    ) -> Remains:
        """Look in all services for what a load balancer that is gone has left behind.

        With ``network_id``, every port that is still on that network counts.
        """
