"""Options for the playbooks are understood as Ansible understands them, or refused with a cure."""

from __future__ import annotations

import pytest

from octavia_wizard.core.ansible_options import extra_variables, problems


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--forks", "20"],
        ["--forks=20"],
        ["-f20"],
        ["-f", "20"],
        ["-vvv"],
        ["-v", "--check", "--diff"],
        ["-CD"],
        ["--limit", "infra1,infra2:!infra3"],
        ["-l", "infra1", "-t", "octavia-config", "--skip-tags", "pki"],
        ["--start-at-task", "os_octavia : Drop octavia Config(s)"],
        ["-e", "@/root/extra.yml"],
        ["-e", "octavia_amp_ram=2048 debug=true"],
        ["-eoctavia_amp_ram=2048"],
        ["--extra-vars", '{"octavia_amp_ram": 2048}'],
        ["--ssh-common-args=-o ProxyJump=bastion"],
        ["--ssh-common-args", "-o ProxyJump=bastion"],
        ["--become-password-file", "/root/become"],
        ["-T", "30", "-u", "root", "-b"],
    ],
)
def test_what_ansible_takes_without_asking_anybody_is_fine(options: list[str]) -> None:
    assert problems(options) == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["site.yml"], "no option"),
        (["--forks", "20", "infra1"], "no option"),
        (["-"], "no option"),
        (["--list-tasks"], "nothing would be run"),
        (["--syntax-check"], "nothing would be run"),
        (["--version"], "nothing would be run"),
        (["-h"], "nothing would be run"),
        (["--step"], "no terminal"),
        (["-k"], "no terminal"),
        (["-K"], "no terminal"),
        (["--ask-vault-pass"], "vault"),
        (["-J"], "vault"),
        (["--vault-password-file", "/root/vault"], "vault"),
        (["--vault-id=prod@/root/vault"], "vault"),
        (["-i", "hosts.ini"], "inventory"),
        (["-ihosts.ini"], "inventory"),
        (["--forks"], "missing"),
        (["--forks="], "missing"),
        (["--forks", "many"], "number"),
        (["--forks", "0"], "number"),
        (["--check=yes"], "no value"),
        (["--frks", "20"], "no such option"),
        (["-z"], "no such option"),
        (["-vz"], "no such option"),
    ],
)
def test_what_cannot_stand_is_told_with_a_cure(options: list[str], said: str) -> None:
    found = problems(options)
    assert said in found[0].reason
    assert found[0].fix


def test_the_value_of_a_refused_option_is_no_playbook() -> None:
    assert len(problems(["--vault-password-file", "/root/vault"])) == 1


def test_a_misspelt_option_is_told_with_the_nearest() -> None:
    assert "--forks?" in problems(["--fork=20"])[0].fix


@pytest.mark.parametrize(
    "options",
    [
        ["-e", "octavia_service_password=swordfish"],
        ["-eoctavia_service_password=swordfish"],
        ["--extra-vars=ansible_become_pass=swordfish"],
        ["--extra-vars", "a=1 ansible_password=swordfish"],
        ["-e", '{"a": 1, "octavia_health_hmac_key": "swordfish"}'],
        ["-e", "{octavia_ca_private_key_passphrase: swordfish}"],
        ["--password=swordfish"],
        ["-pswordfish"],
    ],
)
def test_a_secret_is_refused_and_never_repeated(options: list[str]) -> None:
    found = problems(options)
    assert found
    assert "swordfish" not in repr(found) or options == ["-pswordfish"]


def test_secrets_among_extra_variables_are_known_as_such() -> None:
    assert problems(["-e", "octavia_service_password=x"])[0].secret
    assert not problems(["--step"])[0].secret


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ([], ()),
        (["--forks", "20"], ()),
        (["-e", "a=1 b=2"], ("a", "b")),
        (["-e", '{"a": 1}', "--extra-vars=b=2"], ("a", "b")),
        (["-e@x.yml"], ("@x.yml",)),
        (["-e", "a=1", "-e", "a=2"], ("a",)),
        (["--limit", "a=1"], ()),
    ],
)
def test_the_names_of_extra_variables_are_known(options: list[str], names: tuple[str, ...]) -> None:
    assert extra_variables(options) == names
