"""The deploy hosts the tests build: each behaves as its release does, run by the real Ansible."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.osa import RELEASES, DeployHost, Encryption, Switch, build_tree
from tests.osa.configuration import VAULT_PASSWORD

PLAY = [
    {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": [{"debug": {"msg": "banner is {{ site_banner }}"}}],
    }
]


@pytest.fixture(params=RELEASES, scope="module")
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DeployHost:
    """A deploy host of each release, which the tests leave as it is."""
    return build_tree(tmp_path_factory.mktemp("tree") / "root", request.param)


@pytest.fixture
def newest(tmp_path: Path) -> DeployHost:
    """A deploy host of the newest release."""
    return build_tree(tmp_path / "tree", RELEASES[-1])


@pytest.fixture
def banner(host: DeployHost, tmp_path: Path) -> Callable[..., str]:
    """Run a playbook that tells which file won; return what it told."""
    (tmp_path / "banner.yml").write_text(yaml.safe_dump(PLAY))

    def run(*arguments: str) -> str:
        done = host.run(str(tmp_path / "banner.yml"), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def _inventory(host: DeployHost) -> dict[str, dict[str, list[str]]]:
    text = (host.deploy_dir / "openstack_inventory.json").read_text()
    found: dict[str, dict[str, list[str]]] = json.loads(text)
    return found


def test_the_last_file_of_the_operator_wins(banner: Callable[..., str]) -> None:
    said = banner()
    assert "banner is from user_zz_site.yml" in said
    names = [word.rpartition("/")[2] for word in said.partition('"\x1b')[0].split() if "@" in word]
    assert names == ["user_secrets.yml", "user_variables.yml", "user_zz_site.yml"]


def test_the_command_line_wins_only_where_it_comes_last(
    host: DeployHost, banner: Callable[..., str]
) -> None:
    said = banner("-e", "site_banner=mine")
    assert ("banner is mine" in said) is not host.era.arguments_first


def test_the_exit_code_is_passed_on_with_a_notice(host: DeployHost) -> None:
    assert "[Playbook execution success]" in host.run("--version").stdout
    failed = host.run("there-is-no-such-playbook.yml")
    assert failed.returncode != 0
    assert "[Playbook execution failure]" in failed.stdout


def test_ansible_knows_the_hosts_inside_the_clone_only(host: DeployHost, tmp_path: Path) -> None:
    inside = host.run("--list-hosts", "nova_compute", program="ansible")
    assert "compute1" in inside.stdout
    outside = host.run("--list-hosts", "nova_compute", program="ansible", directory=tmp_path)
    assert "compute1" not in outside.stdout


def test_the_clone_tells_its_tag(host: DeployHost) -> None:
    describe = ["git", "-C", str(host.clone), "describe", "--tags"]
    told = subprocess.run(describe, capture_output=True, text=True, check=True).stdout
    assert told.strip() == host.era.tag
    assert f'OSA_VERSION="{host.era.tag}"' in host.wrapper.read_text()


def test_a_host_of_octavia_gets_a_container_and_keeps_it(host: DeployHost) -> None:
    group = host.era.group("octavia-infra_hosts")
    address = _inventory(host)["_meta"]["hostvars"]["infra2"]["ansible_host"]  # type: ignore[call-overload]
    ours = host.deploy_dir / "conf.d/octavia.yml"
    ours.write_text(f"{group}: {{infra2: {{ip: {address}}}}}\n")
    assert _inventory(host)[host.era.group("octavia-worker")]["hosts"] == []

    found = []
    for _ in range(2):
        listed = host.run("--list-hosts", "octavia_all", program="ansible")
        assert listed.returncode == 0, listed.stderr
        found.append(_inventory(host)[host.era.group("octavia-worker")]["hosts"])
    ours.unlink()
    separator = host.era.separator
    assert found[0] == found[1]
    assert len(found[0]) == 1
    assert found[0][0].startswith(f"infra2{separator}octavia{separator}server{separator}container-")


def test_secrets_are_encrypted_the_way_the_tree_says(host: DeployHost) -> None:
    text = (host.deploy_dir / "user_secrets.yml").read_text()
    assert text.startswith("$ANSIBLE_VAULT") is (host.era.encryption is Encryption.WHOLE)
    assert ("!vault" in text) is (host.era.encryption is Encryption.VALUES)
    hidden = "Secret0fkeystoneauthadminpassword"
    assert (hidden in text) is (host.era.encryption is Encryption.NONE)
    if host.vault_password_file is not None:
        assert host.vault_password_file.read_text().strip() == VAULT_PASSWORD


def test_ansible_opens_the_secrets(host: DeployHost, tmp_path: Path) -> None:
    task = {"assert": {"that": "keystone_auth_admin_password.startswith('Secret0f')"}}
    play = [{**PLAY[0], "tasks": [task]}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(play))
    assert host.run(str(tmp_path / "play.yml")).returncode == 0


def test_a_configuration_from_windows_is_one(host: DeployHost) -> None:
    data = (host.deploy_dir / "openstack_user_config.yml").read_bytes()
    assert (b"\r\n" in data) is host.era.crlf


def test_the_role_has_the_defaults_of_the_release(host: DeployHost) -> None:
    defaults = yaml.safe_load((host.roles / "os_octavia/defaults/main.yml").read_text())
    assert ("octavia_spare_amphora_pool_size" in defaults) is (host.era.major <= 21)
    assert ("octavia_cert_install_certificates" in defaults) is (host.era.major >= 25)
    assert defaults["octavia_health_manager_port"] == 5555


def test_fingerprints_tell_any_change_and_nothing_of_osa(newest: DeployHost) -> None:
    before = newest.fingerprints()
    newest.run("--list-hosts", "all", program="ansible")
    assert newest.fingerprints() == before
    path = newest.deploy_dir / "conf.d/glance.yml"
    path.chmod(0o600)
    assert {k for k, v in newest.fingerprints().items() if v != before[k]} == {"conf.d/glance.yml"}
    (newest.deploy_dir / "user_more.yml").touch()
    assert set(newest.fingerprints()) - set(before) == {"user_more.yml"}


def test_hosts_are_directories_with_files_and_services_of_their_own(newest: DeployHost) -> None:
    inside = newest.carrier("infra2") / "etc/octavia"
    inside.mkdir()
    (inside / "octavia.conf").write_text("[DEFAULT]\nhost = two\n")
    command = "cat /etc/octavia/octavia.conf; ip -o -4 addr show; cat /sys/class/net/br-lbaas/mtu"
    said = newest.run("infra1:infra2", "-m", "shell", "-a", command, program="ansible").stdout
    parts = {text.split()[0]: text for text in said.replace("infra2 |", "\0infra2 |").split("\0")}
    assert "host = two" in parts["infra2"]
    assert "172.29.236.12/22" in parts["infra2"]
    assert said.count("host = two") == 1
    assert "172.29.236.11/22" in said
    assert said.count("1500") == 2


def test_a_host_can_be_broken_and_mended(newest: DeployHost) -> None:
    def start() -> subprocess.CompletedProcess[str]:
        return newest.run(
            "infra*:!all_containers",
            "-m",
            "command",
            "-a",
            "systemctl restart x",
            program="ansible",
        )

    newest.turn_on(Switch.FAIL, "infra1")
    newest.turn_on(Switch.UNREACHABLE, "infra3")
    said = start().stdout
    assert "infra1 | FAILED" in said
    assert "Job for x failed" in said
    assert "infra3 | UNREACHABLE" in said
    assert "infra2 | CHANGED" in said
    newest.turn_off(Switch.FAIL, "infra1")
    newest.turn_off(Switch.UNREACHABLE, "infra3")
    assert start().returncode == 0
