"""The catalogue says what each release reads, with which default, and what a value may be."""

from __future__ import annotations

from typing import Any

import pytest

from octavia_wizard.core.releases import (
    Reader,
    Release,
    Variable,
    VariableKind,
    VariableType,
    all_series,
    find_release,
)

EVERY_REF = {series.name: series.tags for series in all_series()} | {
    "later": ("wallaby-eol", "master")
}


def variable(release: str, name: str) -> Variable:
    """Return a variable that must exist."""
    found = find_release(release).variable(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        (
            "octavia_loadbalancer_topology",
            {
                "16.0.0": "SINGLE",
                "26.5.3": "SINGLE",
                "27.0.0": "ACTIVE_STANDBY",
                "33.0.1": "ACTIVE_STANDBY",
            },
        ),
        ("octavia_enable_anti_affinity", {"16.0.0": False, "26.5.3": False, "27.0.0": True}),
        ("octavia_spare_amphora_pool_size", {"16.0.0": 1, "21.2.12": 1}),
        ("octavia_amp_disk", {"17.1.17": 2, "18.0.0": 20, "29.2.4": 20, "30.0.0": None}),
        ("octavia_management_net_dhcp", {"29.2.4": "True", "30.0.0": "False"}),
        ("octavia_agent_port", {"16.0.0": "9443", "33.0.1": "9443"}),
        ("octavia_amp_availability_zone", {"24.6.1": None, "25.0.0": "nova"}),
        ("octavia_ca_private_key_passphrase", {"17.0.4": "foobar", "17.0.5": None}),
        ("octavia_enabled_provider_agents", {"29.0.2": [], "29.1.0": None}),
        (
            "octavia_user_haproxy_templates",
            {"31.2.0": {}, "31.2.1": [], "32.0.1": {}, "32.1.0": []},
        ),
        (
            "octavia_coordination_enable",
            {"31.2.0": None, "31.2.1": False, "32.0.1": None, "32.1.0": False},
        ),
        (
            "octavia_default_provider_driver",
            {"27.0.0": "amphorav2", "32.2.0": "amphorav2", "33.0.0": "amphora"},
        ),
        ("octavia_cinder_volume_size", {"25.0.0": 16, "29.2.4": 16, "30.0.0": 20}),
        (
            "octavia_hm_group",
            {"32.2.0": "octavia-health-manager", "33.0.0": "octavia_health_manager"},
        ),
        ("octavia_service_role_names", {"25.0.0": ["admin", "service"]}),
        ("octavia_auth_strategy", {"16.0.3": "noauth", "16.0.4": "keystone"}),
    ],
)
def test_defaults_are_those_of_the_role(name: str, defaults: dict[str, Any]) -> None:
    assert {release: variable(release, name).default for release in defaults} == defaults


@pytest.mark.parametrize(
    ("name", "last_without", "first_with"),
    [
        ("octavia_provider_segmentation_id", "16.0.4", "16.0.5"),
        ("octavia_management_net_subnet_allocation_pools", "16.0.4", "16.0.5"),
        ("octavia_download_artefact", "17.0.2", "17.0.3"),
        ("octavia_generate_certs", "17.0.4", "17.0.5"),
        ("octavia_num_instances", "17.0.8", "17.1.0"),
        ("octavia_amp_extra_specs", "19.0.3", "19.0.4"),
        ("octavia_management_net_subnet_gateway", "19.1.7", "20.0.0"),
        ("octavia_cinder_enabled", "19.1.7", "20.0.0"),
        ("octavia_provider_network_mtu", "25.2.0", "25.3.0"),
        ("octavia_provider_network_mtu", "24.4.3", "24.5.0"),
        ("octavia_client_key", "24.6.1", "25.0.0"),
        ("octavia_provider_inventory_net_name", "24.6.1", "25.0.0"),
        ("octavia_ssh_key_manage", "29.0.2", "29.1.0"),
        ("octavia_security_group_additional_rules", "29.2.4", "30.0.0"),
        ("octavia_pki_backend", "32.2.0", "33.0.0"),
    ],
)
def test_a_variable_appears_with_the_release_that_brought_it(
    name: str, last_without: str, first_with: str
) -> None:
    assert not find_release(last_without).has(name)
    assert find_release(first_with).has(name)


@pytest.mark.parametrize(
    ("name", "last_with", "first_without"),
    [
        ("octavia_amp_image_id", "21.2.4", "21.2.5"),
        ("octavia_amp_image_id", "22.1.1", "22.1.2"),
        ("octavia_cert_password_client", "17.0.5", "17.0.6"),
        ("octavia_spare_amphora_pool_size", "21.2.12", "22.0.0"),
        ("octavia_client_ca_key", "24.6.1", "25.0.0"),
        ("octavia_num_instances", "31.3.0", "32.0.0"),
        ("octavia_legacy_policy", "31.3.0", "32.0.0"),
        ("neutron_lbaas_octavia", "19.1.7", "20.0.0"),
    ],
)
def test_a_variable_disappears_with_the_release_that_dropped_it(
    name: str, last_with: str, first_without: str
) -> None:
    assert find_release(last_with).has(name)
    assert not find_release(first_without).has(name)


def test_a_variable_knows_over_which_releases_it_exists_without_a_gap() -> None:
    early, late = (
        variable("21.0.0", "octavia_amp_image_id"),
        variable("22.0.0", "octavia_amp_image_id"),
    )
    assert (early.since, early.until) == ("16.0.0", "21.2.4")
    assert (late.since, late.until) == ("22.0.0", "22.1.1")
    disk = variable("20.0.0", "octavia_amp_disk")
    assert (disk.since, disk.until) == ("16.0.0", None)


def test_kinds_tell_what_an_operator_may_set() -> None:
    pike = find_release("16.0.0")
    assert variable("33.0.1", "octavia_client_ca").kind is VariableKind.COMMENTED_OUT
    assert variable("33.0.1", "octavia_client_ca").commented_out
    assert variable("33.0.1", "octavia_nova_flavor_uuid").kind is VariableKind.OPTIONAL
    assert variable("33.0.1", "octavia_health_hmac_key").kind is VariableKind.REQUIRED
    assert variable("33.0.1", "octavia_package_list").kind is VariableKind.ROLE_VAR
    assert variable("16.0.0", "neutron_lbaas_octavia").read_by is Reader.NEUTRON
    assert "octavia_nova_flavor_uuid" in pike.tunables()
    assert "octavia_health_hmac_key" not in pike.tunables()


@pytest.mark.parametrize("release", [series.last for series in all_series()])
def test_tunables_have_an_effect(release: str) -> None:
    found = find_release(release)
    assert not [name for name in found.tunables() if found.retired(name)]


@pytest.mark.parametrize("series", EVERY_REF)
def test_every_variable_resolves_and_its_default_fits_its_own_check(series: str) -> None:
    for release in map(find_release, EVERY_REF[series]):
        found = release.variables()
        assert list(found) == sorted(found)
        assert len(found) > 150
        for name, one in found.items():
            assert release.variable(name) == one
            assert release.has(name)
            assert find_release(one.since) <= release
            assert one.until is None or release <= find_release(one.until)
            if one.default is not None:
                assert one.check_value(one.default) is None, name


def test_only_literal_defaults_have_a_value() -> None:
    for one in find_release("33.0.1").variables().values():
        if one.computed or one.kind in (VariableKind.COMMENTED_OUT, VariableKind.OPTIONAL):
            assert one.default is None
        elif one.kind is VariableKind.DEFAULT and one.type is not VariableType.NULL:
            assert one.default is not None
            assert one.default_text


def test_looking_a_release_up_twice_gives_the_same_catalogue() -> None:
    assert find_release("33.0.1").variables() is find_release("33").variables()


def test_the_catalogue_cannot_be_changed_by_its_readers() -> None:
    found = find_release("33.0.1").variables()
    with pytest.raises(TypeError):
        found["octavia_new"] = found["debug"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("octavia_ssh_enabled", True),
        ("octavia_amp_ram", 2048),
        ("octavia_agent_port", 9443),
        ("octavia_agent_port", "9443"),
        ("octavia_loadbalancer_topology", "SINGLE"),
        ("octavia_octavia_conf_overrides", {"house_keeping": {}}),
        ("octavia_user_pip_packages", ["tooz"]),
        ("octavia_amp_image_resource", "{{ my_images }}"),
        ("octavia_amp_disk", 4),
        ("octavia_management_net_dhcp", False),
        ("octavia_amp_image_owner_id", None),
        ("cache_timeout", object()),
    ],
)
def test_a_fitting_value_is_accepted(name: str, value: object) -> None:
    assert variable("33.0.1", name).check_value(value) is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (
            "octavia_ssh_enabled",
            "False",
            "octavia_ssh_enabled must be a boolean, true or false without quotes, "
            'not the text "False"',
        ),
        (
            "octavia_ssh_enabled",
            0,
            "octavia_ssh_enabled must be a boolean, true or false without quotes, not the number 0",
        ),
        (
            "octavia_amp_ram",
            True,
            "octavia_amp_ram must be a whole number, without quotes, not the boolean true",
        ),
        (
            "octavia_amp_ram",
            1.5,
            "octavia_amp_ram must be a whole number, without quotes, not the number 1.5",
        ),
        (
            "octavia_amp_ram",
            "{{ ram }}",
            'octavia_amp_ram must be a whole number, without quotes, not the text "{{ ram }}"',
        ),
        (
            "octavia_loadbalancer_topology",
            None,
            "octavia_loadbalancer_topology must be a text, not null",
        ),
        (
            "octavia_octavia_conf_overrides",
            [],
            "octavia_octavia_conf_overrides must be a map, not a list",
        ),
        ("octavia_user_pip_packages", {}, "octavia_user_pip_packages must be a list, not a map"),
        (
            "octavia_provider_segmentation_id",
            "100",
            "octavia_provider_segmentation_id must be a whole number, without quotes, "
            'not the text "100"',
        ),
        (
            "octavia_amp_image_resource",
            5,
            "octavia_amp_image_resource must be a list, not the number 5",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_a_reason(
    name: str, value: object, reason: str
) -> None:
    assert variable("33.0.1", name).check_value(value) == reason


def test_a_refused_secret_is_not_repeated() -> None:
    secret = variable("29.0.0", "octavia_cert_client_password")
    assert (
        secret.check_value(["hunter2"]) == "octavia_cert_client_password must be a text, not a list"
    )
    days = variable("29.0.0", "octavia_ca_private_key_passphrase")
    assert "hunter2" not in str(days.check_value({"hunter2": 1}))


def test_what_the_wizard_asks_for_is_described() -> None:
    release = find_release("33.0.1")
    described = [one for one in release.variables().values() if one.description]
    assert len(described) > 110
    for one in described:
        assert one.description.endswith(".") or one.description.endswith("..."), one.name
        assert one.description[0].isupper(), one.name
        assert VariableType.JINJA not in one.accepts


def test_an_unknown_name_is_no_variable() -> None:
    release: Release = find_release("33.0.1")
    assert release.variable("octavia_no_such") is None
    assert not release.has("octavia_no_such")
