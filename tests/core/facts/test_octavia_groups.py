"""Octavia's groups are known in the spelling the release reads, old names are told by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.inventory import Inventory
from octavia_wizard.core.facts.octavia_groups import (
    RENAMED,
    host_group_sources,
    named_hosts,
    outdated_groups,
)
from octavia_wizard.core.releases import find_release
from tests.core.emit.support import facts_of
from tests.core.findings.support import provider

BOTH = Inventory(
    host_groups={
        "octavia-infra_hosts": {"a": "10.0.0.1"},
        "octavia_infra_hosts": {"b": "10.0.0.2"},
        "compute_hosts": {"c": "10.0.0.3"},
    },
    group_sources={"octavia-infra_hosts": "conf.d/a.yml", "octavia_infra_hosts": "conf.d/b.yml"},
)


@pytest.mark.parametrize(
    ("release", "hosts"), [("32.2.0", {"a"}), ("33.0.0", {"a", "b"}), ("16.0.29", {"a"})]
)
def test_only_since_33_both_spellings_are_read(release: str, hosts: set[str]) -> None:
    found = find_release(release)
    assert set(named_hosts(BOTH, found)) == hosts
    assert len(host_group_sources(BOTH, found)) == len(hosts)


def test_old_names_are_found_wherever_they_stand() -> None:
    known = Inventory(
        host_groups=BOTH.host_groups,
        group_sources=BOTH.group_sources,
        provider_networks=(
            provider(group_binds=("octavia-worker", "neutron_ovn_gateway"), source="main.yml:7"),
        ),
        managed_groups={"octavia-api": (), "octavia_worker": (), "my-group": ()},
    )
    assert outdated_groups(known) == {
        "conf.d/a.yml": ("octavia-infra_hosts",),
        "main.yml": ("octavia-worker",),
        "openstack_inventory.json": ("octavia-api",),
    }
    assert outdated_groups(Inventory()) == {}


def test_a_new_name_is_as_long_as_the_old_one() -> None:
    assert all(len(old) == len(new) for old, new in RENAMED.items())
    assert not set(RENAMED.values()) & set(RENAMED)


def test_texts_of_every_inventory_file_are_read(tmp_path: Path) -> None:
    for name in ("openstack_user_config.yml", "conf.d/a.yml", "conf.d/site/b.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a: 1\r\n", newline="")
    (tmp_path / "conf.d" / "notes.txt").write_text("no")
    (tmp_path / "conf.d" / "linked.yml").symlink_to(tmp_path / "conf.d" / "notes.txt")
    texts = facts_of(tmp_path).host.texts
    assert sorted(texts) == [
        "conf.d/a.yml",
        "conf.d/linked.yml",
        "conf.d/site/b.yaml",
        "openstack_user_config.yml",
    ]
    assert texts["conf.d/a.yml"] == "a: 1\r\n"


@pytest.mark.parametrize(("group", "there"), [("octavia-api", True), ("octavia_api", False)])
def test_the_generated_inventory_is_kept_only_where_something_is_to_be_renamed(
    group: str, there: bool, tmp_path: Path
) -> None:
    (tmp_path / "openstack_inventory.json").write_text(f'{{"{group}": {{"hosts": []}}}}')
    assert ("openstack_inventory.json" in facts_of(tmp_path).host.texts) is there
