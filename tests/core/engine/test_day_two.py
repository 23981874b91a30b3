"""Of one change on day two just those steps are planned that it is about, in every era."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from octavia_wizard.core.pki.making.encryption import encrypted_pem
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.steps.base import Action
from tests.core.engine.day_two import Standing
from tests.core.engine.deployment import cheapen_keys

RELEASES = ("16.0.29", "21.2.12", "25.6.0", "29.2.4", "31.3.0", "33.0.1")
Change = dict[str, object]


@pytest.fixture(scope="module", params=RELEASES)
def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Standing]:
    """A deployment of a release that stands; tests leave it as it is."""
    root = tmp_path_factory.mktemp("standing")
    former = cheapen_keys()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(root / "kept"))
        patch.setenv("XDG_CACHE_HOME", "/nonexistent")
        patch.setenv("HOME", "/nonexistent")
        yield Standing(root, request.param).make()
    encrypted_pem.__defaults__ = former


@pytest.fixture
def operators(standing: Standing) -> Iterator[Callable[[str, str], None]]:
    """Write into files of the deploy directory, which are put back afterwards."""
    before: dict[Path, str | None] = {}

    def write(name: str, text: str, replaced: str = "") -> None:
        path = standing.deploy_dir / name
        before.setdefault(path, path.read_text() if path.exists() else None)
        known = before[path] or "---\n"
        assert replaced in known
        path.write_text(known.replace(replaced, text) if replaced else known + text)

    yield write
    for path, text in before.items():
        path.unlink() if text is None else path.write_text(text)


def since(standing: Standing, release: str) -> bool:
    return find_release(standing.release) >= find_release(release)


def test_of_what_stands_nothing_is_to_be_done(standing: Standing) -> None:
    plan = standing.plan()
    assert not plan.has_changes
    ran = {i.step for i in plan.items if i.step.endswith("_playbook") and i.action is Action.KEEP}
    assert {"containers_playbook", "neutron_playbook", "octavia_playbook"} <= ran


CONFIGURED = {"files", "octavia_playbook"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"variables.octavia_task_flow_max_workers": 9}, CONFIGURED, id="variable"),
        pytest.param({"capacity.availability_zone": None}, CONFIGURED, id="zone"),
        # octavia.conf names the flavor by its id, and the image by its tag.
        pytest.param({"image.tag": "other"}, CONFIGURED | {"image"}, id="tag"),
        # What the wizard makes in the cloud, the role would find made.
        pytest.param(
            {"network.pool": "172.29.232.60-172.29.235.200"}, {"files", "subnet"}, id="pool"
        ),
        pytest.param(
            {"network.allowed_cidr": "172.29.224.0/19"}, {"files", "security_group"}, id="allowed"
        ),
        pytest.param(
            {"network.security_group": "other"}, CONFIGURED | {"security_group"}, id="group"
        ),
        pytest.param(
            {"network.name": "other", "network.physical_network": "lbaas"},
            CONFIGURED | {"network", "subnet"},
            id="network",
        ),
    ],
)
def test_an_answer_takes_what_it_is_about(
    change: Change, expected: set[str], standing: Standing
) -> None:
    assert standing.changes(change) == expected


def test_a_flavor_of_another_size_is_another_flavor(standing: Standing) -> None:
    (flavor,) = (i for i in standing.plan({"capacity.ram_mib": 2048}).items if i.step == "flavor")
    assert flavor.action is Action.CONFLICT
    changed = standing.changes({"capacity.ram_mib": 2048, "capacity.flavor_name": "m1.other"})
    by_playbook = {"quotas_playbook"} if since(standing, "32.0.0") else set()
    assert changed == CONFIGURED | {"flavor", "quotas"} | by_playbook


def test_a_topology_needs_other_quotas_too(standing: Standing) -> None:
    by_playbook = {"quotas_playbook"} if since(standing, "32.0.0") else set()
    changed = standing.changes({"capacity.topology": "ACTIVE_STANDBY"})
    assert changed == CONFIGURED | {"quotas"} | by_playbook


def test_more_load_balancers_need_quotas_and_no_controller_knows(standing: Standing) -> None:
    # To 17.0 no file says so; from 32 on openstack_resources would set them back.
    files = {"files"} if since(standing, "17.1.0") else set()
    by_playbook = {"quotas_playbook"} if since(standing, "32.0.0") else set()
    changed = standing.changes({"capacity.load_balancers": 500})
    assert changed == {"quotas"} | files | by_playbook


def test_without_a_cloud_the_role_makes_all_that(standing: Standing) -> None:
    change = {"cloud.mode": "files", "cloud.name": None, "network.created_by": "role"}
    assert "octavia_playbook" in standing.changes(change)


def test_spare_amphorae_are_kept_where_the_role_can(standing: Standing) -> None:
    changed = standing.changes({"capacity.spare_pool": 5})
    assert changed == (set() if since(standing, "22.0.0") else CONFIGURED | {"quotas"})


def test_access_by_ssh_is_a_matter_of_configuration_and_of_rules(standing: Standing) -> None:
    # To 16 the role lets SSH in whether it is wanted or not.
    rules = {"security_group"} if since(standing, "17.0.0") else set()
    assert standing.changes({"ssh.enabled": False}) - rules == CONFIGURED


def test_one_more_host_gets_a_container_and_is_balanced_to(standing: Standing) -> None:
    hosts = {"infra1": "172.29.236.11", "infra2": "172.29.236.12"}
    haproxy = set() if since(standing, "27.0.0") else {"haproxy_playbook"}
    changed = standing.changes({"deployment.hosts": hosts})
    assert changed == CONFIGURED | {"containers_playbook"} | haproxy


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("user_variables.yml", "glance_default_store: rbd\n"),
        ("user_variables.yml", "neutron_plugin_base: [router]\n"),
        ("user_variables.yml", "horizon_images_upload_mode: direct\n"),
        ("user_variables.yml", "haproxy_keepalived_internal_vip_cidr: 172.29.236.9/32\n"),
        ("user_secrets.yml", "nova_service_password: another\n"),
        ("conf.d/swift.yml", "swift_hosts:\n  store1:\n    ip: 172.29.236.77\n"),
    ],
)
def test_what_others_set_for_others_is_none_of_ours(
    name: str, text: str, standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators(name, text)
    assert standing.changes() == set()


@pytest.mark.parametrize("name", ["user_variables.yml", "user_zz.yml"])
def test_a_variable_of_the_role_set_by_hand_runs_its_playbook(
    name: str, standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators(name, "octavia_task_flow_max_workers: 7\n")
    assert standing.changes() == {"octavia_playbook"}


def test_keys_of_any_kind_are_told_apart(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators("user_zz.yml", "octavia_policy_overrides: {2026-01-01: {~: 1, 5: 2}, a: 3}\n")
    assert standing.changes() == {"octavia_playbook"}


@pytest.mark.parametrize("name", ["user_aa.yml", "user_zz.yml"])
def test_overrides_of_others_are_taken_along(
    name: str, standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators(name, "octavia_octavia_conf_overrides: {health_manager: {heartbeat_interval: 7}}\n")
    # Where the wizard has overrides of its own, its map has to hold theirs.
    ours = {"files"} if "files" in standing.changes() else set()
    assert standing.changes() == {"octavia_playbook"} | ours
    assert bool(ours) == find_release(standing.release).rules.server_certs_key_passphrase_supported


def test_what_the_role_no_longer_reads_runs_nothing(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators("user_zz.yml", "octavia_spare_amphora_pool_size: 4\n")
    assert standing.changes() == (set() if since(standing, "22.0.0") else CONFIGURED)


def test_a_quota_another_file_has_the_last_word_on_is_the_roles(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators("user_zz.yml", "octavia_num_instances: 12345\n")
    read = since(standing, "17.1.0") and not since(standing, "32.0.0")
    assert standing.changes() == ({"octavia_playbook"} if read else set())


def test_what_haproxy_reads_is_read_by_the_playbook_that_configures_it(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators("user_variables.yml", "haproxy_octavia_service_overrides: {haproxy_port: 9877}\n")
    inside = since(standing, "27.0.0")
    assert standing.changes() == {"octavia_playbook" if inside else "haproxy_playbook"}


def test_lbaas_and_the_panel_are_told_by_their_own_variables(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators("user_variables.yml", "neutron_lbaas_namespace: true\n")
    assert standing.changes() == (set() if since(standing, "20.0.0") else {"lbaas_playbook"})
    operators("user_zz.yml", "horizon_enable_octavia_ui: false\n")
    assert "horizon_playbook" in standing.changes()


def test_networks_set_for_neutron_alone_are_neutrons(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    operators("user_variables.yml", "neutron_provider_networks: {network_types: flat}\n")
    assert standing.changes() == {"neutron_playbook"}


def test_where_the_network_is_bound_on_the_hosts_is_neutrons_business(
    standing: Standing, operators: Callable[[str, str, str], None]
) -> None:
    config = (standing.deploy_dir / "openstack_user_config.yml").read_text()
    net_name = re.search(r"^ *net_name: lbaas$", config, re.MULTILINE)
    assert net_name is not None
    line = net_name.group()
    added = line.replace("net_name: lbaas", "host_bind_override: bond7")
    operators("openstack_user_config.yml", f"{line}\n{added}", line)
    assert standing.changes() == {"neutron_playbook"}


def test_a_renewed_certificate_is_brought_to_the_controllers(
    standing: Standing, operators: Callable[[str, str], None]
) -> None:
    client = standing.client_certificate
    operators(str(client.relative_to(standing.deploy_dir)), "\n")
    assert standing.changes() == {"octavia_playbook"}


def test_a_secret_that_was_changed_is_brought_to_the_controllers(
    standing: Standing, operators: Callable[[str, str, str], None]
) -> None:
    operators("user_secrets.yml", "xx" * 16, "sv" * 16)
    (item,) = standing.plan().changes
    assert (item.step, item.decision.diff) == ("octavia_playbook", ("~ secrets",))


def test_what_octavia_finds_by_an_id_and_was_made_anew_is_configured_anew(
    standing: Standing,
) -> None:
    cloud = standing.root / "cloud.pickle"
    before = cloud.read_bytes()
    standing.lose_network()
    try:
        assert standing.changes() == {"network", "subnet", "octavia_playbook"}
    finally:
        cloud.write_bytes(before)
