"""Between the resources of openstacksdk and those of the wizard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from octavia_wizard.core.facts.resources import (
    Flavor,
    Image,
    Keypair,
    Network,
    NetworkUsage,
    Rule,
    SecurityGroup,
    Subnet,
)

_SUBNET_FIELDS = {
    "name": "name",
    "description": "description",
    "gateway": "gateway_ip",
    "dhcp": "is_dhcp_enabled",
    "dns_servers": "dns_nameservers",
}

# The base attributes of the image API v2; everything else in an image is a property.
_IMAGE_BASE = frozenset(
    {
        "id",
        "name",
        "status",
        "owner",
        "tags",
        "visibility",
        "disk_format",
        "container_format",
        "size",
        "virtual_size",
        "checksum",
        "os_hash_algo",
        "os_hash_value",
        "os_hidden",
        "created_at",
        "updated_at",
        "min_disk",
        "min_ram",
        "protected",
        "self",
        "file",
        "schema",
        "locations",
        "direct_url",
        "stores",
    }
)


def network_of(found: Mapping[str, Any]) -> Network:
    """Read a network as Neutron writes it."""
    return Network(
        id=found["id"],
        name=found.get("name") or "",
        project_id=_project(found),
        provider_type=found.get("provider:network_type"),
        physical_network=found.get("provider:physical_network"),
        segmentation_id=_whole(found.get("provider:segmentation_id")),
        mtu=_whole(found.get("mtu")),
        shared=bool(found.get("shared")),
        external=bool(found.get("router:external")),
        description=found.get("description") or "",
    )


def _project(found: Mapping[str, Any]) -> str:
    return found.get("project_id") or found.get("tenant_id") or ""


def network_attributes(network: Network) -> dict[str, Any]:
    """Return what to create a network with; None, and no project, are left to Neutron."""
    wanted = {
        "name": network.name,
        "project_id": network.project_id or None,
        "provider_network_type": network.provider_type,
        "provider_physical_network": network.physical_network,
        "provider_segmentation_id": network.segmentation_id,
        "mtu": network.mtu,
        "is_shared": True if network.shared else None,
        "description": network.description or None,
    }
    return {key: value for key, value in wanted.items() if value is not None}


def subnet_of(found: Mapping[str, Any]) -> Subnet:
    """Read a subnet as Neutron writes it."""
    return Subnet(
        id=found["id"],
        name=found.get("name") or "",
        network_id=found.get("network_id") or "",
        project_id=_project(found),
        cidr=found.get("cidr") or "",
        ip_version=int(found.get("ip_version") or 4),
        pools=tuple((pool["start"], pool["end"]) for pool in found.get("allocation_pools") or ()),
        gateway=found.get("gateway_ip"),
        dhcp=bool(found.get("enable_dhcp")),
        dns_servers=tuple(found.get("dns_nameservers") or ()),
        description=found.get("description") or "",
    )


def network_usage_of(found: Mapping[str, Any]) -> NetworkUsage:
    """Read how full a network is as Neutron writes it; only its IPv4 subnets count."""
    subnets = [
        one for one in found.get("subnet_ip_availability") or () if one.get("ip_version") == 4
    ]
    return NetworkUsage(
        used=sum(int(one.get("used_ips") or 0) for one in subnets),
        total=sum(int(one.get("total_ips") or 0) for one in subnets),
    )


def subnet_attributes(subnet: Subnet) -> dict[str, Any]:
    """Return what to create a subnet with; a gateway of None is said, or Neutron chooses one."""
    wanted: dict[str, Any] = {
        "name": subnet.name,
        "network_id": subnet.network_id,
        "cidr": subnet.cidr,
        "ip_version": subnet.ip_version,
        "gateway_ip": subnet.gateway,
        "is_dhcp_enabled": subnet.dhcp,
    }
    if subnet.project_id:
        wanted["project_id"] = subnet.project_id
    if subnet.pools:
        wanted["allocation_pools"] = _pools(subnet.pools)
    if subnet.dns_servers:
        wanted["dns_nameservers"] = list(subnet.dns_servers)
    if subnet.description:
        wanted["description"] = subnet.description
    return wanted


def subnet_changes(changes: Mapping[str, object]) -> dict[str, Any]:
    """Translate changed fields of a subnet; raises KeyError for one that cannot be changed."""
    translated: dict[str, Any] = {}
    for key, value in changes.items():
        if key == "pools":
            translated["allocation_pools"] = _pools(value)
        else:
            translated[_SUBNET_FIELDS[key]] = list(value) if isinstance(value, tuple) else value
    return translated


def _pools(pools: Any) -> list[dict[str, str]]:
    return [{"start": first, "end": last} for first, last in pools]


def rule_of(found: Mapping[str, Any]) -> Rule:
    """Read a security group rule as Neutron writes it."""
    return Rule(
        direction=found["direction"],
        protocol=_protocol(found.get("protocol")),
        port_min=_whole(found.get("port_range_min")),
        port_max=_whole(found.get("port_range_max")),
        remote_cidr=found.get("remote_ip_prefix"),
        remote_group=found.get("remote_group_id"),
        ethertype=found.get("ethertype") or "IPv4",
        id=found.get("id") or "",
        description=found.get("description") or "",
    )


def _protocol(value: Any) -> str | None:
    return None if value in (None, "", "any") else str(value)


def rule_attributes(group_id: str, project_id: str, rule: Rule) -> dict[str, Any]:
    """Return what to create a rule with; it belongs to the group's project, not the caller's."""
    wanted = {
        "security_group_id": group_id,
        "project_id": project_id,
        "direction": rule.direction,
        "ether_type": rule.ethertype,
        "protocol": rule.protocol,
        "port_range_min": rule.port_min,
        "port_range_max": rule.port_max,
        "remote_ip_prefix": rule.remote_cidr,
        "remote_group_id": rule.remote_group,
        "description": rule.description or None,
    }
    return {key: value for key, value in wanted.items() if value is not None}


def group_of(found: Mapping[str, Any]) -> SecurityGroup:
    """Read a security group with its rules as Neutron writes it."""
    return SecurityGroup(
        id=found["id"],
        name=found.get("name") or "",
        project_id=_project(found),
        description=found.get("description") or "",
        rules=tuple(rule_of(rule) for rule in found.get("security_group_rules") or ()),
    )


def flavor_of(found: Any) -> Flavor:
    """Read a flavor."""
    return Flavor(
        id=found.id,
        name=found.name or "",
        vcpus=int(found.vcpus or 0),
        ram_mib=int(found.ram or 0),
        disk_gib=int(found.disk or 0),
        is_public=bool(found.is_public),
        extra_specs={str(key): str(value) for key, value in (found.extra_specs or {}).items()},
    )


def keypair_of(found: Any, user_id: str) -> Keypair:
    """Read a key pair of a user."""
    return Keypair(
        name=found.name or found.id or "",
        user_id=found.user_id or user_id,
        fingerprint=found.fingerprint or "",
        public_key=(found.public_key or "").strip(),
        type=found.type or "ssh",
    )


def image_of(found: Mapping[str, Any]) -> Image:
    """Read an image as Glance writes it."""
    return Image(
        id=found["id"],
        name=found.get("name") or "",
        status=found.get("status") or "",
        owner=found.get("owner") or "",
        tags=tuple(sorted(found.get("tags") or ())),
        visibility=found.get("visibility") or "private",
        disk_format=found.get("disk_format") or "",
        size=_whole(found.get("size")),
        checksum=found.get("checksum"),
        hash_algo=found.get("os_hash_algo"),
        hash_value=found.get("os_hash_value"),
        created_at=found.get("created_at") or "",
        properties={
            key: str(value)
            for key, value in found.items()
            if key not in _IMAGE_BASE and value is not None
        },
    )


def image_body(image: Image) -> dict[str, Any]:
    """Return what to create an image with."""
    body: dict[str, Any] = {
        "name": image.name,
        "container_format": "bare",
        "disk_format": image.disk_format or "qcow2",
        "visibility": image.visibility,
        "tags": list(image.tags),
    }
    if image.owner:
        body["owner"] = image.owner
    return body | dict(image.properties)


def image_patch(now: Image, changes: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the JSON patch for changed fields; a property of None is removed."""
    patch: list[dict[str, Any]] = []
    for key, value in changes.items():
        if key == "properties" and isinstance(value, Mapping):
            # Glance refuses to remove what is not there.
            there = {k: v for k, v in value.items() if v is not None or k in now.properties}
            patch += [_property(now, str(name), text) for name, text in there.items()]
        else:
            said = list(value) if isinstance(value, tuple | list) else value
            patch.append({"op": "replace", "path": f"/{key}", "value": said})
    return patch


def _property(now: Image, name: str, value: object) -> dict[str, Any]:
    path = "/" + name.replace("~", "~0").replace("/", "~1")
    if value is None:
        return {"op": "remove", "path": path}
    return {"op": "replace" if name in now.properties else "add", "path": path, "value": value}


def as_written(resource: Any) -> dict[str, Any]:
    """Return a resource of openstacksdk by the names the service itself uses."""
    written: dict[str, Any] = resource.to_dict(computed=False, original_names=True)
    return written


def _whole(value: Any) -> int | None:
    return None if value in (None, "") else int(value)
