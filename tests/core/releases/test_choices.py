"""A variable of a few values takes these alone, and says which they are."""

from __future__ import annotations

import pytest

from octavia_wizard.core.releases import all_series, choices, find_release, variables
from octavia_wizard.core.releases.series import timeline

RELEASES = ("16", "21", "22", "25", "29", "33")


@pytest.mark.parametrize("release", RELEASES)
def test_a_topology_that_does_not_exist_is_refused_with_those_that_do(release: str) -> None:
    topology = find_release(release).variable("octavia_loadbalancer_topology")
    assert topology is not None
    assert topology.check_value("BANANA") == (
        'octavia_loadbalancer_topology must be ACTIVE_STANDBY or SINGLE, not "BANANA"'
    )
    assert topology.check_value("single") is not None
    assert topology.check_value("SINGLE") is None
    assert topology.check_value("ACTIVE_STANDBY") is None


@pytest.mark.parametrize("release", [series.last for series in all_series()])
def test_the_role_s_own_default_is_among_the_choices(release: str) -> None:
    for variable in find_release(release).variables().values():
        known = variable.choices
        if known is not None and known.closed and known.values and variable.default is not None:
            assert variable.default in known.values, variable.name


def test_every_variable_with_choices_exists_and_has_no_gap_in_them() -> None:
    for name in choices.choice_names():
        if "." in name:
            continue
        parts = variables.segments(name)
        assert parts, name
        for point in range(parts[0].first, parts[-1].last + 1):
            if variables.variable_at(name, point) is not None:
                assert choices.choices_at(name, point), (name, timeline().points[point])


def test_each_list_of_choices_names_its_source() -> None:
    for name in choices.choice_names():
        for point in range(len(timeline().points)):
            found = choices._at(name, point)
            assert found is None or (found.source and len(set(found.values)) > 1), name


def test_choices_follow_the_release() -> None:
    early, late = (find_release(r).variable("octavia_network_driver") for r in ("28.4.2", "29.0.0"))
    assert early is not None
    assert early.choices is not None
    assert "containers_driver" in early.choices.values
    assert late is not None
    assert late.choices is not None
    assert "containers_driver" not in late.choices.values


def test_an_open_list_of_choices_only_proposes() -> None:
    """A package of another vendor may bring a driver of its own."""
    driver = find_release("33").variable("octavia_default_provider_driver")
    assert driver is not None
    assert driver.check_value("a_vendor") is None


@pytest.mark.parametrize("release", RELEASES)
def test_options_inside_the_overrides_are_checked_too(release: str) -> None:
    overrides = find_release(release).variable("octavia_octavia_conf_overrides")
    assert overrides is not None
    assert overrides.check_value({"nova": {"anti_affinity_policy": "banana"}}) == (
        "nova.anti_affinity_policy in octavia_octavia_conf_overrides must be "
        'anti-affinity or soft-anti-affinity, not "banana"'
    )
    assert overrides.check_value({"nova": {"anti_affinity_policy": "soft-anti-affinity"}}) is None
    assert overrides.check_value({"nova": None, "other": {"anti_affinity_policy": "x"}}) is None


def test_an_option_is_not_checked_where_octavia_has_no_list_of_it_yet() -> None:
    wanted = {"task_flow": {"jobboard_backend_driver": "etcd_taskflow_driver"}}
    old, new = (find_release(r).variable(choices.OVERRIDES) for r in ("30", "31"))
    assert old is not None
    assert old.check_value(wanted) is not None
    assert new is not None
    assert new.check_value(wanted) is None
    pike = find_release("16").variable(choices.OVERRIDES)
    assert pike is not None
    assert pike.check_value(wanted) is None


def test_a_value_the_role_is_to_compute_is_no_choice_to_check() -> None:
    method = find_release("33").variable("octavia_install_method")
    assert method is not None
    assert method.check_value("{{ my_method }}") is None
    assert method.check_value("snap") is not None


@pytest.mark.parametrize("release", RELEASES)
def test_a_port_that_cannot_be_is_refused_before_neutron_does(release: str) -> None:
    port = find_release(release).variable("octavia_agent_port")
    assert port is not None
    for wrong in ("99999", 0, 65536):
        assert port.check_value(wrong) == (
            f"octavia_agent_port must be from 1 to 65535, not {wrong}"
        )
    for right in ("9443", 9443, port.default):
        assert port.check_value(right) is None
