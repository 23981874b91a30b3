"""The rules of a release are the facts an operator of that release meets."""

from __future__ import annotations

from typing import Any

import pytest

from octavia_wizard.core.releases import (
    CertificateEra,
    ImageMechanism,
    PlaybookWhen,
    QuotasBy,
    SparePool,
    SshKeyBy,
    Topology,
    all_series,
    find_release,
    shipped,
)
from octavia_wizard.core.releases.series import timeline

UNDERSCORED = ("octavia_worker", "octavia_housekeeping", "octavia_health_manager")
DASHED = ("octavia-worker", "octavia-housekeeping", "octavia-health-manager")


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (
            "spare_pool",
            {
                "16.0.0": SparePool.TUNED,
                "21.2.12": SparePool.TUNED,
                "22.0.0": SparePool.OVERRIDE,
                "23.4.4": SparePool.OVERRIDE,
                "wallaby-eol": SparePool.OVERRIDE,
                "24.0.0": SparePool.GONE,
                "33.0.1": SparePool.GONE,
            },
        ),
        ("topology_default", {"26.5.3": Topology.SINGLE, "27.0.0": Topology.ACTIVE_STANDBY}),
        ("anti_affinity_default", {"26.5.3": False, "27.0.0": True}),
        (
            "certificate_era",
            {
                "16.0.0": CertificateEra.A,
                "17.0.4": CertificateEra.A,
                "17.0.5": CertificateEra.B,
                "24.6.1": CertificateEra.B,
                "25.0.0": CertificateEra.C,
            },
        ),
        ("infra_hosts_group", {"32.2.0": "octavia-infra_hosts", "33.0.0": "octavia_infra_hosts"}),
        ("service_groups", {"16.0.0": DASHED, "32.2.0": DASHED, "33.0.0": UNDERSCORED}),
        ("physical_binding_key", {"25.6.0": "host_bind_override", "26.0.0": "network_interface"}),
        ("management_cidr_key", {"26.5.3": "container", "27.0.0": "management"}),
        ("separate_inventory_net_name", {"24.6.1": False, "25.0.0": True}),
        (
            "neutron_group_binds",
            {
                "25.6.0": ("neutron_linuxbridge_agent", "neutron_openvswitch_agent"),
                "31.0.0": ("neutron_ovn_gateway", "neutron_openvswitch_agent"),
            },
        ),
        ("haproxy_inside_octavia_playbook", {"26.5.3": False, "27.0.0": True}),
        (
            "image_mechanism",
            {
                "17.0.2": ImageMechanism.UPLOAD_FLAG,
                "17.0.3": ImageMechanism.DOWNLOAD,
                "28.4.2": ImageMechanism.DOWNLOAD,
                "29.0.0": ImageMechanism.RESOURCE,
            },
        ),
        ("image_owner_is_service_project", {"22.4.4": False, "23.0.0": True}),
        (
            "quotas_by",
            {
                "17.0.8": QuotasBy.OPERATOR,
                "17.1.0": QuotasBy.ROLE,
                "31.3.0": QuotasBy.ROLE,
                "32.0.0": QuotasBy.OPENSTACK_RESOURCES,
            },
        ),
        (
            "ssh_key_by",
            {
                "21.2.12": SshKeyBy.OPERATOR,
                "22.0.0": SshKeyBy.ROLE_RECREATES,
                "28.4.2": SshKeyBy.ROLE_RECREATES,
                "29.0.0": SshKeyBy.OPENSSH,
            },
        ),
        (
            "ssh_key_name_always_set",
            {"21.2.4": True, "21.2.5": False, "22.1.1": True, "22.1.2": False, "23.0.0": False},
        ),
        ("security_group_rule_cidr_is_management_cidr", {"26.5.3": False, "27.0.0": True}),
        ("dhcp_default", {"16.0.0": True, "29.2.4": True, "30.0.0": False, "33.0.1": False}),
        ("lbaas_v2_era", {"19.1.7": True, "20.0.0": False}),
        ("user_files_beat_command_line", {"18.1.20": True, "19.0.3": True, "19.0.4": False}),
        ("config_dir_from_environment", {"18.1.20": False, "19.0.0": True}),
        ("user_rc", {"25.6.0": False, "26.0.0": True}),
        (
            "wrapper_has_version",
            {
                "16.0.26": False,
                "16.0.27": True,
                "17.0.0": False,
                "17.1.8": False,
                "17.1.9": True,
                "18.1.4": False,
                "18.1.5": True,
                "19.0.0": True,
            },
        ),
        ("locale_default_c_utf8", {"31.3.0": False, "32.0.0": True}),
        (
            "server_certs_key_passphrase_supported",
            {
                "16.0.29": False,
                "17.1.10": False,
                "17.1.11": True,
                "18.0.0": False,
                "18.1.6": False,
                "18.1.7": True,
                "19.0.0": True,
                "33.0.1": True,
            },
        ),
        ("server_certs_key_passphrase_is_list", {"31.3.0": False, "32.0.0": True}),
        (
            "octavia_version",
            {"16.0.0": "1.0", "31.0.0": "16.0", "33.0.1": "18.0", "master": "18.0"},
        ),
    ],
)
def test_a_rule_changes_with_the_right_release(rule: str, values: dict[str, Any]) -> None:
    assert {name: getattr(find_release(name).rules, rule) for name in values} == values


@pytest.mark.parametrize(
    ("release", "image"),
    [
        ("17.0.2", None),
        ("17.0.3", "xenial"),
        ("20.0.0", "bionic"),
        ("23.4.4", "bionic"),
        ("wallaby-eol", "focal"),
        ("24.4.3", "bionic"),
        ("24.5.0", "focal"),
        ("30.0.1", "focal"),
        ("30.0.2", "jammy"),
        ("31.1.0", "noble"),
        ("33.0.0", "noble"),
    ],
)
def test_the_test_image_is_the_one_the_release_downloads(release: str, image: str | None) -> None:
    url = find_release(release).rules.default_image_url
    assert url is None if image is None else f"ubuntu-{image}.qcow2" in str(url)


def test_the_test_image_moved_to_the_opendev_server_in_2026_1() -> None:
    assert str(find_release("32").rules.default_image_url).startswith(
        "http://tarballs.openstack.org/"
    )
    assert str(find_release("33").rules.default_image_url).startswith(
        "https://tarballs.opendev.org/"
    )


def test_own_certificates_need_care_that_depends_on_the_release() -> None:
    era_a = find_release("16.0.5").rules.certificate_quirks
    stein = find_release("19.1.7").rules.certificate_quirks
    train = find_release("20.0.0").rules.certificate_quirks
    yoga = find_release("25.0.0").rules.certificate_quirks
    assert era_a.combined_client_file
    assert stein.equal_passphrases_needed
    assert not stein.generate_certs_must_stay_true
    assert train.generate_certs_must_stay_true
    assert not yoga.combined_client_file
    assert not yoga.equal_passphrases_needed
    assert yoga.generate_certs_must_stay_true


def test_secrets_are_those_of_the_secrets_file_of_the_release() -> None:
    secrets = {
        name: set(find_release(name).rules.required_secrets)
        for name in ("16.0.0", "17.0.5", "17.0.6", "18.0.0")
    }
    assert "octavia_cert_client_password" not in secrets["16.0.0"]
    assert "octavia_rabbitmq_password" in secrets["17.0.6"]
    assert "octavia_cert_client_password" in secrets["17.0.6"]
    # Only this one tag reads the other spelling as well.
    assert secrets["17.0.5"] - secrets["17.0.6"] == {"octavia_cert_password_client"}
    assert "octavia_rabbitmq_password" not in secrets["18.0.0"]
    assert "octavia_oslomsg_rpc_password" in secrets["18.0.0"]


@pytest.mark.parametrize(
    ("release", "playbook", "arguments", "when"),
    [
        (
            "16.0.0",
            "containers",
            "lxc-containers-create.yml --limit lxc_hosts,octavia_all",
            "always",
        ),
        (
            "17.0.0",
            "containers",
            "containers-lxc-create.yml --limit lxc_hosts,octavia_all",
            "always",
        ),
        ("29.2.4", "octavia", "os-octavia-install.yml", "always"),
        ("30.0.0", "octavia", "openstack.osa.octavia", "always"),
        (
            "33.0.1",
            "containers",
            "openstack.osa.containers_lxc_create --limit lxc_hosts,octavia_all",
            "always",
        ),
        ("26.5.3", "haproxy", "haproxy-install.yml", "always"),
        ("27.0.0", "haproxy", "haproxy-install.yml --tags haproxy-service-config", "never"),
        ("33.0.1", "haproxy", "openstack.osa.haproxy --tags haproxy-service-config", "never"),
        ("19.1.7", "neutron", "os-neutron-install.yml", "lbaas_era"),
        ("20.0.0", "neutron", "os-neutron-install.yml", "if_network_changed"),
        ("30.0.0", "neutron", "openstack.osa.neutron", "if_network_changed"),
        ("17.0.2", "horizon", "os-horizon-install.yml", "always"),
        ("30.0.0", "horizon", "openstack.osa.horizon", "always"),
        ("31.3.0", "quotas", "openstack.osa.openstack_resources", "never"),
        ("32.0.0", "quotas", "openstack.osa.openstack_resources", "always"),
    ],
)
def test_playbooks_are_called_as_the_release_names_them(
    release: str, playbook: str, arguments: str, when: str
) -> None:
    found = find_release(release).rules.playbooks[playbook]
    assert " ".join(found.arguments()) == f"openstack-ansible {arguments}"
    assert found.when == when
    assert found.run_from_playbooks_dir is found.command.endswith(".yml")


def test_a_release_without_a_quota_playbook_has_nothing_to_run() -> None:
    for release in ("16.0.0", "21.2.12"):
        quotas = find_release(release).rules.playbooks["quotas"]
        assert quotas.arguments() == ()
        assert quotas.when is PlaybookWhen.NEVER


@pytest.mark.parametrize("series", all_series(), ids=lambda series: series.name)
def test_every_tag_has_rules_and_the_same_set_of_playbooks(series: Any) -> None:
    for tag in series.tags:
        rules = find_release(tag).rules
        assert list(rules.playbooks) == [
            "containers",
            "octavia",
            "haproxy",
            "neutron",
            "horizon",
            "quotas",
        ]
        assert rules.octavia_version == series.octavia_version
        assert rules.required_secrets
        assert all(playbook.note for playbook in rules.playbooks.values())


def stretches() -> list[tuple[str, list[dict[str, Any]]]]:
    """Return every list of stretches in the shipped rules, by dotted name."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for name, raw in shipped.load("rules.yml").items():
        parts = raw.items() if isinstance(raw, dict) else [("", raw)]
        found += [(f"{name}.{part}".rstrip("."), entries) for part, entries in parts]
    return found


@pytest.mark.parametrize(("name", "entries"), stretches(), ids=[name for name, _ in stretches()])
def test_the_stretches_of_a_rule_cover_every_release_exactly_once(
    name: str, entries: list[dict[str, Any]]
) -> None:
    bounds = [timeline().bounds(entry["in"]) for entry in entries]
    covered = [point for first, last in bounds for point in range(first, last + 1)]
    assert covered == list(range(len(timeline().points)))


@pytest.mark.parametrize(("name", "entries"), stretches(), ids=[name for name, _ in stretches()])
def test_every_rule_names_its_source(name: str, entries: list[dict[str, Any]]) -> None:
    assert all(entry["source"] for entry in entries)
    assert find_release("33.0.1").rule_source(name) == entries[-1]["source"]
