"""Look-ups in the cloud facts, so that steps, findings and screens agree on what is meant."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

from octavia_wizard.core.facts.model import CloudFacts
from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Network,
    SecurityGroup,
    Subnet,
)

UNLIMITED = -1
"""What Nova, Neutron and Cinder mean by a limit of -1."""


UNKNOWN = "?"
"""Shown for what could not be read, because of missing rights mostly."""


def project_names(cloud: CloudFacts) -> Callable[[str], str]:
    """Return what tells the name of a project by its id; ``?`` where it is not known."""
    names = dict(cloud.projects)
    if cloud.service_project_id is not None:
        names.setdefault(cloud.service_project_id, cloud.service_project)
    return lambda project: names.get(project) or UNKNOWN


def networks_called(cloud: CloudFacts, wanted: str) -> tuple[Network, ...]:
    """Return the network with this id, or else all networks of this name."""
    by_id = tuple(network for network in cloud.networks if network.id == wanted)
    return by_id or tuple(network for network in cloud.networks if network.name == wanted)


def network_with(cloud: CloudFacts, id: str) -> Network | None:
    """Return the network with this id, or None."""
    return next((network for network in cloud.networks if network.id == id), None)


def subnets_of(cloud: CloudFacts, network_id: str) -> tuple[Subnet, ...]:
    """Return the subnets of a network."""
    return tuple(subnet for subnet in cloud.subnets if subnet.network_id == network_id)


def subnet_with(cloud: CloudFacts, id: str) -> Subnet | None:
    """Return the subnet with this id, or None."""
    return next((subnet for subnet in cloud.subnets if subnet.id == id), None)


def overlapping(cloud: CloudFacts, network_id: str, cidr: str) -> tuple[Subnet, ...]:
    """Return the subnets of a network that share addresses with a CIDR."""
    wanted = ip_network(cidr)
    return tuple(
        subnet
        for subnet in subnets_of(cloud, network_id)
        if subnet.ip_version == wanted.version and wanted.overlaps(ip_network(subnet.cidr))
    )


def groups_called(cloud: CloudFacts, name: str) -> tuple[SecurityGroup, ...]:
    """Return the security groups of the service project that have this name."""
    return tuple(
        group
        for group in cloud.security_groups
        if group.name == name and group.project_id == cloud.service_project_id
    )


def group_with(cloud: CloudFacts, id: str) -> SecurityGroup | None:
    """Return the security group with this id, or None."""
    return next((group for group in cloud.security_groups if group.id == id), None)


def flavors_called(cloud: CloudFacts, wanted: str) -> tuple[Flavor, ...]:
    """Return the flavor with this id, or else all flavors of this name."""
    by_id = tuple(flavor for flavor in cloud.flavors if flavor.id == wanted)
    return by_id or tuple(flavor for flavor in cloud.flavors if flavor.name == wanted)


def flavor_with(cloud: CloudFacts, id: str) -> Flavor | None:
    """Return the flavor with this id, or None."""
    return next((flavor for flavor in cloud.flavors if flavor.id == id), None)


def images_called(cloud: CloudFacts, wanted: str) -> tuple[Image, ...]:
    """Return the image with this id, or else all images of this name."""
    by_id = tuple(image for image in cloud.images if image.id == wanted)
    return by_id or tuple(image for image in cloud.images if image.name == wanted)


def limits_of(cloud: CloudFacts, service: str) -> dict[str, int]:
    """Return the limits of the service project; ``service`` is compute, network or volume."""
    quotas = cloud.quotas
    by_service = {"compute": quotas.compute, "network": quotas.network, "volume": quotas.volume}
    return dict(by_service[service])
