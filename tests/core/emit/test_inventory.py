"""conf.d/octavia.yml names the hosts, unless the operator did so elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.inventory import inventory_file, inventory_note
from octavia_wizard.core.facts.deploy_host import OUR_INVENTORY
from tests.core.emit.support import BARE, HOSTS, effective_of, facts_of


@pytest.mark.parametrize(
    ("release", "group"), [("32.2.0", "octavia-infra_hosts"), ("33.0.0", "octavia_infra_hosts")]
)
def test_the_group_is_the_releases(release: str, group: str) -> None:
    file = inventory_file(effective_of(release), BARE)
    assert file is not None
    assert yaml.safe_load(file.text) == {
        group: {name: {"ip": address} for name, address in HOSTS.items()}
    }


def test_our_own_file_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    first = inventory_file(effective_of("33.0.1"), facts_of(tmp_path))
    assert first is not None
    (tmp_path / OUR_INVENTORY).write_text(first.text)
    facts = facts_of(tmp_path)
    again = inventory_file(effective_of("33.0.1", facts), facts)
    assert again is not None
    assert not again.changed
    fewer = inventory_file(
        effective_of("33.0.1", facts, deployment__hosts={"infra1": "172.29.236.11"}), facts
    )
    assert fewer is not None
    assert fewer.changed


@pytest.mark.parametrize("name", ["openstack_user_config.yml", OUR_INVENTORY])
def test_hosts_the_operator_named_are_left_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / name).write_text("octavia_infra_hosts: {infra9: {ip: 1.2.3.4}}\n")
    facts = facts_of(tmp_path)
    effective = effective_of("33.0.1", facts)
    assert inventory_file(effective, facts) is None
    assert name in inventory_note(effective, facts)
    assert any(name in note for note in emit_files(effective, facts)[0].notes)


def test_the_group_is_added_to_a_file_of_the_operators(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / OUR_INVENTORY).write_text("# mine\nother_hosts: {}  # none\n")
    facts = facts_of(tmp_path)
    file = inventory_file(effective_of("33.0.1", facts), facts)
    assert file is not None
    assert not file.owned
    assert file.text.startswith("# mine\nother_hosts: {}  # none\noctavia_infra_hosts:\n")
    assert set(yaml.safe_load(file.text)["octavia_infra_hosts"]) == set(HOSTS)
    (tmp_path / OUR_INVENTORY).write_text(file.text)
    assert inventory_file(effective_of("33.0.1", facts), facts_of(tmp_path)) is None


def test_a_file_without_a_safe_place_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / OUR_INVENTORY).write_text("a:\n  - b\t# no\n")
    facts = facts_of(tmp_path)
    file = inventory_file(effective_of("33.0.1", facts), facts)
    assert file is not None
    assert not file.changed
    assert "add the group octavia_infra_hosts" in file.notes[0]


def test_since_33_either_spelling_is_the_group(tmp_path: Path) -> None:
    (tmp_path / "openstack_user_config.yml").write_text(
        "octavia-infra_hosts: {infra9: {ip: 1.2.3.4}}\n"
    )
    facts = facts_of(tmp_path)
    assert inventory_file(effective_of("33.0.1", facts), facts) is None
    assert "octavia-infra_hosts" in inventory_note(effective_of("33.0.1", facts), facts)


def test_before_33_underscores_name_another_group(tmp_path: Path) -> None:
    (tmp_path / "openstack_user_config.yml").write_text(
        "octavia_infra_hosts: {infra9: {ip: 1.2.3.4}}\n"
    )
    facts = facts_of(tmp_path)
    assert inventory_file(effective_of("32.2.0", facts), facts) is not None


def test_what_other_groups_say_of_a_host_is_not_undone(tmp_path: Path) -> None:
    """OSA takes management_ip from the last group, and no_containers from each by itself."""
    (tmp_path / "openstack_user_config.yml").write_text(
        "shared_infra_hosts:\n"
        "  infra1: {ip: 172.29.236.11, management_ip: 10.1.0.11, no_containers: true}\n"
        "  infra2: {ip: 172.29.236.12}\n"
        "compute_hosts:\n  infra3: {ip: 172.29.236.13, no_containers: true}\n"
        "octavia-old_hosts:\n  infra2: {ip: 172.29.236.12, no_containers: true}\n"
    )
    facts = facts_of(tmp_path)
    file = inventory_file(effective_of("33.0.1", facts), facts)
    assert file is not None
    group = yaml.safe_load(file.text)["octavia_infra_hosts"]
    assert group["infra1"] == {
        "ip": "172.29.236.11",
        "management_ip": "10.1.0.11",
        "no_containers": True,
    }
    assert group["infra2"] == {"ip": "172.29.236.12"}
    assert group["infra3"] == {"ip": "172.29.236.13"}


def test_group_and_networks_in_one_file_are_one_edit(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "openstack_user_config.yml").write_text("---\n")
    (tmp_path / OUR_INVENTORY).write_text("# mine\nused_ips:\n  - 10.0.0.1\n")
    facts = facts_of(tmp_path)
    files = {file.path: file for file in emit_files(effective_of("33.0.1", facts), facts)}
    assert len(files) == 3
    found = yaml.safe_load(files[OUR_INVENTORY].text)
    assert len(found["used_ips"]) == 2
    assert set(found["octavia_infra_hosts"]) == set(HOSTS)
    for file in files.values():
        (tmp_path / file.path).write_text(file.text)
    facts = facts_of(tmp_path)
    again = emit_files(effective_of("33.0.1", facts), facts)
    assert not [file.path for file in again if file.changed]


def test_no_hosts_no_file() -> None:
    assert inventory_file(effective_of("33.0.1", deployment__hosts={}), BARE) is None


def test_every_emitted_file_is_listed_once() -> None:
    files = emit_files(effective_of("33.0.1"), BARE)
    assert [file.path for file in files] == [
        "user_variables_octavia.yml",
        "conf.d/octavia.yml",
        "openstack_user_config.octavia.yml.snippet",
    ]
