"""Networks, subnets and security groups by openstacksdk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from octavia_wizard.core.cloud.sdk_connection import Connections
from octavia_wizard.core.cloud.sdk_map import (
    as_written,
    group_of,
    network_attributes,
    network_of,
    rule_attributes,
    rule_of,
    subnet_attributes,
    subnet_changes,
    subnet_of,
)
from octavia_wizard.core.facts.resources import Network, Rule, SecurityGroup, Subnet


class SdkNetworks:
    """The network calls of ``core.cloud.api.Cloud``."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def create_network(self, network: Network) -> Network:
        """Create a network; ids and None fields are left to the cloud."""
        attributes = network_attributes(network)
        return self._connections.write(
            f"creating the network {network.name}",
            lambda c: network_of(as_written(c.network.create_network(**attributes))),
        )

    def update_network(self, id: str, changes: Mapping[str, object]) -> Network:
        """Change the MTU of a network."""
        attributes: dict[str, Any] = {"mtu": changes["mtu"]}
        return self._connections.write(
            f"changing the network {id}",
            lambda c: network_of(as_written(c.network.update_network(id, **attributes))),
        )

    def delete_network(self, id: str) -> None:
        """Delete a network; one that is gone already is no fault."""
        self._connections.write(
            f"deleting the network {id}", lambda c: c.network.delete_network(id)
        )

    def create_subnet(self, subnet: Subnet) -> Subnet:
        """Create a subnet; a gateway of None means no gateway."""
        attributes = subnet_attributes(subnet)
        return self._connections.write(
            f"creating the subnet {subnet.name}",
            lambda c: subnet_of(as_written(c.network.create_subnet(**attributes))),
        )

    def update_subnet(self, id: str, changes: Mapping[str, object]) -> Subnet:
        """Change fields of a subnet, by the field names of ``Subnet``."""
        attributes = subnet_changes(changes)
        return self._connections.write(
            f"changing the subnet {id}",
            lambda c: subnet_of(as_written(c.network.update_subnet(id, **attributes))),
        )

    def delete_subnet(self, id: str) -> None:
        """Delete a subnet; one that is gone already is no fault."""
        self._connections.write(f"deleting the subnet {id}", lambda c: c.network.delete_subnet(id))

    def create_security_group(self, group: SecurityGroup) -> SecurityGroup:
        """Create a security group; the cloud adds its default egress rules."""
        attributes: dict[str, Any] = {
            "name": group.name,
            "project_id": group.project_id,
            "description": group.description,
        }
        return self._connections.write(
            f"creating the security group {group.name}",
            lambda c: group_of(as_written(c.network.create_security_group(**attributes))),
        )

    def update_security_group(self, id: str, changes: Mapping[str, object]) -> SecurityGroup:
        """Change the name or description of a security group."""
        attributes: dict[str, Any] = dict(changes)
        return self._connections.write(
            f"changing the security group {id}",
            lambda c: group_of(as_written(c.network.update_security_group(id, **attributes))),
        )

    def delete_security_group(self, id: str) -> None:
        """Delete a security group; one that is gone already is no fault."""
        self._connections.write(
            f"deleting the security group {id}", lambda c: c.network.delete_security_group(id)
        )

    def create_rule(self, group_id: str, rule: Rule) -> Rule:
        """Add a rule to a security group, in the group's own project."""
        project = self._connections.read(
            f"reading the security group {group_id}",
            lambda c: c.network.get_security_group(group_id).project_id,
        )
        attributes = rule_attributes(group_id, str(project or ""), rule)
        return self._connections.write(
            f"adding a rule to the security group {group_id}",
            lambda c: rule_of(as_written(c.network.create_security_group_rule(**attributes))),
        )

    def delete_rule(self, id: str) -> None:
        """Remove a rule; one that is gone already is no fault."""
        self._connections.write(
            f"removing the rule {id}", lambda c: c.network.delete_security_group_rule(id)
        )
