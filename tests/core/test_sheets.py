"""The files as they would be, what differs from disk, and where a question ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from octavia_wizard.core.emit.files import emit_files
from octavia_wizard.core.facts.deploy_host_files import OUR_SECRETS, OUR_VARIABLES
from octavia_wizard.core.facts.deploy_host_inventory import USER_CONFIG
from octavia_wizard.core.questions import find_question
from octavia_wizard.core.sheets import NEW, Mark, Sheets, sheets, since
from octavia_wizard.core.views.model import Subject
from tests.core.findings.support import host
from tests.core.views.support import RELEASES, subject

CONFIG = """---
cidr_networks:
  management: 172.29.236.0/22

used_ips:
  - "172.29.236.1,172.29.236.50"

global_overrides:
  provider_networks:
    - network:
        container_bridge: br-mgmt
        type: raw
"""


def _sheets(what: Subject) -> Sheets:
    return sheets(what.effective, what.facts)


def _on_disk(what: Subject) -> Subject:
    """Return the subject after its own files were written."""
    texts = {file.path: file.text for file in emit_files(what.effective, what.facts)}
    known = replace(what.facts, host=replace(what.facts.host, texts=texts))
    return replace(what, facts=known)


def _about(found: Sheets, key: str, value: object = None) -> list[str]:
    question = find_question(key)
    assert question is not None
    place = found.about(question, value)
    if place is None:
        return []
    return [found.files[place[0]].lines[number].text for number in sorted(place[1])]


@pytest.mark.parametrize("release", RELEASES)
def test_a_new_file_is_shown_whole_and_called_new(release: str) -> None:
    what = subject(release, deployment__hosts={"infra1": "172.29.236.11"})
    found = _sheets(what)
    texts = {file.path: file.text for file in emit_files(what.effective, what.facts)}
    assert [sheet.path for sheet in found.files][-1] == OUR_SECRETS
    for sheet in found.files[:-1]:
        assert "\n".join(line.text for line in sheet.lines) == texts[sheet.path].rstrip("\n")
        assert sheet.state == NEW
        assert {line.mark for line in sheet.lines} == {Mark.SAME}


def test_secrets_are_shown_by_name_alone() -> None:
    secrets = _sheets(subject()).files[-1]
    assert "octavia_health_hmac_key" in [line.text for line in secrets.lines]
    assert all(":" not in line.text for line in secrets.lines)


@pytest.mark.parametrize("release", RELEASES)
def test_lines_that_differ_from_disk_are_marked(release: str) -> None:
    before = _on_disk(subject(release, image__tag="old"))
    same = _sheets(before).files[0]
    assert same.state == "as it is on disk"
    after = _sheets(replace(before, effective=subject(release, image__tag="new").effective))
    marked = [line.text for line in after.files[0].lines if line.mark is Mark.CHANGED]
    assert marked == ["octavia_glance_image_tag: new"]
    assert after.files[0].state == "1 line not like this on disk"


def test_of_an_operator_s_file_only_what_changes_is_shown() -> None:
    there = host(texts={USER_CONFIG: CONFIG})
    what = subject(host=there, network__edit_inventory=True)
    sheet = next(sheet for sheet in _sheets(what).files if sheet.path == USER_CONFIG)
    added = [line.text for line in sheet.lines if line.mark is Mark.ADDED]
    assert "  lbaas: 172.29.232.0/22" in [line.replace('"', "") for line in added]
    assert sheet.state == f"yours, {len(added)} lines added"
    assert sheet.lines[0].mark is Mark.ASIDE
    assert not [line for line in sheet.lines if line.mark is Mark.REMOVED]


@pytest.mark.parametrize("release", RELEASES)
def test_a_question_ends_in_its_variable_with_the_comment(release: str) -> None:
    lines = _about(_sheets(subject(release, capacity__ram_mib=2048)), "capacity.ram_mib", 2048)
    assert lines[0].startswith("# ")
    assert lines[-1] == "octavia_amp_ram: 2048"


def test_a_question_ends_in_all_that_follows_from_it() -> None:
    found = _sheets(subject("29.2.4", capacity__load_balancers=77))
    lines = _about(found, "capacity.load_balancers", 77)
    assert {"octavia_num_instances: 164", "octavia_num_ports: 1640"} <= set(lines)


def test_without_a_variable_a_question_ends_where_its_value_is_written() -> None:
    what = subject(deployment__hosts={"infra1": "172.29.236.11"})
    assert _about(_sheets(what), "deployment.hosts", {"infra1": "172.29.236.11"}) == [
        "  infra1:",
        '    ip: "172.29.236.11"',
    ]


def test_a_question_that_ends_in_no_file_ends_nowhere() -> None:
    assert _about(_sheets(subject()), "cloud.name", "site") == []
    assert _about(_sheets(subject()), "capacity.set_quotas", True) == []


def test_of_a_new_file_what_was_typed_since_is_marked() -> None:
    first = _sheets(subject(image__tag="old")).files[0]
    then = _sheets(subject(image__tag="new")).files[0]
    marked = [line.text for line in since(then, first).lines if line.mark is Mark.CHANGED]
    assert marked == ["octavia_glance_image_tag: new"]


def test_a_secret_in_a_file_of_ours_is_covered() -> None:
    text = "# Written by octavia-wizard\noctavia_service_password: swordfish\n"
    what = subject(host=host(texts={OUR_VARIABLES: text}))
    assert "swordfish" not in repr(_sheets(what))
