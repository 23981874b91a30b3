"""What the operator sees is what the file will say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from octavia_wizard.core.emit.user_config import user_config
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.views.inventory_entry import additions, draw_additions, draw_entry
from octavia_wizard.core.views.model import Subject, plain_text, width_of
from tests.core.emit.support import BARE, DATA, effective_of, facts_of
from tests.core.findings.support import inventory, provider

SITES = {"pike": "16.0.29", "gazpacho": "33.0.1"}


def _subject(site: str = "gazpacho", **answers: Any) -> Subject:
    facts = facts_of(DATA / "openstack_deploy" / site)
    return Subject(effective_of(SITES[site], facts, **answers), facts)


@pytest.mark.parametrize("site", SITES)
def test_the_lines_shown_are_those_of_the_edited_file(site: str) -> None:
    subject = _subject(site)
    (file,), _ = user_config(subject.effective, subject.facts)
    lines = file.text.splitlines()
    found = additions(file)
    assert [added.key for added in found] == ["cidr_networks", "used_ips", "provider_networks"]
    for added in found:
        start = added.number - 1
        assert tuple(lines[start : start + len(added.lines)]) == added.lines
    drawn = plain_text(draw_additions(subject, 78))
    for added in found:
        assert f"line {added.number} " in drawn
        assert f"+ {added.lines[0].strip()}" in drawn
    assert len(drawn.splitlines()) <= 8


def test_a_file_without_the_keys_gets_them_too(tmp_path: Path) -> None:
    (tmp_path / "openstack_user_config.yml").write_text("---\nshared_hosts: {}\n")
    facts = facts_of(tmp_path)
    (file,), _ = user_config(effective_of("33.0.1", facts), facts)
    assert [added.key for added in additions(file)] == [
        "cidr_networks",
        "used_ips",
        "provider_networks",
    ]


def test_every_file_that_gets_something_is_shown(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "openstack_user_config.yml").write_text("---\n")
    (tmp_path / "conf.d" / "net.yml").write_text(
        "global_overrides:\n  provider_networks:\n    - network: {net_name: x}\n"
    )
    facts = facts_of(tmp_path)
    subject = Subject(effective_of("33.0.1", facts), facts)
    drawn = plain_text(draw_additions(subject, 78))
    assert "openstack_user_config.yml: these lines are added" in drawn
    assert "conf.d/net.yml: these lines are added" in drawn
    assert "provider_networks (conf.d/net.yml): new" in plain_text(draw_entry(subject, 78))


def test_what_has_to_be_added_by_hand_is_all_there() -> None:
    subject = _subject(network__edit_inventory=False)
    drawn = plain_text(draw_additions(subject, 78))
    assert "openstack_user_config.octavia.yml.snippet" in drawn
    assert '+ lbaas: "172.29.232.0/22"' in drawn
    assert "+ - network: net_name: lbaas" in drawn
    assert "line" not in drawn.splitlines()[1]


def test_an_inventory_that_has_everything_says_so() -> None:
    entry = provider(
        group_binds=(
            "neutron_ovn_controller",
            "octavia_worker",
            "octavia_housekeeping",
            "octavia_health_manager",
        )
    )
    used = (("172.29.232.50", "172.29.235.200"),)
    host = inventory(used, (entry,), cidr_networks={"lbaas": "172.29.232.0/22"})
    facts = Facts(host)
    subject = Subject(effective_of("33.0.1", facts), facts)
    drawn = plain_text(draw_additions(subject, 78))
    assert drawn == "✓ openstack_user_config.yml has all it needs; nothing is added"
    present = plain_text(draw_entry(subject, 78))
    assert "there already" in present
    assert "container_bridge: br-lbaas" in present
    assert "+" not in present


def test_what_is_left_alone_is_told() -> None:
    host = inventory((), (provider(bridge="br-other"),))
    facts = Facts(host)
    subject = Subject(effective_of("33.0.1", facts), facts)
    for draw in (draw_additions, draw_entry):
        drawn = draw(subject, 60)
        assert "container_bridge br-other, not br-lbaas" in " ".join(plain_text(drawn).split())


@pytest.mark.parametrize("width", [30, 59, 60, 78, 120])
def test_the_entry_is_whole_yaml_at_every_width(width: int) -> None:
    subject = _subject(network__bridge="br-mgmt2", network__container_interface="eth9")
    picture = draw_entry(subject, width)
    assert all(width_of(row) <= width for row in picture)
    rows = plain_text(picture).splitlines()[1:]
    column = width // 2 if width >= 60 else width
    halves = [row[:column] for row in rows] + [row[column:] for row in rows if row[column:]]
    text = "\n".join(part.rstrip()[2:] for part in halves)
    if width >= 78:
        (entry,) = yaml.safe_load(text)
        assert entry["network"]["container_bridge"] == "br-mgmt2"
        assert entry["network"]["container_interface"] == "eth9"
        assert "octavia_health_manager" in entry["network"]["group_binds"]
        assert len(picture) <= 8


def test_nothing_is_drawn_while_names_are_missing() -> None:
    effective = effective_of("33.0.1", BARE)
    settings = {k: v for k, v in effective.settings.items() if k != "network.bridge"}
    subject = Subject(type(effective)(effective.release, settings), BARE)
    assert draw_additions(subject, 78) == ()
    assert draw_entry(subject, 78) == ()
