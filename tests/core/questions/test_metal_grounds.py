"""Without containers, addresses for heartbeats are asked for, and found where they can be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.effective import Effective
from octavia_wizard.core.facts.controllers import Bridge, Controller, Controllers
from octavia_wizard.core.facts.inventory import ManagedHost
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.questions.resolve import resolve
from tests.core.emit.support import HOSTS, effective_of, facts_of

KEY = "deployment.health_managers"
RENAME = "deployment.rename_groups"
METAL = "global_overrides: {no_containers: true}\nshared_infra_hosts:\n" + "".join(
    f"  {name}: {{ip: {address}}}\n" for name, address in HOSTS.items()
)
FOUND = {"infra1": "172.29.232.11", "infra2": "172.29.232.12", "infra3": "172.29.232.13"}


def site(tmp_path: Path, text: str = METAL, **files: str) -> Facts:
    """Read a site with these files."""
    (tmp_path / "openstack_user_config.yml").write_text(text)
    for name, content in files.items():
        (tmp_path / f"{name}.yml").write_text(content)
    return facts_of(tmp_path)


def resolved(facts: Facts, release: str = "33.0.1", **answers: Any) -> Effective:
    """Resolve the answers for three hosts."""
    return effective_of(release, facts, **answers)


class TestHealthManagers:
    """The addresses amphorae send heartbeats to."""

    def test_with_containers_nothing_is_asked(self, tmp_path: Path) -> None:
        effective = resolved(site(tmp_path, METAL.replace("true", "false")))
        assert KEY not in effective
        assert KEY not in effective.missing

    @pytest.mark.parametrize("release", ["21.2.12", "25.6.0", "31.3.0", "33.0.1"])
    def test_nobody_knows_them_before_anyone_looked(self, release: str, tmp_path: Path) -> None:
        assert KEY in resolved(site(tmp_path), release).missing

    def test_ansible_has_seen_them_on_the_bridge(self, tmp_path: Path) -> None:
        hosts = tuple(
            Controller(name, addresses={"br-mgmt": (HOSTS[name],), "br-lbaas": (address,)})
            for name, address in FOUND.items()
        )
        facts = replace(site(tmp_path), controllers=Controllers("2026-01-01T00:00:00Z", hosts))
        effective = resolved(facts)
        assert effective.mapping(KEY) == FOUND
        assert "br-lbaas" in effective.settings[KEY].detail

    def test_another_interface_counts_if_it_is_in_the_network(self, tmp_path: Path) -> None:
        hosts = tuple(
            Controller(name, addresses={"lo": ("127.0.0.1",), "bond0.40": (address,)})
            for name, address in FOUND.items()
        )
        facts = replace(site(tmp_path), controllers=Controllers("2026-01-01T00:00:00Z", hosts))
        assert resolved(facts).mapping(KEY) == FOUND

    def test_the_bridge_of_a_host_without_octavia_yet_counts(self, tmp_path: Path) -> None:
        bridges = {name: Bridge(True, addresses=(address,)) for name, address in FOUND.items()}
        look = Controllers("2026-01-01T00:00:00Z", bridges={**bridges, "other": None})
        assert resolved(replace(site(tmp_path), controllers=look)).mapping(KEY) == FOUND

    def test_what_is_not_known_of_every_host_is_not_proposed(self, tmp_path: Path) -> None:
        look = Controllers(
            "2026-01-01T00:00:00Z", bridges={"infra1": Bridge(True, addresses=("172.29.232.11",))}
        )
        assert KEY in resolved(replace(site(tmp_path), controllers=look)).missing

    def test_hosts_with_containers_among_them_are_known_to_the_inventory(
        self, tmp_path: Path
    ) -> None:
        facts = site(tmp_path)
        managed = {
            f"{name}-octavia": ManagedHost(
                f"{name}-octavia",
                frozenset({"octavia_all"}),
                physical_host=name,
                is_metal=name == "infra3",
                networks={"lbaas_address": address},
            )
            for name, address in FOUND.items()
        }
        managed["infra3"] = replace(managed.pop("infra3-octavia"), name="infra3")
        inventory = replace(
            facts.host.inventory, managed=managed, managed_groups={"octavia_all": tuple(managed)}
        )
        facts = replace(facts, host=replace(facts.host, inventory=inventory))
        assert resolved(facts).mapping(KEY) == FOUND

    def test_the_operators_own_list_is_taken_over(self, tmp_path: Path) -> None:
        variables = f"octavia_hm_hosts: '{', '.join(FOUND.values())}'\n"
        effective = resolved(site(tmp_path, user_variables=variables))
        assert effective.mapping(KEY) == FOUND
        assert effective.settings[KEY].detail == "octavia_hm_hosts in user_variables.yml:1"

    @pytest.mark.parametrize("value", ["172.29.232.11", "a,b,c", "'{{ x }}'", "[1, 2, 3]"])
    def test_a_list_that_does_not_fit_is_not(self, value: str, tmp_path: Path) -> None:
        facts = site(tmp_path, user_variables=f"octavia_hm_hosts: {value}\n")
        assert KEY in resolved(facts).missing


class TestRenaming:
    """The offer to rename groups."""

    OLD = "octavia-infra_hosts: {infra1: {ip: 172.29.236.11}}\n"

    def test_it_is_made_where_old_names_are_found(self, tmp_path: Path) -> None:
        effective = resolved(site(tmp_path, self.OLD))
        assert not effective.flag(RENAME)
        assert effective.settings[RENAME].detail == "OSA reads the old names too"

    @pytest.mark.parametrize("release", ["16.0.29", "32.2.0"])
    def test_before_33_they_are_the_right_ones(self, release: str, tmp_path: Path) -> None:
        assert RENAME not in resolved(site(tmp_path, self.OLD), release)

    def test_new_names_need_none(self, tmp_path: Path) -> None:
        assert RENAME not in resolved(site(tmp_path, self.OLD.replace("-", "_")))

    def test_an_answer_holds_once_it_is_carried_out(self, tmp_path: Path) -> None:
        facts = site(tmp_path, self.OLD.replace("-", "_"))
        effective = resolved(facts, deployment__rename_groups=True)
        assert RENAME not in effective.unused
        assert effective.flag(RENAME)


def test_hosts_named_under_the_old_group_are_proposed(tmp_path: Path) -> None:
    facts = site(tmp_path, TestRenaming.OLD + "shared_infra_hosts: {other: {ip: 172.29.236.99}}\n")
    effective = resolve(Answers({"cloud.release": "33.0.1", "cloud.mode": "files"}), facts)
    assert effective.mapping("deployment.hosts") == {"infra1": "172.29.236.11"}
    assert "octavia-infra_hosts" in effective.settings["deployment.hosts"].detail
