"""A name without effect is recognised, with what to do instead."""

from __future__ import annotations

import pytest

from octavia_wizard.core.releases import Effect, all_series, find_release


@pytest.mark.parametrize(
    ("release", "name", "effect", "replacement", "since"),
    [
        ("16.0.0", "octavia_rpc_backend", Effect.UNREAD, None, "16.0.0"),
        (
            "17.0.6",
            "octavia_cert_password_client",
            Effect.RENAMED,
            "octavia_cert_client_password",
            "17.0.6",
        ),
        (
            "18.0.0",
            "octavia_rabbitmq_userid",
            Effect.RENAMED,
            "octavia_oslomsg_rpc_userid",
            "18.0.0",
        ),
        ("18.0.0", "octavia_amp_image_upload_enabled", Effect.UNREAD, None, "18.0.0"),
        ("33.0.1", "octavia_amp_image_upload_enabled", Effect.UNREAD, None, "18.0.0"),
        (
            "18.0.0",
            "octavia_image_downloader",
            Effect.SUPERSEDED,
            "octavia_service_setup_host",
            "18.0.0",
        ),
        ("20.0.0", "neutron_lbaas_octavia", Effect.UNREAD, None, "20.0.0"),
        ("21.2.5", "octavia_amp_image_id", Effect.SUPERSEDED, "octavia_glance_image_tag", "21.2.5"),
        ("22.1.2", "octavia_amp_image_id", Effect.SUPERSEDED, "octavia_glance_image_tag", "22.1.2"),
        (
            "22.0.0",
            "octavia_spare_amphora_pool_size",
            Effect.SUPERSEDED,
            "octavia_octavia_conf_overrides",
            "22.0.0",
        ),
        ("24.0.0", "octavia_spare_amphora_pool_size", Effect.UNREAD, None, "24.0.0"),
        ("25.0.0", "octavia_db_pool_size", Effect.RENAMED, "octavia_db_max_pool_size", "25.0.0"),
        ("25.0.0", "octavia_server_ca", Effect.SUPERSEDED, "octavia_ca_certificate", "25.0.0"),
        (
            "29.0.0",
            "octavia_ovnnb_user_ssl_cert",
            Effect.SUPERSEDED,
            "octavia_ovn_user_ssl_cert",
            "29.0.0",
        ),
        ("29.0.2", "octavia_keypair_setup_host", Effect.UNREAD, None, "29.0.0"),
        (
            "29.1.0",
            "octavia_keypair_setup_host",
            Effect.RENAMED,
            "octavia_resources_deploy_host",
            "29.1.0",
        ),
        ("32.0.0", "octavia_num_instances", Effect.SUPERSEDED, "openstack_user_identity", "32.0.0"),
        (
            "32.0.0",
            "octavia_legacy_policy",
            Effect.SUPERSEDED,
            "octavia_policy_overrides",
            "32.0.0",
        ),
        ("19.0.0", "octavia_client_key", Effect.NOT_YET, None, ""),
        ("20.0.0", "octavia_wsgi_buffer_size", Effect.UNREAD, None, "20.0.0"),
    ],
)
def test_a_dead_or_renamed_name_is_recognised(
    release: str, name: str, effect: Effect, replacement: str | None, since: str
) -> None:
    found = find_release(release).retired(name)
    assert found is not None
    assert (found.effect, found.replacement, found.since) == (effect, replacement, since)
    assert found.what.endswith(".")
    assert found.fix.endswith(".")
    assert found.source


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ("17.1.17", "octavia_amp_image_upload_enabled"),
        ("21.2.4", "octavia_amp_image_id"),
        ("22.1.1", "octavia_amp_image_id"),
        ("24.6.1", "octavia_server_ca"),
        ("24.6.1", "octavia_db_pool_size"),
        ("31.3.0", "octavia_num_instances"),
        ("33.0.1", "octavia_ssh_enabled"),
        ("33.0.1", "octavia_no_such"),
        # Neutron and RabbitMQ read names of their own that Octavia's role once listed too.
        ("33.0.1", "neutron_oslomsg_rpc_port"),
        ("33.0.1", "neutron_rabbitmq_port"),
    ],
)
def test_a_name_that_works_or_is_not_octavias_is_left_alone(release: str, name: str) -> None:
    assert find_release(release).retired(name) is None


def test_a_name_dropped_and_brought_back_says_where_it_works_again() -> None:
    found = find_release("25.0.0").retired("octavia_provider_network_mtu")
    assert found is not None
    assert "24.6.1 was the last" in found.what
    assert "upgrade to 25.3.0" in found.fix


@pytest.mark.parametrize("release", [series.last for series in all_series()])
def test_all_retirements_of_a_release_can_be_looked_up_and_followed(release: str) -> None:
    found = find_release(release)
    retirements = found.retirements()
    assert [one.name for one in retirements] == sorted({one.name for one in retirements})
    for one in retirements:
        assert found.retired(one.name) == one
        assert "{" not in one.fix
        # A replacement that does nothing itself would send the operator round in circles.
        if one.replacement is not None:
            assert found.has(one.replacement), one.name
            assert found.retired(one.replacement) is None, one.name
