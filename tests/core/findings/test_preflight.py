"""Nothing is started on a deploy host that could not come to its end there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from octavia_wizard.core.facts.model import Evidence, HostFacts, Tools
from octavia_wizard.core.findings import Inspected
from octavia_wizard.core.findings.cloud_files import CloudFile
from octavia_wizard.core.findings.rooms import Room
from tests.core.findings.support import DEPLOY, Example, Given, each, host, user_file

WRAPPER = Path("/usr/local/bin/openstack-ansible")
RUN = {"deployment.run_playbooks": True}
BY_HAND = {"deployment.run_playbooks": False}
ASKED = Evidence(str(DEPLOY), "OSA_CONFIG_DIR in /usr/local/bin/openstack-ansible.rc")
CLOUD = Inspected(
    cloud_file=CloudFile("/root/.config/openstack/clouds.yaml", frozenset(["default"]))
)
NO_CLOUD = Inspected(cloud_file=CloudFile(""))


def equipped(*files: Any, **parts: Any) -> HostFacts:
    """Make a deploy host with everything playbooks are run with, and these differences."""
    tools = {
        "wrapper": WRAPPER,
        "clone": Path("/opt/openstack-ansible"),
        "config_dir": ASKED,
        **{name: parts.pop(name) for name in tuple(parts) if name in Tools.__slots__},
    }
    evidence = Evidence("33.0.1", f"OSA_VERSION in {WRAPPER}")
    return host(*files, **{"tools": Tools(**tools), "releases": (evidence,), **parts})


def run(known: HostFacts, release: str = "33.0.1", **parts: Any) -> Given:
    """Describe a run of playbooks on a host."""
    return Given(RUN, release=release, host=known, **parts)


ELSEWHERE = Evidence("/srv/deploy", "user_*.yml in /usr/local/bin/openstack-ansible")
BY_SHELL = Evidence("/srv/deploy", "OSA_CONFIG_DIR in the environment")
VAULTED = user_file("user_secrets.yml", {}, secret=True, vaulted=True)
OPENED = user_file("user_secrets.yml", {}, secret=True, vaulted=True, opened=True)
FULL = Room("/", 100, (("logs of runs", 200), ("facts of hosts", 50)))
ROOMY = Room("/", 250, FULL.needs)

EXAMPLES = (
    Example(
        "no-openstack-ansible",
        run(equipped(wrapper=None)),
        run(equipped()),
        says="/usr/local/bin/openstack-ansible",
    ),
    Example("no-openstack-ansible-checkout", run(equipped(clone=None)), run(equipped())),
    Example(
        "wrapper-without-version",
        run(equipped(releases=(Evidence("33.0.1", "git describe"),))),
        run(equipped()),
        says="33.0.1",
    ),
    Example(
        "wrapper-reads-other-directory",
        run(equipped(config_dir=ELSEWHERE), "18.1.20"),
        run(equipped(config_dir=Evidence(str(DEPLOY), "user_*.yml in it")), "18.1.20"),
        says="/srv/deploy",
    ),
    Example(
        "config-directory-by-environment",
        run(equipped(config_dir=BY_SHELL)),
        run(equipped()),
        says="/srv/deploy",
    ),
    Example(
        "playbooks-without-vault-password",
        run(equipped(VAULTED)),
        run(equipped(OPENED)),
        says="user_secrets.yml",
    ),
    Example(
        "deploy-host-disk-full",
        run(equipped(), inspected=Inspected(rooms=(FULL,))),
        run(equipped(), inspected=Inspected(rooms=(ROOMY,))),
        says="200 MiB for logs of runs",
    ),
    Example(
        "clouds-yaml-missing",
        run(equipped(), inspected=NO_CLOUD),
        run(equipped(), inspected=CLOUD),
        says="/root/.config/openstack",
    ),
    Example(
        "service-setup-host-elsewhere",
        Given(
            {"variables.octavia_service_setup_host": "{{ groups['utility_all'][0] }}"},
            host=equipped(),
            inspected=NO_CLOUD,
        ),
        run(equipped(), inspected=CLOUD),
        says="utility_all",
    ),
    Example(
        "user-rc-changes-playbooks",
        run(equipped(user_rc={"ANSIBLE_CALLBACK_PLUGINS": "/etc/openstack_deploy/user.rc:2"})),
        run(equipped(user_rc={"http_proxy": "/etc/openstack_deploy/user.rc:2"})),
        says="ANSIBLE_CALLBACK_PLUGINS",
    ),
)


@each(EXAMPLES)
def test_finding(example: Example) -> None:
    example.verify()


def test_a_well_equipped_host_has_nothing_in_the_way() -> None:
    found = {finding.id for finding in run(equipped(OPENED), inspected=CLOUD).findings()}
    assert not found & {example.id for example in EXAMPLES}


def test_who_runs_playbooks_by_hand_needs_none_of_it_here() -> None:
    bare = host(VAULTED)
    found = {finding.id for finding in Given(BY_HAND, host=bare).findings()}
    errors = {
        "no-openstack-ansible",
        "no-openstack-ansible-checkout",
        "playbooks-without-vault-password",
        "wrapper-reads-other-directory",
    }
    assert not found & errors


class TestVault:
    """When Ansible could open what is encrypted by itself."""

    def test_a_password_that_opens_nothing_is_none(self) -> None:
        file = user_file("user_secrets.yml", {}, vaulted=True, unopened="does not open it")
        found = run(equipped(file)).found("playbooks-without-vault-password")
        assert "does not open" in found[0].what

    def test_single_encrypted_values_stop_a_playbook_too(self) -> None:
        known = equipped(secrets_encrypted=("octavia_service_password",))
        found = run(known).found("playbooks-without-vault-password")
        assert "octavia_service_password" in found[0].what

    def test_settings_of_ansible_may_have_it(self) -> None:
        known = equipped(VAULTED, vault_from="vault_password_file in /root/.ansible.cfg")
        assert not run(known).found("playbooks-without-vault-password")

    def test_user_rc_may_have_it(self) -> None:
        known = equipped(VAULTED, user_rc={"ANSIBLE_VAULT_PASSWORD_FILE": "user.rc:1"})
        assert not run(known).found("playbooks-without-vault-password")


class TestClouds:
    """Where the role works on the cloud from, and whether it knows it there."""

    def test_a_file_without_the_cloud_the_role_names_is_not_enough(self) -> None:
        file = CloudFile("/etc/openstack/clouds.yaml", frozenset(["production"]))
        found = run(equipped(), inspected=Inspected(cloud_file=file)).found("clouds-yaml-missing")
        assert "default" in found[0].what
        assert found[0].where == "/etc/openstack/clouds.yaml"

    def test_up_to_17_the_role_works_on_the_cloud_from_the_containers(self) -> None:
        assert not run(equipped(), "17.1.17", inspected=NO_CLOUD).found("clouds-yaml-missing")

    def test_osa_may_have_been_told_of_another_host(self) -> None:
        file = user_file("user_variables.yml", {"openstack_service_setup_host": "utility1"})
        case = run(equipped(file), inspected=NO_CLOUD)
        assert not case.found("clouds-yaml-missing")
        assert "utility1" in case.found("service-setup-host-elsewhere")[0].what

    def test_what_the_role_is_told_counts_more_than_what_osa_is(self) -> None:
        files = (
            user_file("user_a.yml", {"octavia_service_setup_host": "localhost"}),
            user_file("user_b.yml", {"openstack_service_setup_host": "utility1"}),
        )
        assert run(equipped(*files), inspected=NO_CLOUD).found("clouds-yaml-missing")


def test_user_rc_counts_from_26_only() -> None:
    known = equipped(user_rc={"OSA_CONFIG_DIR": "/etc/openstack_deploy/user.rc:2"})
    assert run(known, "26.5.3").found("user-rc-changes-playbooks")
    assert not run(known, "25.6.0").found("user-rc-changes-playbooks")


def test_a_directory_reached_by_a_link_is_the_same(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    known = equipped(deploy_dir=link, config_dir=Evidence(str(real), "user_*.yml in it"))
    assert not run(known).found("wrapper-reads-other-directory")


def test_wrappers_of_old_releases_carry_no_version() -> None:
    assert not run(equipped(releases=()), "16.0.20").found("wrapper-without-version")
