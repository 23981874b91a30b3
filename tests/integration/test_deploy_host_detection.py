"""What the wizard finds on deploy hosts of all eras, by what OpenStack-Ansible left there."""

from __future__ import annotations

from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.vault import Vault
from tests.integration.deploy_hosts import Operator
from tests.osa import RELEASES, DeployHost, Encryption, build_tree

INFRASTRUCTURE = {"infra1", "infra2", "infra3"}


@pytest.fixture(params=RELEASES, scope="module")
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DeployHost:
    """A deploy host of each release, which nobody changes."""
    return build_tree(tmp_path_factory.mktemp("tree") / "root", request.param)


@pytest.fixture
def operator(host: DeployHost, tmp_path: Path) -> Operator:
    """Its operator."""
    return Operator(host, tmp_path / "preset.yml")


def test_the_release_is_found_with_evidence_that_agrees(operator: Operator) -> None:
    facts, era = operator.facts(), operator.host.era
    assert facts.release is not None
    assert facts.release.value == era.tag
    sources = [evidence.source for evidence in facts.releases]
    assert any("OSA_VERSION" in source for source in sources)
    assert any("git describe" in source for source in sources)
    assert any("os_octavia/defaults/main.yml" in source for source in sources)
    assert {evidence.value for evidence in facts.releases} == {era.tag}
    assert facts.problems == ()


def test_the_tools_are_those_of_the_operators_path(operator: Operator) -> None:
    tools, host = operator.facts().tools, operator.host
    assert tools.wrapper == host.wrapper
    assert tools.ansible == host.root / "bin/ansible"
    assert tools.clone == host.clone
    assert tools.config_dir is not None
    assert Path(tools.config_dir.value) == host.deploy_dir


def test_the_deployed_role_says_which_variables_there_are(operator: Operator) -> None:
    role, host = operator.facts().role, operator.host
    assert role is not None
    assert role.path == host.roles / "os_octavia"
    assert ("octavia_spare_amphora_pool_size" in role.defaults) is (host.era.major <= 21)
    assert ("octavia_client_key" in role.mentions) is (host.era.major >= 25)


def test_the_inventory_tells_who_runs_what(operator: Operator) -> None:
    inventory, era = operator.facts().inventory, operator.host.era
    assert set(inventory.host_groups[era.group("shared-infra_hosts")]) == INFRASTRUCTURE
    assert era.management in inventory.cidr_networks
    assert any(era.agent in network.group_binds for network in inventory.provider_networks)
    computes = inventory.managed_groups["nova_compute"]
    assert {"compute1", "compute2"} <= set(computes)
    infra1 = inventory.managed["infra1"]
    assert infra1.is_metal
    assert infra1.address == infra1.networks[f"{era.management}_address"]
    container = next(one for one in inventory.managed.values() if not one.is_metal)
    assert container.physical_host in INFRASTRUCTURE


def test_files_are_read_in_the_order_the_wrapper_reads_them(operator: Operator) -> None:
    names = [file.path.name for file in operator.facts().user_files]
    assert names == ["user_secrets.yml", "user_variables.yml", "user_zz_site.yml"]
    unset = {"LC_ALL": "", "LANG": "en_US.UTF-8"}
    wanted = "C.UTF-8" if operator.host.era.c_locale else "en_US.UTF-8"
    assert operator.facts(**unset).collation == wanted


def test_secrets_are_known_by_name_as_far_as_they_can_be(operator: Operator) -> None:
    facts, encryption = operator.facts(), operator.host.era.encryption
    (secrets,) = (file for file in facts.user_files if file.secret)
    assert secrets.vaulted is (encryption is Encryption.WHOLE)
    name = "octavia_health_hmac_key"
    assert (name in facts.secrets) is (encryption is not Encryption.WHOLE)
    assert (name in facts.secrets_encrypted) is (encryption is Encryption.VALUES)


def test_the_password_of_the_vault_opens_what_is_encrypted(operator: Operator) -> None:
    path = operator.host.vault_password_file
    vault = None if path is None else Vault(path, operator.environment)
    facts = read_host(operator.host.deploy_dir, environ=operator.environment, vault=vault)
    assert "octavia_health_hmac_key" in facts.secrets
