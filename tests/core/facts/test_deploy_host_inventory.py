"""Which hosts get no containers, by the configuration OSA's inventory generator reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host_inventory import read_inventory
from octavia_wizard.core.facts.inventory import Inventory


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A deploy directory with the two directories of extra files."""
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "env.d").mkdir()
    return tmp_path


def read(deploy: Path, text: str) -> Inventory:
    """Read a configuration without problems."""
    (deploy / "openstack_user_config.yml").write_text(text)
    inventory, problems = read_inventory(deploy)
    assert problems == ()
    return inventory


def test_a_host_may_say_so_itself(deploy: Path) -> None:
    text = "octavia-infra_hosts:\n  a: {ip: 10.0.0.1, no_containers: true}\n  b: {ip: 10.0.0.2}\n"
    assert read(deploy, text).no_containers == {"octavia-infra_hosts": frozenset("a")}


def test_it_may_hold_for_all_and_a_host_may_object(deploy: Path) -> None:
    text = (
        "global_overrides: {no_containers: true}\n"
        "x_hosts:\n  a: {ip: 10.0.0.1}\n  b: {ip: 10.0.0.2, no_containers: false}\n"
    )
    assert read(deploy, text).no_containers == {"x_hosts": frozenset("a")}


def test_a_later_file_adds_to_a_group(deploy: Path) -> None:
    (deploy / "conf.d" / "x.yml").write_text("x_hosts: {b: {ip: 10.0.0.2, no_containers: true}}")
    assert read(deploy, "x_hosts: {a: {ip: 10.0.0.1}}\n").no_containers == {
        "x_hosts": frozenset("b")
    }


def test_containers_are_the_rule(deploy: Path) -> None:
    assert read(deploy, "x_hosts: {a: {ip: 10.0.0.1}, b: null}\n").no_containers == {}


def test_env_d_may_put_a_kind_of_container_on_the_host(deploy: Path) -> None:
    (deploy / "env.d" / "octavia.yml").write_text(
        "container_skel:\n"
        "  octavia_server_container: {properties: {is_metal: true}}\n"
        "  nova_api_container: {properties: {is_metal: false}}\n"
        "  neutron_server_container: {properties: null}\n"
        "  horizon_container: null\n"
    )
    assert read(deploy, "").metal_skeletons == {"octavia_server_container"}


def test_a_broken_file_of_env_d_is_a_problem(deploy: Path) -> None:
    (deploy / "env.d" / "octavia.yml").write_text("a: [\n")
    _, problems = read_inventory(deploy)
    assert "env.d/octavia.yml" in problems[0].where


def test_a_generated_inventory_is_taken_along(deploy: Path) -> None:
    (deploy / "openstack_inventory.json").write_text(
        '{"_meta": {"hostvars": {"a": {"is_metal": true}}}, "nova_compute": {"hosts": ["a"]}}'
    )
    found = read(deploy, "")
    assert found.managed["a"].is_metal
    assert found.managed_groups == {"nova_compute": ("a",)}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("172.29.232.0/22", "172.29.232.0/22"),
        # As netaddr reads it, by which the generator does (IPNetwork in osa_toolkit/ip.py).
        ("172.29.232.1/22 ", "172.29.232.0/22"),
        ("fd00:29::/64", "fd00:29::/64"),
    ],
)
def test_a_network_may_be_written_by_an_address_in_it(
    written: str, read: str, tmp_path: Path
) -> None:
    (tmp_path / "openstack_user_config.yml").write_text(f"cidr_networks:\n  lbaas: '{written}'\n")
    inventory, problems = read_inventory(tmp_path)
    assert (inventory.cidr_networks, problems) == ({"lbaas": read}, ())


@pytest.mark.parametrize("written", ["5", "172.29.232.0/33", "'{{ lbaas }}'", "[1]"])
def test_what_is_no_network_is_a_problem_and_taken_for_none(written: str, tmp_path: Path) -> None:
    (tmp_path / "openstack_user_config.yml").write_text(
        f"---\ncidr_networks:\n  lbaas: {written}\n"
    )
    inventory, (problem,) = read_inventory(tmp_path)
    assert inventory.cidr_networks == {}
    assert problem.where == "openstack_user_config.yml:2"
    assert "lbaas" in problem.reason
