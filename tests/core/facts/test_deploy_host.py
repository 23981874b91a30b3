"""What the wizard sees of a deploy host, and that nothing lying there can make it stumble."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from octavia_wizard.core.facts.deploy_host import read_host
from octavia_wizard.core.facts.deploy_host_files import collation_of, in_wrapper_order
from octavia_wizard.core.facts.deploy_host_yaml import UnsafeText, VaultText
from octavia_wizard.core.facts.model import AddressRange, HostFacts, UserFile
from octavia_wizard.core.facts.verified import Verified, save_verified
from octavia_wizard.core.places import DeploymentPlace
from octavia_wizard.core.releases import find_release
from octavia_wizard.core.releases.variables import VariableKind

DATA = Path(__file__).parents[2] / "data" / "openstack_deploy"


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """An empty deploy directory."""
    path = tmp_path / "openstack_deploy"
    path.mkdir()
    return path


def read(deploy: Path, **environ: str) -> HostFacts:
    """Read a deploy directory on a machine that has nothing else of OSA."""
    root = deploy.parent
    return read_host(
        deploy,
        wrapper=root / "openstack-ansible",
        roles_dir=root / "roles",
        release_file=root / "openstack-release",
        environ={"PATH": os.defpath, **environ},
    )


def only_file(facts: HostFacts) -> UserFile:
    """Return the one user file."""
    assert len(facts.user_files) == 1
    return facts.user_files[0]


class TestRelease:
    """The release is taken from the best evidence, and every piece of it is shown."""

    def test_the_wrapper_is_believed_first(self, deploy: Path) -> None:
        (deploy.parent / "openstack-ansible").write_text('#!/bin/bash\nexport OSA_VERSION="29.2.4"')
        facts = read(deploy)
        assert facts.release is not None
        assert facts.release.value == "29.2.4"
        assert "OSA_VERSION in" in facts.release.source

    def test_an_unfilled_wrapper_says_nothing(self, deploy: Path) -> None:
        (deploy.parent / "openstack-ansible").write_text('export OSA_VERSION="CURRENT_OSA_VERSION"')
        assert read(deploy).release is None

    def test_a_release_without_octavia_is_a_problem_not_a_release(self, deploy: Path) -> None:
        (deploy.parent / "openstack-ansible").write_text('export OSA_VERSION="15.1.28"\n')
        facts = read(deploy)
        assert facts.release is None
        assert "cannot deploy Octavia" in facts.problems[0].reason

    def test_the_clone_the_wrapper_names_is_asked_by_git(self, deploy: Path) -> None:
        clone = deploy.parent / "clone"
        clone.mkdir()
        run = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-C", str(clone)]
        subprocess.run([*run, "init", "-q"], check=True)
        subprocess.run([*run, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
        subprocess.run([*run, "tag", "31.2.0"], check=True)
        (deploy.parent / "openstack-ansible").write_text(f'export OSA_CLONE_ROOT="{clone}"\n')
        facts = read(deploy)
        assert facts.release is not None
        assert (facts.release.value, facts.release.source) == (
            "31.2.0",
            f"git describe --tags in {clone}",
        )

    @pytest.mark.parametrize("folder", ["group_vars/all", "inventory/group_vars/all"])
    def test_old_clones_have_a_literal(self, deploy: Path, folder: str) -> None:
        clone = deploy.parent / "clone"
        (clone / folder).mkdir(parents=True)
        (clone / folder / "all.yml").write_text("---\nopenstack_release: 16.0.5\n")
        wrapper = deploy.parent / "openstack-ansible"
        wrapper.write_text(f'if [[ "${{PWD}}" == *"{clone}"* ]] || [ x ]; then\n')
        facts = read(deploy)
        assert facts.release is not None
        assert facts.release.value == "16.0.5"

    def test_a_literal_that_is_looked_up_is_none(self, deploy: Path) -> None:
        clone = deploy.parent / "clone"
        (clone / "group_vars/all").mkdir(parents=True)
        literal = "openstack_release: \"{{ lookup('env', 'OSA_VERSION') }}\"\n"
        (clone / "group_vars/all/all.yml").write_text(literal)
        (deploy.parent / "openstack-ansible").write_text(f'export OSA_CLONE_ROOT="{clone}"\n')
        assert read(deploy).release is None

    @pytest.mark.parametrize("tag", ["16.0.29", "22.4.4", "33.0.1"])
    def test_the_deployed_role_is_known_by_its_variables(self, deploy: Path, tag: str) -> None:
        names = [
            name
            for name, variable in find_release(tag).variables().items()
            if variable.kind is VariableKind.DEFAULT and variable.read_by == "os_octavia"
        ]
        defaults = deploy.parent / "roles/os_octavia/defaults"
        defaults.mkdir(parents=True)
        (defaults / "main.yml").write_text("".join(f"{name}: 1\n" for name in names))
        facts = read(deploy)
        assert facts.release is not None
        assert find_release(facts.release.value).series == find_release(tag).series

    def test_better_evidence_comes_first_and_the_rest_is_kept(self, deploy: Path) -> None:
        (deploy.parent / "openstack-ansible").write_text('export OSA_VERSION="33.0.1"\n')
        (deploy.parent / "openstack-release").write_text('DISTRIB_RELEASE="32.0.0"\n')
        assert [e.value for e in read(deploy).releases] == ["33.0.1", "32.0.0"]


class TestEverything:
    """What else is read of a deploy host in one go."""

    def test_tools_role_runs_and_verification_are_there(
        self, deploy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(deploy.parent / "state"))
        wrapper = deploy.parent / "openstack-ansible"
        wrapper.write_text("#!/bin/sh\n")
        wrapper.chmod(0o755)
        defaults = deploy.parent / "roles/os_octavia/defaults"
        defaults.mkdir(parents=True)
        (defaults / "main.yml").write_text("octavia_site_setting: 1\n")
        verified = Verified("2026-11-23T03:15:00+00:00", {"a": "b"})
        save_verified(DeploymentPlace.of(deploy).verified, verified)
        facts = read(deploy)
        assert facts.tools.wrapper == wrapper
        assert facts.role is not None
        assert facts.role.defaults == {"octavia_site_setting": 1}
        assert facts.verified == verified
        assert facts.playbook_runs == ()

    def test_a_bare_machine_has_none_of_it(self, deploy: Path) -> None:
        facts = read(deploy)
        assert (facts.tools.wrapper, facts.role, facts.verified) == (None, None, None)

    def test_broken_tools_inventory_and_role_are_told_and_the_rest_is_read(
        self, deploy: Path
    ) -> None:
        (deploy.parent / "openstack-ansible").mkdir()
        (deploy.parent / "roles/os_octavia/defaults").mkdir(parents=True)
        (deploy.parent / "roles/os_octavia/defaults/main.yml").write_bytes(b"\x00\xff")
        (deploy / "openstack_inventory.json").write_text("{")
        (deploy / "user_a.yml").write_text("a: 1\n")
        facts = read(deploy)
        assert only_file(facts).variables["a"].value == 1
        told = " ".join(problem.where for problem in facts.problems)
        for name in ("openstack-ansible", "defaults/main.yml", "openstack_inventory.json"):
            assert name in told


class TestUserFiles:
    """The operator's variables are read with the line of each, secrets by name only."""

    def test_variables_have_values_and_lines(self) -> None:
        files = {f.path.name: f for f in read(DATA / "pike").user_files}
        variables = files["user_variables.yml"].variables
        assert variables["octavia_spare_amphora_pool_size"].value == 3
        assert variables["octavia_spare_amphora_pool_size"].line == 10

    def test_secrets_are_names_only(self) -> None:
        facts = read(DATA / "pike")
        secrets = next(f for f in facts.user_files if f.secret)
        assert {v.value for v in secrets.variables.values()} == {None}
        assert "pike-mysql" not in repr(facts)

    def test_a_secret_without_a_value_is_not_there(self) -> None:
        secrets = read(DATA / "pike").secrets
        assert "octavia_container_mysql_password" in secrets
        assert "octavia_service_password" not in secrets

    def test_a_password_among_the_variables_is_not_kept_either(self, deploy: Path) -> None:
        (deploy / "user_variables.yml").write_text("octavia_service_password: hunter2hunter2\n")
        facts = read(deploy)
        assert "hunter2" not in repr(facts)
        assert facts.secrets["octavia_service_password"] == deploy / "user_variables.yml"

    def test_an_encrypted_file_is_known_as_such(self) -> None:
        files = {f.path.name: f for f in read(DATA / "gazpacho").user_files}
        assert files["user_secrets.yml"].vaulted
        assert files["user_secrets.yml"].variables == {}

    def test_encrypted_and_unsafe_values_stay_what_they_are(self, deploy: Path) -> None:
        text = "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nb: !unsafe '{{ no }}'\n"
        (deploy / "user_a.yml").write_text(text)
        variables = only_file(read(deploy)).variables
        assert isinstance(variables["a"].value, VaultText)
        assert isinstance(variables["b"].value, UnsafeText)

    def test_a_hand_written_file_of_our_name_is_not_ours(self, deploy: Path) -> None:
        (deploy / "user_variables_octavia.yml").write_text("octavia_amp_ram: 512\n")
        assert not only_file(read(deploy)).ours

    def test_a_byte_order_mark_and_dos_line_ends_do_not_matter(self, deploy: Path) -> None:
        (deploy / "user_a.yml").write_bytes("\ufeffa: 1\r\nb: 2\r\n".encode())
        variables = only_file(read(deploy)).variables
        assert {name: v.value for name, v in variables.items()} == {"a": 1, "b": 2}

    def test_an_empty_file_is_no_problem(self, deploy: Path) -> None:
        (deploy / "user_a.yml").write_text("---\n# nothing yet\n")
        facts = read(deploy)
        assert only_file(facts).variables == {}
        assert facts.problems == ()


class TestProblems:
    """Whatever lies there is reported with its place; reading goes on."""

    @pytest.mark.parametrize(
        ("text", "line", "said"),
        [
            ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
            ("a: {{ b }}\n", 1, "not valid YAML"),
            ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
            ("- a\n- b\n", 1, "a mapping"),
            ("just words\n", 1, "a mapping"),
            ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
            ("a: !python/object/apply:os.system ['true']\n", 1, "does not know"),
            ("b: 1\na: !!bool perhaps\n", 2, "not valid YAML"),
            ("b: 1\na: !!timestamp soon\n", 2, "not valid YAML"),
            ("a: &a [*a]\n", 1, "contains itself"),
            ("[" * 100 + "]" * 100, 1, "nested deeper"),
            ("a: *nowhere\n", 1, "not valid YAML"),
            ("? [1, 2]\n: {? {} : 1}\n", 1, "not valid YAML"),
        ],
    )
    def test_bad_yaml_is_named_by_file_and_line(
        self, deploy: Path, text: str, line: int, said: str
    ) -> None:
        (deploy / "user_a.yml").write_text(text)
        (deploy / "user_b.yml").write_text("b: 1\n")
        facts = read(deploy)
        assert [problem.where for problem in facts.problems] == [f"{deploy}/user_a.yml:{line}"]
        assert said in facts.problems[0].reason
        assert only_file(facts).path.name == "user_b.yml"

    def test_a_doubled_key_is_reported_and_the_last_one_counts(self, deploy: Path) -> None:
        (deploy / "user_a.yml").write_text("a: 1\nb: {c: 1, c: 2}\na: 3\n")
        facts = read(deploy)
        assert [p.where.rpartition(":")[2] for p in facts.problems] == ["3", "2"]
        assert only_file(facts).variables["a"].value == 3
        assert only_file(facts).variables["a"].line == 3

    def test_a_yaml_bomb_is_refused_quickly(self, deploy: Path) -> None:
        lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
        (deploy / "user_a.yml").write_text("\n".join(lines))
        before = time.monotonic()
        facts = read(deploy)
        assert "aliases multiply" in facts.problems[0].reason
        assert time.monotonic() - before < 5

    def test_a_number_that_would_take_hours_to_read_is_refused(self, deploy: Path) -> None:
        (deploy / "user_a.yml").write_text("a: 1" + ":1" * 1_000_000)
        before = time.monotonic()
        assert "too long" in read(deploy).problems[0].reason
        assert time.monotonic() - before < 5

    @pytest.mark.parametrize(
        "value",
        ["!hunter22", "!!hunter22 x", "!<hunter22> x", "*hunter22", "&hunter22&", "%hunter22",
         "!!int hunter22", "!!float hunter22", "!!bool hunter22", "!!timestamp hunter22",
         "!!set hunter22", "!!binary hunter22é", '"\\hunter22"', "[hunter22"],
    )  # fmt: skip
    def test_a_password_that_is_no_valid_yaml_is_not_quoted(self, deploy: Path, value: str) -> None:
        (deploy / "user_secrets.yml").write_text(f"a: 1\noctavia_service_password: {value}\n")
        problem = read(deploy).problems[0]
        assert "hunter22" not in problem.reason
        assert problem.where.startswith(f"{deploy}/user_secrets.yml:")

    @pytest.mark.parametrize("data", [b"\x7fELF\x02\x00\x00", b"a: \xff\xfe\n", b"a: b\x00c\n"])
    def test_a_binary_file_is_reported(self, deploy: Path, data: bytes) -> None:
        (deploy / "user_a.yml").write_bytes(data)
        facts = read(deploy)
        assert facts.user_files == ()
        assert "user_a.yml" in facts.problems[0].where + facts.problems[0].reason

    def test_a_huge_file_is_not_read(self, deploy: Path) -> None:
        (deploy / "user_a.yml").write_bytes(b"# padding\n" * 600_000)
        assert "larger than 5 MB" in read(deploy).problems[0].reason

    def test_what_is_no_file_is_reported(self, deploy: Path) -> None:
        (deploy / "user_a.yml").mkdir()
        (deploy / "user_b.yml").symlink_to("nowhere")
        os.mkfifo(deploy / "user_c.yml")
        reasons = [problem.reason for problem in read(deploy).problems]
        assert len(reasons) == 3
        assert "link to a file that does not exist" in reasons[1]

    def test_a_file_that_may_not_be_read_is_reported(
        self, deploy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (deploy / "user_a.yml").write_text("a: 1\n")
        real = os.open

        def refuse(path: object, *more: int, **named: int) -> int:
            if str(path).endswith("user_a.yml"):
                raise PermissionError(13, "Permission denied")
            return real(path, *more, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", refuse)
        assert "Permission denied" in read(deploy).problems[0].reason

    def test_the_reason_never_quotes_a_secret(self, deploy: Path) -> None:
        (deploy / "user_secrets.yml").write_text("a: hunter2hunter2: x\n")
        facts = read(deploy)
        assert facts.problems
        assert "hunter2" not in repr(facts)

    def test_no_deploy_directory_is_no_crash(self, tmp_path: Path) -> None:
        facts = read(tmp_path / "missing")
        assert not facts.exists
        assert facts.user_files == ()


class TestOrder:
    """The order of user files is the wrapper's, which the operator's locale decides."""

    NAMES = ("user_variables_octavia.yml", "user_variables.yml", "user_secrets.yml")

    def test_c_puts_the_shorter_name_first(self) -> None:
        assert in_wrapper_order(self.NAMES, "C") == [
            "user_secrets.yml",
            "user_variables.yml",
            "user_variables_octavia.yml",
        ]

    def test_a_language_may_turn_them_round(self) -> None:
        installed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True)
        found = [name for name in installed.stdout.split() if name.startswith("en_")]
        ordered = in_wrapper_order(self.NAMES, found[0] if found else "xx_XX.UTF-8")
        expected = subprocess.run(
            ["sort"],
            input="\n".join(self.NAMES),
            env={"LC_ALL": found[0] if found else "C"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ordered == expected.stdout.split()

    def test_a_locale_that_is_not_installed_falls_back_to_c(self) -> None:
        assert in_wrapper_order(self.NAMES, "xx_XX.UTF-8") == in_wrapper_order(self.NAMES, "C")

    @pytest.mark.parametrize(
        ("environ", "by_default", "expected"),
        [
            ({}, False, "C"),
            ({"LANG": "de_DE.UTF-8"}, False, "de_DE.UTF-8"),
            ({"LANG": "de_DE.UTF-8", "LC_COLLATE": "C"}, False, "C"),
            ({"LANG": "de_DE.UTF-8"}, True, "C.UTF-8"),
            ({"LC_ALL": "en_US.UTF-8", "LC_COLLATE": "C"}, True, "en_US.UTF-8"),
        ],
    )
    def test_which_locale_counts(
        self, environ: dict[str, str], by_default: bool, expected: str
    ) -> None:
        assert collation_of(environ, c_by_default=by_default) == expected

    def test_the_newer_wrapper_sorts_as_c_unless_told(self, deploy: Path) -> None:
        (deploy.parent / "openstack-ansible").write_text('export OSA_VERSION="32.0.0"\n')
        assert read(deploy, LANG="en_US.UTF-8").collation == "C.UTF-8"


class TestInventory:
    """Networks, reserved addresses and host groups are read the way OSA merges them."""

    def test_networks_and_groups_of_a_pike_site(self) -> None:
        inventory = read(DATA / "pike").inventory
        assert inventory.cidr_networks["container"] == "172.29.236.0/22"
        assert [n.net_name for n in inventory.provider_networks] == ["", "vxlan", "vlan"]
        assert inventory.host_groups["shared-infra_hosts"]["infra2"] == "172.29.236.12"
        assert inventory.group_sources["compute_hosts"] == "openstack_user_config.yml"

    def test_both_forms_of_used_ips(self) -> None:
        ranges = read(DATA / "pike").inventory.used_ips
        file = "openstack_user_config.yml"
        assert ranges[0] == AddressRange("172.29.236.1", "172.29.236.50", f"{file}:10")
        assert ranges[1] == AddressRange("172.29.236.100", "172.29.236.100", f"{file}:11")

    def test_used_ips_that_a_merge_key_brings_in_are_read_too(self, deploy: Path) -> None:
        text = "x: &x\n  used_ips: [10.0.0.1, 10.0.0.3]\n<<: *x\n"
        (deploy / "openstack_user_config.yml").write_text(text)
        assert [one.first for one in read(deploy).inventory.used_ips] == ["10.0.0.1", "10.0.0.3"]

    def test_conf_d_adds_to_maps_and_replaces_lists(self, deploy: Path) -> None:
        shutil.copytree(DATA / "gazpacho", deploy, dirs_exist_ok=True)
        text = "cidr_networks: {lbaas: 172.29.232.0/22}\nused_ips: ['172.29.232.1,172.29.232.9']\n"
        (deploy / "conf.d/octavia.yml").write_text(text)
        inventory = read(deploy).inventory
        assert set(inventory.cidr_networks) == {"management", "tunnel", "storage", "lbaas"}
        assert [r.source for r in inventory.used_ips] == ["conf.d/octavia.yml:2"]
        assert inventory.group_sources["compute_hosts"] == "conf.d/nova.yml"

    def test_an_odd_used_ips_entry_is_a_problem(self, deploy: Path) -> None:
        text = "used_ips:\n  - 172.29.236.0/24\n  - 10.0.0.1, 10.0.0.9\n"
        (deploy / "openstack_user_config.yml").write_text(text)
        facts = read(deploy)
        assert "172.29.236.0/24" in facts.problems[0].reason
        assert [(r.first, r.last) for r in facts.inventory.used_ips] == [("10.0.0.1", "10.0.0.9")]

    def test_odd_shapes_are_passed_over(self, deploy: Path) -> None:
        text = (
            "cidr_networks: 5\nused_ips: {}\nglobal_overrides: {provider_networks: [7, {a: b}]}\n"
            "x_hosts: {a: 1, b: null}\n"
        )
        (deploy / "openstack_user_config.yml").write_text(text)
        inventory = read(deploy).inventory
        assert inventory.provider_networks == ()
        assert inventory.host_groups == {"x_hosts": {"a": "", "b": ""}}


def test_octavia_secrets_with_a_dollar_sign_are_named_without_their_values(tmp_path: Path) -> None:
    (tmp_path / "user_secrets.yml").write_text(
        "octavia_ca_private_key_passphrase: a$b\nnova_service_password: c$d\n"
        "octavia_service_password: plain\n"
    )
    host = read_host(tmp_path, environ={})
    assert host.secrets_with_dollar == ("octavia_ca_private_key_passphrase",)
    assert "a$b" not in repr(host)
