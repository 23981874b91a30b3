"""The management network gets into openstack_user_config.yml once, and nothing else changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from octavia_wizard.core.emit.model import EmittedFile
from octavia_wizard.core.emit.user_config import user_config
from octavia_wizard.core.facts.deploy_host import SNIPPET
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.facts.model import Facts
from tests.core.emit.support import BARE, CLOUD, DATA, NETWORK_ID, effective_of, facts_of

SITES = DATA / "openstack_deploy"
RELEASES = {"pike": "16.0.29", "gazpacho": "33.0.1"}


def emit(release: str, facts: Facts, **answers: Any) -> tuple[EmittedFile | None, tuple[str, ...]]:
    """Return the only edited file and the notes."""
    files, notes = emit_all(release, facts, **answers)
    assert len(files) < 2
    return (files[0] if files else None), notes


def emit_all(
    release: str, facts: Facts, **answers: Any
) -> tuple[tuple[EmittedFile, ...], tuple[str, ...]]:
    """Return the edited files and the notes."""
    return user_config(effective_of(release, facts, **answers), facts)


def network_of(file: EmittedFile | None, name: str = "lbaas") -> dict[str, Any]:
    """Return the entry of that name."""
    assert file is not None
    networks = yaml.safe_load(file.text)["global_overrides"]["provider_networks"]
    found = [e["network"] for e in networks if e["network"].get("net_name") == name]
    assert len(found) == 1
    entry: dict[str, Any] = found[0]
    return entry


@pytest.mark.parametrize("site", RELEASES)
class TestSites:
    """On whole files as sites have them."""

    def test_lines_are_added_and_none_is_touched(self, site: str) -> None:
        facts = facts_of(SITES / site)
        file, notes = emit(RELEASES[site], facts)
        assert file is not None
        assert file.path == USER_CONFIG
        assert not file.owned
        before = (SITES / site / USER_CONFIG).read_text().splitlines()
        rest = iter(file.text.splitlines())
        assert all(line in rest for line in before)
        assert notes == ()

    def test_a_second_time_there_is_nothing_to_do(self, site: str, tmp_path: Path) -> None:
        shutil.copytree(SITES / site, tmp_path, dirs_exist_ok=True)
        file, _ = emit(RELEASES[site], facts_of(tmp_path))
        assert file is not None
        (tmp_path / USER_CONFIG).write_text(file.text)
        assert emit(RELEASES[site], facts_of(tmp_path)) == (None, ())

    def test_the_three_parts_are_there(self, site: str) -> None:
        file, _ = emit(RELEASES[site], facts_of(SITES / site))
        assert file is not None
        data = yaml.safe_load(file.text)
        assert data["cidr_networks"]["lbaas"] == "172.29.232.0/22"
        assert data["used_ips"][-1] == "172.29.232.50,172.29.235.200"
        assert network_of(file)["ip_from_q"] == "lbaas"


class TestEntry:
    """The entry of provider_networks, by release and type."""

    @pytest.mark.parametrize(
        ("release", "worker", "agent"),
        [
            ("16.0.29", "octavia-worker", "neutron_linuxbridge_agent"),
            ("26.5.3", "octavia-worker", "neutron_ovn_gateway"),
            ("32.2.0", "octavia-worker", "neutron_ovn_gateway"),
            ("33.0.1", "octavia_worker", "neutron_ovn_gateway"),
        ],
    )
    def test_groups_are_those_of_the_release(
        self, release: str, worker: str, agent: str, tmp_path: Path
    ) -> None:
        (tmp_path / USER_CONFIG).write_text("---\n")
        entry = network_of(emit(release, facts_of(tmp_path))[0])
        assert worker in entry["group_binds"]
        assert agent in entry["group_binds"]
        assert not [group for group in entry["group_binds"] if "api" in group]

    @pytest.mark.parametrize(
        ("release", "key"), [("25.6.0", "host_bind_override"), ("26.0.0", "network_interface")]
    )
    def test_a_flat_network_names_the_interface_by_the_releases_key(
        self, release: str, key: str, tmp_path: Path
    ) -> None:
        (tmp_path / USER_CONFIG).write_text("---\n")
        file, _ = emit(release, facts_of(tmp_path), network__host_interface="bond0")
        entry = network_of(file)
        assert entry["type"] == "flat"
        assert entry[key] == "bond0"

    def test_a_vlan_on_another_physical_network_is_raw(self) -> None:
        facts = facts_of(SITES / "gazpacho")
        answers = {"network__provider_type": "vlan", "network__segmentation_id": 450}
        entry = network_of(emit("33.0.1", facts, **answers)[0])
        assert entry["type"] == "raw"
        assert "range" not in entry
        assert "network_interface" not in entry

    def test_a_vlan_network_that_is_its_own_physical_network_has_a_range(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / USER_CONFIG).write_text("---\n")
        answers = {
            "network__provider_type": "vlan",
            "network__segmentation_id": 450,
            "network__physical_network": "lbaas",
        }
        entry = network_of(emit("33.0.1", facts_of(tmp_path), **answers)[0])
        assert (entry["type"], entry["range"]) == ("vlan", "450:450")

    def test_an_adopted_subnets_addresses_are_reserved(self) -> None:
        facts = facts_of(SITES / "gazpacho", cloud=CLOUD)
        file, _ = emit("33.0.1", facts, network__mode="adopt", network__existing=NETWORK_ID)
        assert file is not None
        data = yaml.safe_load(file.text)
        assert data["cidr_networks"]["lbaas"] == "10.20.0.0/24"
        assert data["used_ips"][-2:] == ["10.20.0.50,10.20.0.200", "10.20.0.1"]

    def test_a_gateway_is_kept_from_containers(self, tmp_path: Path) -> None:
        (tmp_path / USER_CONFIG).write_text("---\n")
        file, _ = emit("33.0.1", facts_of(tmp_path), network__gateway="172.29.232.1")
        assert file is not None
        assert "172.29.232.1" in yaml.safe_load(file.text)["used_ips"]


class TestLeftAlone:
    """What is there in another form stays, and is said."""

    def site(self, tmp_path: Path, text: str, name: str = USER_CONFIG) -> Facts:
        """Return a site with one file."""
        (tmp_path / "conf.d").mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        return facts_of(tmp_path)

    def test_a_present_entry_is_not_changed(self, tmp_path: Path) -> None:
        text = (
            "cidr_networks: {octavia: 172.29.232.0/22}\n"
            "used_ips: ['172.29.232.1,172.29.235.254']\n"
            "global_overrides:\n  provider_networks:\n    - network:\n        net_name: lbaas\n"
            "        ip_from_q: octavia\n        type: raw\n        container_bridge: br-lbaas\n"
            "        group_binds: [octavia-worker]\n"
        )
        file, notes = emit("33.0.1", self.site(tmp_path, text))
        assert file is None
        assert len(notes) == 1
        assert "type raw, not flat" in notes[0]
        assert "no neutron_ovn_gateway, octavia_health_manager" in notes[0]
        assert "octavia_worker" not in notes[0], "hyphens are as good"

    def test_another_cidr_is_not_changed(self, tmp_path: Path) -> None:
        file, notes = emit("33.0.1", self.site(tmp_path, "cidr_networks: {lbaas: 10.0.0.0/8}\n"))
        # The question proposes what is there; an answer to the contrary changes nothing.
        assert notes == ()
        facts = facts_of(tmp_path)
        file, notes = emit("33.0.1", facts, network__cidr="172.29.232.0/22")
        assert "it is left as it is" in notes[0]
        assert file is not None
        assert yaml.safe_load(file.text)["cidr_networks"] == {"lbaas": "10.0.0.0/8"}


LISTS = """# the networks of this site
used_ips:  # not for OSA
  - "172.29.236.1,172.29.236.50"
global_overrides:
  provider_networks:
    - network: {net_name: storage, type: raw, container_bridge: br-storage}   # first
"""


class TestConfD:
    """OSA replaces lists: what a file below conf.d gives has to be added to there."""

    def site(self, tmp_path: Path, **texts: str) -> Facts:
        """Return a site with files below conf.d, named by keyword, and an empty main file."""
        (tmp_path / USER_CONFIG).write_text("---\nused_ips:\n  - 10.0.0.1\n")
        for name, text in texts.items():
            path = tmp_path / "conf.d" / f"{name.replace('__', '/')}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return facts_of(tmp_path)

    def test_the_lists_of_a_file_are_added_to_in_that_file(self, tmp_path: Path) -> None:
        files, notes = emit_all("33.0.1", self.site(tmp_path, networks=LISTS))
        assert notes == ()
        assert [file.path for file in files] == [USER_CONFIG, "conf.d/networks.yml"]
        main, below = (yaml.safe_load(file.text) for file in files)
        assert main == {"used_ips": ["10.0.0.1"], "cidr_networks": {"lbaas": "172.29.232.0/22"}}
        assert below["used_ips"][1:] == ["172.29.232.50,172.29.235.200"]
        assert network_of(files[1])["container_bridge"] == "br-lbaas"
        rest = iter(files[1].text.splitlines())
        assert all(line in rest for line in LISTS.splitlines())
        assert not any(file.owned for file in files)

    def test_a_second_time_there_is_nothing_to_do(self, tmp_path: Path) -> None:
        files, _ = emit_all("33.0.1", self.site(tmp_path, networks=LISTS))
        for file in files:
            (tmp_path / file.path).write_text(file.text)
        assert emit_all("33.0.1", facts_of(tmp_path)) == ((), ())

    def test_only_the_list_that_is_replaced_moves(self, tmp_path: Path) -> None:
        facts = self.site(tmp_path, networks="used_ips: [10.0.0.2]\n")
        files, _ = emit_all("33.0.1", facts)
        found = {file.path: yaml.safe_load(file.text) for file in files}
        assert len(found["conf.d/networks.yml"]["used_ips"]) == 2
        assert found[USER_CONFIG]["used_ips"] == ["10.0.0.1"]
        assert network_of(files[0])

    @pytest.mark.parametrize("text", ["used_ips: []\n", "used_ips:\n"])
    def test_an_empty_list_replaces_too(self, text: str, tmp_path: Path) -> None:
        files, _ = emit_all("33.0.1", self.site(tmp_path, empty=text))
        below = next(file for file in files if file.path == "conf.d/empty.yml")
        assert yaml.safe_load(below.text) == {"used_ips": ["172.29.232.50,172.29.235.200"]}

    def test_what_is_deeper_is_read_later(self, tmp_path: Path) -> None:
        facts = self.site(tmp_path, a=LISTS, site__b="used_ips: [10.0.0.3]\n")
        found = {file.path for file in emit_all("33.0.1", facts)[0]}
        assert found == {USER_CONFIG, "conf.d/a.yml", "conf.d/site/b.yml"}

    def test_of_two_files_in_no_order_neither_is_edited(self, tmp_path: Path) -> None:
        facts = self.site(tmp_path, a="used_ips: [10.0.0.2]\n", b="used_ips: [10.0.0.3]\n")
        file, notes = emit("33.0.1", facts)
        assert file is not None
        assert file.path == SNIPPET
        assert "used_ips is given by conf.d/a.yml and conf.d/b.yml" in notes[-1]

    def test_without_the_main_file_conf_d_is_enough(self, tmp_path: Path) -> None:
        (tmp_path / "conf.d").mkdir()
        text = LISTS + "cidr_networks: {management: 172.29.236.0/22}\n"
        (tmp_path / "conf.d" / "all.yml").write_text(text)
        file, _ = emit("33.0.1", facts_of(tmp_path))
        assert file is not None
        assert file.path == "conf.d/all.yml"
        assert set(yaml.safe_load(file.text)["cidr_networks"]) == {"management", "lbaas"}

    def test_a_file_without_a_safe_place_is_named(self, tmp_path: Path) -> None:
        base = "base: &b {provider_networks: []}\nglobal_overrides:\n  <<: *b\n  vip: 1\n"
        file, notes = emit("33.0.1", self.site(tmp_path, networks="used_ips: text\n" + base))
        assert file is not None
        assert file.path == SNIPPET
        assert "conf.d/networks.yml is not edited" in notes[-1]

    def test_addresses_of_hosts_without_containers_are_kept_from_containers(
        self, tmp_path: Path
    ) -> None:
        facts = self.site(
            tmp_path,
            hosts="global_overrides: {no_containers: true}\n"
            "shared_infra_hosts: {infra1: {ip: 172.29.236.11}}\n",
        )
        answers = {
            "deployment__hosts": {"infra1": "172.29.236.11"},
            "deployment__health_managers": {"infra1": "172.29.232.11"},
        }
        file = emit_all("33.0.1", facts, **answers)[0][0]
        assert yaml.safe_load(file.text)["used_ips"][1:] == [
            "172.29.232.50,172.29.235.200",
            "172.29.232.11",
        ]


class TestSnippet:
    """Where the file is not edited, what belongs into it is put beside it."""

    def test_without_the_file_there_is_a_snippet(self) -> None:
        file, _ = emit("33.0.1", BARE)
        assert file is not None
        assert file.path == SNIPPET
        assert not file.path.startswith("user_")
        assert set(yaml.safe_load(file.text)) == {"cidr_networks", "used_ips", "global_overrides"}

    def test_without_the_wish_there_is_a_snippet(self) -> None:
        facts = facts_of(SITES / "pike")
        file, _ = emit("16.0.29", facts, network__edit_inventory=False)
        assert file is not None
        assert file.path == SNIPPET

    @pytest.mark.parametrize("text", ["used_ips: ~\n", "used_ips: [1,\n", "a: 1\n---\nb: 2\n"])
    def test_without_a_safe_place_there_is_a_snippet_and_a_note(
        self, text: str, tmp_path: Path
    ) -> None:
        (tmp_path / USER_CONFIG).write_text(text)
        file, notes = emit("33.0.1", facts_of(tmp_path))
        assert file is not None
        assert file.path == SNIPPET
        assert "is not edited" in notes[-1]

    def test_unanswered_questions_are_no_obstacle(self) -> None:
        facts = replace(BARE)
        assert emit("33.0.1", facts, network__provider_type="vlan")[0] is not None
