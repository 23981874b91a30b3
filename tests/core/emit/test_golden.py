"""Whole files, one for each release that differs, read back by Ansible itself.

Set UPDATE_GOLDEN=1 to write them anew, and read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader  # type: ignore[import-untyped]

from octavia_wizard.core.emit.user_variables import user_variables, variable_names
from octavia_wizard.core.releases import find_release
from tests.core.emit.support import BARE, CLOUD, DATA, HOSTS, NETWORK_ID, effective_of, facts_of

GOLDEN = DATA / "golden"

OWN = {
    "certificates__source": "own",
    "certificates__server_ca_certificate": "/root/pki/server_ca.pem",
    "certificates__server_ca_key": "/root/pki/server_ca.key",
    "certificates__client_ca_certificate": "/root/pki/client_ca.pem",
    "certificates__client_certificate": "/root/pki/client.pem",
}
VLAN = {
    "network__provider_type": "vlan",
    "network__physical_network": "vlan",
    "network__segmentation_id": 400,
    "network__inventory_name": "lbaas",
}
CASES: dict[str, dict[str, Any]] = {
    "16.0.29": {"capacity__spare_pool": 2, "network__cidr": "172.29.252.0/22"},
    "21.2.12": {**VLAN, **OWN, "ssh__enabled": True, "capacity__topology": "ACTIVE_STANDBY"},
    "22.4.4": {**VLAN, "capacity__spare_pool": 1, "capacity__availability_zone": "lb"},
    "25.6.0": {
        **VLAN,
        "capacity__volume_backed": True,
        "capacity__volume_type": "ceph",
        "capacity__availability_zone": None,
        "network__mtu": 9000,
    },
    "29.2.4": {
        "network__mode": "adopt",
        "network__existing": NETWORK_ID,
        "network__cidr": "10.20.0.0/24",
        "capacity__flavor_source": "adopt",
        "capacity__flavor_existing": "42",
        "ssh__enabled": True,
    },
    "31.3.0": {
        **VLAN,
        "capacity__load_balancers": 200,
        "capacity__extra_specs": {"hw_rng:allowed": "True"},
        "capacity__volume_backed": True,
        "image__source": "role",
    },
    "32.2.0": {
        "network__gateway": "172.29.232.1",
        "network__dhcp": True,
        "network__allowed_cidr": None,
        "capacity__api_workers": 4,
        "variables__octavia_tls_listener_enabled": False,
        "variables__octavia_health_manager_port": 5556,
        "variables__octavia_octavia_conf_overrides": {"health_manager": {"failover_threads": 20}},
    },
    "33.0.1": {},
}


@pytest.mark.parametrize("release", CASES)
class TestGolden:
    """Each release's file is the one that was looked at."""

    def test_the_file_is_as_it_was_reviewed(self, release: str) -> None:
        text = user_variables(effective_of(release, **CASES[release]), BARE).text
        path = GOLDEN / release / "user_variables_octavia.yml"
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert text == path.read_text()

    def test_ansible_reads_the_values_that_were_meant(self, release: str, tmp_path: Path) -> None:
        effective = effective_of(release, **CASES[release])
        text = user_variables(effective, BARE).text
        path = tmp_path / "user_variables_octavia.yml"
        path.write_text(text)
        read = DataLoader().load_from_file(str(path))
        assert dict(read) == yaml.safe_load(text)
        assert tuple(read) == variable_names(effective, BARE)

    def test_only_variables_the_release_acts_on(self, release: str) -> None:
        known = find_release(release)
        for name in variable_names(effective_of(release, **CASES[release]), BARE):
            assert known.has(name), name
            assert known.retired(name) is None, name

    def test_every_value_is_of_the_type_the_role_expects(self, release: str) -> None:
        known = find_release(release)
        text = user_variables(effective_of(release, **CASES[release]), BARE).text
        for name, value in yaml.safe_load(text).items():
            variable = known.variable(name)
            assert variable is not None
            if name != "octavia_management_net_dhcp":  # the role's own text is the trap
                assert variable.check_value(value) is None

    def test_the_same_answers_give_the_same_bytes(self, release: str) -> None:
        answers = CASES[release]
        one = user_variables(effective_of(release, **answers), BARE).text
        other = user_variables(effective_of(release, **dict(reversed(answers.items()))), BARE).text
        assert one == other

    def test_every_variable_says_where_its_value_came_from(self, release: str) -> None:
        text = user_variables(effective_of(release, **CASES[release]), BARE).text
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if line[:1].isalpha():
                assert lines[number - 1].startswith("# ")
                above = [x for x in lines[max(0, number - 6) : number] if x.startswith("# From: ")]
                assert above, line


@pytest.mark.parametrize("site", ["pike", "gazpacho"])
def test_ansible_reads_a_file_merged_with_an_operators_own(site: str, tmp_path: Path) -> None:
    release = {"pike": "16.0.29", "gazpacho": "33.0.1"}[site]
    facts = facts_of(DATA / "openstack_deploy" / site, cloud=CLOUD)
    effective = effective_of(release, facts, deployment__hosts=HOSTS)
    path = tmp_path / "user_variables_octavia.yml"
    path.write_text(user_variables(effective, facts).text)
    assert dict(DataLoader().load_from_file(str(path))) == yaml.safe_load(path.read_text())
