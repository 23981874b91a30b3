"""What an operator can rely on in user_variables_octavia.yml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.emit.user_variables import user_variables
from octavia_wizard.core.facts.model import Facts
from octavia_wizard.core.facts.resources import Quotas
from tests.core.emit.support import (
    BARE,
    CLOUD,
    NETWORK_ID,
    OVERRIDES,
    effective_of,
    facts_of,
)

LIVE = replace(BARE, cloud=CLOUD)


def emitted(release: str, facts: Facts = BARE, **answers: Any) -> dict[str, Any]:
    """Return the variables as Ansible would read them."""
    text = user_variables(effective_of(release, facts, **answers), facts).text
    loaded: dict[str, Any] = yaml.safe_load(text) or {}
    return loaded


class TestNetwork:
    """The management network, by release and by who makes it."""

    def test_dhcp_is_always_a_boolean_as_text_would_be_true(self) -> None:
        for release in ("16.0.29", "29.2.4", "30.1.5", "33.0.1"):
            assert isinstance(emitted(release)["octavia_management_net_dhcp"], bool)

    def test_dhcp_keeps_the_roles_own_meaning(self) -> None:
        assert emitted("29.2.4")["octavia_management_net_dhcp"] is True
        assert emitted("30.1.5")["octavia_management_net_dhcp"] is False

    @pytest.mark.parametrize(("release", "there"), [("24.4.3", False), ("25.0.0", True)])
    def test_the_inventory_name_is_told_where_it_can_differ(
        self, release: str, there: bool
    ) -> None:
        found = emitted(
            release,
            network__provider_type="vlan",
            network__physical_network="vlan",
            network__segmentation_id=7,
            network__inventory_name="lbaas",
        )
        assert ("octavia_provider_inventory_net_name" in found) is there
        # Before, the role would look for an entry called vlan: it is given what it would find.
        assert ("octavia_container_network_name" in found) is not there
        assert ("octavia_container_interface" in found) is not there
        assert found["octavia_provider_network_name"] == "vlan"

    @pytest.mark.parametrize("release", ["16.0.29", "21.2.12", "25.6.0", "31.3.0", "33.0.1"])
    def test_hosts_without_containers_are_told_to_the_role(
        self, release: str, tmp_path: Path
    ) -> None:
        group = "shared_infra_hosts" if release > "33" else "shared-infra_hosts"
        (tmp_path / "openstack_user_config.yml").write_text(
            f"{group}:\n  infra1: {{ip: 172.29.236.11, no_containers: true}}\n"
            "  infra2: {ip: 172.29.236.12, no_containers: true}\n"
        )
        hosts = {"infra1": "172.29.236.11", "infra2": "172.29.236.12"}
        answers = {
            "deployment__hosts": hosts,
            "deployment__health_managers": {"infra2": "172.29.232.12", "infra1": "172.29.232.11"},
        }
        found = emitted(release, facts_of(tmp_path), **answers)
        assert found["octavia_hm_hosts"] == "172.29.232.11,172.29.232.12"
        assert found["octavia_container_interface"] == "br-lbaas"
        answers["deployment__hosts"] = {**hosts, "infra3": "172.29.236.13"}
        found = emitted(release, facts_of(tmp_path), **answers)
        assert "ternary('br-lbaas', 'eth14')" in found["octavia_container_interface"]
        assert "octavia_hm_hosts" not in emitted(release)
        assert "octavia_container_interface" not in emitted(release)

    def test_a_flat_network_with_the_roles_names_says_little(self) -> None:
        found = emitted("33.0.1")
        assert not [name for name in found if name.startswith("octavia_provider")]
        assert "octavia_service_net_setup" not in found

    @pytest.mark.parametrize(
        ("release", "there"),
        [("16.0.4", False), ("16.0.5", True), ("16.0.29", True), ("33.0.1", True)],
    )
    def test_pool_and_segment_need_16_0_5(self, release: str, there: bool) -> None:
        found = emitted(release, network__provider_type="vlan", network__segmentation_id=400)
        assert ("octavia_management_net_subnet_allocation_pools" in found) is there
        assert ("octavia_provider_segmentation_id" in found) is there

    @pytest.mark.parametrize(
        ("release", "there"),
        [
            ("23.4.4", False),
            ("24.4.3", False),
            ("24.5.0", True),
            ("25.2.0", False),
            ("25.3.0", True),
        ],
    )
    def test_the_mtu_is_told_where_it_can_be(self, release: str, there: bool) -> None:
        assert ("octavia_provider_network_mtu" in emitted(release, network__mtu=9000)) is there

    def test_an_overlay_is_kept_from_the_role(self) -> None:
        found = emitted("33.0.1", LIVE, network__provider_type="geneve")
        assert found["octavia_service_net_setup"] is False
        assert found["octavia_provider_network_mtu"] == 1442

    def test_a_network_adopted_by_id_is_named_by_id(self) -> None:
        found = emitted("33.0.1", LIVE, network__mode="adopt", network__existing=NETWORK_ID)
        assert found["octavia_neutron_management_network_uuid"] == NETWORK_ID
        assert "octavia_service_net_setup" not in found
        assert found["octavia_management_net_subnet_cidr"] == "10.20.0.0/24"
        assert found["octavia_management_net_dhcp"] is True

    def test_a_network_adopted_by_name_is_found_by_the_role(self) -> None:
        found = emitted("16.0.29", LIVE, network__mode="adopt", network__existing="amphora-net")
        assert found["octavia_neutron_management_network_name"] == "amphora-net"
        assert found["octavia_service_net_setup"] is False

    def test_any_peer_has_to_be_said_where_the_role_restricts(self) -> None:
        name = "octavia_security_group_rule_cidr"
        assert emitted("27.0.0", network__allowed_cidr=None)[name] == "0.0.0.0/0"
        assert name not in emitted("27.0.0")
        assert name not in emitted("26.5.3")
        assert emitted("26.5.3", network__allowed_cidr="10.0.0.0/8")[name] == "10.0.0.0/8"


class TestImageAndFlavor:
    """An image and a flavor that exist are pointed at, not made again."""

    @pytest.mark.parametrize(("release", "there"), [("22.4.4", False), ("23.0.0", True)])
    def test_the_owner_of_a_foreign_image_is_named(self, release: str, there: bool) -> None:
        found = emitted(release, LIVE, image__source="existing", image__existing="image-1")
        assert found.get("octavia_amp_image_owner_id") == ("project-images" if there else None)

    def test_an_image_of_the_service_project_needs_no_owner(self) -> None:
        own = replace(CLOUD, images=(replace(CLOUD.images[0], owner="project-service"),))
        facts = replace(BARE, cloud=own)
        found = emitted("33.0.1", facts, image__source="existing", image__existing="image-1")
        assert "octavia_amp_image_owner_id" not in found

    def test_the_role_downloads_only_if_that_was_chosen(self) -> None:
        name = "octavia_download_artefact"
        assert emitted("33.0.1", image__source="role")[name] is True
        assert emitted("33.0.1")[name] is False
        assert name not in emitted("17.0.2")

    def test_a_flavor_adopted_by_name_is_given_by_id(self) -> None:
        answers = {"capacity__flavor_source": "adopt", "capacity__flavor_existing": "lb.small"}
        found = emitted("33.0.1", LIVE, **answers)
        assert found["octavia_nova_flavor_uuid"] == "flavor-7"
        assert "octavia_amp_ram" not in found


class TestSpares:
    """The spare pool, which three eras treat in three ways."""

    def test_by_variable_by_override_and_not_at_all(self) -> None:
        answer: dict[str, Any] = {"capacity__spare_pool": 3}
        name = "octavia_spare_amphora_pool_size"
        assert emitted("21.2.12", **answer)[name] == 3
        for release in ("22.4.4", "23.4.4"):
            found = emitted(release, **answer)
            assert name not in found
            assert found[OVERRIDES]["house_keeping"] == {"spare_amphora_pool_size": 3}
        found = emitted("24.0.0", **answer)
        assert name not in found
        assert "house_keeping" not in found[OVERRIDES]


class TestQuotas:
    """Quotas come out as the wizard leaves them, so that the role changes nothing."""

    def test_the_role_is_told_the_limits_after_the_run(self) -> None:
        found = emitted("31.3.0", LIVE, capacity__load_balancers=100)
        assert found["octavia_num_instances"] > 10
        assert found["octavia_num_cores"] == -1, "unlimited stays unlimited"
        assert found["octavia_num_ports"] == 5000, "ample stays ample"
        assert found["octavia_num_server_group_members"] == 10

    def test_they_are_the_same_once_they_have_been_raised(self) -> None:
        first = emitted("31.3.0", LIVE)
        raised = Quotas(
            compute={
                "instances": first["octavia_num_instances"],
                "cores": -1,
                "ram": first["octavia_ram"],
                "server_groups": first["octavia_num_server_groups"],
                "server_group_members": first["octavia_num_server_group_members"],
            },
            network={
                "ports": first["octavia_num_ports"],
                "security_groups": first["octavia_num_secgroups"],
                "security_group_rules": first["octavia_num_security_group_rules"],
            },
        )
        after = replace(BARE, cloud=replace(CLOUD, quotas=raised))
        assert emitted("31.3.0", after) == first

    def test_unseen_quotas_do_not_fall_below_where_they_start(self) -> None:
        found = emitted("31.3.0", capacity__load_balancers=1, capacity__topology="SINGLE")
        assert found["octavia_num_instances"] == 10
        assert found["octavia_num_ports"] == 500

    def test_from_32_on_they_are_a_list_with_plural_keys(self) -> None:
        found = emitted("32.0.0")
        assert not [name for name in found if name.startswith("octavia_num_")]
        quotas = found["openstack_user_identity"]["quotas"][0]
        assert quotas["name"] == "service"
        assert {"ports", "security_groups", "security_group_rules"} <= set(quotas)
        assert not {"port", "security_group", "security_group_rule"} & set(quotas)

    def test_none_are_written_where_none_are_wanted(self) -> None:
        for release in ("31.3.0", "33.0.1"):
            found = emitted(release, capacity__set_quotas=False)
            assert "octavia_num_instances" not in found
            assert "openstack_user_identity" not in found


class TestOthers:
    """LBaaS, volumes, SSH, and variables set by name."""

    def test_neutrons_lbaas_is_handed_to_octavia_while_it_exists(self) -> None:
        assert emitted("19.1.7")["neutron_lbaas_octavia"] is True
        assert "neutron_lbaas_octavia" not in emitted("20.0.0")
        assert "neutron_lbaas_octavia" not in emitted("19.1.7", deployment__playbooks=["octavia"])

    @pytest.mark.parametrize(("release", "there"), [("29.0.2", False), ("29.1.0", True)])
    def test_the_role_leaves_the_key_pair_alone_where_it_can(
        self, release: str, there: bool
    ) -> None:
        found = emitted(release, ssh__enabled=True)
        assert ("octavia_ssh_key_manage" in found) is there

    def test_cinder_has_a_zone_even_if_nova_has_none(self) -> None:
        answers: dict[str, Any] = {
            "capacity__volume_backed": True,
            "capacity__availability_zone": None,
        }
        found = emitted("33.0.1", **answers)
        assert found["octavia_amp_availability_zone"] == ""
        assert found["cinder_default_availability_zone"] == "nova"

    def test_a_variable_set_by_name_wins(self) -> None:
        found = emitted("33.0.1", capacity__ram_mib=2048, variables__octavia_amp_ram=4096)
        assert found["octavia_amp_ram"] == 4096

    def test_a_variable_set_to_none_is_left_to_the_role(self) -> None:
        found = emitted("33.0.1", capacity__ram_mib=2048, variables__octavia_amp_ram=None)
        assert "octavia_amp_ram" not in found

    def test_overrides_set_by_name_are_merged_with_the_wizards(self) -> None:
        found = emitted(
            "33.0.1",
            variables__octavia_octavia_conf_overrides={
                "certificates": {"signing_digest": "sha512"}
            },
        )
        assert set(found[OVERRIDES]["certificates"]) == {
            "server_certs_key_passphrase",
            "signing_digest",
        }

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("octavia_no_such_thing", 1, "nothing in 33.0.1 reads it"),
            ("octavia_spare_amphora_pool_size", 1, "nothing in 33.0.1 reads it"),
            ("octavia_amp_ram", "much", "must be a whole number"),
            ("octavia_ssh_enabled", "False", "must be a boolean"),
        ],
    )
    def test_what_could_do_no_good_is_left_out_with_a_note(
        self, name: str, value: object, said: str
    ) -> None:
        answers: dict[str, Any] = {f"variables__{name}": value}
        effective = effective_of("33.0.1", **answers)
        file = user_variables(effective, BARE)
        assert name not in yaml.safe_load(file.text)
        assert said in file.notes[0]

    def test_replaying_a_preset_writes_the_very_same_bytes(self) -> None:
        answers: dict[str, Any] = {"network__provider_type": "vlan", "network__segmentation_id": 5}
        texts = {
            user_variables(effective_of("33.0.1", BARE, origin, **answers), BARE).text
            for origin in (Provenance.OPERATOR, Provenance.PRESET)
        }
        assert len(texts) == 1

    def test_incomplete_answers_are_no_obstacle(self) -> None:
        effective = effective_of("33.0.1", certificates__source="own", image__source="file")
        assert "octavia_ca_certificate" not in user_variables(effective, BARE).text

    def test_a_default_is_written_where_another_file_says_otherwise(self, tmp_path: Path) -> None:
        (tmp_path / "user_variables.yml").write_text("octavia_amp_ram: 512\noctavia_amp_vcpu: 1\n")
        facts = facts_of(tmp_path)
        found = yaml.safe_load(user_variables(effective_of("33.0.1", facts), facts).text)
        assert found["octavia_amp_ram"] == 1024
        assert "octavia_amp_vcpu" not in found
