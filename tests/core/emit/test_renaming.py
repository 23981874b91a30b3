"""Groups are renamed where the operator asks for it: those words, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.emit.insertion import CannotInsertError
from octavia_wizard.core.emit.renaming import renamed, renamed_groups
from octavia_wizard.core.facts.octavia_groups import RENAMED
from tests.core.emit.support import HOSTS, effective_of, facts_of

CONFIG = """\ufeff---
# octavia-infra_hosts stays in a comment
global_overrides:
  note: octavia-worker    # and in a text
  provider_networks:
    - network:
        container_bridge: "br-lbaas"
        net_name: octavia-worker
        reference_group: octavia-infra_hosts
        group_binds:
          - neutron_ovn_gateway
          - octavia-worker            # one
          - 'octavia-housekeeping'
          - "octavia-health-manager"
    - network: {group_binds: [octavia-api,octavia-worker]}   # in brackets
"octavia-infra_hosts":   &hosts
  infra1:
    ip: 172.29.236.11
    container_vars:
      limits: {limit_container_types: octavia-worker}
other-infra_hosts: *hosts
"""


def test_only_the_names_of_groups_are_changed() -> None:
    after = renamed_groups(CONFIG)
    assert after == (
        CONFIG.replace("reference_group: octavia-infra", "reference_group: octavia_infra")
        .replace("- octavia-worker  ", "- octavia_worker  ")
        .replace("- 'octavia-housekeeping'", "- 'octavia_housekeeping'")
        .replace('- "octavia-health-manager"', '- "octavia_health_manager"')
        .replace("[octavia-api,octavia-worker]", "[octavia_api,octavia_worker]")
        .replace('"octavia-infra_hosts":', '"octavia_infra_hosts":')
        .replace("types: octavia-worker", "types: octavia_worker")
    )
    assert renamed_groups(after) == after


def test_lines_end_as_they_did() -> None:
    text = CONFIG.replace("\n", "\r\n")
    assert renamed_groups(text) == renamed_groups(CONFIG).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("octavia-infra_hosts: {a: {ip: 1}}\noctavia_infra_hosts: {b: {ip: 2}}\n", "are both"),
        ("x: &x {octavia-infra_hosts: {a: {ip: 1}}}\n<<: *x\n", "in its place alone"),
        ("? !!str octavia-infra_hosts\n: {a: {ip: 1}}\nb: [\t]\n", "cannot read it"),
    ],
)
def test_what_cannot_be_renamed_in_place_is_refused(text: str, why: str) -> None:
    with pytest.raises(CannotInsertError, match=why):
        renamed_groups(text)


def test_a_network_bound_to_both_names_keeps_both() -> None:
    text = "a: {group_binds: [octavia-worker, octavia_worker, octavia-api]}\n"
    assert renamed_groups(text) == text.replace("octavia-api", "octavia_api")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*RENAMED, "hosts", "octavia_all", "my-octavia-worker"]), min_size=1),
    st.sampled_from(["{}", "'{}'", '"{}"', "!!str {}"]),
    st.booleans(),
    st.sampled_from(["", " # octavia-api", "\n# octavia-infra_hosts\n"]),
)
def test_any_list_of_groups_means_the_new_names(
    groups: list[str], form: str, flow: bool, gap: str
) -> None:
    if flow:
        items = f" [{', '.join(form.format(group) for group in groups)}]{gap}\n"
    else:
        items = "".join(f"\n    - {form.format(group)}{gap}" for group in groups) + "\n"
    text = f"octavia-infra_hosts:\n  n:\n    group_binds:{items}"
    after = renamed_groups(text)
    assert len(after) == len(text)
    assert {a for a, b in zip(text, after, strict=True) if a != b} <= {"-"}
    found = yaml.safe_load(after)["octavia_infra_hosts"]["n"]["group_binds"]
    assert found == [RENAMED.get(group, group) for group in groups]


GENERATED = {
    "_meta": {
        "hostvars": {
            "infra1": {"physical_host_group": "octavia-infra_hosts", "note": "octavia-worker"},
            "infra1-octavia-1": {"component": "octavia-api", "container_networks": {"a": 1}},
            "octavia-worker": {"component": "other"},
        }
    },
    "octavia_all": {"children": ["octavia-api", "octavia-worker"], "hosts": []},
    "octavia-api": {"children": [], "hosts": ["infra1-octavia-1", "octavia-worker"]},
    "octavia-worker": {"hosts": ["infra1-octavia-1"]},
    "octavia-infra_hosts": {"hosts": ["infra1", "gone1"]},
    "all": {"vars": {"provider_networks": [{"network": {"group_binds": ["octavia-api"]}}]}},
}


def dumped(inventory: object) -> str:
    """Write an inventory as OSA's generator does."""
    return json.dumps(inventory, indent=4, separators=(",", ": "), sort_keys=True)


class TestSite:
    """On the files of a host that was upgraded to 33."""

    def site(self, tmp_path: Path, inventory: object = GENERATED) -> Path:
        """Make them."""
        (tmp_path / "conf.d").mkdir()
        (tmp_path / "openstack_user_config.yml").write_text(CONFIG)
        (tmp_path / "conf.d" / "own.yml").write_text("# ours\noctavia-infra_hosts: {}\n")
        (tmp_path / "openstack_inventory.json").write_text(dumped(inventory))
        return tmp_path

    def emitted(
        self, site: Path, release: str = "33.0.1", *, rename: bool = True
    ) -> dict[str, str]:
        """Return the files that change, but for the variables."""
        facts = facts_of(site)
        effective = effective_of(
            release, facts, deployment__rename_groups=rename, network__edit_inventory=False
        )
        files = emit_files(effective, facts)
        assert not any(file.owned for file in files if file.path in facts.host.texts)
        return {f.path: f.text for f in files if f.changed and not f.owned}

    def test_every_file_concerned_is_renamed(self, tmp_path: Path) -> None:
        found = self.emitted(self.site(tmp_path))
        assert sorted(found) == [
            "conf.d/own.yml",
            "openstack_inventory.json",
            "openstack_user_config.yml",
        ]
        assert found["conf.d/own.yml"] == "# ours\noctavia_infra_hosts: {}\n"
        for name, text in found.items():
            (tmp_path / name).write_text(text)
        assert self.emitted(tmp_path) == {}

    def test_unasked_nothing_is_renamed(self, tmp_path: Path) -> None:
        assert self.emitted(self.site(tmp_path), rename=False) == {}

    def test_before_33_nothing_is_renamed(self, tmp_path: Path) -> None:
        facts = facts_of(self.site(tmp_path))
        effective = effective_of("32.2.0", facts, deployment__rename_groups=True)
        assert renamed(effective, facts.host.texts) == ({}, ())

    def test_the_generated_inventory_is_as_the_generator_would_write_it(
        self, tmp_path: Path
    ) -> None:
        text = self.emitted(self.site(tmp_path))["openstack_inventory.json"]
        after = json.loads(text)
        assert text == dumped(after)
        hosts = after["_meta"]["hostvars"]
        assert hosts["infra1"] == {
            "physical_host_group": "octavia_infra_hosts",
            "note": "octavia-worker",
        }
        assert hosts["infra1-octavia-1"]["component"] == "octavia_api"
        assert "octavia-worker" in hosts, "a host is no group"
        assert after["octavia_all"]["children"] == ["octavia_api", "octavia_worker"]
        assert after["octavia_api"]["hosts"] == ["infra1-octavia-1", "octavia-worker"]
        assert not [name for name in after if name.startswith("octavia-")]
        assert after["all"] == GENERATED["all"], "the generator takes that from the configuration"

    def test_what_33_made_beside_the_old_groups_is_brought_together(self, tmp_path: Path) -> None:
        both = GENERATED | {
            "octavia_worker": {"children": [], "hosts": ["infra1-octavia-1", "new1"]},
            "octavia_all": {"children": ["octavia-worker", "octavia_worker"], "hosts": []},
        }
        after = json.loads(self.emitted(self.site(tmp_path, both))["openstack_inventory.json"])
        assert sorted(after["octavia_worker"]["hosts"]) == ["infra1-octavia-1", "new1"]
        assert after["octavia_all"]["children"] == ["octavia_worker"]

    @pytest.mark.parametrize(
        "text", ['{"octavia-api": ', '["octavia-api"]', '{"octavia-api": null, "_meta": []}']
    )
    def test_a_broken_inventory_is_left_and_said_or_survives(
        self, text: str, tmp_path: Path
    ) -> None:
        site = self.site(tmp_path)
        (site / "openstack_inventory.json").write_text(text)
        facts = facts_of(site)
        effective = effective_of("33.0.1", facts, deployment__rename_groups=True)
        changed, notes = renamed(effective, facts.host.texts)
        if "null" in text:
            assert json.loads(changed["openstack_inventory.json"])["octavia_api"] is None
        else:
            assert "openstack_inventory.json keeps its group names" in notes[0]

    def test_one_file_that_cannot_be_renamed_does_not_hold_up_the_others(
        self, tmp_path: Path
    ) -> None:
        site = self.site(tmp_path)
        (site / "conf.d" / "own.yml").write_text("octavia-api: {}\noctavia_api: {}\n")
        facts = facts_of(site)
        effective = effective_of("33.0.1", facts, deployment__rename_groups=True)
        notes = emit_files(effective, facts)[0].notes
        assert any("conf.d/own.yml keeps its group names" in note for note in notes)
        assert "openstack_user_config.yml" in self.emitted(site)

    def test_names_and_networks_in_one_file_are_one_edit(self, tmp_path: Path) -> None:
        site = self.site(tmp_path)
        facts = facts_of(site)
        effective = effective_of(
            "33.0.1", facts, deployment__rename_groups=True, deployment__hosts=HOSTS
        )
        file = next(
            file
            for file in emit_files(effective, facts)
            if file.path == "openstack_user_config.yml"
        )
        assert file.before == CONFIG
        data = yaml.safe_load(file.text)
        assert "octavia_infra_hosts" in data
        assert data["cidr_networks"] == {"lbaas": "172.29.232.0/22"}
