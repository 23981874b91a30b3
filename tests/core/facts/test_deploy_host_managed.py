"""openstack_inventory.json: hosts, containers and groups, and whatever may be wrong with it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host_managed import GENERATED, read_managed

INVENTORY = {
    "_meta": {
        "hostvars": {
            "infra1": {
                "ansible_host": "172.29.236.11",
                "is_metal": True,
                "properties": {"is_metal": True},
                "container_networks": {"lbaas_address": {"bridge": "br-lbaas"}},
            },
            "infra1-octavia-server-container-3c0ffee1": {
                "ansible_host": "172.29.236.111",
                "physical_host": "infra1",
                "properties": {},
                "container_networks": {
                    "lbaas_address": {"address": "172.29.232.21", "bridge": "br-lbaas"},
                    "container_address": {"address": "172.29.236.111"},
                },
            },
            "old1": {"ansible_ssh_host": "172.29.236.12", "properties": {"is_metal": True}},
            "empty": None,
        }
    },
    "octavia_all": {"children": ["octavia-worker", "octavia-api"], "hosts": []},
    "octavia-worker": {"children": [], "hosts": ["infra1-octavia-server-container-3c0ffee1"]},
    "octavia-api": {"hosts": ["infra1-octavia-server-container-3c0ffee1", "unheard"]},
    "octavia-infra_hosts": {"hosts": {"infra1": {}}},
    "a": {"children": ["b"]},
    "b": {"children": ["a"], "hosts": ["old1"]},
    "lxc_hosts": {"hosts": []},
    "all": {"vars": {"container_cidr": "172.29.236.0/22"}},
}
CONTAINER = "infra1-octavia-server-container-3c0ffee1"


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A deploy directory with the inventory."""
    (tmp_path / GENERATED).write_text(json.dumps(INVENTORY))
    return tmp_path


def test_a_container_has_its_host_address_and_networks(deploy: Path) -> None:
    hosts, _, problems = read_managed(deploy)
    found = hosts[CONTAINER]
    assert problems == ()
    assert (found.address, found.physical_host) == ("172.29.236.111", "infra1")
    assert found.networks["lbaas_address"] == "172.29.232.21"
    assert found.groups == {"octavia-worker", "octavia-api"}
    assert not found.is_metal


def test_a_host_is_metal_and_has_no_address_on_a_network_of_containers(deploy: Path) -> None:
    hosts, _, _ = read_managed(deploy)
    assert hosts["infra1"].is_metal
    assert hosts["infra1"].networks == {}
    assert (hosts["old1"].is_metal, hosts["old1"].address) == (True, "172.29.236.12")


def test_hosts_without_variables_are_known_by_name(deploy: Path) -> None:
    hosts, _, _ = read_managed(deploy)
    assert hosts["unheard"].groups == {"octavia-api"}
    assert hosts["empty"].address == ""


def test_a_group_has_the_hosts_of_its_children_each_once(deploy: Path) -> None:
    _, groups, _ = read_managed(deploy)
    assert sorted(groups["octavia_all"]) == [CONTAINER, "unheard"]
    assert groups["octavia-infra_hosts"] == ("infra1",)
    assert groups["lxc_hosts"] == ()


def test_groups_in_a_circle_come_to_an_end(deploy: Path) -> None:
    _, groups, _ = read_managed(deploy)
    assert groups["a"] == groups["b"] == ("old1",)


def test_no_inventory_is_no_problem(tmp_path: Path) -> None:
    assert read_managed(tmp_path) == ({}, {}, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n"a": {"hosts": ["x"}', "not valid JSON"),
        ("", "not valid JSON"),
        ("[1, 2]", "must be a mapping"),
        ("[" * 100_000, "not valid JSON"),
        ('{"a": ' + "9" * 5000 + "}", "not valid JSON"),
    ],
)
def test_a_broken_one_is_a_problem(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / GENERATED).write_text(text)
    hosts, groups, problems = read_managed(tmp_path)
    assert (hosts, groups) == ({}, {})
    assert said in problems[0].reason
    assert problems[0].where.startswith(str(tmp_path / GENERATED))


def test_a_broken_one_is_named_by_line_with_osa_s_own_backup(tmp_path: Path) -> None:
    (tmp_path / GENERATED).write_text('{\n"a": 1,\n}')
    (tmp_path / "backup_openstack_inventory.tar").touch()
    problem = read_managed(tmp_path)[2][0]
    assert problem.where.endswith(":3") or problem.where.endswith(":2")
    assert "backup_openstack_inventory.tar" in problem.reason


def test_odd_content_is_no_crash(tmp_path: Path) -> None:
    odd = {"_meta": [], "a": {"hosts": "x", "children": 3}, "b": {"hosts": [1, None]}, "c": "d"}
    (tmp_path / GENERATED).write_text(json.dumps(odd))
    hosts, groups, problems = read_managed(tmp_path)
    assert problems == ()
    assert groups == {"a": (), "b": ("1", "None")}
    assert set(hosts) == {"1", "None"}


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.write_bytes(b"\xff\0")])
def test_what_is_no_text_file_is_a_problem(tmp_path: Path, make: object) -> None:
    make(tmp_path / GENERATED)  # type: ignore[operator]
    assert read_managed(tmp_path)[2][0].reason


def test_a_large_one_is_read_in_little_time(tmp_path: Path) -> None:
    hosts = {
        f"c{n}": {"ansible_host": "10.0.0.1", "filler": "x" * 4000, "physical_host": "h"}
        for n in range(5000)
    }
    document = {"_meta": {"hostvars": hosts}, "all": {"hosts": list(hosts)}}
    (tmp_path / GENERATED).write_text(json.dumps(document))
    assert (tmp_path / GENERATED).stat().st_size > 20_000_000
    before = time.monotonic()
    found, groups, problems = read_managed(tmp_path)
    assert (len(found), len(groups["all"]), problems) == (5000, 5000, ())
    assert time.monotonic() - before < 10
