"""Reading one part of a cloud: what is asked, and how the answer becomes facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from keystoneauth1 import exceptions as ksa
from openstack import exceptions as sdk
from openstack import utils

from octavia_wizard.core.cloud.sdk_amphorae import read_amphorae
from octavia_wizard.core.cloud.sdk_errors import PASSING, words_of
from octavia_wizard.core.cloud.sdk_map import (
    flavor_of,
    group_of,
    image_of,
    keypair_of,
    network_of,
    network_usage_of,
    subnet_of,
)
from octavia_wizard.core.facts.model import CloudFacts, Part
from octavia_wizard.core.facts.resources import AvailabilityZone, Compute, Image, Quotas

if TYPE_CHECKING:
    from openstack.connection import Connection

Fields = dict[str, Any]
"""Fields of CloudFacts and their values."""

PAGE = 1000
"""Most resources in one answer: ten thousand networks in one would outlast any timeout."""
OCTAVIA_USER = "octavia"
"""octavia_service_user_name, in every release."""
_DOMAIN = "default"

NEED_IDENTITY = frozenset({Part.SECURITY_GROUPS, Part.QUOTAS, Part.KEYPAIRS})
"""Parts that belong to the service project or the octavia user."""

_COMPUTE_QUOTAS = (
    "instances",
    "cores",
    "ram",
    "server_groups",
    "server_group_members",
    "key_pairs",
)
_NETWORK_QUOTAS = ("networks", "subnets", "ports", "security_groups", "security_group_rules")
_VOLUME_QUOTAS = ("volumes", "gigabytes")


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a part could not be read, and what was found out about it all the same."""

    reason: str
    found: Fields = field(default_factory=dict)


def read_part(part: Part, connection: Connection, facts: CloudFacts) -> Fields | Unread:
    """Read one part; what only this part suffers from becomes Unread, other faults are raised."""
    try:
        return _READERS[part](connection, facts)
    except (ksa.EndpointNotFound, sdk.EndpointNotFound, sdk.ServiceDisabledException):
        return Unread("the cloud has no such service in this region")
    except sdk.HttpException as error:
        status = error.status_code
        if status is None or status == 401 or status in PASSING:
            raise
        if status == 403:
            return Unread("these credentials may not read it; that takes the admin role")
        return Unread(f"{words_of(error)} (HTTP {status})")


def read_identity(connection: Connection, facts: CloudFacts) -> Fields | Unread:
    """Find the service project and the octavia user by name, in the default domain."""
    plugin, identity = cast(Any, connection.session.auth), cast(Any, connection.identity)
    access = plugin.get_access(connection.session)
    regions = {
        str(endpoint.get("region_id") or endpoint.get("region"))
        for service in access.service_catalog.catalog
        for endpoint in service.get("endpoints", ())
        if endpoint.get("region_id") or endpoint.get("region")
    }
    found: Fields = {"regions": tuple(sorted(regions)), "admin": "admin" in access.role_names}
    try:
        project = _only(identity.projects(name=facts.service_project, domain_id=_DOMAIN))
        found["service_project_id"] = project.id if project else None
    except sdk.ForbiddenException:
        own = access.project_id if access.project_name == facts.service_project else None
        found["service_project_id"] = own
        if own is None:
            return Unread(
                f"these credentials may not look up the project {facts.service_project}; "
                "that takes the admin role",
                found,
            )
    try:
        user = _only(identity.users(name=OCTAVIA_USER, domain_id=_DOMAIN))
        found["octavia_user_id"] = user.id if user else None
    except sdk.ForbiddenException:
        own = access.user_id if access.username == OCTAVIA_USER else None
        found["octavia_user_id"] = own
    return found


def _only(found: Iterable[Any]) -> Any | None:
    return next(iter(found), None)


def _networks(connection: Connection, _: CloudFacts) -> Fields:
    return {"networks": tuple(map(network_of, _neutron(connection, "networks")))}


def _subnets(connection: Connection, _: CloudFacts) -> Fields:
    return {"subnets": tuple(map(subnet_of, _neutron(connection, "subnets")))}


def _groups(connection: Connection, facts: CloudFacts) -> Fields:
    if facts.service_project_id is None:
        return {"security_groups": ()}
    found = _neutron(connection, "security-groups", project_id=facts.service_project_id)
    return {"security_groups": tuple(map(group_of, found))}


def _neutron(connection: Connection, what: str, **query: str) -> Iterator[dict[str, Any]]:
    """Read all pages of a list; openstacksdk would ask for one page more each time."""
    key = what.replace("-", "_")
    marker: dict[str, str] = {}
    while True:
        answer = connection.network.get(f"/{what}", params={"limit": PAGE, **marker, **query})
        sdk.raise_from_response(answer)
        page = answer.json()
        if not isinstance(page, dict) or key not in page:
            # Taking this for an empty list would make everything a second time.
            raise sdk.InvalidResponse(f"the network service's answer has no {key}")
        yield from page[key]
        if not any(link.get("rel") == "next" for link in page.get(f"{key}_links", ())):
            return
        marker = {"marker": page[key][-1]["id"]}


def _flavors(connection: Connection, _: CloudFacts) -> Fields:
    # "None" makes Nova list private flavors too (admin only; others get the public ones).
    found = list(connection.compute.flavors(details=True, is_public="None"))
    # Since 2.61 (Rocky) the list has the extra specs; before, each flavor is asked for them.
    if not utils.supports_microversion(connection.compute, "2.61"):
        found = [connection.compute.fetch_flavor_extra_specs(one) for one in found]
    return {"flavors": tuple(flavor_of(one) for one in found)}


def _keypairs(connection: Connection, facts: CloudFacts) -> Fields:
    user = facts.octavia_user_id
    if user is None:
        return {"keypairs": ()}
    found = connection.compute.keypairs(user_id=user)
    return {"keypairs": tuple(keypair_of(one, user) for one in found)}


def _images(connection: Connection, _: CloudFacts) -> Fields:
    return {"images": tuple(image_pages(connection))}


def image_pages(connection: Connection) -> Iterator[Image]:
    """Read all images page by page, with their properties as Glance names them."""
    url: str | None = "/images"
    params: dict[str, object] | None = {"limit": PAGE}
    while url:
        answer = connection.image.get(url, params=params)
        sdk.raise_from_response(answer)
        page = answer.json()
        if not isinstance(page, dict) or "images" not in page:
            raise sdk.InvalidResponse("the image service's answer has no images")
        yield from map(image_of, page["images"])
        following = page.get("next")
        url, params = (str(following).removeprefix("/v2") if following else None), None


def _quotas(connection: Connection, facts: CloudFacts) -> Fields:
    project = facts.service_project_id
    if project is None:
        return {"quotas": Quotas()}
    used: dict[str, int] = {}
    compute = connection.compute.get_quota_set(project, usage=True)
    network = connection.network.get_quota(project, details=True)
    limits = {key: _details(getattr(network, key), key, used) for key in _NETWORK_QUOTAS}
    volume: dict[str, int] = {}
    if has_volumes(connection):
        volumes = connection.block_storage.get_quota_set(project, usage=True)
        volume = _limits_and_usage(volumes, _VOLUME_QUOTAS, used)
    quotas = Quotas(
        compute=_limits_and_usage(compute, _COMPUTE_QUOTAS, used),
        network={key: limit for key, limit in limits.items() if limit is not None},
        volume=volume,
        used=used,
    )
    return {"quotas": quotas}


def _limits_and_usage(found: Any, keys: Iterable[str], used: dict[str, int]) -> dict[str, int]:
    usage: Mapping[str, Any] = found.usage or {}
    limits: dict[str, int] = {}
    for key in keys:
        limit = getattr(found, key, None)
        if isinstance(limit, int):
            limits[key] = limit
        if isinstance(usage.get(key), int):
            used[key] = usage[key]
    return limits


def _details(found: Any, key: str, used: dict[str, int]) -> int | None:
    if not isinstance(found, Mapping) or not isinstance(found.get("limit"), int):
        return None
    if isinstance(found.get("used"), int):
        used[key] = found["used"]
    return int(found["limit"])


def has_volumes(connection: Connection) -> bool:
    """Say whether the catalogue has a volume service."""
    return bool(connection.config.get_endpoint("block-storage")) or bool(
        connection.endpoint_for("block-storage")
    )


def _computes(connection: Connection, _: CloudFacts) -> Fields:
    found = connection.compute.services(binary="nova-compute")
    return {
        "computes": tuple(
            Compute(
                host=one.host or "",
                zone=one.availability_zone or "",
                up=one.state == "up",
                enabled=one.status == "enabled",
            )
            for one in found
        )
    }


def _zones(connection: Connection, _: CloudFacts) -> Fields:
    zones = (
        AvailabilityZone(one.name or "", bool((one.state or {}).get("available")))
        for one in connection.compute.availability_zones()
    )
    return {"zones": tuple(zones)}


def _volume_types(connection: Connection, _: CloudFacts) -> Fields | Unread:
    if not has_volumes(connection):
        return {"volume_types": None}
    return {"volume_types": tuple(one.name or "" for one in connection.block_storage.types())}


def _projects(connection: Connection, _: CloudFacts) -> Fields:
    # Keystone has no pages; objects of openstacksdk would take a second for ten thousand.
    found = _whole_list(connection.identity.get("/projects"), "projects")
    names = {str(one["id"]): str(one.get("name") or "") for one in found}
    return {"projects": MappingProxyType(names)}


def _usage(connection: Connection, _: CloudFacts) -> Fields:
    # The extension network-ip-availability (Neutron since Mitaka) answers without pages, and
    # leaves out what the credentials may not see.
    answer = connection.network.get("/network-ip-availabilities")
    found = _whole_list(answer, "network_ip_availabilities")
    return {
        "usage": MappingProxyType({str(one["network_id"]): network_usage_of(one) for one in found})
    }


def _whole_list(answer: Any, key: str) -> list[dict[str, Any]]:
    """Return a list that comes in one answer."""
    sdk.raise_from_response(answer)
    page = answer.json()
    if not isinstance(page, dict) or not isinstance(page.get(key), list):
        raise sdk.InvalidResponse(f"the service's answer has no {key}")
    return list(page[key])


_READERS: Mapping[Part, Callable[[Any, CloudFacts], Fields | Unread]] = {
    Part.IDENTITY: read_identity,
    Part.NETWORKS: _networks,
    Part.SUBNETS: _subnets,
    Part.SECURITY_GROUPS: _groups,
    Part.FLAVORS: _flavors,
    Part.KEYPAIRS: _keypairs,
    Part.IMAGES: _images,
    Part.QUOTAS: _quotas,
    Part.COMPUTES: _computes,
    Part.ZONES: _zones,
    Part.VOLUME_TYPES: _volume_types,
    Part.PROJECTS: _projects,
    Part.USAGE: _usage,
    Part.AMPHORAE: read_amphorae,
}
