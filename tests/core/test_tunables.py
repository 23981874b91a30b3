"""The table of all role variables says what holds for each, and who says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from octavia_wizard.core.tunables import Standing, Tunable, facts_about, place_of, tunables
from tests.core.views.support import RELEASES, subject


def _table(release: str = "33.0.1", **given: Any) -> dict[str, Tunable]:
    what = subject(release, **given)
    return {one.name: one for one in tunables(what.effective, what.facts)}


@pytest.mark.parametrize("release", RELEASES)
def test_every_variable_an_operator_may_set_is_there_once(release: str) -> None:
    what = subject(release)
    found = tunables(what.effective, what.facts)
    assert [one.name for one in found] == list(what.effective.release.tunables())
    for one in found:
        assert one.type
        assert one.value
        assert one.origin
        assert facts_about(one)


def test_what_nobody_set_has_the_role_s_default() -> None:
    one = _table()["octavia_task_flow_max_workers"]
    assert (one.standing, one.changed, one.origin) == (Standing.DEFAULT, False, "default")
    assert one.section_question is None


def test_a_variable_of_the_deployed_role_alone_says_where_it_is_from() -> None:
    what = subject("31.3.0")
    known = what.effective.release
    release = known.with_role(
        "/srv/roles/os_octavia",
        {"octavia_site_setting": 3, "octavia_amp_ram": 4096, "octavia_site_password": "swordfish"},
        frozenset(known.variables()),
    )
    found = {
        one.name: one for one in tunables(replace(what.effective, release=release), what.facts)
    }
    one = found["octavia_site_setting"]
    assert (one.value, one.type, one.era) == ("3", "number", "31.3.0")
    assert "/srv/roles/os_octavia" in one.variable.description
    told = dict(facts_about(one))
    assert told["Deployed"] == "the role in /srv/roles/os_octavia has the default 3"
    assert dict(facts_about(found["octavia_amp_ram"]))["Deployed"].endswith("default 4096")
    assert "swordfish" not in str(facts_about(found["octavia_site_password"]))


def test_what_is_set_by_name_says_so() -> None:
    one = _table(variables__octavia_task_flow_max_workers=9)["octavia_task_flow_max_workers"]
    assert (one.standing, one.changed, one.value, one.origin) == (Standing.NAMED, True, "9", "you")


def test_the_role_s_default_can_be_an_answer() -> None:
    one = _table(variables__octavia_task_flow_max_workers=None)["octavia_task_flow_max_workers"]
    assert (one.standing, one.value) == (Standing.NAMED, "the role's default")


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_section_decides_leads_there(release: str) -> None:
    table = _table(release, network__cidr="172.30.0.0/22")
    one = table["octavia_management_net_subnet_cidr"]
    assert (one.standing, one.changed, one.value) == (Standing.SECTION, True, "172.30.0.0/22")
    assert one.origin == "section 2"
    assert one.section_question is not None
    assert place_of(one.section_question) == "2 Management network ▸ CIDR"
    assert ("Set by", "2 Management network ▸ CIDR") in facts_about(one)
    ram = table["octavia_amp_ram"]
    assert (ram.standing, ram.changed) == (Standing.SECTION, False)


def test_variables_that_several_answers_make_belong_to_none_of_them() -> None:
    one = _table()["octavia_octavia_conf_overrides"]
    assert (one.standing, one.changed, one.origin) == (Standing.COMPUTED, True, "computed")
    named = _table(variables__octavia_octavia_conf_overrides={"nova": {}})
    assert named["octavia_octavia_conf_overrides"].standing is Standing.NAMED


def test_values_that_are_secret_are_not_shown() -> None:
    table = _table("17.1.17", variables__octavia_neutron_rabbitmq_password="swordfish")
    for one in table.values():
        assert "swordfish" not in f"{one.words} {facts_about(one)}", one.name


def test_defaults_are_told_by_era_the_newest_first() -> None:
    told = [text for label, text in facts_about(_table()["octavia_loadbalancer_topology"])]
    assert told[-2:] == ["ACTIVE_STANDBY  (since 27.0.0)", "SINGLE  (16.0.0 to 26.5.3)"]
    assert "ACTIVE_STANDBY, SINGLE" in told


def test_a_search_finds_by_name_description_and_value() -> None:
    one = _table(variables__octavia_task_flow_max_workers=9)["octavia_task_flow_max_workers"]
    for word in ("task_flow", one.variable.description.split()[0], "9", "changed"):
        assert word in one.words


def test_a_variable_that_is_gone_by_now_says_until_when() -> None:
    assert _table("21.2.12")["octavia_spare_amphora_pool_size"].era == "16.0.0 to 21.2.12"
    assert _table()["octavia_client_key"].era == "25.0.0"
