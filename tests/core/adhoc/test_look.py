"""One look at controllers through the real ansible: what is told, and what never is."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from octavia_wizard.core.adhoc import call
from octavia_wizard.core.adhoc.look import carriers_of, look_at_controllers
from octavia_wizard.core.errors import Interrupted
from octavia_wizard.core.facts.controllers import Controllers
from octavia_wizard.core.facts.secret import Secret
from octavia_wizard.core.vault import Vault
from tests.core.adhoc.support import ANSIBLE, ETC, UNREACHABLE, Site
from tests.core.controllers.support import KEY, NAMES, RELEASES, conf, deployment, inventory
from tests.core.vault_support import PASSWORD, encrypted, password_file

NEWEST = RELEASES[-1]
PLANTED = "planted-"
"""With this every secret begins that the configurations of the tests have."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A deploy host with two controllers and the host below them."""
    made = Site(tmp_path / "site")
    for name in NAMES[:2]:
        made.add(name, "octavia_all", conf=conf(NEWEST))
    made.add("infra1", "octavia_infra_hosts")
    return made


def asked(site: Site, cancel: threading.Event | None = None, **parts: Any) -> Controllers:
    """Look at the controllers of a site."""
    effective, _ = deployment(NEWEST, {"deployment.hosts": {"infra1": "172.29.236.11"}})
    environ = site.environ(**parts.pop("environ", {}))
    host = replace(site.facts(), **parts.pop("host", {}))
    return look_at_controllers(effective, host, environ, cancel, etc=ETC, **parts)


def test_each_controller_tells_its_options_files_and_addresses(site: Site) -> None:
    (site.etc(NAMES[0]) / "octavia.conf").chmod(0o640)
    found = asked(site)
    assert found.problem == ""
    assert [host.name for host in found.hosts] == list(NAMES[:2])
    first = found.hosts[0]
    assert first.answered
    assert first.options["controller_worker.loadbalancer_topology"] == "ACTIVE_STANDBY"
    assert first.files["octavia.conf"].mode == 0o640
    assert first.addresses["lo"] == ("127.0.0.1",)
    assert found.bridges == {"infra1": None}


def test_no_secret_leaves_a_host_and_equal_ones_can_be_told_from_others(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = conf(NEWEST, ("heartbeat_key = planted", "heartbeat_key = planted-other"))
    (site.etc(NAMES[1]) / "octavia.conf").write_text(text)
    kept: list[str] = []
    seen = call._lines

    def watched(path: Path) -> Any:
        kept.append(path.read_text())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        return seen(path)

    monkeypatch.setattr(call, "_lines", watched)
    log = tmp_path / "ansible.log"
    found = asked(site, environ={"ANSIBLE_LOG_PATH": str(log)})
    one, other = (host.secrets for host in found.hosts)
    assert one["health_manager.heartbeat_key"] != other["health_manager.heartbeat_key"]
    same = {name for name in one if one[name] == other[name]}
    assert same == set(one) - {"health_manager.heartbeat_key"}
    for name in (
        "DEFAULT.transport_url",
        "database.connection",
        "keystone_authtoken.password",
        "keystone_authtoken.memcache_secret_key",
        "certificates.ca_private_key_passphrase",
        "certificates.server_certs_key_passphrase",
    ):
        assert len(one[name]) == 64
    assert kept
    assert PLANTED not in repr(found) + "".join(kept)
    assert not log.exists()


def test_the_digests_of_two_looks_have_nothing_in_common(site: Site) -> None:
    first, second = (asked(site).hosts[0].secrets for _ in range(2))
    assert set(first) == set(second)
    assert not set(first.values()) & set(second.values())


def test_a_published_secret_is_known_without_being_told(site: Site) -> None:
    text = conf(NEWEST, (KEY, "server_certs_key_passphrase = insecure-key-do-not-use-this-key"))
    (site.etc(NAMES[0]) / "octavia.conf").write_text(text)
    found = asked(site)
    assert found.hosts[0].published == ("certificates.server_certs_key_passphrase",)
    assert found.hosts[1].published == ()


def test_no_argument_of_any_process_holds_a_secret(site: Site) -> None:
    site.program(NAMES[0], "sha256sum", f'cat >/dev/null; sleep 2; echo "{"0" * 64}  -"')
    (site.etc(NAMES[0]) / "octavia.conf").write_text(f"[DEFAULT]\nmy_password = {PLANTED}9e\n")
    lines: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            for process in psutil.process_iter():
                try:
                    lines.add(" ".join((*process.cmdline(), *process.environ().values())))
                except psutil.Error:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        asked(site)
    finally:
        done.set()
        watcher.join()
    assert any("sha256sum" in line for line in lines)
    assert not [line for line in lines if f"{PLANTED}9e" in line]


def test_one_that_cannot_be_reached_is_told_beside_those_that_can(site: Site) -> None:
    site.add(NAMES[2], "octavia_all", how=UNREACHABLE)
    found = asked(site)
    assert [host.answered for host in found.hosts] == [True, True, False]
    (gone,) = found.unreachable
    assert gone.name == NAMES[2]
    assert "refused" in gone.problem.lower()


def test_a_host_without_openssl_systemd_or_ip_tells_the_rest(site: Site) -> None:
    site.only_programs(NAMES[0], "sh", "base64", "awk", "stat", "cat", "sha256sum")
    found = asked(site).hosts[0]
    assert found.answered
    assert len(found.secrets["health_manager.heartbeat_key"]) == 64
    assert found.services == {}
    assert found.addresses == {}


def test_a_host_that_cannot_digest_hides_its_secrets_all_the_same(site: Site) -> None:
    site.only_programs(NAMES[0], "sh", "base64", "awk", "stat", "cat")
    found = asked(site).hosts[0]
    assert found.secrets["health_manager.heartbeat_key"] == ""
    assert PLANTED not in repr(found)


def test_services_and_ports_are_told(site: Site) -> None:
    site.program(
        NAMES[0],
        "systemctl",
        'case "$*" in *api*) echo ActiveState=active; echo LoadState=loaded ;;'
        " *worker*) echo LoadState=loaded; echo ActiveState=failed ;;"
        " *) echo LoadState=not-found; echo ActiveState=inactive ;; esac",
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        found = asked(site).hosts[0]
    assert found.services["octavia-api"] == "active"
    assert found.services["octavia-worker"] == "failed"
    assert found.services["octavia-driver-agent"] == "absent"
    assert found.listening is not None
    assert f"udp {port}" in found.listening


def test_the_bridge_of_the_hosts_is_told(site: Site) -> None:
    effective, _ = deployment(NEWEST, {"network.bridge": "lo"})
    named = replace(site.facts(), inventory=inventory(underscored=True))
    found = look_at_controllers(effective, named, site.environ(), etc=ETC)
    bridge = found.bridges["infra1"]
    assert bridge is not None
    assert bridge.up
    assert bridge.addresses == ("127.0.0.1",)


def test_a_controller_on_metal_is_both_controller_and_host(site: Site) -> None:
    (site.etc("infra1") / "octavia.conf").write_text(conf(NEWEST))
    found = asked(site)
    assert "infra1" in {host.name for host in found.hosts}
    assert "infra1" in found.bridges


def test_a_host_that_is_slow_is_given_up_and_the_others_are_kept(site: Site) -> None:
    site.program(NAMES[1], "awk", f"exec {sys.executable} -c 'import time; time.sleep(300)'")
    began = time.monotonic()
    found = asked(site, deadline=12.0)
    assert time.monotonic() - began < 40
    assert found.hosts[0].answered
    assert "within 12 seconds" in found.hosts[1].problem
    assert not _left(site)


def test_a_look_can_be_cancelled_and_leaves_nothing_running(site: Site) -> None:
    site.program(NAMES[1], "awk", f"exec {sys.executable} -c 'import time; time.sleep(300)'")
    cancel = threading.Event()
    timer = threading.Timer(6.0, cancel.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        asked(site, cancel)
    timer.join()
    assert time.monotonic() - began < 30
    assert not _left(site)


def _left(site: Site) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if str(site.root) in " ".join(process.cmdline()) and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


class TestVault:
    """Vaulted variables of the inventory open by the password of the session."""

    @pytest.fixture
    def vaulted(self, site: Site) -> Site:
        """A site whose group variables are encrypted."""
        place = site.root / "group_vars"
        place.mkdir()
        (place / "all.yml").write_text(encrypted("something: of all\n", site.root))
        return site

    def test_without_a_password_that_is_what_is_told(self, vaulted: Site) -> None:
        assert "lacks the right vault password" in asked(vaulted).problem

    def test_a_typed_password_opens_them(self, vaulted: Site) -> None:
        vaulted.vault = Vault(Secret(PASSWORD), os.environ)
        assert all(host.answered for host in asked(vaulted).hosts)

    def test_a_password_file_opens_them(self, vaulted: Site) -> None:
        vaulted.vault = Vault(password_file(vaulted.root), os.environ)
        assert all(host.answered for host in asked(vaulted).hosts)

    def test_a_password_file_that_is_gone_is_told(self, vaulted: Site) -> None:
        vaulted.vault = Vault(vaulted.root / "gone", os.environ)
        assert "gone cannot be read" in asked(vaulted).problem


class TestNobody:
    """Where nobody can be asked, that is told, and nothing fails."""

    def test_there_is_no_ansible(self, site: Site) -> None:
        effective, _ = deployment(NEWEST)
        found = look_at_controllers(effective, site.facts(None), site.environ())
        assert found.problem == "there is no ansible on this host"

    def test_ansible_cannot_be_started(self, site: Site) -> None:
        effective, _ = deployment(NEWEST)
        broken = site.root / "ansible"
        broken.write_text("no program")
        found = look_at_controllers(effective, site.facts(broken), site.environ())
        assert "cannot be started" in found.problem

    def test_no_host_of_the_inventory_is_one(self, tmp_path: Path) -> None:
        found = asked(Site(tmp_path / "empty"))
        assert "no host" in found.problem
        assert found.hosts == ()

    def test_an_inventory_that_fails_is_told_without_what_stands_in_it(self, site: Site) -> None:
        place = site.root / "group_vars"
        place.mkdir()
        (place / "all.yml").write_text(f"password: '{PLANTED}0c\n  - [\n")
        found = asked(site)
        assert found.problem or not any(host.answered for host in found.hosts)
        assert PLANTED not in repr(found)


def test_credentials_of_a_cloud_do_not_reach_ansible(site: Site) -> None:
    witness = site.root / "environment"
    program = site.root / "ansible"
    program.write_text(f"#!/bin/sh\nenv >{witness}\n")
    program.chmod(0o755)
    effective, _ = deployment(NEWEST)
    environ = site.environ(OS_PASSWORD=f"{PLANTED}77", ANSIBLE_FORCE_COLOR="1")
    look_at_controllers(effective, site.facts(program), environ)
    text = witness.read_text()
    assert PLANTED not in text
    assert "FORCE_COLOR" not in text
    assert f"OSA_CONFIG_DIR={site.root / 'openstack_deploy'}" in text


def test_the_hosts_below_are_those_of_the_inventory_else_those_answered(site: Site) -> None:
    effective, facts = deployment(NEWEST, {"deployment.hosts": {"infra9": "172.29.236.19"}})
    assert carriers_of(effective, site.facts()) == ("infra9",)
    assert carriers_of(effective, facts.host) == ("infra1", "infra2", "infra3", "infra9")


def test_the_plugin_compiles_under_python_2_as_well() -> None:
    text = (call._DATA / "callback.py.txt").read_text()
    compile(text, "callback", "exec")
    assert "f'" not in text
    assert 'f"' not in text
    assert (
        subprocess.run(["sh", "-n"], input=call._DATA.joinpath("look.sh").read_bytes()).returncode
        == 0
    )


def test_where_settings_keep_our_plugin_away_that_is_told(site: Site, tmp_path: Path) -> None:
    wrapper = tmp_path / "ansible"
    wrapper.write_text(f'#!/bin/sh\nANSIBLE_CALLBACK_PLUGINS=/x exec {ANSIBLE} "$@"\n')
    wrapper.chmod(0o755)
    tools = replace(site.facts().tools, ansible=wrapper)
    found = asked(site, host={"tools": tools})
    assert found.hosts == ()
    assert "ANSIBLE_CALLBACK_PLUGINS" in found.problem


def test_a_locale_this_host_does_not_have_is_no_hindrance(site: Site) -> None:
    found = asked(site, environ={"LC_ALL": "xx_XX.UTF-8", "LANG": "xx_XX.UTF-8"})
    assert (found.problem, len(found.hosts)) == ("", 2)
