"""What playbooks are run with is found as a shell would find it, whatever the release's wrapper."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host_tools import (
    DEFAULT_CLONE,
    FoundTools,
    clone_of,
    is_fixed,
    read_tools,
)

LISTS_FIXED = (
    'VAR1="$(for i in $(ls /etc/openstack_deploy/user_*.yml); do echo -ne "-e @$i "; done)"'
)
LISTS_ASKED = 'VAR1="$(for i in $(ls ${OSA_CONFIG_DIR}/user_*.yml); do echo -ne "-e @$i "; done)"'
CHECKS_FIRST = "if ls -1 ${OSA_CONFIG_DIR}/user_*.yml &> /dev/null; then\n"


def program(path: Path, text: str = "#!/bin/sh\n", mode: int = 0o755) -> Path:
    """Write something executable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def find(root: Path, **environ: str) -> FoundTools:
    """Look for tools on a machine that has nothing but what lies below ``root``."""
    return read_tools(
        root / "openstack_deploy",
        {"PATH": str(root / "path"), "HOME": str(root), **environ},
        root / "bin" / "openstack-ansible",
    )


class TestWrapper:
    """The wrapper, and Ansible beside it."""

    def test_the_search_path_comes_first(self, tmp_path: Path) -> None:
        there = program(tmp_path / "path" / "openstack-ansible")
        found = read_tools(tmp_path, {"PATH": f"/nowhere:{tmp_path / 'path'}"})
        assert found.tools.wrapper == there

    def test_a_relative_search_path_leads_there_from_anywhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there = program(tmp_path / "path" / "openstack-ansible")
        ansible = program(tmp_path / "path" / "ansible")
        monkeypatch.chdir(tmp_path)
        found = read_tools(tmp_path, {"PATH": "path"})
        assert (found.tools.wrapper, found.tools.ansible) == (there, ansible)

    def test_an_empty_search_path_is_not_replaced_by_this_process_s(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program(tmp_path / "path" / "openstack-ansible")
        monkeypatch.setenv("PATH", str(tmp_path / "path"))
        assert read_tools(tmp_path, {}).wrapper == Path("/usr/local/bin/openstack-ansible")

    def test_no_wrapper_is_no_problem(self, tmp_path: Path) -> None:
        found = find(tmp_path)
        assert found.tools.wrapper is None
        assert found.problems == ()

    def test_one_that_cannot_be_run_is_told_and_still_read(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", 'export OSA_VERSION="31.3.0"\n', 0o644)
        found = find(tmp_path)
        assert found.tools.wrapper is None
        assert "31.3.0" in found.script
        assert "not executable" in found.problems[0].reason

    @pytest.mark.parametrize(
        "make", [Path.mkdir, os.mkfifo, lambda path: path.write_bytes(b"\x7fELF\0")]
    )
    def test_what_is_no_script_is_a_problem(self, tmp_path: Path, make: object) -> None:
        (tmp_path / "bin").mkdir()
        make(tmp_path / "bin" / "openstack-ansible")  # type: ignore[operator]
        found = find(tmp_path)
        assert found.tools.wrapper is None
        assert "openstack-ansible" in found.problems[0].where

    def test_a_huge_file_is_not_read(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", "# padding\n" * 600_000)
        assert "larger than" in find(tmp_path).problems[0].reason

    def test_ansible_beside_the_wrapper_beats_that_of_the_search_path(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible")
        beside = program(tmp_path / "bin" / "ansible")
        program(tmp_path / "path" / "ansible")
        assert find(tmp_path).tools.ansible == beside

    def test_otherwise_the_search_path_has_it(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible")
        there = program(tmp_path / "path" / "ansible")
        assert find(tmp_path).tools.ansible == there


class TestClone:
    """The checkout the wrapper works with."""

    @pytest.mark.parametrize(
        ("script", "expected"),
        [
            ('export OSA_CLONE_ROOT="/srv/osa"\n', "/srv/osa"),
            ('if [[ "${PWD}" == *"/srv/osa"* ]] || [ x ]; then\n', "/srv/osa"),
            # What bootstrap-ansible.sh would have filled in.
            ('export OSA_CLONE_ROOT="OSA_CLONE_DIR"\n', str(DEFAULT_CLONE)),
            ('if [[ "${PWD}" == *"${OSA_CLONE_ROOT}"* ]]; then\n', str(DEFAULT_CLONE)),
            ("", str(DEFAULT_CLONE)),
        ],
    )
    def test_it_is_read_from_the_wrapper_of_any_release(self, script: str, expected: str) -> None:
        assert clone_of(script) == Path(expected)

    def test_only_one_that_is_there_counts(self, tmp_path: Path) -> None:
        clone = tmp_path / "osa"
        program(tmp_path / "bin" / "openstack-ansible", f'export OSA_CLONE_ROOT="{clone}"\n')
        assert find(tmp_path).tools.clone is None
        (clone / "playbooks").mkdir(parents=True)
        assert find(tmp_path).tools.playbooks == clone / "playbooks"


class TestDirectory:
    """The directory the wrapper takes user files from."""

    def test_up_to_18_the_wrapper_names_it(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", LISTS_FIXED)
        found = find(tmp_path, OSA_CONFIG_DIR="/srv/other").tools.config_dir
        assert found is not None
        assert found.value == "/etc/openstack_deploy"
        assert is_fixed(found)

    def test_from_19_the_environment_may(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", CHECKS_FIRST + LISTS_ASKED)
        found = find(tmp_path, OSA_CONFIG_DIR="/srv/other").tools.config_dir
        assert found is not None
        assert found.value == "/srv/other"
        assert "environment" in found.source
        assert not is_fixed(found)

    def test_the_settings_beside_the_wrapper_have_the_default(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", CHECKS_FIRST + LISTS_ASKED)
        settings = tmp_path / "bin" / "openstack-ansible.rc"
        settings.write_text('export OSA_CONFIG_DIR="${OSA_CONFIG_DIR:-/srv/deploy}"\n')
        found = find(tmp_path).tools.config_dir
        assert found is not None
        assert (found.value, found.source) == ("/srv/deploy", f"OSA_CONFIG_DIR in {settings}")
        assert not is_fixed(found)

    def test_the_settings_the_wrapper_sources_count_wherever_they_are(self, tmp_path: Path) -> None:
        settings = tmp_path / "elsewhere" / "openstack-ansible.rc"
        settings.parent.mkdir()
        settings.write_text('export OSA_CONFIG_DIR="${OSA_CONFIG_DIR:-/srv/deploy}"\n')
        program(tmp_path / "bin" / "openstack-ansible", f"  . {settings}\n{LISTS_ASKED}\n")
        found = find(tmp_path).tools.config_dir
        assert found is not None
        assert found.value == "/srv/deploy"

    def test_without_settings_it_is_osa_s(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", LISTS_ASKED)
        found = find(tmp_path).tools.config_dir
        assert found is not None
        assert found.value == "/etc/openstack_deploy"

    def test_a_wrapper_that_lists_nothing_tells_nothing(self, tmp_path: Path) -> None:
        program(tmp_path / "bin" / "openstack-ansible", "#!/bin/sh\nexec true\n")
        assert find(tmp_path).tools.config_dir is None


class TestUserRc:
    """user.rc is read for names, never for values."""

    TEXT = (
        "# a comment=1\n"
        "export ANSIBLE_CALLBACK_PLUGINS=/srv/plugins\n"
        "  OSA_X=1\n"
        "if true; then\n"
        "\texport ANSIBLE_VAULT_PASSWORD=hunter2\n"
        "fi\n"
        "echo a=b\n"
    )

    def test_names_have_their_lines_and_no_value_is_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "openstack_deploy" / "user.rc"
        path.parent.mkdir()
        path.write_text(self.TEXT)
        found = find(tmp_path).tools
        assert found.user_rc == {
            "ANSIBLE_CALLBACK_PLUGINS": f"{path}:2",
            "OSA_X": f"{path}:3",
            "ANSIBLE_VAULT_PASSWORD": f"{path}:5",
        }
        assert "hunter2" not in repr(found)

    def test_the_environment_may_name_another(self, tmp_path: Path) -> None:
        other = tmp_path / "my.rc"
        other.write_text("export OSA_X=1\n")
        assert find(tmp_path, OSA_USER_RC=str(other)).tools.user_rc == {"OSA_X": f"{other}:1"}

    def test_one_that_cannot_be_read_is_a_problem(self, tmp_path: Path) -> None:
        (tmp_path / "openstack_deploy" / "user.rc").mkdir(parents=True)
        assert "user.rc" in find(tmp_path).problems[0].where


class TestVault:
    """What tells Ansible itself of a vault password."""

    def test_a_variable_does(self, tmp_path: Path) -> None:
        found = find(tmp_path, ANSIBLE_VAULT_IDENTITY_LIST="prod@/root/vault")
        assert found.tools.vault_from == "ANSIBLE_VAULT_IDENTITY_LIST"

    def test_its_settings_in_the_home_do(self, tmp_path: Path) -> None:
        path = tmp_path / ".ansible.cfg"
        path.write_text("[defaults]\nvault_password_file = /root/vault\n")
        assert find(tmp_path).tools.vault_from == f"vault_password_file in {path}"

    def test_the_first_file_counts_and_none_is_merged(self, tmp_path: Path) -> None:
        first = tmp_path / "first.cfg"
        first.write_text("[defaults]\nforks = 10\n")
        (tmp_path / ".ansible.cfg").write_text("vault_password_file = /root/vault\n")
        assert find(tmp_path, ANSIBLE_CONFIG=str(first)).tools.vault_from == ""

    def test_a_comment_does_not(self, tmp_path: Path) -> None:
        (tmp_path / ".ansible.cfg").write_text("# vault_password_file = /root/vault\n")
        assert find(tmp_path).tools.vault_from == ""
