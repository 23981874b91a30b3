"""Translating images between Glance's way and the wizard's; the rest is proved on real services."""

from __future__ import annotations

import pytest

from octavia_wizard.core.cloud.sdk_map import (
    image_body,
    image_of,
    image_patch,
    network_usage_of,
    subnet_changes,
)
from octavia_wizard.core.facts.resources import Image, NetworkUsage

IMAGE = Image("i", "amphora", "active", "p", ("octavia",), properties={"os_distro": "ubuntu"})


def test_what_is_no_base_attribute_of_an_image_is_a_property() -> None:
    """By the very names Glance has."""
    found = image_of(
        {
            "id": "i",
            "name": "amphora",
            "status": "active",
            "owner": "p",
            "tags": ["octavia"],
            "os_hidden": False,
            "min_disk": 0,
            "schema": "/v2/schemas/image",
            "os_distro": "ubuntu",
            "hw_architecture": None,
        }
    )
    assert found == IMAGE


def test_properties_and_owner_are_said_when_an_image_is_created() -> None:
    """The owner only where one is wanted."""
    body = image_body(IMAGE)
    assert (body["owner"], body["os_distro"], body["tags"]) == ("p", "ubuntu", ["octavia"])
    assert "owner" not in image_body(Image("", "x", "", ""))


def test_a_patch_adds_replaces_and_removes() -> None:
    """Names are escaped as JSON pointers are."""
    patch = image_patch(
        IMAGE, {"tags": ("a", "b"), "properties": {"os_distro": None, "a/b": "1", "os_v": "2"}}
    )
    assert patch == [
        {"op": "replace", "path": "/tags", "value": ["a", "b"]},
        {"op": "remove", "path": "/os_distro"},
        {"op": "add", "path": "/a~1b", "value": "1"},
        {"op": "add", "path": "/os_v", "value": "2"},
    ]


def test_only_ipv4_addresses_count_as_used() -> None:
    """Those of IPv6 would drown every other number."""
    subnets = [
        {"ip_version": 4, "used_ips": 3, "total_ips": 10},
        {"ip_version": 4, "used_ips": 1, "total_ips": 5},
        {"ip_version": 6, "used_ips": 2, "total_ips": 2**64},
    ]
    found = network_usage_of({"network_id": "n", "subnet_ip_availability": subnets})
    assert found == NetworkUsage(used=4, total=15)
    assert network_usage_of({"network_id": "n"}) == NetworkUsage(0, 0)


def test_a_field_of_a_subnet_that_cannot_be_changed_is_a_mistake_of_the_program() -> None:
    """The CIDR, for one."""
    with pytest.raises(KeyError):
        subnet_changes({"cidr": "10.0.0.0/24"})
